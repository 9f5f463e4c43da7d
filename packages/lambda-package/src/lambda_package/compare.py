"""From two models' verdicts to their comparison: graded steps, pass@k, intervals, p-values, problems.

The steps that a completion climbs are: it has code, the code parses, it compiles, it passes. A small
model may differ on the lower steps only; each is reported with the same statistics as pass@k. Beside them
stands the share of answers that ended only at the token limit, where damage by training shows first.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from lambda_package.crates import CrateUnits, by_crate, crates_as_units, crates_by_task
from lambda_package.measures import computable
from lambda_package.primary import COMPILES, PASS, Primary
from lambda_package.stats import PairedResult, compare_paired, holm
from lambda_package.verdicts import ByProblem, read_verdicts, sets_in
from sigil_common.errors import InputError
from sigil_common.jsonl import read_record
from sigil_common.records import (
    ComparedModel,
    Comparison,
    FailureClass,
    MetricRow,
    MissingMetric,
    ProblemRow,
    Steps,
    Verdict,
)
from sigil_common.seeds import derive_seed

# Set and measure, and the rates of both models: equal under both policies, it is one hypothesis and not two.
Hypothesis = tuple[str, str, bytes, bytes]


@dataclass(frozen=True)
class Metric:
    """One row of the comparison before correction: a rate of both models on a problem set under a policy.

    `units` is there for a set of several crates.
    """

    problem_set: str
    policy: str
    name: str
    problems: int
    result: PairedResult
    hypothesis: Hypothesis
    units: CrateUnits | None


@dataclass(frozen=True)
class Statistics:
    """How intervals and p-values are made."""

    seed: int
    resamples: int
    confidence: float


def compare(
    results: Mapping[tuple[str, str], Path],
    *,
    ks: Sequence[int],
    how: Statistics,
    primary: Primary | None = None,
    models: Mapping[Literal["base", "tuned"], ComparedModel] | None = None,
    first: int | None = None,
) -> Comparison:
    """Compare verdict files given by `(model, policy)`; the primary measure is one with the policy off, where judged.

    `first`: of each problem only so many samples.

    Raises `InputError` when the two models were not judged on the same problems and sample counts, when a verdict is
    missing because of sandbox trouble, or when there is no such primary measure.
    """
    read = {key: read_verdicts(path) for key, path in results.items()}
    verdicts = {key: {task: rows[:first] for task, rows in found.items()} for key, (found, _) in read.items()}
    policies = sorted({policy for _, policy in verdicts})  # "off", where it is, comes first: the primary mode
    sides = verdicts["base", policies[0]], verdicts["tuned", policies[0]]
    metrics: list[Metric] = []
    unavailable: list[MissingMetric] = []
    for policy in policies:
        base, tuned = verdicts["base", policy], verdicts["tuned", policy]
        _require_same(base, tuned, results["base", policy], results["tuned", policy])
        sets = sets_in(base)
        for problem_set in dict.fromkeys(sets.values()):
            chosen = [task for task in base if sets[task] == problem_set]
            crates = crates_by_task(chosen)
            # How an answer ended does not depend on how it was judged: it is compared once.
            rates, missing = computable(chosen, base, tuned, ks, with_ends=policy == policies[0])
            for name, reason in missing.items():
                unavailable.append(MissingMetric(set=problem_set, policy=policy, metric=name, reason=reason))
            for name, rate, tasks in rates:
                before, after = (np.array([rate(side[task]) for task in tasks]) for side in (base, tuned))
                own_seed = derive_seed(how.seed, problem_set, name)  # equal verdicts, equal intervals, in every policy
                result = compare_paired(
                    before, after, seed=own_seed, resamples=how.resamples, confidence=how.confidence
                )
                hypothesis = problem_set, name, before.tobytes(), after.tobytes()
                units = None
                if crates:
                    of_tasks = [crates[task] for task in tasks]
                    units = crates_as_units(after - before, of_tasks, seed=own_seed, resamples=how.resamples)
                metrics.append(Metric(problem_set, policy, name, len(tasks), result, hypothesis, units))
    first = _primary(metrics, primary or Primary())
    return Comparison(
        models=dict(models or {}),
        confidence=how.confidence,
        resamples=how.resamples,
        seed=how.seed,
        primary=_metric_id(metrics[first]),
        metrics=tuple(_metric_rows(metrics, first)),
        unavailable=tuple(unavailable),
        failures={f"{model} policy {policy}": failure_counts(rows) for (model, policy), rows in verdicts.items()},
        adapted_passes={
            f"{model} policy {policy}": _adapted_passes(rows) for (model, policy), rows in verdicts.items()
        },
        problems=tuple(_problem_rows(*sides)),
        left_out=tuple(sorted(set().union(*(unusable for _, unusable in read.values())))),
        crates=tuple(by_crate(*sides)),
    )


def _primary(metrics: Sequence[Metric], wanted: Primary) -> int:
    """Return the place of the primary metric."""
    name = wanted.problem_set or metrics[0].problem_set
    mode = metrics[0].policy
    places = {metric.name: i for i, metric in enumerate(metrics) if (metric.problem_set, metric.policy) == (name, mode)}
    if not places:
        known = ", ".join(dict.fromkeys(metric.problem_set for metric in metrics))
        raise InputError(f"no problem of the set `{name}` was judged", hint=f"sets: {known}")
    found = wanted.metric or (PASS if PASS in places else COMPILES)
    if found not in places:
        raise InputError(f"`{name}` has no measure `{found}`", hint=f"measures: {'; '.join(places)}")
    return places[found]


def read_comparison(path: Path) -> Comparison:
    """Read `comparison.json`; raise `InputError` if it is missing or is something else."""
    return read_record(path, Comparison)


def failure_counts(verdicts: ByProblem) -> dict[str, int]:
    """Return how often each failure class occurs, passes included under `passed`."""
    counts = Counter(row.failure.value if row.failure else "passed" for rows in verdicts.values() for row in rows)
    return {name: counts[name] for name in ("passed", *FailureClass) if counts[name]}


def _adapted_passes(verdicts: ByProblem) -> int:
    return sum(row.passed and not row.passed_strictly for rows in verdicts.values() for row in rows)


def _require_same(base: ByProblem, tuned: ByProblem, base_path: Path, tuned_path: Path) -> None:
    sizes = [{task: len(rows) for task, rows in side.items()} for side in (base, tuned)]
    if sizes[0] == sizes[1]:
        return
    odd = sorted(task for task in sizes[0].keys() | sizes[1].keys() if sizes[0].get(task) != sizes[1].get(task))
    raise InputError(
        "the two models were not judged on the same samples",
        cause=f"{odd[0]}: {sizes[0].get(odd[0], 0)} in {base_path}, {sizes[1].get(odd[0], 0)} in {tuned_path}",
        hint="draw and judge both models with the same problems and --n-samples",
    )


def _metric_id(metric: Metric) -> str:
    return f"{metric.problem_set}, {metric.name}, policy {metric.policy}"


def _metric_rows(metrics: list[Metric], primary: int) -> list[MetricRow]:
    """The primary metric is tested as it is; all others share one Holm correction, each hypothesis counted once.

    What the policy changes nothing of is the same hypothesis under both; so is the primary one.
    """
    own = metrics[primary]
    others = {metric.hypothesis: metric.result.p for metric in metrics if metric.hypothesis != own.hypothesis}
    adjusted = dict(zip(others, holm(list(others.values())), strict=True))
    return [
        MetricRow.model_validate(
            {
                "id": _metric_id(metric),
                "set": metric.problem_set,
                "policy": metric.policy,
                "metric": metric.name,
                "problems": metric.problems,
                "primary": i == primary,
                **dataclasses.asdict(metric.result),
                "p_adjusted": adjusted.get(metric.hypothesis, own.result.p),
                **(dataclasses.asdict(metric.units) if metric.units else {}),
            }
        )
        for i, metric in enumerate(metrics)
    ]


def _problem_rows(base: ByProblem, tuned: ByProblem) -> list[ProblemRow]:
    rows, sets = [], sets_in(base)
    for task in base:
        before, after = _steps(base[task]), _steps(tuned[task])
        change = "same"
        if after.passed != before.passed:
            change = "gained" if after.passed > before.passed else "lost"
        rows.append(ProblemRow(task_id=task, set=sets[task], change=change, base=before, tuned=after))
    return rows


def _steps(rows: list[Verdict]) -> Steps:
    return Steps(
        samples=len(rows),
        has_code=sum(row.has_code for row in rows),
        parses=sum(row.parses for row in rows),
        compiles=sum(bool(row.compiles) for row in rows),
        passed=sum(row.passed for row in rows),
    )
