"""The plan of a run as text for a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from lambda_package.plan import MAX_PASSES, Detectable, Plan
from lambda_package.planned_stages import NOT_MEASURED, StagePlan
from lambda_package.workload import Amount
from sigil_common.progress import counted


def plan_text(plan: Plan, profile: str) -> str:
    """Return the plan in lines of at most 120 characters, but for names and sources of rates."""
    return "\n".join(_lines(plan, profile))


def _lines(plan: Plan, profile: str) -> Iterator[str]:
    yield f"profile {profile}"
    yield ""
    yield f"{'stage':24} {'time':>9} {'tokens':>15}  work"
    for stage in plan.stages:
        tokens = "" if stage.tokens is None else f"{stage.tokens:,}"
        yield f"{stage.stage:24} {_time(stage.hours):>9} {tokens:>15}  {_work(stage)}"
    yield ""
    yield f"time: {_time(plan.hours)}, {plan.hours_from}"
    if plan.not_measured:
        yield f"not measured, and not in it: {', '.join(plan.not_measured)}"
    if plan.dollars is None:
        yield "dollars: no price is set (--set plan.price_per_hour=4)"
    else:
        yield f"dollars: {plan.dollars:,.2f} at {plan.price_per_hour:,.2f} an hour"
    yield f"disk: {plan.disk_gib:,.1f} GiB ({'; '.join(f'{one.what} {one.gib:,.1f}' for one in plan.disk)})"
    if plan.passes:
        yield f"passes over the data: {plan.passes:,.1f} at most (more than {MAX_PASSES:.0f} want --yes)"
    yield from plan.bounds
    if plan.bounds:
        yield "all figures of these are of the most that there may be"
    if plan.expected:
        yield "samples are added until the interval is narrow enough: all above is of the most that there may be"
    for guess in plan.expected:
        samples = f"{guess.samples:,} samples a problem{_or_more(guess.at_most)}"
        yield f"expected of {guess.model}: {samples}, {_time(guess.hours)} in all"
    for one in plan.detectable:
        size = f"{Amount(one.problems, one.at_most).of('problem')} x {counted(one.samples, 'sample')}"
        yield f"detectable with 80% power, {size}, {one.model}: {_points(one)}"
    yield ""
    yield "where the rates are from:"
    for rate in dict.fromkeys([*_sources(plan)]):
        yield f"  {rate}"


def _sources(plan: Plan) -> Iterator[str]:
    for stage in plan.stages:
        yield from (text for text in (stage.rate, stage.data) if text and text != NOT_MEASURED)
    yield from (space.where for space in plan.disk)


def _work(stage: StagePlan) -> str:
    return stage.work if stage.passes is None else f"{stage.work}, {stage.passes:,.1f} passes"


def _time(hours: float | None) -> str:
    if hours is None:
        return "?"
    if hours >= 1:
        return f"{hours:,.1f} h"
    return f"{hours * 60:.0f} min" if hours * 60 >= 1 else f"{hours * 3600:.0f} s"


def _points(one: Detectable) -> str:
    return "none, too few problems" if one.points is None else f"{one.points:.1f} points{_or_more(one.at_most)}"


def _or_more(is_least: bool) -> str:
    return " or more" if is_least else ""
