"""What a caller asks of a sandbox, and what it gets back.

A sandbox runs one program to its end, and shows it nothing but what the spec names. Whatever the
program does, `run` returns an `Outcome`; it never raises because of the program. `Outcome.trouble` is
reserved for faults of the sandbox itself, so that they are never counted against the program.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol

from sigil_common.sandbox_mode import SandboxMode as SandboxMode

System = Literal["toolchain", "minimal"]

# How many times its net a program may live that has to wait for a CPU.
PATIENCE = 10
# A program that was given less than this share of its CPU time was not at fault for missing the rest.
ENOUGH = 0.8

KIB = 1024
MIB = 1024 * KIB
GIB = 1024 * MIB


@dataclass(frozen=True)
class Mount:
    """A host file or directory made visible inside, at the same path unless `target` says otherwise.

    Under root the program runs as an ordinary user, to whom a writable directory is handed over
    (see `identity.hand_over`); a read-only one must be readable by all (see `identity.workdir`).
    """

    source: Path
    target: str | None = None
    writable: bool = False

    @property
    def inside(self) -> str:
        """Absolute path of the mount inside the sandbox."""
        return self.target or str(self.source.absolute())


@dataclass(frozen=True)
class Limits:
    """Bounds of one run; times in seconds, sizes in bytes. Reaching one ends the run, never raises.

    `cpu_s` is what a program may compute, `wall_s` a net for one that waits for something that never comes: time in
    which it was ready and no CPU was free is not counted, up to `PATIENCE` times the net.
    """

    wall_s: float
    cpu_s: float | None = None
    memory_bytes: int = 4 * GIB
    processes: int = 64
    file_bytes: int = 256 * MIB
    output_bytes: int = 1 * MIB
    scratch_bytes: int = 2 * GIB


@dataclass(frozen=True)
class SandboxSpec:
    """Everything that the program will see and may use; nothing of the caller is inherited.

    `system="toolchain"` shows the system's programs and libraries, the linker and the toolchain in
    `sysroot`, all read-only, and /proc. `system="minimal"` shows the dynamic loader and the C library only: no
    /proc, no sockets, no new processes (threads work). `/tmp` is empty, private, and holds at most
    `limits.scratch_bytes`; 0 leaves it read-only. `network` is for fetching crates and nothing else.
    """

    limits: Limits
    mounts: tuple[Mount, ...] = ()
    env: Mapping[str, str] = field(default_factory=dict)
    cwd: str = "/tmp"  # noqa: S108  a private one
    system: System = "toolchain"
    network: bool = False
    sysroot: Path | None = None


@dataclass(frozen=True)
class Outcome:
    """How a run ended. `returncode` is None when a signal ended the program, and then `signal` is set.

    bubblewrap and firejail report a signal as status 128+n, as a shell does, so a program that itself
    exits with 128+n cannot be distinguished from one that signal n killed. `stdout` and `stderr` are cut at
    `limits.output_bytes`. `timed_out` covers wall clock and CPU time alike; with `trouble` it means that the
    machine was too busy to give the program its time. `cpu_s` and `peak_bytes` (memory, with what it wrote to `/tmp`)
    are those of all its processes, `None` where nothing tells them. `cpu_exceeded`: it used more CPU time than
    allowed, even if it then ended by itself.
    """

    returncode: int | None
    signal: int | None
    stdout: bytes
    stderr: bytes
    timed_out: bool
    output_exceeded: bool
    memory_exceeded: bool
    wall_s: float
    trouble: str | None
    cpu_s: float | None = None
    peak_bytes: int | None = None
    cpu_exceeded: bool = False

    @property
    def ok(self) -> bool:
        """Whether the program ended by itself with status 0 and within all its limits."""
        return self.returncode == 0 and not self.timed_out and not self.output_exceeded and self.trouble is None


class Sandbox(Protocol):
    """A way to run untrusted programs. Safe to use from many threads at once."""

    @property
    def name(self) -> str:
        """Return `bubblewrap`, `firejail` or `none`."""

    def run(self, argv: Sequence[str], spec: SandboxSpec, stdin: bytes = b"") -> Outcome:
        """Run `argv` (its first item an absolute path inside) and wait for its end."""


def not_run(trouble: str, wall_s: float = 0.0) -> Outcome:
    """Return the outcome of a run that never started."""
    return Outcome(None, None, b"", b"", False, False, False, wall_s, trouble)
