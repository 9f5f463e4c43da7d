"""Compile one crate from a directory of files, inside a sandbox.

The compiler runs in the source directory and is given relative names, so that neither diagnostics nor
the program that comes out depend on where the directory lies.
"""

from __future__ import annotations

import stat
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol, TypeVar

from sigil_common.errors import MissingError
from sigil_common.rustc.diagnostics import Diagnostic, parse_diagnostics
from sigil_common.rustc.toolchain import Toolchain, clippy_hint, link_options
from sigil_common.sandbox.spec import GIB, MIB, Limits, Mount, Outcome, Sandbox, SandboxSpec

COMPILE_LIMITS = Limits(wall_s=60, memory_bytes=4 * GIB, output_bytes=16 * MIB)
_TRIES = 3

Kind = Literal["lib", "bin", "test", "proc-macro"]


@dataclass(frozen=True)
class Crate:
    """What to compile and how. `root` is relative to the source directory.

    `emit="metadata"` checks everything that `cargo check` does and makes no code. `clippy` takes
    clippy-driver for the compiler: same result, more lints. `externs` are `(name, rlib)`; their
    directories are shown read-only, and so is whatever else is in `shown`. `flags` go to the compiler as
    they are; `env` is added to its environment.
    """

    root: str = "lib.rs"
    name: str = "unit"
    kind: Kind = "lib"
    edition: str = "2021"
    emit: Literal["link", "metadata"] = "link"
    clippy: bool = False
    flags: tuple[str, ...] = ()
    externs: tuple[tuple[str, Path], ...] = ()
    env: Mapping[str, str] = field(default_factory=dict)
    shown: tuple[Path, ...] = ()

    @property
    def artefact(self) -> str:
        """Name of the file that the compiler makes in the output directory."""
        if self.emit == "metadata":
            return f"lib{self.name}.rmeta"
        return {"lib": f"lib{self.name}.rlib", "proc-macro": f"lib{self.name}.so"}.get(self.kind, self.name)


@dataclass(frozen=True)
class Compiled:
    """What came out: `artefact` if the compiler succeeded, its diagnostics, and how its run ended."""

    artefact: Path | None
    diagnostics: tuple[Diagnostic, ...]
    outcome: Outcome

    @property
    def ok(self) -> bool:
        """Whether the crate compiled."""
        return self.artefact is not None

    @property
    def errors(self) -> tuple[Diagnostic, ...]:
        """The diagnostics that kept it from compiling."""
        return tuple(item for item in self.diagnostics if item.is_error)


@dataclass(frozen=True)
class Compiler:
    """A toolchain and the sandbox that it runs in. Safe to use from many threads at once."""

    toolchain: Toolchain
    sandbox: Sandbox

    def compile(self, source: Path, out: Path, crate: Crate, limits: Limits = COMPILE_LIMITS) -> Compiled:
        """Compile `source/crate.root` into `out`; both are directories, `out` is handed over to the sandbox's user.

        Trouble of the sandbox that comes again and again is in `Compiled.outcome.trouble`. Raises `MissingError`
        if clippy is asked for and not installed.
        """
        return retried(lambda: self._once(source, out, crate, limits))

    def _once(self, source: Path, out: Path, crate: Crate, limits: Limits) -> Compiled:
        argv = [*_compiler(crate, self.toolchain), *_options(crate, self.toolchain, out.absolute()), crate.root]
        outcome = self.sandbox.run(argv, _spec(source.absolute(), out.absolute(), crate, self.toolchain, limits))
        diagnostics = tuple(parse_diagnostics(outcome.stderr))
        made = out / crate.artefact
        return Compiled(made if outcome.ok and _is_plain_file(made) else None, diagnostics, outcome)


class Ended(Protocol):
    """Something that was run in a sandbox."""

    @property
    def outcome(self) -> Outcome:
        """How the run ended."""


E = TypeVar("E", bound=Ended)


def retried(attempt: Callable[[], E]) -> E:
    """Return what `attempt` returns; trouble of the sandbox may pass, so it is tried up to three times.

    A machine that was too busy is not: that has taken long enough.
    """
    for _ in range(_TRIES - 1):
        ended = attempt()
        if ended.outcome.trouble is None or ended.outcome.timed_out:
            return ended
    return attempt()


def compiler_env(toolchain: Toolchain) -> dict[str, str]:
    """Return the environment in which compilers run: the toolchain on the path, and little else."""
    path = f"{toolchain.sysroot}/bin:/usr/local/bin:/usr/bin:/bin"
    return {"PATH": path, "HOME": "/tmp", "TMPDIR": "/tmp", "LC_ALL": "C.UTF-8"}  # noqa: S108


def _compiler(crate: Crate, toolchain: Toolchain) -> list[str]:
    if not crate.clippy:
        return [str(toolchain.rustc), "--sysroot", str(toolchain.sysroot)]
    if toolchain.clippy_driver is None:
        raise MissingError("clippy is not installed", hint=clippy_hint())
    return [str(toolchain.clippy_driver), "--sysroot", str(toolchain.sysroot)]


def _options(crate: Crate, toolchain: Toolchain, out: Path) -> list[str]:
    options = ["--edition", crate.edition, "--crate-name", crate.name, "--out-dir", str(out)]
    options += ["--test"] if crate.kind == "test" else ["--crate-type", crate.kind]
    options += ["--emit", crate.emit, "--error-format=json"]
    if crate.emit == "link" and crate.kind != "lib":
        options += link_options(toolchain.sysroot)
    # Few words, because firejail takes no more than 127.
    options += [f"--extern={name}={rlib.absolute()}" for name, rlib in crate.externs]
    options += [f"-Ldependency={folder}" for folder in _folders(crate)]
    return [*options, *crate.flags]


def _folders(crate: Crate) -> list[Path]:
    return list(dict.fromkeys(rlib.absolute().parent for _, rlib in crate.externs))


def _spec(source: Path, out: Path, crate: Crate, toolchain: Toolchain, limits: Limits) -> SandboxSpec:
    mounts = [Mount(source), *(Mount(folder) for folder in _folders(crate) if folder != out), *map(Mount, crate.shown)]
    mounts.append(Mount(out, writable=True))
    env = {**compiler_env(toolchain), **crate.env}
    return SandboxSpec(limits, tuple(mounts), env, cwd=str(source), sysroot=toolchain.sysroot)


def _is_plain_file(path: Path) -> bool:
    # The output directory was writable for untrusted code: a link there may point anywhere.
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except OSError:
        return False
