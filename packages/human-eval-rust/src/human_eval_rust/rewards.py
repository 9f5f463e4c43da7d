"""Verdicts as rewards for reinforcement learning, with credit for coming part of the way.

    from human_eval_rust.rewards import reward_function
    trainer = GRPOTrainer(model, reward_funcs=reward_function(), train_dataset=dataset)   # trl

The data set needs a column `task_id`; TRL hands every column on as a keyword argument, one value for
each completion. The tests of a problem are compiled when it comes for the third time and kept.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from human_eval_rust.judging.finding import Answer, Finding, JudgeOptions
from human_eval_rust.judging.judge import Judge, usable_workers
from human_eval_rust.problems.files import load, locate
from human_eval_rust.problems.parsed import ParsedProblem, parse_problem
from sigil_common.errors import InputError
from sigil_common.failures import FAILURES
from sigil_common.rustc import Compiler, find_toolchain
from sigil_common.sandbox import open_sandbox


@dataclass(frozen=True)
class Credit:
    """What each step is worth. Passing all tests is worth 1; what the table of failures says earns nothing gets 0."""

    has_code: float = 0.05
    parses: float = 0.1
    compiles: float = 0.3


DEFAULT_CREDIT = Credit()


def credit_of(finding: Finding, credit: Credit = DEFAULT_CREDIT) -> float | None:
    """Return the reward for a finding, between 0 and 1; `None` if it was not judged, which TRL leaves out.

    An answer that compiles gets `compiles` and of the rest the share of declared tests that it passed; one that
    is unfinished (`todo!()`) and passes none gets no more than for parsing.
    """
    failure = finding.failure.kind if finding.failure else None
    if finding.unusable:
        return None
    if failure is None:
        return 1.0
    if not FAILURES[failure].counts:
        return None
    if not FAILURES[failure].earns:
        return 0.0
    if finding.compiles and _is_unfinished(finding):
        return credit.parses
    if finding.compiles:
        declared = max(finding.tests.declared, 1)
        return credit.compiles + (1.0 - credit.compiles) * finding.tests.passed / declared
    return credit.parses if finding.parses else credit.has_code


def _is_unfinished(finding: Finding) -> bool:
    """Whether the answer is a `todo!()` that passes nothing: compiling it is no merit."""
    detail = finding.failure.detail if finding.failure else None
    return finding.tests.passed == 0 and (detail or "").startswith("panic (unfinished)")


def reward_function(
    problem_file: Path | None = None,
    *,
    options: JudgeOptions | None = None,
    credit: Credit = DEFAULT_CREDIT,
    n_workers: int | None = None,
) -> Callable[..., list[float | None]]:
    """Return a function with the signature that TRL's GRPO trainer asks of a reward.

    Opens compiler and sandbox now. Raises `MissingError` if they are missing, `UnusableProblemError` for
    a problem that cannot be scored.
    """
    parsed = {task: parse_problem(problem) for task, problem in load(locate(problem_file)).items()}
    judge = Judge(options or JudgeOptions(), Compiler(find_toolchain(), open_sandbox()), n_workers or usable_workers())

    def rust_tests_reward(
        completions: Sequence[Any], task_id: Sequence[str] = (), **_columns: Any
    ) -> list[float | None]:
        """Return one reward for each completion."""
        if len(task_id) != len(completions):
            raise InputError(
                f"{len(completions)} completions came with {len(task_id)} task ids",
                hint="the data set needs a column `task_id`",
            )
        texts = [text_of(completion) for completion in completions]
        found = _judge(judge, parsed, list(zip(task_id, texts, strict=True)))
        return [credit_of(one, credit) for one in found]

    return rust_tests_reward


def text_of(completion: Any) -> str:
    """Return the text of a completion: a string, or the messages of a chat, of which the last counts."""
    if isinstance(completion, str):
        return completion
    if isinstance(completion, Sequence) and completion and isinstance(completion[-1], Mapping):
        return str(completion[-1].get("content") or "")
    raise TypeError(f"a completion is a string or a list of messages, got {type(completion).__name__}")


def _judge(judge: Judge, parsed: Mapping[str, ParsedProblem], asked: list[tuple[str, str]]) -> list[Finding]:
    for task, _ in asked:
        if task not in parsed:
            raise InputError(f"no problem `{task}`", hint=f"task ids look like `{next(iter(parsed))}`")
    unique = list(dict.fromkeys(asked))
    judged = judge.run([Answer(parsed[task], text) for task, text in unique])
    found = {unique[one.position]: one.finding for one in judged}
    return [found[one] for one in asked]
