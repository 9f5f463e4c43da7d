"""The strength of problems' tests in figures: mutants killed, of those that can be."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from typing import Any

from human_eval_rust.shipped_sets import SETS
from human_eval_rust.strength.mutation.equivalent import Name
from human_eval_rust.strength.mutation.mutants import mutants
from human_eval_rust.strength.mutation.outcomes import MutantOutcome
from sigil_common.errors import InputError
from sigil_common.jsonl import write_text
from sigil_common.manifest import digest_json
from sigil_common.records import Problem, sets_of

FILE_NAME = "mutation_score.tsv"
LEAST_SCORE = 0.99
LEAST_PROBLEM_SCORE = 0.95
# The sets with levels: number of problems of each.
_LEVELS = {one.prefix: one.levels for one in SETS if len(one.levels) > 1}
_DIGEST_LENGTH = 16


@dataclass(frozen=True)
class Strength:
    """The mutants of one problem by outcome. `timed_out` are among the `killed`, by a limit of time or memory.

    `digest` is of the problem and its mutants: another one means that the figures are out of date.
    """

    task_id: str
    entry_point: str
    mutants: int
    compiling: int
    killed: int
    timed_out: int
    equivalent: int
    survived: int
    digest: str

    @property
    def score(self) -> float:
        """Share killed of the mutants that compile and are not equivalent; 1 if there are none."""
        return _share(self.killed, self.killed + self.survived)


_NAMES = [field.name for field in fields(Strength)]


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 1.0


def strength_digest(problem: Problem) -> str:
    """Return a digest of a problem and its mutants."""
    return digest_json([problem.to_row(), [one.body for one in mutants(problem)]])[:_DIGEST_LENGTH]


def strength(problem: Problem, outcomes: Sequence[MutantOutcome], equivalent: Collection[Name]) -> Strength:
    """Count the outcomes of one problem's mutants."""
    alive = [outcome for outcome in outcomes if outcome.result == "survived"]
    known = sum(outcome.mutant.name in equivalent for outcome in alive)
    killed = [outcome for outcome in outcomes if outcome.result == "killed"]
    return Strength(
        task_id=problem.task_id,
        entry_point=problem.entry_point,
        mutants=len(outcomes),
        compiling=len(killed) + len(alive),
        killed=len(killed),
        timed_out=sum(outcome.by in ("time", "memory") for outcome in killed),
        equivalent=known,
        survived=len(alive) - known,
        digest=strength_digest(problem),
    )


def survivors(outcomes: Iterable[MutantOutcome], equivalent: Collection[Name]) -> list[MutantOutcome]:
    """Return the survivors that are not known to be equivalent."""
    return [outcome for outcome in outcomes if outcome.result == "survived" and outcome.mutant.name not in equivalent]


def shortfalls(rows: Sequence[Strength]) -> list[str]:
    """Return which of the demands on a set its rows do not meet."""
    killed, survived = sum(row.killed for row in rows), sum(row.survived for row in rows)
    found = [
        f"{row.task_id}: {row.score:.1%} of the mutants killed, {LEAST_PROBLEM_SCORE:.0%} wanted"
        for row in rows
        if row.score < LEAST_PROBLEM_SCORE
    ]
    if _share(killed, killed + survived) < LEAST_SCORE:
        found.append(f"{killed} of {killed + survived} mutants killed, {LEAST_SCORE:.0%} wanted")
    return found


def write_strengths(path: Path, rows: Iterable[Strength]) -> None:
    """Write rows as a table between tabs, with a heading."""
    lines = [_NAMES, *([str(value) for value in astuple(row)] for row in rows)]
    write_text(path, "".join("\t".join(line) + "\n" for line in lines))


def read_strengths(path: Path) -> list[Strength]:
    """Read what `write_strengths` wrote; raise `InputError` for anything else."""
    try:
        heading, *lines = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()]
        if heading != _NAMES:
            raise InputError(f"{path}: not a table of mutation scores")
        rows: list[list[Any]] = [[task, entry, *map(int, rest), digest] for task, entry, *rest, digest in lines]
        return [Strength(*row) for row in rows]
    except (OSError, ValueError, TypeError) as error:
        raise InputError(f"cannot read {path}", cause=str(error)) from error


def summary(rows: Sequence[Strength]) -> str:
    """Return a Markdown table of a set's rows: a line for each level, and one for all."""
    lines = [
        (
            "| | problems | mutants that compile | a problem | killed | of them by a limit | equivalent | survivors "
            "| score | lowest |"
        ),
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    names = set(sets_of(row.task_id for row in rows).values())
    levels = _LEVELS.get(names.pop(), ()) if len(names) == 1 else ()
    if len(rows) == sum(levels):
        ends = itertools.accumulate(levels)
        parts = [rows[end - size : end] for size, end in zip(levels, ends, strict=True)]
        lines += [_summary_line(f"level {number}", part) for number, part in enumerate(parts, start=1)]
    return "\n".join([*lines, _summary_line("all", rows)])


def _summary_line(name: str, rows: Sequence[Strength]) -> str:
    compiling, killed, timed_out, equivalent, survived = (
        sum(getattr(row, field) for row in rows)
        for field in ("compiling", "killed", "timed_out", "equivalent", "survived")
    )
    score, lowest = _share(killed, killed + survived), min((row.score for row in rows), default=1.0)
    return (
        f"| {name} | {len(rows)} | {compiling:,} | {compiling / max(len(rows), 1):.1f} | {killed:,} | {timed_out:,} "
        f"| {equivalent:,} | {survived:,} | {score:.2%} | {lowest:.1%} |"
    )
