"""The bubblewrap sandbox: namespaces, an almost empty file system, a system call filter, limits.

How a run goes. `bwrap` clones its inner process into new namespaces, reports that process's id on the
status pipe, builds the file system, and then stops at the block pipe with nothing of the program
started. In that pause the parent sets the inner process's resource limits and control groups, which
the program inherits; then it fills in the system call filter and lets go. So no helper programs are
needed for limits, and the limits do not disturb the set-up. If the parent is killed in the pause, bwrap
goes on at the end of the pipe, finds an empty filter, which the kernel refuses, and gives up. At the
end the inner process, which is process 1 of the namespace, is killed: the kernel takes every process
in it along, and `run` returns only after that.

Root or not. As an ordinary user we have bwrap make a user namespace. As root we do not: a process that
is root of the host, even without capabilities, may write to files that root owns (core_pattern among
them), so `setpriv` changes to an unassigned user id inside, just before the program.

What it does not hold back: it sees the CPU model
and the time; under `toolchain` it can read the software installed in /usr.
"""

from __future__ import annotations

import os
import re
import select
import signal
import time
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from io import FileIO

from sigil_common.errors import MissingError
from sigil_common.sandbox import check, child, identity, layout, rlimits, seccomp
from sigil_common.sandbox.cgroups import Pool
from sigil_common.sandbox.spec import Outcome, SandboxSpec, not_run
from sigil_common.sandbox.usage import Watch

_CHILD_PID = re.compile(rb'"child-pid":\s*(\d+)')
_EXIT_CODE = re.compile(rb'"exit-code":\s*(\d+)')
_MESSAGE_BYTES = 2000
_START_S = 30.0
_CPU_SPARE = 1.5


@dataclass(frozen=True)
class Bubblewrap:
    """Runs programs under `bwrap`; make one with `open_sandbox`, which has tested it.

    `setpriv` is given when we are root, and only then. Without a `pool` of control groups the limit on
    memory holds for each process by itself.
    """

    bwrap: str
    setpriv: str | None
    pool: Pool | None
    name: str = field(default="bubblewrap", init=False)

    def run(self, argv: Sequence[str], spec: SandboxSpec, stdin: bytes = b"") -> Outcome:
        """Run `argv` inside; see `Sandbox`."""
        try:
            refusal = check.refusal(argv, spec, drops_uid=self.setpriv is not None)
            if refusal:
                return not_run(refusal)
            with ExitStack() as stack:
                return _Run(self, spec, stack).go(argv, stdin)
        except (OSError, ValueError, MissingError) as error:
            return not_run(f"cannot start bubblewrap: {error}")


class _Run:
    """The files and processes of one run; the caller's stack closes the ones and ends the others."""

    def __init__(self, sandbox: Bubblewrap, spec: SandboxSpec, stack: ExitStack) -> None:
        self.sandbox = sandbox
        self.spec = spec
        self.stack = stack
        limits = spec.limits
        pool = sandbox.pool
        self.group = stack.enter_context(pool.group(limits.memory_bytes, limits.processes)) if pool else None
        self.out, self.err = stack.enter_context(child.captures())
        self.rules = stack.enter_context(FileIO(os.memfd_create("rules", os.MFD_CLOEXEC), "rb+"))
        self.inner: int | None = None
        self.inner_pid: int | None = None

    def go(self, argv: Sequence[str], stdin: bytes) -> Outcome:
        """Start, limit, let go, wait, report."""
        status, release = self._start(argv, stdin)
        report = _read_some(status, _START_S)
        with suppress(ProcessLookupError):  # the set-up failed; what bwrap said about it is reported below
            self._limit(report)
        started = time.monotonic()
        os.pwrite(self.rules.fileno(), seccomp.program(self.spec.system), 0)
        with suppress(BrokenPipeError):
            release.write(b"x")
        waited = child.wait(
            self.process,
            started,
            self.spec.limits,
            self.out,
            self.err,
            watch_output=rlimits.can_write(self.spec),
            look=Watch(self.inner_pid or self.process.pid).look,
            kill=self._kill,
        )
        wall = time.monotonic() - started
        return self._outcome(report + _read_some(status, 0), waited, wall)

    def _start(self, argv: Sequence[str], stdin: bytes) -> tuple[FileIO, FileIO]:
        """Start bwrap; return the end of the status pipe to read and that of the block pipe to write."""
        status, status_end = self._pipe()
        held, release = self._pipe()
        options = layout.options(self.sandbox.bwrap, self.sandbox.setpriv, self.spec)
        passed = {"--json-status-fd": status_end, "--block-fd": held, "--seccomp": self.rules}
        for option, file in passed.items():
            options += [option, str(file.fileno())]
        source = self.stack.enter_context(child.source_of(stdin))
        setpriv = self.sandbox.setpriv
        user = identity.change_of_user(setpriv, self.spec, self.stack) if setpriv else []
        self.process = child.spawn(
            [*options, "--", *user, *argv],
            source,
            self.out,
            self.err,
            env={},
            pass_fds=[file.fileno() for file in passed.values()],
        )
        self.stack.callback(self._end)
        status_end.close()
        held.close()
        return status, release

    def _pipe(self) -> tuple[FileIO, FileIO]:
        read, write = os.pipe2(os.O_CLOEXEC)
        return self.stack.enter_context(FileIO(read, "rb")), self.stack.enter_context(FileIO(write, "wb"))

    def _limit(self, report: bytes) -> None:
        """Bound the inner process while it waits; the program inherits the bounds."""
        found = _CHILD_PID.search(report)
        if not found:
            return
        self.inner_pid = pid = int(found[1])
        self.inner = os.pidfd_open(pid)
        if self.group is not None:
            self.group.add(pid)
        missing = self.group is None
        spare = 1.0 if self.group is None or self.group.cpu_s() is None else _CPU_SPARE
        rlimits.apply(pid, rlimits.of(self.spec, memory=missing, processes=missing, cpu_spare=spare))

    def _kill(self) -> None:
        """Kill process 1 of the namespace and wait until the kernel has taken all others along."""
        if self.inner is not None:
            with suppress(ProcessLookupError):
                signal.pidfd_send_signal(self.inner, signal.SIGKILL)
            poll = select.poll()
            poll.register(self.inner, select.POLLIN)
            poll.poll()
            with suppress(ChildProcessError):  # it is our child only where we are the host's process 1
                os.waitid(os.P_PIDFD, self.inner, os.WEXITED | os.WNOHANG)
        if self.process.poll() is None:
            if self.inner is None:
                self.process.kill()
            self.process.wait()

    def _end(self) -> None:
        self._kill()
        if self.inner is not None:
            os.close(self.inner)

    def _outcome(self, report: bytes, waited: child.Waited, wall_s: float) -> Outcome:
        found = _EXIT_CODE.search(report)
        status = child.signals_negative(int(found[1]) if found else 128 + signal.SIGKILL)
        ended = child.outcome(status, waited, self.out, self.err, self.spec, wall_s, self.group)
        if not (found or waited.timed_out or waited.output_exceeded or ended.memory_exceeded):
            said = self.err.read(_MESSAGE_BYTES).decode("utf-8", "replace").strip()
            return not_run(f"bubblewrap could not set up the sandbox: {said or self.process.returncode}", wall_s)
        return ended


def _read_some(pipe: FileIO, timeout_s: float) -> bytes:
    """Read what is there, waiting for its first byte no longer than `timeout_s`."""
    poll = select.poll()
    poll.register(pipe, select.POLLIN)
    return (pipe.read(4096) or b"") if poll.poll(timeout_s * 1000) else b""
