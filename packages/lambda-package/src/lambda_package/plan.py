"""What a run will take, before a machine is rented: stages, hours, dollars, disk, and what it could detect.

Each figure says where its rate is from (`rates.py`); what nobody measured has no hours, and is named as that.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from lambda_package import rates
from lambda_package.looks import looks_of
from lambda_package.planned_stages import StagePlan, stages_of
from lambda_package.populations import LARGE, SMALL, Population, detectable_before, width_before
from lambda_package.settings import RunSettings
from lambda_package.workload import (
    HELDOUT_SET,
    Amount,
    Training,
    bounds,
    problem_amount,
    problem_counts,
    trainings,
)
from sigil_common.errors import InputError

MAX_PASSES = 20.0
MAX_HOURS = 8.0
_BYTES_A_COMPLETION = 6_000  # a sample of 512 tokens, with its verdicts under both policies
RESERVE_GIB = 3.0


@dataclass(frozen=True)
class Space:
    """Room on the disk for one thing."""

    what: str
    gib: float
    where: str


@dataclass(frozen=True)
class Detectable:
    """The smallest difference that is found with 80% power, in points, for a model like `model`; None: none is.

    `at_most`: there may be fewer problems, and then it is a larger one.
    """

    model: str
    problems: int
    samples: int
    points: float | None
    at_most: bool = False


@dataclass(frozen=True)
class Expected:
    """Where a run that adds samples until an interval suffices ends about, for a model like `model`.

    `at_most`: there may be fewer problems, and then it takes more samples of each.
    """

    model: str
    samples: int
    hours: float
    at_most: bool = False


@dataclass(frozen=True)
class Plan:
    """The plan of a run. `hours` is the sum of what is known, or what the settings planned for the whole.

    `bounds` names of what there may be less than is reckoned with here.
    Where samples are added until an interval suffices all figures are of the most that may be drawn, and `expected`
    says where the run is likely to end.
    """

    stages: tuple[StagePlan, ...]
    hours: float
    hours_from: str
    not_measured: tuple[str, ...]
    price_per_hour: float | None
    dollars: float | None
    disk: tuple[Space, ...]
    disk_gib: float
    memory_gib: float
    detectable: tuple[Detectable, ...]
    passes: float
    expected: tuple[Expected, ...] = ()
    bounds: tuple[str, ...] = ()

    def to_row(self) -> dict[str, Any]:
        """Return the plan as JSON values."""
        return asdict(self)


def make_plan(settings: RunSettings, run_dir: Path) -> Plan:
    """Return the plan of a run in `run_dir`, reading nothing but its settings, problems and what is there already.

    Raises `InputError` for a file that cannot be read.
    """
    counts, trained = problem_counts(settings), trainings(settings, run_dir)
    problems = problem_amount(counts)
    stages = tuple(stages_of(settings, problems, trained))
    known = sum(stage.hours or 0.0 for stage in stages)
    planned = settings.planned_minutes
    hours = known if planned is None else planned / 60
    price = settings.plan.price_per_hour
    disk = tuple(_disk(settings, problems, trained))
    return Plan(
        stages=stages,
        hours=hours,
        hours_from="the sum of what is known" if planned is None else "planned_minutes of the settings",
        not_measured=() if planned is not None else tuple(one.stage for one in stages if one.hours is None),
        price_per_hour=price,
        dollars=None if price is None else hours * price,
        disk=disk,
        disk_gib=sum(space.gib for space in disk),
        memory_gib=RESERVE_GIB + (rates.LARGE_WEIGHTS.value if rates.is_8b(settings) else 0.0),
        detectable=tuple(_detectable(settings, counts)),
        passes=max((one.passes for one in trained), default=0.0),
        expected=tuple(_expected(settings, counts, trained)),
        bounds=bounds(settings),
    )


def refuse_too_much(plan: Plan, *, max_hours: float, yes: bool) -> None:
    """Raise `InputError` for a run of more hours, or passes over its data, than one takes without having asked."""
    if yes:
        return
    refuse_passes(plan.passes)
    if plan.hours > max_hours:
        raise InputError(
            f"the run would take {plan.hours:,.1f} hours",
            cause=f"more than {max_hours:g} hours are refused without --yes",
            hint="`sigilderg-lambda plan` says what of; --max-hours N allows more, --yes any",
        )


def refuse_passes(passes: float) -> None:
    """Raise `InputError` for a training that goes over its data more often than anything new is learned from them."""
    if passes > MAX_PASSES:
        raise InputError(
            f"the training would go over its data {passes:,.0f} times",
            cause=f"more than {MAX_PASSES:.0f} times are refused without --yes",
            hint="--set 'train.set=[train.num_steps=N]' with fewer steps, or more crates, or --yes",
        )


def _expected(settings: RunSettings, counts: dict[str, int], trained: list[Training]) -> Iterator[Expected]:
    looks = looks_of(settings)
    primary = _primary_set(settings, counts)
    problems = counts.get(primary, 0)
    for population in (LARGE, SMALL) if looks and problems > 1 else ():
        alphas = {look.samples: 1 - look.confidence for look in looks}
        widths = {size: width_before(population, problems, size, alpha) for size, alpha in alphas.items()}
        suffice = [size for size, width in widths.items() if width * 100 < settings.sample.width]
        samples = suffice[0] if suffice else looks[-1].samples
        smaller = replace(settings, sample=replace(settings.sample, max_samples=samples))
        hours = sum(stage.hours or 0.0 for stage in stages_of(smaller, problem_amount(counts), trained))
        yield Expected(_named(population), samples, hours, primary == HELDOUT_SET)


def _disk(settings: RunSettings, problems: Amount, trained: list[Training]) -> Iterator[Space]:
    """Yield what a run writes: not the environment, which is there before it."""
    if rates.is_8b(settings):
        if not Path(settings.model.name).exists():
            yield Space("base model", rates.LARGE_WEIGHTS.value, str(rates.LARGE_WEIGHTS))
        if settings.sample.sampler == "vllm":
            yield Space("the tuned model as a whole", rates.LARGE_WEIGHTS.value, str(rates.LARGE_WEIGHTS))
        kept = sum(one.checkpoints for one in trained)
        if kept:
            yield Space(f"checkpoints, {kept:,}", kept * rates.ADAPTER.value, str(rates.ADAPTER))
    elif settings.model.gguf_package:
        yield Space("base model and trainings", rates.SMALL_RUN.value, str(rates.SMALL_RUN))
    completions = problems * (2 * settings.sample.most_samples)
    size = completions.number * _BYTES_A_COMPLETION * max(1.0, settings.sample.max_new_tokens / 512) / 2**30
    yield Space(f"{completions} completions and their verdicts", round(size, 2), "assumption: 6 kB each")
    yield Space("room to compile and to write", RESERVE_GIB, "assumption: 24 batches of 50 MB, and reserve")


def _detectable(settings: RunSettings, counts: dict[str, int]) -> Iterator[Detectable]:
    primary = _primary_set(settings, counts)
    problems, samples = counts.get(primary, 0), settings.sample.most_samples
    looks = looks_of(settings)
    alpha = 1 - (looks[-1].confidence if looks else settings.stats.confidence)
    for population in (LARGE, SMALL):
        found = detectable_before(population, problems, samples, alpha)
        points = None if found is None else round(found * 100, 1)
        yield Detectable(_named(population), problems, samples, points, primary == HELDOUT_SET)


def _primary_set(settings: RunSettings, counts: dict[str, int]) -> str:
    return settings.stats.primary_set or next(iter(counts), "")


def _named(population: Population) -> str:
    return f"a model that solves {population.truth[0]:.0%}"
