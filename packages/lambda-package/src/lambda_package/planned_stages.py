"""What each stage of a run will take: its work, its tokens, its hours, and where the rate is from."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lambda_package import rates
from lambda_package.commands import MODELS, POLICIES
from lambda_package.looks import PlannedLook, looks_of
from lambda_package.rates import Rate
from lambda_package.settings import RunSettings
from lambda_package.workload import Amount, Training, crate_count, exercise_amount, heldout_count

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


def stages_of(settings: RunSettings, problems: Amount, trained: list[Training]) -> Iterator[StagePlan]:
    """Yield the stages of a run over so many problems, in their order."""
    given = settings.train.checkpoint
    if settings.model.gguf_package:
        yield StagePlan("model", f"import of {settings.model.name}", 39 / 3600, "measured: 39 s on two cores")
    if given is not None and not Path(given).exists():
        yield StagePlan("checkpoint", f"fetch of {given}")
    if given is None or settings.sample.heldout:
        yield _dataset(settings)
    yield _quick("problems", problems.of("problem"))
    by_name = {one.stage: one for one in trained}
    if settings.exercises.count and given is None:
        yield _quick("exercises", exercise_amount(settings).of("function"))
        for number in range(1, settings.exercises.rounds + 1):
            yield from _round(settings, number, by_name)
    if "train" in by_name:
        yield _train(settings, by_name["train"])
    if settings.sample.sampler == "vllm":
        yield _merge(settings, "merge")
    longest, samples, looks = settings.sample.max_new_tokens, settings.sample.most_samples, looks_of(settings)
    yield from _looks(settings, looks, problems)
    for model in MODELS:
        name, work = f"sample-{model}", f"{problems * samples} completions that the looks have drawn"
        minutes = settings.sample.planned_minutes
        yield _quick(name, work) if looks else _draw(settings, name, problems * samples, longest, minutes)
    if settings.sample.likelihood:
        yield from (StagePlan(f"likelihood-{model}", f"likelihoods of {problems.of('problem')}") for model in MODELS)
    for model in MODELS:
        for policy in POLICIES:
            name, known = f"judge-{model}-policy-{policy}", bool(looks) and policy == "off"
            work = f"{problems * samples} verdicts of the looks"
            yield _quick(name, work) if known else _judge(settings, name, problems * samples)
    for stage in ("compare", "report"):
        yield _quick(stage, problems.of("problem"))


def _looks(settings: RunSettings, looks: tuple[PlannedLook, ...], problems: Amount) -> Iterator[StagePlan]:
    """Yield what each look has more than the one before."""
    before = 0
    for look in looks:
        count, before = problems * (look.samples - before), look.samples
        for model in MODELS:
            yield _draw(settings, look.named(f"sample-{model}"), count, settings.sample.max_new_tokens, None)
        for model in MODELS:
            yield _judge(settings, look.named(f"judge-{model}"), count)
        yield _quick(
            look.stage, f"{look.samples:,} samples of {problems.of('problem')}, {look.confidence:.2%} interval"
        )


def _quick(stage: str, work: str) -> StagePlan:
    return StagePlan(stage, work, 1.5 / 3600, "measured: 1.5 s at most with profile `local`")


def _dataset(settings: RunSettings) -> StagePlan:
    crates = crate_count(settings) + heldout_count(settings)
    hours = crates * rates.CRATE.value / settings.dataset.max_threads / 3600
    shared = f"{rates.CRATE}, shared by {settings.dataset.max_threads} threads"
    return StagePlan("dataset", f"{crates:,} crates", hours, shared)


def _round(settings: RunSettings, number: int, trained: dict[str, Training]) -> Iterator[StagePlan]:
    own, answers = settings.exercises, exercise_amount(settings) * settings.exercises.samples
    if (before := trained.get(f"train-{number - 1}")) is not None:
        yield _train(settings, before)
        if settings.sample.sampler == "vllm":
            yield _merge(settings, f"merge-{number - 1}")
    name = "" if number == 1 else f"-{number}"
    longest = own.max_new_tokens or settings.sample.max_new_tokens
    yield _draw(settings, f"draw{name}", answers, longest, own.planned_minutes)
    yield _judge(settings, f"judge-draw{name}", answers)
    yield _quick(f"accepted{name}", f"{answers} answers")


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


def _draw(settings: RunSettings, stage: str, count: Amount, longest: int, planned: float | None) -> StagePlan:
    work, tokens = f"{count} completions of at most {longest:,} tokens", count.number * longest
    if planned is not None:
        return StagePlan(stage, work, planned / 60, "planned_minutes of its settings", tokens)
    if settings.sample.sampler == "canned":
        return StagePlan(stage, f"{count} completions from a file", 0.0, "nothing is computed", tokens)
    rate = rates.sampling_rate(settings, longest)
    if rate is None:
        return StagePlan(stage, work, tokens=tokens)
    hours = count.number / rate.value / 3600
    if settings.sample.sampler != "vllm" or rate.kind == "given":
        return StagePlan(stage, work, hours, str(rate), tokens)
    return StagePlan(stage, work, hours + rates.VLLM_START.value / 3600, f"{rate}; {rates.VLLM_START}", tokens)


def _merge(settings: RunSettings, stage: str) -> StagePlan:
    work = "the tuned model as a whole, for vLLM"
    if not rates.is_8b(settings):
        return StagePlan(stage, work)
    return StagePlan(stage, work, rates.MERGE.value / 3600, str(rates.MERGE))


def _judge(settings: RunSettings, stage: str, count: Amount) -> StagePlan:
    rate: Rate = rates.JUDGE if count.number >= rates.MANY_SAMPLES else rates.JUDGE_FEW
    workers = min(settings.judge.n_workers, len(os.sched_getaffinity(0))) if settings.needs_gpu_mib is None else 0
    workers = workers or settings.judge.n_workers
    hours = count.number * rate.value / 1000 / workers / 3600
    return StagePlan(stage, f"{count} verdicts", hours, f"{rate}, shared by {workers} workers")
