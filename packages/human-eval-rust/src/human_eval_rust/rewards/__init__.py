"""Verdicts as rewards for reinforcement learning, with credit for coming part of the way.

    from human_eval_rust.rewards import reward_function
    trainer = GRPOTrainer(model, reward_funcs=reward_function(), train_dataset=dataset)   # trl

The data set needs a column `task_id`; TRL hands every column on as a keyword argument, one value for
each completion. The tests of a problem are compiled when it comes for the first time and kept.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from human_eval_rust.judging.finding import Answer, Finding, JudgeOptions
from human_eval_rust.judging.judge import Judge, usable_workers
from human_eval_rust.problems.files import load, locate, shortened
from human_eval_rust.problems.parsed import ParsedProblem, parse_problem
from human_eval_rust.rewards.credit import DEFAULT_CREDIT, Credit, Ground, credit_of, ground_of, probes
from sigil_common.errors import InputError
from sigil_common.records import Problem
from sigil_common.rustc import Compiler, find_toolchain
from sigil_common.sandbox import open_sandbox

__all__ = ["DEFAULT_CREDIT", "Credit", "refuse_untested", "reward_function", "reward_of", "text_of"]

log = logging.getLogger("sigil.rewards")

# A task id and the text of an answer.
Asked = tuple[str, str]


def reward_function(
    problem_file: Path | None = None,
    *,
    options: JudgeOptions | None = None,
    credit: Credit = DEFAULT_CREDIT,
    n_workers: int | None = None,
) -> Callable[..., list[float | None]]:
    """Return a function with the signature that TRL's GRPO trainer asks of a reward.

    Opens compiler and sandbox now. Raises `MissingError` if they are missing, `UnusableProblemError` for a problem that
    cannot be read, `InputError` for one of kind `compile`, as a body that does nothing compiles. One whose reference
    solution fails gives `None` for every answer, and is named once.
    """
    problems = load(locate(problem_file))
    return reward_of(problems, options=options, credit=credit, n_workers=n_workers)


def reward_of(
    problems: Mapping[str, Problem],
    *,
    options: JudgeOptions | None = None,
    credit: Credit = DEFAULT_CREDIT,
    n_workers: int | None = None,
) -> Callable[..., list[float | None]]:
    """Return the reward of problems that are loaded already; see `reward_function`."""
    refuse_untested(problems.values())
    parsed = {task: parse_problem(problem) for task, problem in problems.items()}
    options = options or JudgeOptions()
    judge = Judge(options, Compiler(find_toolchain(), open_sandbox()), usable_workers(n_workers, options))
    grounds: dict[str, Ground] = {}

    def rust_tests_reward(
        completions: Sequence[Any], task_id: Sequence[str] = (), **_columns: Any
    ) -> list[float | None]:
        """Return one reward for each completion."""
        if len(task_id) != len(completions):
            raise InputError(
                f"{len(completions)} completions came with {len(task_id)} task ids",
                hint="the data set needs a column `task_id`",
            )
        asked = list(zip(task_id, map(text_of, completions), strict=True))
        if unknown := next((task for task in task_id if task not in parsed), None):
            raise InputError(f"no problem `{unknown}`", hint=f"task ids look like `{next(iter(parsed))}`")
        found = _judge(judge, parsed, asked, grounds)
        return [
            credit_of(found[one], parsed[one[0]], grounds[one[0]], credit) if one[0] in grounds else None
            for one in asked
        ]

    return rust_tests_reward


def refuse_untested(problems: Iterable[Problem]) -> None:
    """Raise `InputError` for problems without tests, which whatever compiles passes."""
    untested = [problem.task_id for problem in problems if problem.kind == "compile"]
    if untested:
        raise InputError(
            f"{len(untested)} problems are of kind `compile` ({shortened(untested)}) and cannot give rewards",
            cause="whatever compiles passes them, so a model would learn to write nothing",
            hint="give a file whose problems have tests",
        )


def text_of(completion: Any) -> str:
    """Return the text of a completion: a string, or the messages of a chat, of which the last counts."""
    if isinstance(completion, str):
        return completion
    if isinstance(completion, Sequence) and completion and isinstance(completion[-1], Mapping):
        return str(completion[-1].get("content") or "")
    raise TypeError(f"a completion is a string or a list of messages, got {type(completion).__name__}")


def _judge(
    judge: Judge, parsed: Mapping[str, ParsedProblem], asked: Sequence[Asked], grounds: dict[str, Ground]
) -> dict[Asked, Finding]:
    """Judge answers, and with the first of a problem what its ground is; add that to `grounds`."""
    new = {task: probes(parsed[task]) for task, _ in asked if task not in grounds}
    unique = list(dict.fromkeys([*asked, *((task, text) for task, texts in new.items() for text in texts)]))
    judged = judge.run([Answer(parsed[task], text) for task, text in unique])
    found = {unique[one.position]: one.finding for one in judged}
    for task, texts in new.items():
        ground = ground_of(parsed[task], {text: found[task, text] for text in texts})
        if ground is not None:
            grounds[task] = ground
            if ground.fault:
                log.warning("%s gives no rewards: %s", task, ground.fault)
    return found
