"""By problem set: bars, pass@k over k, a table for each pair, and one dot a problem for the primary measure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from markupsafe import Markup

from lambda_package.headline import level, primary_set_first
from lambda_package.intervals import rate_interval
from lambda_package.measures import AT_LIMIT, pass_at, rate_named, tested_in
from lambda_package.plots import Bar, forest, paired_dots, passk_curves, step_bars
from lambda_package.primary import COMPILES, PASS
from lambda_package.report.sources import Compared
from lambda_package.verdicts import ByProblem
from sigil_common.records import Comparison, MetricRow

# Each doubles or so: a curve is smooth enough, and 100 samples do not make 100 intervals.
KS = (1, 2, 3, 5, 8, 12, 20, 32, 50, 80, 100, 128, 200, 256, 400, 512, 1000)


def set_views(compared: Compared, sides: Sequence[ByProblem]) -> list[dict[str, Any]]:
    """Return what is shown of each problem set, that of the primary measure first."""
    names = dict.fromkeys(row.set for row in primary_set_first(compared.pairs[0]))
    return [_set_view(compared, sides, name) for name in names]


def overview(compared: Compared) -> dict[str, Any] | None:
    """Return the primary measure of all models and their differences to the first, where there are more than two."""
    if len(compared.pairs) < 2:
        return None
    rows = [pair.primary_row() for pair in compared.pairs]
    first = rows[0]
    reference = {"label": compared.labels[0], "rate": first.base, "interval": first.base_interval}
    models: list[dict[str, Any]] = [{**reference, "row": None, "p": None}]
    for label, row, p in zip(compared.labels[1:], rows, compared.primary_p, strict=True):
        models.append({"label": label, "rate": row.tuned, "interval": row.tuned_interval, "row": row, "p": p})
    bars = [
        (label, Bar(row.difference, row.interval.low, row.interval.high))
        for label, row in zip(compared.labels[1:], rows, strict=True)
    ]
    shown = f"{level(compared.pairs[0].confidence)} intervals"
    return {
        "metric": f"{first.set} {first.metric}",
        "models": models,
        "by_crate": _tested_by_crate(rows),
        "forest": forest(f"difference to {compared.labels[0]} in points, {shown}", bars),
    }


def _set_view(compared: Compared, sides: Sequence[ByProblem], name: str) -> dict[str, Any]:
    first = compared.pairs[0]
    own = [row for row in first.metrics if row.set == name and row.policy == first.policy]
    tasks = [row.task_id for row in first.problems if row.set == name]
    return {
        "name": name,
        "problems": own[0].problems,
        "bars": _bars(compared, name, [row.metric for row in own if row.metric != AT_LIMIT]),
        "curves": _curves(compared, sides, name, tasks),
        "pairs": [
            _pair_view(compared, number, name, (sides[0], sides[number + 1]), tasks)
            for number in range(len(compared.pairs))
        ],
    }


def _bars(compared: Compared, name: str, metrics: Sequence[str]) -> Markup:
    steps: list[tuple[str, *tuple[Bar, ...]]] = []
    for metric in metrics:
        rows = [_row(pair, name, metric) for pair in compared.pairs]
        known = [row for row in rows if row is not None]
        if len(known) < len(rows):
            continue
        bars = [Bar(known[0].base, known[0].base_interval.low, known[0].base_interval.high)]
        bars += [Bar(row.tuned, row.tuned_interval.low, row.tuned_interval.high) for row in known]
        steps.append((metric, *bars))
    return step_bars(f"{name}: how far completions get", steps, compared.labels)


def _row(pair: Comparison, name: str, metric: str) -> MetricRow | None:
    found = [row for row in pair.metrics if (row.set, row.metric, row.policy) == (name, metric, pair.policy)]
    return found[0] if found else None


def _curves(compared: Compared, sides: Sequence[ByProblem], name: str, tasks: Sequence[str]) -> Markup:
    """Return pass@k of all models over k, or nothing where there is one sample a problem, or no test."""
    tested = tested_in(tasks, *sides)
    fewest = min((len(side[task]) for side in sides for task in tested), default=0)
    if fewest < 2:
        return Markup()
    ks = sorted({*(k for k in KS if k <= fewest), fewest})
    alpha = 1 - compared.pairs[0].confidence
    curves = []
    for side in sides:
        curve = []
        for k in ks:
            rates = np.array([pass_at(k, side[task]) for task in tested])
            found = rate_interval(rates, alpha)
            curve.append(Bar(float(rates.mean()), found.low, found.high))
        curves.append(curve)
    return passk_curves(f"{name}: pass@k over k", ks, curves, compared.labels)


def _pair_view(
    compared: Compared, number: int, name: str, sides: tuple[ByProblem, ByProblem], tasks: Sequence[str]
) -> dict[str, Any]:
    pair = compared.pairs[number]
    metric = _dotted(pair, name)
    rate = rate_named(metric)
    dotted = tested_in(tasks, *sides) if metric.startswith("pass@") else tasks
    dots = [(task, rate(sides[0][task]), rate(sides[1][task])) for task in dotted]
    labels = (pair.label("base"), pair.label("tuned"))
    rows = [row for row in pair.metrics if row.set == name]
    return {
        "labels": labels,
        "rows": rows,
        "by_crate": _tested_by_crate(rows),
        "crates": [row for row in pair.crates if row.set == name],
        "dots_of": metric,
        "dots": paired_dots(f"{name}: {metric}, problem by problem", dots, labels),
    }


def _tested_by_crate(rows: Sequence[MetricRow]) -> bool:
    """Tell whether rows have a p-value with crates as the units, as all of a set of several crates have."""
    return all(row.p_by_crate is not None for row in rows)


def _dotted(pair: Comparison, name: str) -> str:
    """Return the measure whose dots are drawn: the primary one, or what comes nearest to it in a set without it."""
    metrics = [row.metric for row in pair.metrics if (row.set, row.policy) == (name, pair.policy)]
    wanted = (pair.primary_row().metric, PASS, COMPILES)
    return next(metric for metric in wanted if metric in metrics)
