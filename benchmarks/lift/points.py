"""Rates of each model on each set, and what they differ from the base by, paired by problem.

A problem's value is that of one seed, or the mean of all seeds (`seed` None); intervals are over problems.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from lambda_package.intervals import Interval
from lambda_package.stats import paired_difference
from lift.rows import Row
from lift.study import BASE
from sigil_common.errors import InputError
from sigil_common.seeds import derive_seed

Value = Callable[[Row], float | None]
SHARES: dict[str, Value] = {
    "ends by itself": lambda row: row.ends,
    "parses": lambda row: row.parses,
    "compiles": lambda row: row.compiles,
    "compiles, does something": lambda row: row.compiles and not row.idle,
    "passes": lambda row: row.passes,
}
BITS, PREFERS = "bits a byte", "prefers the right one"
LIKELIHOODS: dict[str, Value] = {
    BITS: lambda row: row.bits_per_byte,
    PREFERS: lambda row: row.right_likelier / row.pairs if row.pairs and row.right_likelier is not None else None,
}
MEASURES = SHARES | LIKELIHOODS


@dataclass(frozen=True)
class Against:
    """A difference to the base, the two-sided p-value of none, and its interval; None where problems are too few."""

    difference: float
    interval: Interval | None
    p: float

    @property
    def clear(self) -> bool:
        """Whether the interval leaves out 0."""
        return self.interval is not None and (self.interval.low > 0 or self.interval.high < 0)


@dataclass(frozen=True)
class Estimate:
    """A mean over `problems`; `against` the base is None for the base itself."""

    value: float
    problems: int
    against: Against | None


@dataclass(frozen=True)
class Point:
    """One model on one set: an estimate of each measure, of likelihoods only where they were measured."""

    recipe: str
    seed: int | None
    budget: int
    tokens: int
    problem_set: str
    estimates: Mapping[str, Estimate]


@dataclass(frozen=True)
class Statistics:
    """How intervals are made."""

    resamples: int
    confidence: float


Cell = tuple[str, str, int, int | None]  # set, recipe, budget, seed


def points(rows: Iterable[Row], how: Statistics) -> list[Point]:
    """Return the points of all sets in the order of the rows; of several seeds also their mean.

    Raises `InputError` for a model that was not asked the same problems as the base.
    """
    cells: dict[Cell, list[Row]] = defaultdict(list)
    for row in rows:
        cells[row.problem_set, row.recipe, row.budget, row.seed].append(row)
    found = []
    for (problem_set, recipe, budget, seed), own in _with_means(cells).items():
        base = cells[problem_set, BASE, 0, None]
        _require_same_problems(base, own)
        estimates = {name: _estimate(own, base, name, how) for name in MEASURES}
        kept = {name: estimate for name, estimate in estimates.items() if estimate is not None}
        tokens = round(sum(row.tokens for row in own) / len(own))
        found.append(Point(recipe, seed, budget, tokens, problem_set, kept))
    return found


def _with_means(cells: Mapping[Cell, list[Row]]) -> dict[Cell, list[Row]]:
    """Return the cells, and behind the last seed of a model all its rows together, as seed None."""
    seeds: dict[tuple[str, str, int], list[int | None]] = defaultdict(list)
    for problem_set, recipe, budget, seed in cells:
        seeds[problem_set, recipe, budget].append(seed)
    found: dict[Cell, list[Row]] = {}
    for (problem_set, recipe, budget), known in seeds.items():
        for seed in known:
            found[problem_set, recipe, budget, seed] = cells[problem_set, recipe, budget, seed]
        if len(known) > 1:
            found[problem_set, recipe, budget, None] = [
                row for seed in known for row in cells[problem_set, recipe, budget, seed]
            ]
    return found


def _require_same_problems(base: Sequence[Row], own: Sequence[Row]) -> None:
    asked, answered = {row.task_id for row in base}, {row.task_id for row in own}
    if asked != answered:
        where = f"{own[0].recipe}, {own[0].budget:,} tokens, {own[0].problem_set}"
        raise InputError(
            "a model was not asked the same problems as the base", cause=f"{where}: {min(asked ^ answered)}"
        )


def _estimate(own: Sequence[Row], base: Sequence[Row], name: str, how: Statistics) -> Estimate | None:
    before, after = by_problem(base, MEASURES[name]), by_problem(own, MEASURES[name])
    tasks = [task for task in before if task in after]
    if not tasks:
        return None
    tuned = np.array([after[task] for task in tasks], dtype=np.float64)
    if own is base or own[0].recipe == BASE:
        return Estimate(float(tuned.mean()), len(tasks), None)
    old = np.array([before[task] for task in tasks], dtype=np.float64)
    seed = derive_seed(0, own[0].problem_set, name)
    found = paired_difference(
        old, tuned, seed=seed, resamples=how.resamples, confidence=how.confidence, rates=name != BITS
    )
    bounded = math.isfinite(found.interval.low) and math.isfinite(found.interval.high)
    against = Against(found.difference, found.interval if bounded else None, found.p)
    return Estimate(float(tuned.mean()), len(tasks), against)


def by_problem(rows: Iterable[Row], value: Value) -> dict[str, float]:
    """Return the mean of a measure over the rows of each problem that has it."""
    known: dict[str, list[float]] = defaultdict(list)
    for row in rows:
        found = value(row)
        if found is not None:
            known[row.task_id].append(float(found))
    return {task: sum(values) / len(values) for task, values in known.items()}
