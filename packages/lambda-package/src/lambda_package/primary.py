"""The measure that a verdict is about, named by the profile before the run: nobody chooses it by the outcome."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass
from pathlib import Path

from sigil_common.errors import InputError

COMPILES, ATTEMPTS, PASS = "compiles", "compiles, does something", "pass@1"


@dataclass(frozen=True)
class Primary:
    """Set and metric, of verdicts with the policy off.

    `problem_set` None: the first one that was judged. `metric` None: pass@1, or `compiles` where there are no tests.
    """

    problem_set: str | None = None
    metric: str | None = None

    def __str__(self) -> str:
        metric = self.metric or f"{PASS} ({COMPILES} where there are no tests)"
        return f"{metric} of {self.problem_set or 'the first problem set'}"


def require_primary(wanted: Primary, problems: Path) -> None:
    """Raise `InputError` if these problems do not have the measure: hours before it would be missed."""
    from sigil_common.jsonl import read_models
    from sigil_common.records import Problem, sets_of

    kinds: dict[str, set[str]] = {}
    known = {problem.task_id: problem.kind for _, problem in read_models(problems, Problem)}
    for task, name in sets_of(known).items():
        kinds.setdefault(name, set()).add(known[task])
    require_measure(wanted, kinds)


def require_measure(wanted: Primary, kinds: Mapping[str, Set[str]]) -> None:
    """Raise `InputError` if sets of problems, of these kinds each, do not have the measure."""
    own = wanted.problem_set or next(iter(kinds))
    if own not in kinds:
        raise InputError(
            f"`stats.primary_set` is `{own}`, but the run asks no problem of that set",
            hint=f"it asks problems of {', '.join(kinds)}",
        )
    if wanted.metric == PASS and "tests" not in kinds[own]:
        raise InputError(
            f"`stats.primary_metric` is {PASS}, but the problems of `{own}` have no tests",
            hint=f"`{COMPILES}` or `{ATTEMPTS}` is what they are judged by",
        )
    if wanted.metric == ATTEMPTS and "compile" not in kinds[own]:
        raise InputError(
            f"`stats.primary_metric` is `{ATTEMPTS}`, but all problems of `{own}` have tests",
            hint=f"`{PASS}` is what they are judged by",
        )
