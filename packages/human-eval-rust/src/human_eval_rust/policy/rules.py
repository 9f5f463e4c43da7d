"""The policy: what an answer may not use, as data. clippy resolves the paths, so no alias evades them.

clippy has no wildcards; every function stands here by its path. `docs/POLICY.md` is made from this.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Rule:
    """One thing that is refused. `kind` is `method`, `type`, `macro`, `lint` or `token`."""

    kind: str
    path: str
    group: str


GROUPS = {
    "filesystem": "reads or changes files",
    "network": "opens connections",
    "process": "starts, ends or inspects processes",
    "environment": "reads or changes the process's environment",
    "panic handling": "changes how failures are reported",
    "unsafe": "steps outside what the compiler checks",
    "compile time": "reads files or the environment while compiling",
    "linkage": "replaces symbols of the program that judges it",
    "external crate": "needs code that is not part of the problem",
    "unicode": "looks different from what it is",
}

_FS = (
    "canonicalize copy create_dir create_dir_all exists hard_link metadata read read_dir read_link read_to_string "
    "remove_dir remove_dir_all remove_file rename set_permissions soft_link symlink_metadata write"
)
_FS_TYPES = "DirBuilder DirEntry File FileTimes FileType Metadata OpenOptions Permissions ReadDir"
_PATH = "canonicalize exists is_dir is_file is_symlink metadata read_dir read_link symlink_metadata try_exists"
_ENV = (
    "args args_os current_dir current_exe home_dir remove_var set_current_dir set_var temp_dir var var_os vars vars_os"
)
_UNIX_FS = "chown chroot fchown lchown symlink"
_UNIX_NET = "SocketAddr UnixDatagram UnixListener UnixStream"


def _rules(kind: str, group: str, prefix: str, names: str) -> tuple[Rule, ...]:
    return tuple(Rule(kind, f"{prefix}::{name}", group) for name in names.split())


RULES: tuple[Rule, ...] = (
    *_rules("method", "filesystem", "std::fs", _FS),
    *_rules("type", "filesystem", "std::fs", _FS_TYPES),
    *_rules("method", "filesystem", "std::path::Path", _PATH),
    *_rules("method", "filesystem", "std::os::unix::fs", _UNIX_FS),
    *_rules("type", "filesystem", "std::os::fd", "BorrowedFd OwnedFd"),
    *_rules("type", "network", "std::net", "TcpListener TcpStream UdpSocket ToSocketAddrs"),
    *_rules("method", "network", "std::net::ToSocketAddrs", "to_socket_addrs"),
    *_rules("type", "network", "std::os::unix::net", _UNIX_NET),
    *_rules("type", "process", "std::process", "Child Command Stdio"),
    *_rules("method", "process", "std::process", "abort exit id"),
    *_rules("method", "process", "std::os::unix::process", "parent_id"),
    *_rules("method", "environment", "std::env", _ENV),
    *_rules("method", "panic handling", "std::panic", "set_hook take_hook"),
    *_rules("macro", "compile time", "std", "include include_bytes include_str env option_env"),
    *_rules("macro", "unsafe", "std::arch", "asm global_asm naked_asm"),
    Rule("lint", "unsafe_code", "unsafe"),
)
LINTS = ("clippy::disallowed_methods", "clippy::disallowed_types", "clippy::disallowed_macros")

# Words that cannot stand in an answer whatever the policy: with them, safe or not, it could replace the
# very functions that compare results. An identifier cannot be put together from parts, so looking for
# the words (outside comments and strings) finds every use, in macros too.
LINKAGE_WORDS = frozenset(
    (
        "no_mangle export_name link_section link_name link_ordinal global_allocator panic_handler "
        "alloc_error_handler no_core no_main no_std global_asm naked_asm"
    ).split()
)


def clippy_toml() -> str:
    """Return the configuration that makes clippy enforce the table."""
    lines: list[str] = []
    for kind, key in (("method", "disallowed-methods"), ("type", "disallowed-types"), ("macro", "disallowed-macros")):
        lines.append(f"{key} = [")
        for rule in RULES:
            if rule.kind == kind:
                lines.append(f'    {{ path = "{rule.path}", reason = "{rule.group}", allow-invalid = true }},')
        lines.append("]")
    return "\n".join(lines) + "\n"


def markdown() -> str:
    """Return the table for the documentation."""
    lines = ["| Group | Refused because it | Constructs |", "|---|---|---|"]
    extra = {
        "linkage": [*sorted(LINKAGE_WORDS), "asm!", "include!", "extern blocks and functions"],
        "external crate": [
            "extern crate of anything but std, core, alloc and what the problem imports",
            "paths into a crate that is not linked",
        ],
        "unicode": ["bidirectional controls anywhere", "identifiers that mix or imitate scripts"],
        "unsafe": [],
    }
    for group, why in GROUPS.items():
        names = [rule.path for rule in RULES if rule.group == group] + extra.get(group, [])
        lines.append(f"| {group} | {why} | {', '.join(f'`{name}`' for name in names)} |")
    return "\n".join(lines) + "\n"
