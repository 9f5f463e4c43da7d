"""How much work each stage of a run is: completions, tokens, verdicts, passes over the data. Nothing of time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lambda_package import rates
from lambda_package.exercises import ACCEPTED, FULL_DATASET
from lambda_package.settings import RunSettings
from sigil_common.errors import InputError
from sigil_common.jsonl import read_objects
from sigil_common.progress import counted
from sigil_common.records import sets_of
from sigil_common.settings_file import read_mapping

HELDOUT_SET = "HeldOut"
UP_TO = "up to "
# What `sigilderg-train` takes where its file says nothing.
_TRAIN_DEFAULTS = {"micro_batch_size": 16, "gradient_accumulation": 4, "num_steps": 12_000, "max_seq_len": 2048}


@dataclass(frozen=True)
class Amount:
    """A number of things; with `at_most` there may be fewer, which is known once the run has looked at its crates."""

    number: int
    at_most: bool = False

    def __mul__(self, factor: int) -> Amount:
        return Amount(self.number * factor, self.at_most)

    def __str__(self) -> str:
        return f"{UP_TO if self.at_most else ''}{self.number:,}"

    def of(self, noun: str) -> str:
        """Return the amount in words, as `up to 1,164 problems`."""
        return f"{UP_TO if self.at_most else ''}{counted(self.number, noun)}"


@dataclass(frozen=True)
class Training:
    """One training: its stage, the tokens that it sees at most, the characters of its data and how they are known."""

    stage: str
    steps: int
    tokens: int
    checkpoints: int
    characters: float
    characters_from: str
    planned_minutes: float | None

    @property
    def passes(self) -> float:
        """How often the data are gone over."""
        return passes(self.tokens, self.characters)


def passes(tokens: int, characters: float) -> float:
    """Return how often so many tokens go over data of so many characters; 0 of none."""
    return tokens * rates.TOKEN.value / characters if characters else 0.0


def problem_counts(settings: RunSettings) -> dict[str, int]:
    """Return how many problems of each set are asked, in their order; of held-out functions as many as at most.

    Raises `InputError` for a problem file that cannot be read.
    """
    counts: dict[str, int] = {}
    for file in settings.sample.problem_files:
        tasks = dict.fromkeys(str(row.get("task_id", "")) for _, row in read_objects(file))
        names = list(sets_of(tasks).values())
        most = settings.sample.choose.get(file.stem, len(names))
        for name in dict.fromkeys(names):
            counts[name] = min(most, names.count(name))
    if settings.sample.heldout:
        counts[HELDOUT_SET] = settings.sample.heldout
    return counts


def problem_kinds(settings: RunSettings) -> dict[str, set[str]]:
    """Return of each set of problems that is asked how they are judged, as `Problem.kind` says it.

    Raises `InputError` for a problem file that cannot be read, holds none, or holds one of another.
    """
    known: dict[str, str] = {}
    for file in settings.sample.problem_files:
        found = {str(row.get("task_id", "")): str(row.get("kind", "tests")) for _, row in read_objects(file)}
        if not found:
            raise InputError(f"{file} holds no problems")
        chosen = {one.stem for one in settings.sample.problem_files} & set(settings.sample.choose)
        if not chosen and (twice := next((task for task in found if task in known), None)):
            raise InputError(f"{file}: task id `{twice}` is in another problem file already")
        known |= found
    kinds: dict[str, set[str]] = {}
    for task, name in sets_of(known).items():
        kinds.setdefault(name, set()).add(known[task])
    if settings.sample.heldout:
        kinds[HELDOUT_SET] = {"tests", "compile"}  # which of them have tests the crates will tell
    return kinds


def problem_amount(counts: Mapping[str, int]) -> Amount:
    """Return how many problems are asked in all."""
    return Amount(sum(counts.values()), HELDOUT_SET in counts)


def exercise_amount(settings: RunSettings) -> Amount:
    """Return how many functions of the training crates are answered in each round."""
    return Amount(settings.exercises.count, at_most=True)


def bounds(settings: RunSettings) -> tuple[str, ...]:
    """Return, in words, of which things there may be fewer than the plan reckons with, and why."""
    own, exercises = settings.sample, settings.exercises
    rows = [(own.heldout, own.heldout_max_prompt, "held-out functions")]
    if settings.train.checkpoint is None:
        rows.append((exercises.count, exercises.max_prompt, "exercises"))
    return tuple(
        f"{UP_TO}{count:,} {what}, fewer if the crates have no more"
        + ("" if longest is None else f" with a prompt of at most {longest:,} characters")
        for count, longest, what in rows
        if count
    )


def crate_count(settings: RunSettings) -> int:
    """Return how many crates are trained on."""
    named = _named_in(settings.dataset.crate_list)
    return named if settings.dataset.limit is None else min(named, settings.dataset.limit)


def heldout_count(settings: RunSettings) -> int:
    """Return how many crates are held out, none where none of their functions is asked."""
    return _named_in(settings.dataset.heldout_crates) if settings.sample.heldout else 0


def _named_in(crate_list: Path) -> int:
    try:
        lines = crate_list.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise InputError(f"cannot read {crate_list}", cause=error.strerror) from None
    return sum(bool(line.partition("#")[0].strip()) for line in lines)


def trainings(settings: RunSettings, run_dir: Path) -> list[Training]:
    """Return the trainings of a run, the last one at last; none with a given checkpoint.

    The data are measured where an earlier run in `run_dir` made them, else they are as large as such were elsewhere.
    """
    own = settings.exercises
    if settings.train.checkpoint is not None:
        return []
    found = []
    for number in range(1, own.rounds) if own.count else ():
        found.append(_training(settings, f"train-{number}", own.between, *_data(settings, run_dir, number)))
    rounds = own.rounds if own.count else 0
    return [*found, _training(settings, "train", [], *_data(settings, run_dir, rounds))]


def _training(settings: RunSettings, stage: str, further: list[str], characters: float, known: str) -> Training:
    own = train_settings(settings, further)
    sizes = {name: _number(own.get(name), default) for name, default in _TRAIN_DEFAULTS.items()}
    step = sizes["micro_batch_size"] * sizes["gradient_accumulation"] * sizes["max_seq_len"]
    most = own.get("max_tokens")
    steps = int(sizes["num_steps"]) if most is None else int(-(-_number(most, 0) // step))
    minutes = own.get("planned_minutes")
    return Training(
        stage,
        steps,
        int(steps * step),
        max(1, int(steps // max(_number(own.get("save_every"), 500), 1))),
        characters,
        known,
        None if minutes is None else _number(minutes, 0) or None,
    )


def train_settings(settings: RunSettings, further: list[str] | None = None) -> dict[str, Any]:
    """Return the section `train` of the training's file, with what the run sets of it."""
    import yaml

    section: Any = read_mapping(settings.train.config)[0].get("train")
    values: dict[str, Any] = dict(section) if isinstance(section, dict) else {}
    for word in (*settings.train.set, *(further or ())):
        key, equals, text = word.partition("=")
        if equals and key.startswith("train."):
            values[key.removeprefix("train.")] = yaml.safe_load(text)
    return values


def _number(value: Any, default: float) -> float:
    try:
        return default if value is None else float(str(value).replace("_", ""))
    except ValueError:
        return default


def _data(settings: RunSettings, run_dir: Path, rounds: int) -> tuple[float, str]:
    """Return how many characters are trained on after so many rounds of exercises, and how that is known."""
    own = settings.exercises
    parts: list[tuple[float, str]] = []
    if rounds:
        rate = rates.OWN_TEXT[min(rounds, len(rates.OWN_TEXT)) - 1]
        stage = "accepted" if rounds == 1 else f"accepted-{rounds}"
        parts.append(_measured(run_dir, stage, ACCEPTED) or (rate.value * own.count, str(rate)))
    if not rounds or not own.alone:
        made = _measured(run_dir, "dataset", FULL_DATASET)
        parts.append(made or (rates.CRATE_TEXT.value * crate_count(settings), str(rates.CRATE_TEXT)))
    return sum(size for size, _ in parts), "; ".join(where for _, where in parts)


def _measured(run_dir: Path, stage: str, name: str) -> tuple[float, str] | None:
    """Return the characters that a data set of an earlier run here has to train on, the newest of several."""
    found = [
        path
        for path in run_dir.glob(f"stages/{stage}-*/{name}")
        if path.parent.name.rpartition("-")[0] == stage and (path.parent / "stage.json").is_file()
    ]
    if not found:
        return None
    path = max(found, key=lambda one: one.stat().st_mtime_ns)
    return characters_of(path), f"measured: {path}"


def characters_of(path: Path) -> int:
    """Return the characters of prompts and answers that a data set has for training."""
    rows = (row for _, row in read_objects(path) if row.get("split", "train") == "train")
    return sum(len(str(row.get("prompt") or "")) + len(str(row.get("gen") or "")) for row in rows)
