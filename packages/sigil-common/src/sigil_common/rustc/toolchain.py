"""Find the Rust toolchain: the real programs inside the sysroot, never rustup's proxies.

The proxies need a home directory and the network of the host's mind about it, and cost some 16 ms a
call; inside a sandbox there is neither home nor network.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sigil_common import proc
from sigil_common.errors import MissingError

_HINT = "install Rust with rustup, or apt-get install rustc cargo"
_ASK_S = 300.0
# What rustup's proxies say, today and in older versions, when nobody has told them which toolchain to run.
_NO_DEFAULT = re.compile(r"no default (?:is configured|toolchain)")


@dataclass(frozen=True)
class Toolchain:
    """One Rust toolchain. `version` is the line that `rustc --version` prints."""

    rustc: Path
    cargo: Path | None
    clippy_driver: Path | None
    sysroot: Path
    version: str


@cache
def find_toolchain() -> Toolchain:
    """Return the toolchain that a plain `rustc` stands for on this machine.

    The current directory's toolchain file is not asked, so that the answer does not depend on where the
    command was started. Raises `MissingError` if there is no rustc, if it does not work, or if it is rustup's and
    rustup has no default toolchain.
    """
    asked = _rustc_on_path()
    sysroot = Path(_ask(asked, "--print", "sysroot")).resolve()
    inside = sysroot / "bin" / "rustc"
    rustc = inside if inside.is_file() else Path(asked).resolve()
    return Toolchain(
        rustc=rustc,
        cargo=_sibling("cargo", sysroot),
        clippy_driver=_sibling("clippy-driver", sysroot),
        sysroot=sysroot,
        version=_ask(str(rustc), "--version"),
    )


@cache
def find_linker() -> Path:
    """Return the C compiler that rustc links with, its links resolved; raises `MissingError` without one."""
    for name in ("cc", "gcc", "clang"):
        found = shutil.which(name, path="/usr/bin:/usr/local/bin:/bin")
        if found:
            return Path(found).resolve()
    raise MissingError("no C compiler to link with", hint="apt-get install gcc libc6-dev")


@cache
def link_options(sysroot: Path) -> tuple[str, ...]:
    """Return the options with which rustc links programs.

    Told which C compiler to use, rustc no longer has it use the linker that rustup ships (lld, on x86-64 the default
    since 1.90), so that is asked for, where the C compiler takes it. Its optimisations and threads cost small programs
    more than they save.
    """
    linker = find_linker()
    for folder in sorted(sysroot.glob("lib/rustlib/*/bin/gcc-ld"))[:1]:
        words = (f"-B{folder}", "-fuse-ld=lld", "-Wl,--threads=1", "-Wl,-O0")
        # C compilers before gcc 9 do not know the option.
        if proc.run([str(linker), *words, "-Wl,--version"], timeout=_ASK_S, cwd=Path("/")).ok:
            return (f"-Clinker={linker}", *(f"-Clink-arg={word}" for word in words))
    return (f"-Clinker={linker}",)


def clippy_hint() -> str:
    """Return what to do where `rustc` is there and clippy is not."""
    if _is_rustups(_rustc_on_path()):
        return "rustup component add clippy"
    return "install the clippy that belongs to this rustc (Debian: apt-get install rust-clippy), or Rust with rustup"


def _is_rustups(program: str) -> bool:
    """Whether a program is one of rustup's proxies: a link to rustup, or a copy of it beside it."""
    return Path(program).resolve().name.startswith("rustup") or Path(program).with_name("rustup").exists()


def _rustc_on_path() -> str:
    cargo_home = os.environ.get("CARGO_HOME") or os.path.expanduser("~/.cargo")
    path = os.pathsep.join([os.environ.get("PATH", os.defpath), os.path.join(cargo_home, "bin")])
    found = shutil.which("rustc", path=path)
    if found is None:
        raise MissingError("rustc is not installed", cause="no `rustc` on PATH", hint=_HINT)
    return found


def _ask(*argv: str) -> str:
    done = proc.run(argv, timeout=_ASK_S, cwd=Path("/"))
    if not done.ok:
        raise _failure(argv, done.stderr)
    return done.stdout.strip()


def _failure(argv: Sequence[str], stderr: str) -> MissingError:
    said = stderr.strip().partition("\n\n")[0]  # rustup may add a backtrace
    if _NO_DEFAULT.search(said):
        cause = said.partition("\n")[0].removeprefix("error: ")
        return MissingError("rustup has no default toolchain", cause=cause, hint="rustup default stable")
    hint = "rustup show: which toolchain is asked for, and which are installed" if _is_rustups(argv[0]) else _HINT
    return MissingError(f"`{' '.join(argv)}` failed", cause=said[:500] or None, hint=hint)


def _sibling(name: str, sysroot: Path) -> Path | None:
    inside = sysroot / "bin" / name
    if inside.is_file():
        return inside
    found = shutil.which(name, path="/usr/bin:/usr/local/bin")
    return Path(found) if found and "rustup" not in os.path.realpath(found) else None
