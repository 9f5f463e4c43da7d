"""The only module of the tests that looks at a clock.

No test passes or fails by seconds: machines differ, and are shared. Tests wait until another process has
done something, or has ended, whichever comes first; how work grows with its size is a ratio of two
measurements of the same moment.
"""

from __future__ import annotations

import fcntl
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

HANG_S = 1800.0
"""After so long a test is taken to hang. Limits of programs that end by themselves are this, too."""
SOON_S = 0.6
"""A limit on CPU time for programs that never end. They are stopped at one and a half times as much, in whole seconds:
after one, and with a limit of one after two."""
_LOOK_S = 0.01


def until(condition: Callable[[], bool], what: str = "what the test waits for") -> None:
    """Wait until `condition` holds."""
    _wait(condition, lambda: None, what)


def is_free(lock: Path) -> bool:
    """Whether no run holds this lock file: what a command was going on in may outlive it for a moment."""
    with lock.open("ab") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True


def alive(pid: int) -> bool:
    """Whether a process runs; one that is dead and not yet reaped does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@dataclass(frozen=True)
class Child:
    """A running program whose stderr is kept."""

    process: subprocess.Popen[str]
    _stderr: IO[bytes]

    def stderr(self) -> str:
        """Return what it has said so far."""
        # The child writes at the file's own position, so this must not move it.
        with open(f"/proc/self/fd/{self._stderr.fileno()}", "rb") as again:
            return again.read().decode("utf-8", "replace")

    def until(self, condition: Callable[[], bool], what: str = "it came to what the test waits for") -> None:
        """Wait until `condition` holds; fail with what the child said if it ends before."""
        _wait(condition, self.process.poll, what, self.stderr)

    def end(self, how: signal.Signals) -> int:
        """Send a signal and wait for the end; return the exit code."""
        self.process.send_signal(how)
        return self.process.wait(HANG_S)


@contextmanager
def running(argv: Sequence[str], **options: Any) -> Iterator[Child]:
    """Start a program, and see to it that it has ended in the end; stdout is thrown away unless `options` say."""
    with tempfile.TemporaryFile() as stderr:
        options = {"stdout": subprocess.DEVNULL, "text": True, **options}
        process = subprocess.Popen(argv, stderr=stderr, **options)
        try:
            yield Child(process, stderr)
        finally:
            process.kill()
            process.wait()
            if process.stdout is not None:
                process.stdout.close()


def growth(work: Callable[[int], object], size: int, times: int = 8) -> float:
    """Return how many times as much CPU `work(times * size)` takes as `work(size)`.

    Linear work gives about `times`, quadratic work its square. Both are measured in turns and the least
    is taken, so that what else the machine does cancels out.
    """
    least = {size: float("inf"), times * size: float("inf")}
    for _ in range(3):
        for amount in least:
            started = time.process_time()
            work(amount)
            least[amount] = min(least[amount], time.process_time() - started)
    return least[times * size] / least[size]


def _wait(
    condition: Callable[[], bool], ended: Callable[[], object], what: str, said: Callable[[], str] = lambda: ""
) -> None:
    hung = time.monotonic() + HANG_S
    while not condition():
        code = ended()
        if code is not None:
            # It may have done it just before it ended.
            assert condition(), f"it ended with {code} before {what}:\n{said()}"
            return
        assert time.monotonic() < hung, f"{what}: not after {HANG_S:.0f} s\n{said()}"
        time.sleep(_LOOK_S)
