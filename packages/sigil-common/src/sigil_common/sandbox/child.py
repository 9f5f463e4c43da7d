"""Start one child, wait for its end or its deadline, and collect what it printed.

Output goes to files in memory, never to pipes: a flood fills a file that is bounded, not our heap, and
nobody has to read along. The files are opened for appending only, so the child can neither read nor
rewrite what it printed before.
"""

from __future__ import annotations

import os
import select
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from io import FileIO

from sigil_common.proc import kill_group
from sigil_common.sandbox import rlimits
from sigil_common.sandbox.cgroups import Group, Pool
from sigil_common.sandbox.spec import ENOUGH, PATIENCE, Limits, Outcome, SandboxSpec
from sigil_common.sandbox.usage import Usage, Watch

OUTPUT_CHECK_S = 0.05
_LOOK_S = 0.5
_TOO_BUSY = "the machine was too busy to give it its CPU time"
_GATE = ("/bin/sh", "-c", 'read -r _ && exec <"$0" 3>"$1" && shift && exec "$@"')


class Capture:
    """A file in memory for one output stream of a child."""

    def __init__(self, name: str) -> None:
        self._file = os.memfd_create(name, os.MFD_CLOEXEC)
        self.child_end = os.open(f"/proc/self/fd/{self._file}", os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC)

    def size(self) -> int:
        """Return the bytes written so far."""
        return os.fstat(self._file).st_size

    def read(self, limit: int) -> bytes:
        """Return what was written, cut at `limit` bytes."""
        return os.pread(self._file, min(limit, self.size()), 0)

    def close(self) -> None:
        """Give the memory back."""
        os.close(self.child_end)
        os.close(self._file)


@contextmanager
def captures() -> Iterator[tuple[Capture, Capture]]:
    """Open the files for stdout and stderr of one child."""
    out = Capture("stdout")
    try:
        err = Capture("stderr")
        try:
            yield out, err
        finally:
            err.close()
    finally:
        out.close()


@contextmanager
def source_of(stdin: bytes) -> Iterator[int]:
    """Open what the child will read as its standard input."""
    with _held(stdin) as path:
        source = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        yield source
    finally:
        os.close(source)


@contextmanager
def _held(stdin: bytes) -> Iterator[str]:
    """Keep bytes in memory under a path that can be opened, by us or by a child that runs as we do."""
    if not stdin:
        yield os.devnull
        return
    with FileIO(os.memfd_create("stdin", os.MFD_CLOEXEC), "rb+") as file:
        file.write(stdin)
        yield f"/proc/{os.getpid()}/fd/{file.fileno()}"


def spawn(
    argv: Sequence[str],
    stdin: int,
    out: Capture,
    err: Capture,
    *,
    env: Mapping[str, str],
    cwd: str | None = None,
    pass_fds: Sequence[int] = (),
) -> subprocess.Popen[bytes]:
    """Start `argv` in a session of its own, with three standard streams and no other file of ours."""
    return subprocess.Popen(
        list(argv),
        stdin=stdin,
        stdout=out.child_end,
        stderr=err.child_end,
        env=dict(env),
        cwd=cwd,
        pass_fds=tuple(pass_fds),
        start_new_session=True,
    )


@dataclass(frozen=True)
class Waited:
    """Why waiting ended: the child did (both False), or one of its bounds was reached.

    `seen` is what it had used when it had gone on beyond its net.
    """

    timed_out: bool
    output_exceeded: bool
    seen: Usage | None = None


def wait(
    child: subprocess.Popen[bytes],
    started: float,
    limits: Limits,
    out: Capture,
    err: Capture,
    *,
    watch_output: bool,
    look: Callable[[], Usage],
    kill: Callable[[], None],
) -> Waited:
    """Wait until the child ends, its time is over or its output is too long; then `kill`.

    `started` is a time of `time.monotonic`. `look` says what was used so far, and is asked every half second: waiting
    for a CPU prolongs `limits.wall_s`. `watch_output` looks at the sizes while waiting; without it a
    limit on the size of files must hold the child back. The child is reaped in any case.
    """
    timed_out = exceeded = False
    seen: Usage | None = None
    deadline = started + limits.wall_s
    next_look = started + _LOOK_S
    ended = os.pidfd_open(child.pid)
    try:
        poll = select.poll()
        poll.register(ended, select.POLLIN)
        while True:
            left = deadline - time.monotonic()
            if poll.poll(max(0.0, min(left, OUTPUT_CHECK_S if watch_output else _LOOK_S)) * 1000):
                break
            exceeded = max(out.size(), err.size()) > limits.output_bytes
            if time.monotonic() >= min(next_look, deadline):
                seen, next_look = look(), time.monotonic() + _LOOK_S
            if seen is not None and time.monotonic() >= deadline:
                deadline = started + net(limits, seen)
                timed_out = time.monotonic() >= deadline - OUTPUT_CHECK_S
            if timed_out or exceeded:
                break
    finally:
        os.close(ended)
        kill()
        child.wait()
    exceeded = exceeded or max(out.size(), err.size()) > limits.output_bytes
    return Waited(timed_out and not exceeded, exceeded, seen)


def net(limits: Limits, seen: Usage) -> float:
    """Return the seconds after which a program that has used so much is stopped: it does not pay for waiting."""
    return min(limits.wall_s + (seen.waited_s or 0.0), PATIENCE * limits.wall_s)


def too_busy(limits: Limits, waited: Waited, wall_s: float) -> bool:
    """Whether a program went on for too long because no CPU was free for it.

    One that slept, or waits for ever, is not such a one; where the kernel does not say how long it waited for a CPU,
    every program is that reached the net with less than `ENOUGH` of its CPU time.
    """
    seen = waited.seen
    if not waited.timed_out or seen is None or limits.cpu_s is None or seen.cpu_s >= ENOUGH * limits.cpu_s:
        return False
    return seen.waited_s is None or wall_s - seen.waited_s < limits.wall_s - OUTPUT_CHECK_S


def outcome(
    status: int, waited: Waited, out: Capture, err: Capture, spec: SandboxSpec, wall_s: float, group: Group | None
) -> Outcome:
    """Tell how a run ended; `status` is an exit code, negative for a signal.

    A Rust program that meets the limit on its address space says so and aborts, which is how
    that is recognised where there is no control group.
    """
    code, sent = (None, -status) if status < 0 else (status, None)
    stderr = err.read(spec.limits.output_bytes)
    denied = sent == signal.SIGABRT and b"memory allocation of " in stderr
    cpu_s, allowed = group.cpu_s() if group else None, spec.limits.cpu_s
    over = cpu_s is not None and allowed is not None and cpu_s >= allowed
    stopped = sent == signal.SIGXCPU
    # The kernel's limit counts ticks, also those that a busy host took away.
    early = stopped and cpu_s is not None and allowed is not None and cpu_s < ENOUGH * allowed
    return Outcome(
        returncode=code,
        signal=sent,
        stdout=out.read(spec.limits.output_bytes),
        stderr=stderr,
        timed_out=waited.timed_out or stopped or over,
        output_exceeded=waited.output_exceeded,
        memory_exceeded=denied or (group is not None and group.ran_out_of_memory()),
        wall_s=wall_s,
        trouble=_TOO_BUSY if early or too_busy(spec.limits, waited, wall_s) else None,
        cpu_s=cpu_s,
        peak_bytes=group.peak_bytes() if group else None,
        cpu_exceeded=over,
    )


@dataclass(frozen=True)
class Launch:
    """How `run_gated` starts a program: its whole command line, and what holds for the process itself."""

    argv: Sequence[str]
    env: Mapping[str, str]
    cwd: str
    rlimits: Mapping[int, int]
    third: str = os.devnull
    """Path that the program finds open for writing as file 3."""
    shell_status: bool = False
    """Whether a signal is reported as status 128 + its number."""


def run_gated(launch: Launch, spec: SandboxSpec, stdin: bytes, pool: Pool | None, stack: ExitStack) -> Outcome:
    """Run a program without namespaces of ours around it, its limits set before its first instruction.

    A shell waits at a pipe until limits and control group are set and then becomes the program. At the end the
    process group is killed, and with a pool whatever else the program has started.
    """
    limits = spec.limits
    group = stack.enter_context(pool.group(limits.memory_bytes, limits.processes)) if pool else None
    out, err = stack.enter_context(captures())
    path = stack.enter_context(_held(stdin))
    gate_child, gate = (
        stack.enter_context(FileIO(end, mode)) for end, mode in zip(os.pipe2(os.O_CLOEXEC), "rw", strict=True)
    )
    process = spawn(
        [*_GATE, path, launch.third, *launch.argv], gate_child.fileno(), out, err, env=launch.env, cwd=launch.cwd
    )
    try:
        gate_child.close()
        if group is not None:
            group.add(process.pid)
        rlimits.apply(process.pid, launch.rlimits)
        started = time.monotonic()
        gate.write(b"\n")
    except BaseException:
        kill_group(process)
        raise
    waited = wait(
        process,
        started,
        limits,
        out,
        err,
        watch_output=True,
        look=Watch(process.pid).look,
        kill=lambda: _kill_all(process, group),
    )
    wall_s = time.monotonic() - started
    status = signals_negative(process.returncode) if launch.shell_status else process.returncode
    return outcome(status, waited, out, err, spec, wall_s, group)


def signals_negative(status: int) -> int:
    """Undo the shell's convention: 128 + n, which stands for signal n, becomes -n."""
    return 128 - status if 128 < status <= 192 else status


def _kill_all(process: subprocess.Popen[bytes], group: Group | None) -> None:
    kill_group(process)
    if group is not None:
        group.kill_all()
