"""Which steps a recipe consists of, and which of them recipes share.

    data -> train (one run over the whole schedule) -> at each budget: sample -> judge, likelihood

The base is the model at budget 0 of every recipe: it is sampled and judged once.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lift import data
from lift.commands import ACCEPTED, LIKELIHOOD, RESULTS, SAMPLES, Commands, checkpoint_at
from lift.steps import Input, Step, Steps
from lift.study import BASE, Own, ProblemSet, Recipe, Source, Study
from sigil_common.errors import BadResultError
from sigil_common.jsonl import write_jsonl
from sigil_common.manifest import digest_json


@dataclass(frozen=True)
class State:
    """A model to measure: the base (`tokens` 0), or a recipe's adapter after so many tokens of training."""

    recipe: str
    seed: int | None
    budget: int
    model: Input
    tokens: int | None  # really seen; None in a plan
    trained: Path | None = None  # directory of the training


@dataclass(frozen=True)
class Measured:
    """Where the answers of a state to one set of problems are, with their verdicts."""

    state: State
    problem_set: str
    samples: Path
    judged: Path
    likelihood: Path | None


@dataclass
class Chain:
    """A study's steps, done (or looked at) by `steps`."""

    study: Study
    steps: Steps
    commands: Commands = field(init=False)
    _writing: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.commands = Commands(self.study)

    @property
    def base(self) -> State:
        """The model before training."""
        return State(BASE, None, 0, self.commands.base, 0)

    def states(self, name: str, seed: int, budgets: Sequence[int]) -> Iterator[State]:
        """Yield a recipe's model at each budget, training as far as the next one needs."""
        recipe = self.study.recipes[name]
        horizon = self.study.horizon_of(recipe)
        wanted = [budget for budget in budgets if 0 < budget <= horizon]
        if not wanted:
            return
        sources = [self._source(source, recipe, seed) for source in recipe.data]
        step = self.commands.train(recipe, sources, seed, wanted[-1])
        failed: BadResultError | None = None
        try:
            self.steps.ensure(step)
        except BadResultError as error:
            failed = error  # the checkpoints before that are as good as any
        for budget in wanted:
            found = checkpoint_at(self.steps.directory(step) / "checkpoints", budget)
            if failed and not found:
                raise failed
            tokens = found[1] if found else None
            yield State(name, seed, budget, _model(step, budget, found), tokens, self.steps.directory(step))

    def measure(self, state: State, sets: Mapping[str, ProblemSet]) -> Iterator[Measured]:
        """Yield a state's answers and verdicts for each set."""
        for name, problem_set in sets.items():
            sample = self.commands.sample(state.model, problem_set.problems)
            drawn = self.steps.ensure(sample)
            judged = self.steps.ensure(self.commands.judge(sample.output(drawn, SAMPLES), problem_set.problems))
            likely = None
            if problem_set.likelihood:
                likely = self.steps.ensure(self.commands.likelihood(state.model, problem_set)) / LIKELIHOOD
            yield Measured(state, name, drawn / SAMPLES, judged / RESULTS, likely)

    def _source(self, source: Source, recipe: Recipe, seed: int) -> Input:
        """Return the rows that a recipe learns from; they are written when a training needs them."""
        if source.own is not None:
            return self._own_answers(source, source.own, recipe, seed)
        assert source.file is not None
        path = source.file
        return self._rows(source, seed, [self.commands.file(path).sha256], lambda: data.dataset_rows(path))

    def _own_answers(self, source: Source, own: Own, recipe: Recipe, seed: int) -> Input:
        results = [self._judged(self.commands.base, own)]
        for _ in range(1, own.rounds):
            model = self._trained_between(self._accepted(source, own, results, seed), own, recipe, seed)
            results.append(self._judged(model, own))
        return self._accepted(source, own, results, seed)

    def _judged(self, model: Input, own: Own) -> Input:
        sample = self.commands.sample(model, own.problems, own)
        judge = self.commands.judge(sample.output(self.steps.ensure(sample), SAMPLES), own.problems, count=own.samples)
        return judge.output(self.steps.ensure(judge), RESULTS)

    def _accepted(self, source: Source, own: Own, results: Sequence[Input], seed: int) -> Input:
        accept = self.commands.accept(results, own)
        path = self.steps.ensure(accept) / ACCEPTED
        return self._rows(source, seed, [accept.key], lambda: data.dataset_rows(path))

    def _trained_between(self, rows: Input, own: Own, recipe: Recipe, seed: int) -> Input:
        """Return the model that answers in the next round."""
        tokens = own.between or self.study.horizon_of(recipe)
        step = self.commands.train(recipe.model_copy(update={"horizon": tokens}), [rows], seed, tokens)
        directory = self.steps.ensure(step)
        return _model(step, tokens, checkpoint_at(directory / "checkpoints", tokens))

    def _rows(self, source: Source, seed: int, reads: Sequence[str], rows: Any) -> Input:
        chosen = source.model_dump(mode="json", exclude={"file", "own"})
        # Where all rows are taken, they do not depend on the seed.
        key = digest_json([data.RULES, chosen, seed if source.rows else None, *reads])
        path = self.steps.work / "data" / f"{key[:16]}.jsonl"

        def made() -> Path:
            with self._writing:  # recipes that are at work at once may learn from the same rows
                if not path.exists():
                    write_jsonl(path, data.selected(rows(), source, seed))
            return path

        return Input(key, made)


def _model(step: Step, budget: int, found: tuple[Path, int] | None) -> Input:
    def path() -> Path:
        assert found is not None, "only a plan has models that are not there"
        return found[0]

    return Input(digest_json([step.key, budget]), path)
