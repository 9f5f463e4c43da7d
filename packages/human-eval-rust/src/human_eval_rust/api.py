"""`judge(problem, completions)`: answers to one problem in, verdicts out."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from human_eval_rust.judging.finding import Answer, JudgeOptions
from human_eval_rust.judging.judge import Judge, usable_workers
from human_eval_rust.problems.parsed import UnusableProblemError, parse_problem
from sigil_common.records import Problem, Verdict
from sigil_common.rustc import Compiler, find_toolchain
from sigil_common.sandbox import open_sandbox


@cache
def _default_judge(options: JudgeOptions) -> Judge:
    return Judge(options, Compiler(find_toolchain(), open_sandbox()), usable_workers())


def judge(problem: Problem, completions: Sequence[str], options: JudgeOptions | None = None) -> list[Verdict]:
    """Judge a list of completions of one problem, in order; equal ones are judged once.

    Raises `MissingError` where the machine has no compiler or no working sandbox, and
    `UnusableProblemError` where the problem itself cannot be scored.
    """
    if isinstance(completions, str):
        raise TypeError("`completions` is a list of texts, got one text")
    task = parse_problem(problem)
    unique = list(dict.fromkeys(completions))
    judged = _default_judge(options or JudgeOptions()).run([Answer(task, text) for text in unique])
    found = {unique[one.position]: one.finding for one in judged}
    if broken := next((one.unusable for one in found.values() if one.unusable), None):
        raise UnusableProblemError(broken)
    return [found[text].verdict(problem.task_id, index, text) for index, text in enumerate(completions)]
