"""Run a child process with limits: wall clock, size of its output, and no survivors.

The child leads a process group of its own; on a time-out or an interrupt the whole group is killed.
Output goes to files, never through pipes held in memory, so a flood cannot exhaust ours.
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from sigil_common.errors import MissingError

DEFAULT_OUTPUT_LIMIT = 16 * 1024 * 1024
_SET_SIGNAL = 1  # PR_SET_PDEATHSIG


@dataclass(frozen=True)
class Finished:
    """How a child ended. `returncode` is negative for a signal, as in `subprocess`; times in seconds."""

    argv: tuple[str, ...]
    returncode: int
    stdout: str
    stderr: str
    timed_out: bool
    truncated: bool
    wall_s: float

    @property
    def ok(self) -> bool:
        """Whether the child ended by itself with status 0."""
        return self.returncode == 0 and not self.timed_out


def run(
    argv: Sequence[str],
    *,
    timeout: float,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    stdin: bytes | None = None,
    output_limit: int = DEFAULT_OUTPUT_LIMIT,
) -> Finished:
    """Run `argv` to its end or for `timeout` seconds.

    `output_limit` is in bytes and holds for stdout and stderr each; what lies beyond is cut and
    `truncated` set. Raises `MissingError` if the program does not exist or cannot be started here.
    """
    started = time.monotonic()
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err, tempfile.TemporaryFile() as source:
        if stdin:
            source.write(stdin)
            source.seek(0)
        try:
            child = subprocess.Popen(
                list(argv), stdin=source, stdout=out, stderr=err, cwd=cwd, env=env, start_new_session=True
            )
        except FileNotFoundError as error:
            missing = os.fspath(error.filename or argv[0])  # a `cwd` that is not there is named as it was given
            raise MissingError(f"cannot run `{argv[0]}`", cause=f"no such file: {missing}") from None
        except OSError as error:  # no right to it, or made for another machine
            raise MissingError(f"cannot run `{argv[0]}`", cause=str(error)) from None
        timed_out = False
        try:
            child.wait(timeout)
        except subprocess.TimeoutExpired:
            timed_out = True
        finally:
            kill_group(child)
        text_out, cut_out = _read(out, output_limit)
        text_err, cut_err = _read(err, output_limit)
    wall = time.monotonic() - started
    return Finished(tuple(argv), child.returncode, text_out, text_err, timed_out, cut_out or cut_err, wall)


def die_with_parent(sent: signal.Signals) -> None:
    """Ask Linux to send this process a signal when its parent ends, so that nothing goes on beside a later run.

    PR_SET_PDEATHSIG of prctl(2): a parent that has ended already is not noticed.
    """
    ctypes.CDLL(None).prctl(_SET_SIGNAL, sent)


def kill_group(child: subprocess.Popen[bytes]) -> None:
    """Kill whatever is left of the child's process group, and reap the child."""
    try:
        os.killpg(child.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        pass
    child.wait()


def _read(file: IO[bytes], limit: int) -> tuple[str, bool]:
    file.seek(0)
    data = file.read(limit + 1)
    return data[:limit].decode("utf-8", "replace"), len(data) > limit
