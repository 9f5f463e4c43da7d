"""Find the Rust toolchain: the real programs inside the sysroot, never rustup's proxies.

The proxies need a home directory and the network of the host's mind about it, and cost some 16 ms a
call; inside a sandbox there is neither home nor network.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sigil_common import proc
from sigil_common.errors import MissingError

_HINT = "install Rust with rustup, or apt-get install rustc cargo"
_ASK_S = 300.0


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
    command was started. Raises `MissingError` if there is no rustc or it does not work.
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
        raise MissingError(f"`{' '.join(argv)}` failed", cause=done.stderr.strip()[:500] or None, hint=_HINT)
    return done.stdout.strip()


def _sibling(name: str, sysroot: Path) -> Path | None:
    inside = sysroot / "bin" / name
    if inside.is_file():
        return inside
    found = shutil.which(name, path="/usr/bin:/usr/local/bin")
    return Path(found) if found and "rustup" not in os.path.realpath(found) else None
