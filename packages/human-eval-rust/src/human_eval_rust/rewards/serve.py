"""A judge that stays: answers come in as lines, rewards go out as lines.

Starting takes seconds (sandbox, compiler), and compiled tests are kept for all that follows. Lines are read ahead while
answers are judged, so whoever writes them goes on at once.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict
from importlib import metadata
from typing import IO

from human_eval_rust.judging.finding import JudgeOptions
from human_eval_rust.rewards.credit import DEFAULT_CREDIT, Credit
from human_eval_rust.sampling.prompt import asked
from sigil_common.asking import check_apart
from sigil_common.errors import InputError
from sigil_common.jsonl import dumps, record_of, wrong_in
from sigil_common.manifest import digest_json
from sigil_common.records import Problem, RewardOffer, RewardProblem, RewardReply, RewardRequest

Reward = Callable[..., list[float | None]]


def offer_of(
    training: Mapping[str, Problem],
    measured: Mapping[str, Problem],
    style: str,
    compiler: str,
    rules: Mapping[str, float] | None = None,
) -> RewardOffer:
    """Return what a trainer reads first; `rules` are what rewards follow from besides problems.

    Raises `InputError` for a problem in both files.
    """
    learned = [_row(problem, style, trains=True) for problem in training.values()]
    others = [_row(problem, style, trains=False) for problem in measured.values()]
    check_apart(learned, others)
    return RewardOffer(
        problems=(*learned, *others),
        versions={"human-eval-rust": metadata.version("human-eval-rust"), "rustc": compiler},
        rules=dict(rules or {}),
    )


def rules_of(options: JudgeOptions, credit: Credit = DEFAULT_CREDIT) -> dict[str, float]:
    """Return the limits of judging, and what each step is worth; sizes in bytes, times in seconds."""
    named = ("compile_timeout", "run_timeout", "memory_bytes")
    return {name: float(getattr(options, name)) for name in named} | asdict(credit)


def _row(problem: Problem, style: str, *, trains: bool) -> RewardProblem:
    instruction, opening = asked(problem, style)
    return RewardProblem(
        task_id=problem.task_id,
        instruction=instruction,
        opening=opening,
        trains=trains,
        sha256=digest_json(problem.to_row()),
    )


def serve(offer: RewardOffer, reward: Reward, lines: Iterable[bytes], out: IO[str]) -> None:
    """Write the offer, then one reply for each line, until there are no more lines.

    Raises `InputError` for a line that is no request, or asks for a problem that was not offered.
    """
    _say(out, offer.to_row())
    known = {one.task_id for one in offer.problems}
    for number, line in enumerate(_ahead(lines), 1):
        request = _request(line, number)
        if (unknown := next((one.task_id for one in request.answers if one.task_id not in known), None)) is not None:
            raise InputError(f"line {number}: no problem `{unknown}`")
        began = time.monotonic()
        texts, tasks = [one.completion for one in request.answers], [one.task_id for one in request.answers]
        rewards = reward(texts, task_id=tasks)
        took = round(time.monotonic() - began, 3)
        # Rewards that are missing must stay in their place.
        _say(out, RewardReply(number=request.number, rewards=tuple(rewards), seconds=took).model_dump(mode="json"))


def _request(line: bytes, number: int) -> RewardRequest:
    try:
        return record_of(line, RewardRequest)
    except ValueError as error:
        raise InputError(f"line {number}: not a request", cause=wrong_in(error)) from None


def _ahead(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Yield lines that a thread of its own reads, as they come."""
    waiting: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()

    def read() -> None:
        for line in lines:
            if line.strip():
                waiting.put(line)
        waiting.put(None)

    threading.Thread(target=read, daemon=True).start()
    while (line := waiting.get()) is not None:
        yield line


def _say(out: IO[str], row: object) -> None:
    out.write(dumps(row) + "\n")
    out.flush()
