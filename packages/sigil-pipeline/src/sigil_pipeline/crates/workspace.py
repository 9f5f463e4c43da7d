"""One synthetic cargo workspace for a batch of crates: dependencies are compiled once for all of them.

Each member is a copy of a crate's source with a manifest written anew from what cargo resolved. That
leaves out what breaks or redirects a build (shipped lock files, `.cargo/`, `rust-toolchain`, tests and
their dependencies, `[lints]`, `clippy.toml`) and everything that this build does not use. Texts that
become samples are read from the fetched source, never from here, where a build could have touched it.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sigil_common.cargo import fetch_side
from sigil_pipeline.crates import toml_text
from sigil_pipeline.crates.copy import copy_crate
from sigil_pipeline.crates.group import Group
from sigil_pipeline.crates.packages import Dependency, Package

if TYPE_CHECKING:
    from sigil_common.rustc import Toolchain

_LEFT_OUT = frozenset(
    "clippy.toml .clippy.toml Cargo.lock Cargo.toml Cargo.toml.orig .cargo-ok .cargo_vcs_info.json".split()
)
# The first Rust that knows an edition; cargo refuses a whole workspace in which a member says less.
_FIRST_RUST = {"2018": "1.31", "2021": "1.56", "2024": "1.85"}


@dataclass(frozen=True)
class Workspace:
    """A directory that cargo can check. `target` may be shared between workspaces."""

    root: Path
    target: Path
    packages: tuple[Package, ...]

    def member(self, package: Package) -> Path:
        """Return the directory of one crate inside the workspace."""
        return self.root / "members" / package.id

    def write(self, package: Package, file: str, text: bytes) -> None:
        """Replace one source file of a member; `file` is relative to the crate."""
        (self.member(package) / file).write_bytes(text)


class WorkspaceError(Exception):
    """cargo refuses the workspace or does not come to an end with it; the text is cargo's, the `reason` is counted."""

    def __init__(self, text: str, reason: str = "unresolvable") -> None:
        super().__init__(text)
        self.reason = reason


def build_workspace(group: Group, root: Path, target: Path, toolchain: Toolchain, *, triple: str) -> Workspace:
    """Lay the group's crates out below `root` and resolve them; raise `WorkspaceError` if cargo cannot.

    What other platforms than `triple` need was not downloaded, and is not asked for.
    """
    shutil.rmtree(root, ignore_errors=True)
    workspace = Workspace(root, target, group.packages)
    for package in group.packages:
        copy_crate(package.root, workspace.member(package), _LEFT_OUT)
        (workspace.member(package) / "Cargo.toml").write_text(member_manifest(package), encoding="utf-8")
    (root / "Cargo.toml").write_text(_workspace_manifest(group.packages), encoding="utf-8")
    (root / "Cargo.lock").write_text(group.lock, encoding="utf-8")
    _open_to_all(root)
    args = ["metadata", "--format-version", "1", "--offline", "--quiet", "--filter-platform", triple]
    resolved = fetch_side(toolchain, args, root)
    if not resolved.ok:
        raise WorkspaceError(resolved.stderr.strip())
    return workspace


def _open_to_all(root: Path) -> None:
    """Make the tree readable whatever our umask: under root, the sandbox's user is another one."""
    for path in (root, *root.rglob("*")):
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | (0o755 if path.is_dir() else 0o644))


def _workspace_manifest(packages: Iterable[Package]) -> str:
    members = [f"members/{package.id}" for package in packages]
    workspace = {"resolver": "2", "members": members}
    return toml_text.dumps({"workspace": workspace, "profile.dev": {"debug": 0}})


def member_manifest(package: Package) -> str:
    """Return a manifest that builds the library, or the program, exactly as it was resolved, and nothing else."""
    about: dict[str, object] = {"name": package.name, "version": package.version, "edition": package.edition}
    about |= {"build": package.build_script.as_posix() if package.build_script else False}
    about |= {"autobins": False, "autotests": False, "autobenches": False, "autoexamples": False}
    if package.rust_version:
        about["rust-version"] = _rust_version(package.rust_version, package.edition)
    if package.license:
        about["license"] = package.license
    if package.links and package.build_script:
        about["links"] = package.links
    target: dict[str, object] = {"name": package.library_name, "path": package.library.as_posix()}
    if package.program:
        tables: dict[str, Mapping[str, object]] = {"package": about, "[bin]": target}
    else:
        tables = {"package": about, "lib": target | {"proc-macro": package.proc_macro}}
    for dependency in package.dependencies:
        table = dict(tables.get(_table_name(dependency), {}))
        table[dependency.key] = _dependency_value(dependency)
        tables[_table_name(dependency)] = table
    tables["features"] = _features(package)
    return toml_text.dumps(tables)


def _rust_version(declared: str, edition: str) -> str:
    """Return the oldest Rust that a crate is for: clippy advises nothing that would need a newer one."""
    return max(declared, _FIRST_RUST.get(edition, declared), key=lambda one: [int(part) for part in one.split(".")])


def _table_name(dependency: Dependency) -> str:
    section = "build-dependencies" if dependency.build else "dependencies"
    return f"target.{toml_text.quote(dependency.target)}.{section}" if dependency.target else section


def _dependency_value(dependency: Dependency) -> dict[str, object]:
    value: dict[str, object] = {"package": dependency.name}
    value |= {"path": str(dependency.path)} if dependency.path else {"version": dependency.requirement}
    value |= {"default-features": dependency.default_features, "features": list(dependency.features)}
    return value | ({"optional": True} if dependency.optional else {})


def _features(package: Package) -> dict[str, list[str]]:
    """Keep every feature's name (code asks for them by `cfg`), but only what the active ones switch on."""
    active = set(package.active_features)
    known = {dependency.key for dependency in package.dependencies}

    def kept(entry: str) -> bool:
        if entry.startswith("dep:"):
            return entry.removeprefix("dep:") in known
        if "/" in entry:
            return entry.split("/")[0].removesuffix("?") in known
        return entry in active

    table = {name: [e for e in parts if kept(e)] if name in active else [] for name, parts in package.features.items()}
    # An unused optional dependency leaves its implicit feature behind; a used one may clash with it.
    table["default"] = sorted(active - {"default"})
    return table
