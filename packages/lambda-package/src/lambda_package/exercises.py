"""Expert iteration: the base model answers functions of the training crates, and learns from what the judge accepts.

dataset -> exercises -> draw (base) -> judge-draw (policy on) -> accepted -> train
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
    words,
)
from lambda_package.primary import require_primary
from lambda_package.settings import RunSettings

EXERCISES = "exercises.jsonl"
ACCEPTED = "accepted.jsonl"


def exercise_stages(settings: RunSettings) -> Iterator[StageBuilder]:
    """Yield the stages between the problems and the training; none where no exercises are asked for."""
    if not settings.exercises.count:
        return
    yield lambda done: _exercises(settings, done)
    yield lambda done: _draw(settings, done)
    # What is trained on has to obey the policy.
    yield lambda done: judge(settings, "judge-draw", done["draw"] / SAMPLES[0], _asked(done), policy="on")
    yield lambda done: _accepted(settings, done)


def training_files(settings: RunSettings, done: Mapping[str, Path]) -> list[Path]:
    """Return the data sets that are trained on."""
    dataset = done["dataset"] / "dataset.jsonl"
    if not settings.exercises.count:
        return [dataset]
    accepted = done["accepted"] / ACCEPTED
    return [accepted] if settings.exercises.alone else [accepted, dataset]


def report_words(settings: RunSettings, done: Mapping[str, Path]) -> tuple[list[str], list[Path]]:
    """Return what tells the report of the answers that were trained on, and the files that it reads for that."""
    if not settings.exercises.count:
        return [], []
    files = {"--accepted": done["accepted"] / ACCEPTED, "--drawn-metrics": done["judge-draw"] / JUDGED[1]}
    alone = ["--accepted-alone"] if settings.exercises.alone else []
    return words(files) + alone, list(files.values())


def _exercises(settings: RunSettings, done: Mapping[str, Path]) -> Stage:
    require_primary(settings.stats.primary, done["problems"] / "problems.jsonl")  # before the first model is asked
    counts = {Path(EXERCISES).stem: settings.exercises.count}
    return select(settings, "exercises", [done["dataset"] / EXERCISES], counts, EXERCISES)


def _asked(done: Mapping[str, Path]) -> Path:
    return done["exercises"] / EXERCISES


def _draw(settings: RunSettings, done: Mapping[str, Path]) -> Stage:
    own = settings.exercises
    how = Drawing(own.samples, own.temperature, own.canned, "exercises.canned", own.planned_minutes)
    return draw(settings, "draw", base_subject(settings, done), _asked(done), how)


def _accepted(settings: RunSettings, done: Mapping[str, Path]) -> Stage:
    results, metrics = (done["judge-draw"] / name for name in JUDGED)
    options = {
        "--problem-file": _asked(done),
        "--output": f"{OUT}/{ACCEPTED}",
        "--per-problem": settings.exercises.per_problem,
        "--accept": settings.exercises.accept,
        "--seed": settings.seed,
    }
    argv = ("human-eval-rust", "accepted", str(results), *words(options))
    # The metrics lie beside the results and are read with them.
    return Stage("accepted", argv, (results, metrics, _asked(done)), (ACCEPTED,), "human_eval_rust")
