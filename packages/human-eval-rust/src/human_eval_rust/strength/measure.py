"""How sharp are the tests of a problem set? Mutates every reference solution and counts what the tests let through."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from human_eval_rust.problems.files import load, locate
from human_eval_rust.problems.sources import build
from human_eval_rust.strength.mutation import equivalent, score
from human_eval_rust.strength.mutation.mutants import with_solution
from human_eval_rust.strength.mutation.outcomes import outcomes
from sigil_common.errors import InputError
from sigil_common.records import Problem


@dataclass(frozen=True)
class Measured:
    """What the tests of one set reject: a line for each problem and each survivor, what is wrong, and the sum."""

    lines: tuple[str, ...]
    faults: tuple[str, ...]
    summary: str


def measure(
    source: Path, *, task_ids: Collection[str] = (), solutions: Path | None = None, journal: Path, n_workers: int = 1
) -> Measured:
    """Measure a directory of problem sources, or a problem file.

    With `task_ids` only these problems count. `solutions` is a directory whose solutions are mutated instead of the
    reference ones, with its own list of equivalent mutants. `journal` keeps what became of each mutant. For a whole
    directory of sources the table `mutation_score.tsv` in it is written.
    """
    chosen = [one for one in _tested(source) if not task_ids or one.task_id in task_ids]
    if solutions:
        chosen = [with_solution(problem, solutions) for problem in chosen]
    home = solutions or (source if source.is_dir() else source.parent)
    listed = equivalent.read_equivalent(home / equivalent.FILE_NAME)
    found = outcomes(chosen, journal=journal, n_workers=n_workers)
    rows = [score.strength(problem, found[problem.task_id], listed) for problem in chosen]
    lines: list[str] = []
    for row in rows:
        share = f"{row.killed}/{row.compiling - row.equivalent}\t{row.score:.1%}"
        lines.append(f"{row.task_id}\t{row.entry_point}\t{share}")
        for outcome in score.survivors(found[row.task_id], listed):
            lines.append(
                f"{row.task_id}\t{outcome.mutant.original}\t{outcome.mutant.mutated}\t({outcome.mutant.operator})"
            )
    faults = [*equivalent.faults(listed, found), *score.shortfalls(rows)]
    faults += [f"{row.task_id}: survivors: {row.survived}" for row in rows if row.survived]
    if home == source and not task_ids:
        score.write_strengths(home / score.FILE_NAME, rows)
    return Measured(tuple(lines), tuple(faults), score.summary(rows))


def _tested(source: Path) -> list[Problem]:
    """Read the problems that have tests. Raises `InputError` if none has."""
    problems = build(source) if source.is_dir() else list(load(locate(source)).values())
    tested = [one for one in problems if one.kind == "tests"]
    if not tested:
        raise InputError(f"{source}: no problem has tests that could be measured", cause="all are of kind `compile`")
    return tested
