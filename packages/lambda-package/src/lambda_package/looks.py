"""Enough samples and no more: with `sample.n_samples: auto` both models are asked 4 times, 8, 16 and so on.

Each look draws what it has more of, judges it with the policy off, and compares. Where the interval of the primary
measure is narrower than `sample.width` the run goes on to its last stages with the samples that are there; at
`sample.max_samples` it does so as well. Whether there is a difference plays no part in it. The level of each look's
interval is fixed before the run (`spending.py`), so that all looks together hold at `stats.confidence`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from lambda_package.commands import JUDGED, MODELS, OUT, SAMPLES, Stage, StageBuilder, judge
from lambda_package.ran_on import require_same
from lambda_package.settings import AUTO, RunSettings
from lambda_package.spending import levels, sizes_up_to
from sigil_common.jsonl import read_record
from sigil_common.records import Comparison, Look

COMPARISON = "comparison.json"


@dataclass(frozen=True)
class PlannedLook:
    """One look: its number, how many samples of each problem there are by then, the level of its interval."""

    number: int
    samples: int
    confidence: float

    @property
    def stage(self) -> str:
        """The name of the stage that compares."""
        return f"look-{self.number}"

    def named(self, stage: str) -> str:
        """Return the name of another stage of this look."""
        return f"{stage}-{self.stage}"


# Draws for one model; of a look what it has more of, and at last what all looks have drawn.
Sample = Callable[[RunSettings, Mapping[str, Path], str, PlannedLook | None], Stage]


def planned_looks(n_samples: int | str, limit: int, confidence: float) -> tuple[PlannedLook, ...]:
    """Return all looks that a run may take; none where the number of samples is given."""
    if n_samples != AUTO:
        return ()
    sizes = sizes_up_to(limit)
    pairs = zip(sizes, levels(sizes, confidence), strict=True)
    return tuple(PlannedLook(number, size, level) for number, (size, level) in enumerate(pairs, start=1))


def looks_of(settings: RunSettings) -> tuple[PlannedLook, ...]:
    """Return all looks that a run with these settings may take."""
    return planned_looks(settings.sample.n_samples, settings.sample.max_samples, settings.stats.confidence)


def look_stages(settings: RunSettings, sample: Sample) -> Iterator[StageBuilder]:
    """Yield the stages of all looks; of one that is not taken each is None."""
    for look in looks_of(settings):
        builders: list[Callable[[Mapping[str, Path]], Stage]] = []
        builders += [partial(_sample, settings, sample, look, model) for model in MODELS]
        builders += [partial(_judge, settings, look, model) for model in MODELS]
        builders += [partial(_compare, settings, look)]
        for build in builders:
            yield partial(_if_wanted, settings, look, build)


def _if_wanted(
    settings: RunSettings,
    look: PlannedLook,
    build: Callable[[Mapping[str, Path]], Stage],
    done: Mapping[str, Path],
) -> Stage | None:
    """Return the stage of the first look, and of others where that before was taken and its interval is too wide."""
    before = f"look-{look.number - 1}"
    if look.number > 1 and (before not in done or suffices(_read(done[before]), settings.sample.width)):
        return None
    return build(done)


def suffices(comparison: Comparison, width: float) -> bool:
    """Tell whether the interval of the primary measure is narrower than so many points."""
    interval = comparison.primary_row().interval
    return (interval.high - interval.low) * 100 < width


def last_look(settings: RunSettings, done: Mapping[str, Path]) -> PlannedLook | None:
    """Return the last look that was taken."""
    return next((look for look in reversed(looks_of(settings)) if look.stage in done), None)


def samples_of(settings: RunSettings, done: Mapping[str, Path], look: PlannedLook | None = None) -> int:
    """Return how many samples of each problem a look has; without one as many as are set, or as the last look has."""
    taken = look or last_look(settings, done)
    return settings.sample.most_samples if taken is None else taken.samples


def earlier(
    settings: RunSettings, done: Mapping[str, Path], stage: str, file: str, look: PlannedLook | None
) -> Path | None:
    """Return the file that the look before wrote in its stage of this name; without a look, the last one."""
    number = len(looks_of(settings)) + 1 if look is None else look.number
    before = [one for one in looks_of(settings)[: number - 1] if one.stage in done]
    return done[before[-1].named(stage)] / file if before else None


def look_row(comparison: Comparison) -> Look:
    """Return one look as the last comparison records it."""
    row = comparison.primary_row()
    samples = max(problem.base.samples for problem in comparison.problems)
    return Look(samples=samples, confidence=comparison.confidence, difference=row.difference, interval=row.interval)


def look_files(settings: RunSettings, done: Mapping[str, Path]) -> list[Path]:
    """Return the comparisons of the looks that were taken, in their order."""
    return [done[look.stage] / COMPARISON for look in looks_of(settings) if look.stage in done]


def compare_words(settings: RunSettings, confidence: float) -> list[str]:
    """Return the words of a comparison that do not name files."""
    own = settings.stats
    argv = ["sigilderg-lambda", "compare", "--output", f"{OUT}/{COMPARISON}", "--seed", str(settings.seed)]
    argv += ["--resamples", str(own.resamples), "--confidence", str(confidence)]
    if own.primary_set is not None:
        argv += ["--primary-set", own.primary_set]
    if own.primary_metric is not None:
        argv += ["--primary-metric", own.primary_metric]
    return argv


def _sample(settings: RunSettings, sample: Sample, look: PlannedLook, model: str, done: Mapping[str, Path]) -> Stage:
    return sample(settings, done, model, look)


def _judge(settings: RunSettings, look: PlannedLook, model: str, done: Mapping[str, Path]) -> Stage:
    samples, problems = done[look.named(f"sample-{model}")] / SAMPLES[0], done["problems"] / "problems.jsonl"
    known = earlier(settings, done, f"judge-{model}", JUDGED[0], look)
    return judge(settings, look.named(f"judge-{model}"), samples, problems, policy="off", known=known)


def drawn_places(done: Mapping[str, Path]) -> str:
    """Return the directories of all stages that have drawn for the comparison, looks included, as words of a shell."""
    return " ".join(str(place) for name, place in done.items() if name.startswith("sample-"))


def _compare(settings: RunSettings, look: PlannedLook, done: Mapping[str, Path]) -> Stage:
    files = [done[look.named(f"sample-{model}")] / SAMPLES[0] for model in MODELS]
    require_same(*files, did="answered", hint=f"rm -r {drawn_places(done)}, and run the same command again")
    argv, inputs = compare_words(settings, look.confidence), []
    for model in MODELS:
        inputs.append(done[look.named(f"judge-{model}")] / JUDGED[0])
        argv += [f"--{model}-policy-off", str(inputs[-1])]
    return Stage(look.stage, (*argv, "--k", "1"), tuple(inputs), (COMPARISON,), "lambda_package")


def _read(directory: Path) -> Comparison:
    return read_record(directory / COMPARISON, Comparison)
