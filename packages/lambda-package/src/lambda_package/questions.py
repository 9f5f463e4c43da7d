"""What a finished run asked, held against the problem files that it names: those of this checkout, and its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from lambda_package.run_record import FinishedRun
from sigil_common.jsonl import read_objects
from sigil_common.manifest import digest_file
from sigil_common.records import InputRecord

STAGE, FILE = "problems", "problems.jsonl"


def not_here(run: FinishedRun) -> str | None:
    """Say which problem file of a run cannot be looked at, None where all can."""
    missing = [row.path for row in _inputs(run) if not _place(run, row).is_file()]
    return f"{missing[0]} is not here: verify in the checkout whose files the run asked" if missing else None


def asked_otherwise(run: FinishedRun) -> Iterator[str]:
    """Yield where a problem file here is not the one that was read, and problems that are not as their file has them.

    A run whose digests were made up as well could otherwise ask a benchmark's problems with weaker tests.
    """
    known: dict[str, Mapping[str, Any]] = {}
    for row in _inputs(run):
        place = _place(run, row)
        if digest_file(place) != row.sha256:
            yield f"{place}: is not the file that the run asked"
        known |= {str(problem.get("task_id")): _plain(problem) for _, problem in read_objects(place)}
    asked = run.output(STAGE, FILE)
    for number, problem in read_objects(asked):
        task = str(problem.get("task_id"))
        if task not in known:
            yield f"{asked}:{number}: `{task}` is in none of the problem files"
        elif known[task] != _plain(problem):
            yield f"{asked}:{number}: `{task}` is not as its problem file has it"


def _inputs(run: FinishedRun) -> tuple[InputRecord, ...]:
    return next(stage.inputs for stage in run.stages if stage.name == STAGE)


def _place(run: FinishedRun, row: InputRecord) -> Path:
    wrote = run.writer(row.path)
    return Path(row.path) if wrote is None else run.directory(wrote[0]) / wrote[1]


def _plain(problem: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out where a problem is from, which selecting does not carry over."""
    return {key: value for key, value in problem.items() if not key.startswith("_")}
