"""What a finished run asked, held against the problem files that it names: those of this checkout, and its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from lambda_package.run_record import FinishedRun
from sigil_common.jsonl import read_models, read_objects
from sigil_common.manifest import digest_file
from sigil_common.records import InputRecord, Problem

STAGE, FILE = "problems", "problems.jsonl"
SHIPPED = Path("data")  # relative to the checkout, in which a run is verified


def not_here(run: FinishedRun) -> list[str]:
    """Return the problem files that a run read from outside and that cannot be looked at."""
    return [row.path for row in _outside(run) if not Path(row.path).is_file()]


def asked_otherwise(run: FinishedRun) -> Iterator[str]:
    """Yield where a problem file here is not the one that was read, and problems that are not as their file has them.

    A run whose digests were made up as well could otherwise ask a benchmark's problems with weaker tests. Problems are
    looked at one by one where their file is in our own form: shipped, or written by the run. Where a file is not here,
    its problems may be those of any shipped set, by their ids.
    """
    here, sets = [row for row in _outside(run) if Path(row.path).is_file()], _shipped()
    for row in here:
        if digest_file(Path(row.path)) != row.sha256:
            yield f"{row.path}: is not the file that the run asked"
    named = [file for file in sets if any(file.samefile(row.path) for row in here)]
    known: dict[str, Problem] = {}
    for file in (*(sets if not_here(run) else named), *_of_the_run(run)):
        known |= {problem.task_id: problem for _, problem in read_models(file, Problem)}
    asked, complete = run.output(STAGE, FILE), len(named) == len(_outside(run))
    for number, problem in read_models(asked, Problem):
        if problem.task_id not in known and complete:
            yield f"{asked}:{number}: `{problem.task_id}` is in none of the problem files"
        elif known.get(problem.task_id, problem) != problem:
            yield f"{asked}:{number}: `{problem.task_id}` is not as its problem file has it"


def _shipped() -> list[Path]:
    """Return the problem sets of this checkout; solutions and pairs go by the ids of their problems, too."""
    files = sorted(SHIPPED.glob("*.jsonl"))
    return [file for file in files if "prompt" in next((row for _, row in read_objects(file)), {})]


def _inputs(run: FinishedRun) -> tuple[InputRecord, ...]:
    return next(stage.inputs for stage in run.stages if stage.name == STAGE)


def _outside(run: FinishedRun) -> list[InputRecord]:
    return [row for row in _inputs(run) if run.writer(row.path) is None]


def _of_the_run(run: FinishedRun) -> list[Path]:
    """Return the problem files that other stages wrote; that they did is checked with all files."""
    wrote = [found for row in _inputs(run) if (found := run.writer(row.path)) is not None]
    return [run.directory(stage) / name for stage, name in wrote]
