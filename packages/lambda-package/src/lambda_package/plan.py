"""What a run will take, before a machine is rented: stages, hours, dollars, disk, and what it could detect.

Each figure says where its rate is from (`rates.py`); what nobody measured has no hours, and is named as that.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from lambda_package import rates
from lambda_package.commands import MODELS, POLICIES
from lambda_package.looks import PlannedLook, looks_of
from lambda_package.populations import LARGE, SMALL, Population, detectable_before, width_before
from lambda_package.rates import Rate
from lambda_package.settings import RunSettings
from lambda_package.workload import Training, crate_count, problem_counts, trainings
from sigil_common.errors import InputError
from sigil_common.progress import counted

MAX_PASSES = 20.0
MAX_HOURS = 8.0
_BYTES_A_COMPLETION = 6_000  # a sample of 512 tokens, with its verdicts under both policies
RESERVE_GIB = 3.0
NOT_MEASURED = "not measured"


@dataclass(frozen=True)
class StagePlan:
    """One stage: what it does, how many tokens that is at most, and how long; `hours` None where nobody measured it.

    Of a training, `passes` is how often it goes over its data, and `data` how their size is known.
    """

    stage: str
    work: str
    hours: float | None = None
    rate: str = NOT_MEASURED
    tokens: int | None = None
    passes: float | None = None
    data: str | None = None


@dataclass(frozen=True)
class Space:
    """Room on the disk for one thing."""

    what: str
    gib: float
    where: str


@dataclass(frozen=True)
class Detectable:
    """The smallest difference that is found with 80% power, in points, for a model like `model`; None: none is."""

    model: str
    problems: int
    samples: int
    points: float | None


@dataclass(frozen=True)
class Expected:
    """Where a run that adds samples until an interval suffices ends about, for a model like `model`."""

    model: str
    samples: int
    hours: float


@dataclass(frozen=True)
class Plan:
    """The plan of a run. `hours` is the sum of what is known, or what the settings planned for the whole.

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

    def to_row(self) -> dict[str, Any]:
        """Return the plan as JSON values."""
        return asdict(self)


def make_plan(settings: RunSettings, run_dir: Path) -> Plan:
    """Return the plan of a run in `run_dir`, reading nothing but its settings, problems and what is there already.

    Raises `InputError` for a file that cannot be read.
    """
    counts, trained = problem_counts(settings), trainings(settings, run_dir)
    stages = tuple(_stages(settings, sum(counts.values()), trained))
    known = sum(stage.hours or 0.0 for stage in stages)
    planned = settings.planned_minutes
    hours = known if planned is None else planned / 60
    price = settings.plan.price_per_hour
    disk = tuple(_disk(settings, sum(counts.values()), trained))
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


def _stages(settings: RunSettings, problems: int, trained: list[Training]) -> Iterator[StagePlan]:
    given = settings.train.checkpoint
    if settings.model.gguf_package:
        yield StagePlan("model", f"import of {settings.model.name}", 39 / 3600, "measured: 39 s on two cores")
    if given is not None and not Path(given).exists():
        yield StagePlan("checkpoint", f"fetch of {given}")
    if given is None or settings.sample.heldout:
        yield _dataset(settings)
    yield _quick("problems", counted(problems, "problem"))
    by_name = {one.stage: one for one in trained}
    if settings.exercises.count and given is None:
        yield _quick("exercises", f"{settings.exercises.count:,} functions")
        for number in range(1, settings.exercises.rounds + 1):
            yield from _round(settings, number, by_name)
    if "train" in by_name:
        yield _train(settings, by_name["train"])
    if settings.sample.sampler == "vllm":
        yield _merge(settings, "merge")
    longest, samples, looks = settings.sample.max_new_tokens, settings.sample.most_samples, looks_of(settings)
    yield from _looks(settings, looks, problems)
    for model in MODELS:
        name, work = f"sample-{model}", f"{problems * samples:,} completions that the looks have drawn"
        minutes = settings.sample.planned_minutes
        yield _quick(name, work) if looks else _draw(settings, name, problems * samples, longest, minutes)
    if settings.sample.likelihood:
        yield from (
            StagePlan(f"likelihood-{model}", f"likelihoods of {counted(problems, 'problem')}") for model in MODELS
        )
    for model in MODELS:
        for policy in POLICIES:
            name, known = f"judge-{model}-policy-{policy}", bool(looks) and policy == "off"
            work = f"{problems * samples:,} verdicts of the looks"
            yield _quick(name, work) if known else _judge(settings, name, problems * samples)
    for stage in ("compare", "report"):
        yield _quick(stage, counted(problems, "problem"))


def _looks(settings: RunSettings, looks: tuple[PlannedLook, ...], problems: int) -> Iterator[StagePlan]:
    """Yield what each look has more than the one before."""
    before = 0
    for look in looks:
        count, before = problems * (look.samples - before), look.samples
        for model in MODELS:
            yield _draw(settings, look.named(f"sample-{model}"), count, settings.sample.max_new_tokens, None)
        for model in MODELS:
            yield _judge(settings, look.named(f"judge-{model}"), count)
        yield _quick(
            look.stage, f"{look.samples:,} samples of {counted(problems, 'problem')}, {look.confidence:.2%} interval"
        )


def _expected(settings: RunSettings, counts: dict[str, int], trained: list[Training]) -> Iterator[Expected]:
    looks = looks_of(settings)
    problems = counts.get(settings.stats.primary_set or next(iter(counts), ""), 0)
    for population in (LARGE, SMALL) if looks and problems > 1 else ():
        alphas = {look.samples: 1 - look.confidence for look in looks}
        widths = {size: width_before(population, problems, size, alpha) for size, alpha in alphas.items()}
        suffice = [size for size, width in widths.items() if width * 100 < settings.sample.width]
        samples = suffice[0] if suffice else looks[-1].samples
        smaller = replace(settings, sample=replace(settings.sample, max_samples=samples))
        hours = sum(stage.hours or 0.0 for stage in _stages(smaller, sum(counts.values()), trained))
        yield Expected(_named(population), samples, hours)


def _quick(stage: str, work: str) -> StagePlan:
    return StagePlan(stage, work, 1.5 / 3600, "measured: 1.5 s at most with profile `local`")


def _dataset(settings: RunSettings) -> StagePlan:
    crates = crate_count(settings)
    hours = crates * rates.CRATE.value / settings.dataset.max_threads / 3600
    shared = f"{rates.CRATE}, shared by {settings.dataset.max_threads} threads"
    return StagePlan("dataset", f"{crates:,} crates", hours, shared)


def _round(settings: RunSettings, number: int, trained: dict[str, Training]) -> Iterator[StagePlan]:
    own = settings.exercises
    if (before := trained.get(f"train-{number - 1}")) is not None:
        yield _train(settings, before)
        if settings.sample.sampler == "vllm":
            yield _merge(settings, f"merge-{number - 1}")
    name = "" if number == 1 else f"-{number}"
    longest = own.max_new_tokens or settings.sample.max_new_tokens
    yield _draw(settings, f"draw{name}", own.count * own.samples, longest, own.planned_minutes)
    yield _judge(settings, f"judge-draw{name}", own.count * own.samples)
    yield _quick(f"accepted{name}", f"{own.count * own.samples:,} answers")


def _train(settings: RunSettings, one: Training) -> StagePlan:
    rate = rates.training_rate(settings)
    hours: float | None = None
    where = NOT_MEASURED
    if one.planned_minutes is not None:
        hours, where = one.planned_minutes / 60, "train.planned_minutes of its settings"
    elif rate is not None:
        hours, where = one.tokens / rate.value / 3600, str(rate)
    work = f"{one.steps:,} steps over {one.characters / rates.TOKEN.value:,.0f} tokens of data"
    data = f"{one.characters_from}; {rates.TOKEN}"
    return StagePlan(one.stage, work, hours, where, one.tokens, one.passes, data)


def _draw(settings: RunSettings, stage: str, count: int, longest: int, planned: float | None) -> StagePlan:
    work, tokens = f"{count:,} completions of at most {longest:,} tokens", count * longest
    if planned is not None:
        return StagePlan(stage, work, planned / 60, "planned_minutes of its settings", tokens)
    if settings.sample.sampler == "canned":
        return StagePlan(stage, f"{count:,} completions from a file", 0.0, "nothing is computed", tokens)
    rate = rates.sampling_rate(settings, longest)
    if rate is None:
        return StagePlan(stage, work, tokens=tokens)
    hours = count / rate.value / 3600
    if settings.sample.sampler != "vllm" or rate.kind == "given":
        return StagePlan(stage, work, hours, str(rate), tokens)
    return StagePlan(stage, work, hours + rates.VLLM_START.value / 3600, f"{rate}; {rates.VLLM_START}", tokens)


def _merge(settings: RunSettings, stage: str) -> StagePlan:
    work = "the tuned model as a whole, for vLLM"
    if not rates.is_8b(settings):
        return StagePlan(stage, work)
    return StagePlan(stage, work, rates.MERGE.value / 3600, str(rates.MERGE))


def _judge(settings: RunSettings, stage: str, count: int) -> StagePlan:
    rate: Rate = rates.JUDGE if count >= rates.MANY_SAMPLES else rates.JUDGE_FEW
    workers = min(settings.judge.n_workers, len(os.sched_getaffinity(0))) if settings.needs_gpu_mib is None else 0
    workers = workers or settings.judge.n_workers
    hours = count * rate.value / 1000 / workers / 3600
    return StagePlan(stage, f"{count:,} verdicts", hours, f"{rate}, shared by {workers} workers")


def _disk(settings: RunSettings, problems: int, trained: list[Training]) -> Iterator[Space]:
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
    completions = 2 * problems * settings.sample.most_samples
    size = completions * _BYTES_A_COMPLETION * max(1.0, settings.sample.max_new_tokens / 512) / 2**30
    yield Space(f"{completions:,} completions and their verdicts", round(size, 2), "assumption: 6 kB each")
    yield Space("room to compile and to write", RESERVE_GIB, "assumption: 24 batches of 50 MB, and reserve")


def _detectable(settings: RunSettings, counts: dict[str, int]) -> Iterator[Detectable]:
    primary = settings.stats.primary_set or next(iter(counts), None)
    problems, samples = counts.get(primary or "", 0), settings.sample.most_samples
    looks = looks_of(settings)
    alpha = 1 - (looks[-1].confidence if looks else settings.stats.confidence)
    for population in (LARGE, SMALL):
        found = detectable_before(population, problems, samples, alpha)
        yield Detectable(_named(population), problems, samples, None if found is None else round(found * 100, 1))


def _named(population: Population) -> str:
    return f"a model that solves {population.truth[0]:.0%}"
