"""From the files of the steps to rows: one for each recipe, seed, budget, set and problem."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from pydantic import Field

from lambda_package.verdicts import load_verdicts
from lift.chain import Measured
from sigil_common.errors import InputError
from sigil_common.jsonl import read_models
from sigil_common.records import Completion, FailureClass, Likelihood, Record

NOT_ENDED = "length"


class Row(Record):
    """What one model made of one problem."""

    recipe: str
    seed: int | None = Field(None, description="Of training; absent for the base")
    budget: int = Field(description="Tokens that training was to see")
    tokens: int = Field(description="Tokens that it saw: the first step that reaches the budget is the last one")
    problem_set: str
    task_id: str
    ends: bool = Field(description="Writing ended by itself, not at the limit")
    parses: bool
    compiles: bool
    passes: bool | None = Field(None, description="Of problems with tests")
    idle: bool = Field(False, description="It compiles, passes no tests, and attempts nothing")
    failure: FailureClass | None = None
    rustc_code: str | None = None
    bits_per_byte: float | None = Field(None, description="Of the reference solution, under the prompt of `generate`")
    pairs: int | None = Field(None, description="Pairs of a right solution and a wrong one")
    right_likelier: int | None = Field(None, description="Of these, with the right one likelier")


def rows_of(measured: Measured) -> Iterator[Row]:
    """Yield the rows of one model and set; raise `InputError` where a verdict is missing for trouble of ours."""
    state = measured.state
    ends = {row.task_id: row.finish_reason for _, row in read_models(measured.samples, Completion)}
    likely = likelihoods(measured.likelihood) if measured.likelihood else {}
    for task, (verdict,) in load_verdicts(measured.judged).items():
        yield Row(
            recipe=state.recipe,
            seed=state.seed,
            budget=state.budget,
            tokens=state.tokens or 0,
            problem_set=measured.problem_set,
            task_id=task,
            ends=ends[task] != NOT_ENDED,
            parses=verdict.parses,
            compiles=bool(verdict.compiles),
            passes=verdict.passed if verdict.tests.declared else None,
            idle=verdict.idle is not None,
            failure=verdict.failure,
            rustc_code=verdict.rustc_code,
            **likely.get(task, {}),
        )


def likelihoods(path: Path) -> dict[str, dict[str, float | int]]:
    """Return by problem what `human-eval-rust likelihood` found, in the names of `Row`."""
    return {row.task_id: _likelihood(row) for _, row in read_models(path, Likelihood)}


def _likelihood(row: Likelihood) -> dict[str, float | int]:
    pairs = {"pairs": len(row.pairs), "right_likelier": sum(pair.margin > 0 for pair in row.pairs)} if row.pairs else {}
    return {"bits_per_byte": row.reference.bits_per_byte, **pairs}


def require_one_machine(measured: Sequence[Measured]) -> None:
    """Raise `InputError` unless all answers were drawn on the same kind of device, in the same number type."""
    found: dict[str, Path] = {}
    for one in measured:
        described = json.loads(one.samples.with_name(f"{one.samples.name}.manifest.json").read_text(encoding="utf-8"))
        found.setdefault(json.dumps(described["ran_on"], sort_keys=True), one.samples.parent)
    if len(found) > 1:
        raise InputError(
            "the models answered on different kinds of machines, so they cannot be compared",
            cause=" and ".join(found),
            hint=f"remove {' or '.join(map(str, found.values()))} and its like, and run the same command again",
        )
