"""Run the tests of one answer in the sandbox and read their report.

Each run gets a key of its own on stdin. Only lines that begin with it count; everything else on stdout
is the answer's own output.
"""

from __future__ import annotations

import re
import secrets
import signal
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sigil_common.rustc import WALL_PER_CPU
from sigil_common.sandbox import Limits, Mount, Outcome, Sandbox, SandboxSpec
from sigil_common.sandbox.spec import GIB, MIB

KEY_BYTES = 32
MESSAGE_LIMIT = 2000
_INSIDE = "/run/verdict"
_ESCAPE = re.compile(r"\\([\\nr])")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


@dataclass(frozen=True)
class FailedTest:
    """One test that failed: its number, `file:line` of the panic if there was one, and its message."""

    number: int
    place: str
    message: str


@dataclass(frozen=True)
class Report:
    """What the tests said. `ended` is the number of tests that the last line confirms, `None` without one."""

    passed: tuple[int, ...]
    failures: tuple[FailedTest, ...]
    running: int | None
    ended: int | None


@dataclass(frozen=True)
class TestRun:
    """One run of an answer's tests: their report and how the process ended."""

    __test__ = False

    report: Report
    outcome: Outcome

    @property
    def timed_out(self) -> bool:
        """Whether its CPU seconds were more than allowed, or its time was over before its tests were."""
        stopped = self.outcome.timed_out or self.outcome.signal == signal.SIGXCPU
        return self.outcome.cpu_exceeded or (self.report.ended is None and stopped)


def limits(run_timeout_s: float, memory_bytes: int = 4 * GIB) -> Limits:
    """Return the limits of one run: CPU time is bounded by `run_timeout_s`, sleeping by a multiple of it."""
    return Limits(
        wall_s=WALL_PER_CPU * run_timeout_s,
        cpu_s=run_timeout_s,
        memory_bytes=memory_bytes,
        processes=32,
        file_bytes=8 * MIB,
        output_bytes=8 * MIB,
        scratch_bytes=0,
    )


def run_answer(
    program: Path, number: int, sandbox: Sandbox, limit: Limits, *, order: Sequence[int] = (), seed: int = 0
) -> TestRun:
    """Run answer `number` of a verdict program: all its tests, or those of `order`, in that order.

    `seed` (0 to 255) goes with `order` and chooses how hash maps iterate.
    """
    chosen = [",".join(map(str, order)), str(seed)] if order else []
    key = secrets.token_hex(KEY_BYTES // 2)
    inside = _INSIDE if sandbox.name == "bubblewrap" else str(program)
    spec = SandboxSpec(limit, mounts=(Mount(program, target=inside),), cwd="/", system="minimal")
    outcome = sandbox.run([inside, str(number), *chosen], spec, stdin=key.encode())
    return TestRun(read_report(outcome.stdout, key), outcome)


def read_report(stdout: bytes, key: str) -> Report:
    """Collect the lines of `stdout` that carry the key."""
    passed: list[int] = []
    failures: list[FailedTest] = []
    running = ended = None
    for raw in stdout.split(b"\n"):
        if not raw.startswith(key.encode()):
            continue
        _, word, number, place, message = raw.decode("utf-8", "replace").split("\t", 4)
        if word == "run":
            running = int(number)
        elif word == "ok":
            passed.append(int(number))
        elif word == "fail":
            failures.append(FailedTest(int(number), place, _unescape(message)[:MESSAGE_LIMIT]))
        elif word == "end":
            ended, running = int(number), None
    return Report(tuple(passed), tuple(failures), running, ended)


def _unescape(text: str) -> str:
    plain = _ESCAPE.sub(lambda found: {"n": "\n", "r": "\r"}.get(found[1], "\\"), text)
    return _CONTROL.sub("\ufffd", plain)
