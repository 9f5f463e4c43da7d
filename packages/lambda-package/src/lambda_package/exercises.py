"""Expert iteration: the base model answers functions of the training crates, and learns from what the judge accepts.

dataset -> exercises -> draw (base) -> judge-draw (policy on) -> accepted -> train

With more `rounds` what was accepted makes a model (`train-1`) whose own answers are drawn and judged (`draw-2`,
`judge-draw-2`), and what is accepted of all answers so far (`accepted-2`) is trained on, at last or for a next round.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from lambda_package.commands import (
    JUDGED,
    OUT,
    SAMPLES,
    Drawing,
    Stage,
    StageBuilder,
    base_subject,
    draw,
    judge,
    select,
    train,
    tuned_subject,
    words,
)
from lambda_package.merging import merge, merged
from lambda_package.primary import require_primary
from lambda_package.settings import RunSettings

# The trainer needs the metadata: files to leave out, kinds of tasks to weigh.
FULL_DATASET = "dataset.full.jsonl"
EXERCISES = "exercises.jsonl"
ACCEPTED = "accepted.jsonl"


def exercise_stages(settings: RunSettings) -> Iterator[StageBuilder]:
    """Yield the stages between the problems and the training; none where no exercises are asked for."""
    if not settings.exercises.count:
        return
    yield lambda done: _exercises(settings, done)
    for number in range(1, settings.exercises.rounds + 1):
        yield from _round(settings, number)


def _round(settings: RunSettings, number: int) -> Iterator[StageBuilder]:
    own, drawn, judged = settings.exercises, _named("draw", number), _named("judge-draw", number)
    if number > 1:
        before = number - 1
        yield lambda done: train(settings, f"train-{before}", done, _learned(settings, done, before), own.between)
        if settings.sample.sampler == "vllm":
            yield lambda done: merge(
                settings, done, f"merge-{before}", tuned_subject(settings, done, f"train-{before}")
            )
    yield lambda done: _draw(settings, done, number)
    # What is trained on has to obey the policy.
    yield lambda done: judge(settings, judged, done[drawn] / SAMPLES[0], _asked(done), policy="on")
    yield lambda done: _accepted(settings, done, number)


def _named(stage: str, number: int) -> str:
    """Return the name of a stage in a round: that of the first is without a number."""
    return stage if number == 1 else f"{stage}-{number}"


def training_files(settings: RunSettings, done: Mapping[str, Path]) -> list[Path]:
    """Return the data sets that are trained on."""
    own = settings.exercises
    return _learned(settings, done, own.rounds) if own.count else [done["dataset"] / FULL_DATASET]


def _learned(settings: RunSettings, done: Mapping[str, Path], number: int) -> list[Path]:
    """Return what is trained on after a round."""
    accepted = done[_named("accepted", number)] / ACCEPTED
    return [accepted] if settings.exercises.alone else [accepted, done["dataset"] / FULL_DATASET]


def report_words(settings: RunSettings, done: Mapping[str, Path]) -> tuple[list[str], list[Path]]:
    """Return what tells the report of the answers that were trained on, and the files that it reads for that."""
    if not settings.exercises.count:
        return [], []
    own = settings.exercises
    accepted = done[_named("accepted", own.rounds)] / ACCEPTED
    metrics = [done[_named("judge-draw", number)] / JUDGED[1] for number in range(1, own.rounds + 1)]
    argv = [*words({"--accepted": accepted}), *(word for path in metrics for word in ("--drawn-metrics", str(path)))]
    return argv + (["--accepted-alone"] if own.alone else []), [accepted, *metrics]


def _exercises(settings: RunSettings, done: Mapping[str, Path]) -> Stage:
    require_primary(settings.stats.primary, done["problems"] / "problems.jsonl")  # before the first model is asked
    own, name = settings.exercises, Path(EXERCISES).stem
    longest = {} if own.max_prompt is None else {name: own.max_prompt}
    files = [done["dataset"] / EXERCISES]
    return select(settings, "exercises", files, {name: own.count}, longest=longest, wrote=EXERCISES)


def _asked(done: Mapping[str, Path]) -> Path:
    return done["exercises"] / EXERCISES


def _draw(settings: RunSettings, done: Mapping[str, Path], number: int) -> Stage:
    own = settings.exercises
    replayed = (own.canned, "exercises.canned")
    how = Drawing(own.samples, own.temperature, *replayed, own.planned_minutes, own.max_new_tokens)
    if number == 1:
        return draw(settings, "draw", base_subject(settings, done), _asked(done), how)
    subject = tuned_subject(settings, done, f"train-{number - 1}")
    asked = merged(settings, done, f"merge-{number - 1}", subject)
    return draw(settings, _named("draw", number), asked, _asked(done), how)


def _accepted(settings: RunSettings, done: Mapping[str, Path], number: int) -> Stage:
    rounds = [done[_named("judge-draw", earlier)] for earlier in range(1, number + 1)]
    results = [place / JUDGED[0] for place in rounds]
    options = {
        "--problem-file": _asked(done),
        "--output": f"{OUT}/{ACCEPTED}",
        "--per-problem": settings.exercises.per_problem,
        "--accept": settings.exercises.accept,
        "--seed": settings.seed,
    }
    argv = ("human-eval-rust", "accepted", *map(str, results), *words(options))
    # The metrics lie beside the results and are read with them.
    inputs = (*results, *(place / JUDGED[1] for place in rounds), _asked(done))
    return Stage(_named("accepted", number), argv, inputs, (ACCEPTED,), "human_eval_rust")
