"""Steps: a console script with what it reads and writes. Each is done once, whoever needs its result.

A step's directory is named after a digest of all that decides its result: its command, the digests of what it reads,
the code and the versions that do the work. Where the input is another step's output, that step's own name stands for
it, so all names are known before anything is run. A record is written last; a directory without one is continued.
"""

from __future__ import annotations

import ctypes
import logging
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from lambda_package.engine import find_script
from sigil_common.errors import BadResultError, InterruptedRunError, SigilError
from sigil_common.jsonl import read_record, write_json
from sigil_common.manifest import digest_json
from sigil_common.records import Record

log = logging.getLogger("lift")
OUT, WORK = "{out}", "{work}"
_RUNNING = ".running"
_LOOK_S = 0.5
_POLITE_END = InterruptedRunError.exit_code
_STOPPED = (_POLITE_END, -signal.SIGTERM, -signal.SIGINT)


@dataclass(frozen=True)
class Input:
    """Something that a step reads: what identifies it, and how to find it once the steps before are done."""

    sha256: str
    path: Callable[[], Path]


@dataclass(frozen=True)
class Step:
    """A command, `{out}` in it for the step's directory, `{work}` for that of the study and `{name}` for an input.

    `enough` tells of a command that can go on another time whether its directory holds what is wanted of it now;
    `stops_early` has it stopped there. `size` is the work in units of `pace`, for the plan. Exit codes in `verdict` are
    a result of the study, as a loss that became infinite.
    """

    kind: str
    argv: tuple[str, ...]
    inputs: Mapping[str, Input]
    code: str
    pace: str
    size: float
    enough: Callable[[Path], bool] | None = None
    stops_early: bool = False
    verdict: tuple[int, ...] = ()

    @property
    def key(self) -> str:
        """The digest that names the directory."""
        reads = {name: item.sha256 for name, item in self.inputs.items()}
        return digest_json([self.kind, list(self.argv), reads, self.code])

    def output(self, directory: Path, *parts: str) -> Input:
        """Return a file of this step as an input of the next."""
        return Input(digest_json([self.key, list(parts)]), lambda: directory.joinpath(*parts))


class StepRecord(Record):
    """`step-N.json`: what a run of a step cost. CPU seconds are user and system time of the command and its children.

    `size` is 0 for a run that was interrupted. `resumed`: the one before was killed, whose time is in no record.
    """

    kind: str
    key: str
    pace: str
    size: float
    returncode: int
    cpu_s: float
    wall_s: float
    resumed: bool


@dataclass
class Steps:
    """The steps in a work directory. With `dry` nothing is run: `missing` lists what would be, each step once.

    `used` holds the directories of finished steps that were asked for; `lock_fd` is inherited by the commands, so that
    the lock lasts while any of them lives.
    """

    work: Path
    lock_fd: int | None = None
    dry: bool = False
    missing: dict[str, Step] = field(default_factory=dict)
    used: set[Path] = field(default_factory=set)
    _locks: dict[str, threading.Lock] = field(default_factory=dict)
    _guard: threading.Lock = field(default_factory=threading.Lock)
    _children: set[subprocess.Popen[bytes]] = field(default_factory=set)
    _stopping: bool = False

    def ensure(self, step: Step) -> Path:
        """Do a step unless it is done; return its directory.

        Raises `BadResultError` where its end is a result that nothing can be made of, also when that is known from an
        earlier run, and the error of a command that failed.
        """
        directory = self.directory(step)
        with self._alone(step.key):
            if self.dry and not is_done(step, directory):
                self.missing[step.key] = step
                return directory
            if not is_done(step, directory):
                self._run(step, directory)
        self.used.add(directory)
        if records(directory)[-1].returncode in step.verdict:
            raise BadResultError(f"{step.kind} ended with a bad result", cause=last_words(directory))
        return directory

    def directory(self, step: Step) -> Path:
        """Return where a step's results are, or will be."""
        return self.work / "steps" / f"{step.kind}-{step.key[:16]}"

    @contextmanager
    def _alone(self, key: str) -> Iterator[None]:
        with self._guard:
            own = self._locks.setdefault(key, threading.Lock())
        with own:
            yield

    def _run(self, step: Step, directory: Path) -> None:
        marker = directory / _RUNNING
        resumed = marker.exists()
        directory.mkdir(parents=True, exist_ok=True)
        marker.touch()
        if is_enough(step, directory):  # a killed run had come so far
            code, cpu, wall = _POLITE_END, 0.0, 0.0
        else:
            log.info("%s %s: %s", step.kind, step.key[:16], "continuing" if resumed else "started")
            code, cpu, wall = self._execute(step, self._command(step, directory), directory)
        ended_well = code in (0, *step.verdict) or (code in _STOPPED and is_enough(step, directory))
        if ended_well or code in _STOPPED:
            size = step.size if ended_well else 0
            used = {"cpu_s": round(cpu, 2), "wall_s": round(wall, 2)}
            record = StepRecord(
                kind=step.kind, key=step.key, pace=step.pace, size=size, returncode=code, resumed=resumed, **used
            )
            write_json(directory / f"step-{len(records(directory)) + 1}.json", record.to_row())
            marker.unlink()
        if not ended_well:
            raise _error(step, code, directory)
        log.info("%s %s: %.0f s, %.0f CPU s", step.kind, step.key[:16], wall, cpu)

    def _command(self, step: Step, directory: Path) -> list[str]:
        places = {OUT: directory, WORK: self.work}
        argv = command(step.argv, places | {f"{{{name}}}": item.path() for name, item in step.inputs.items()})
        write_json(directory / "command.json", argv)
        return argv

    def _execute(self, step: Step, argv: Sequence[str], directory: Path) -> tuple[int, float, float]:
        """Run a command, until it ends or `step.enough`; return exit code, CPU seconds and seconds."""
        started = time.monotonic()
        with (directory / "stdout.txt").open("wb") as out, (directory / "stderr.txt").open("wb") as err:
            child = self._start([find_script(argv[0]), *argv[1:]], stdout=out, stderr=err)
        asked = False
        while True:
            pid, status, used = os.wait4(child.pid, os.WNOHANG if step.stops_early else 0)
            if pid:
                break
            if not asked and is_enough(step, directory):
                child.send_signal(signal.SIGTERM)
                asked = True
            time.sleep(_LOOK_S)
        with self._guard:
            child.returncode = os.waitstatus_to_exitcode(status)
            self._children.discard(child)
        return child.returncode, used.ru_utime + used.ru_stime, time.monotonic() - started

    def _start(self, argv: Sequence[str], **streams: object) -> subprocess.Popen[bytes]:
        """Start a command in a session of its own: Ctrl-C reaches us alone, and we ask it to end once."""
        with self._guard:
            if self._stopping:
                raise InterruptedRunError("interrupted", hint="run the same command again to continue")
            held = () if self.lock_fd is None else (self.lock_fd,)
            child: subprocess.Popen[bytes] = subprocess.Popen(
                argv, **streams, pass_fds=held, start_new_session=True, preexec_fn=_tie
            )  # type: ignore[call-overload]
            self._children.add(child)
        return child

    def stop(self) -> None:
        """Ask what runs to save its state and end; start nothing more."""
        with self._guard:
            self._stopping = True
            for child in self._children:
                child.send_signal(signal.SIGTERM)


def records(directory: Path) -> list[StepRecord]:
    """Return what the runs of a step cost, in order; several where a later one went further."""
    found = sorted(directory.glob("step-*.json"), key=lambda path: int(path.stem.rpartition("-")[2]))
    return [read_record(path, StepRecord) for path in found]


def is_enough(step: Step, directory: Path) -> bool:
    """Tell whether a step that may be stopped early has come as far as it is wanted."""
    return step.enough is not None and step.enough(directory)


def is_done(step: Step, directory: Path) -> bool:
    """Tell whether a step need not be run: it ended, as far as it is wanted, or with a bad result."""
    known = records(directory)
    if not known:
        return False
    if known[-1].returncode in step.verdict:
        return True
    return known[-1].returncode == 0 if step.enough is None else step.enough(directory)


def command(words: Sequence[str], places: Mapping[str, Path]) -> list[str]:
    """Return a command with its places filled in."""
    found = []
    for word in words:
        for place, path in places.items():
            word = word.replace(place, str(path))
        found.append(word)
    return found


def last_words(directory: Path) -> str | None:
    """Return the last error that a step's command printed, in one line."""
    text = (directory / "stderr.txt").read_text(encoding="utf-8", errors="replace")
    _, found, message = text.rpartition("error: ")
    return " ".join(message.partition("\nhint: ")[0].split())[:500] if found else None


def _tie() -> None:
    """Let Linux end the command when we are killed, so that no orphan goes on beside a later run."""
    pr_set_pdeathsig = 1
    ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGTERM)


def _error(step: Step, code: int, directory: Path) -> SigilError:
    if code in _STOPPED:
        return InterruptedRunError(f"{step.kind} was interrupted", hint="run the same command again to continue")
    error = SigilError(
        f"{step.kind} ended with exit code {code}",
        cause=last_words(directory),
        hint=f"its output is in {directory / 'stderr.txt'}",
    )
    error.exit_code = code if code in (1, 2, 3) else SigilError.exit_code
    return error
