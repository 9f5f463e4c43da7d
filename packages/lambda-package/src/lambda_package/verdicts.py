"""Verdicts as the evaluator wrote them, by problem."""

from __future__ import annotations

import logging
from pathlib import Path

from sigil_common.errors import InputError
from sigil_common.failures import FAILURES
from sigil_common.jsonl import read_models
from sigil_common.progress import counted
from sigil_common.records import Verdict, sets_of

log = logging.getLogger("sigil.compare")
# By problem, its verdicts in the order of their samples.
ByProblem = dict[str, list[Verdict]]


def load_verdicts(path: Path) -> ByProblem:
    """Read a results file without its unusable problems; see `read_verdicts`."""
    return read_verdicts(path)[0]


def read_verdicts(path: Path) -> tuple[ByProblem, set[str]]:
    """Read a results file: its verdicts, and apart from them the problems that could not be judged at all.

    Raises `InputError` for other samples that were not judged, for a sample that is there twice, for a verdict that
    contradicts itself, and where nothing is left.
    """
    found: ByProblem = {}
    lines: dict[tuple[str, int], int] = {}
    unusable: set[str] = set()
    for number, verdict in read_models(path, Verdict):
        first = lines.setdefault((verdict.task_id, verdict.sample_index), number)
        if first != number:
            raise InputError(
                f"{path}:{number}: sample {verdict.sample_index} of {verdict.task_id} is there twice",
                cause=f"it is in line {first} already",
                hint="join no results of the same samples",
            )
        if verdict.passed != (verdict.result == "passed" and verdict.failure is None and verdict.compiles is not False):
            raise InputError(
                f"{path}:{number}: the verdict on {verdict.task_id} contradicts itself",
                cause=f"`passed` {verdict.passed}, `result` {verdict.result}, `failure` {verdict.failure}, "
                f"`compiles` {verdict.compiles}",
                hint="judge the samples again; no judge of ours writes this",
            )
        if verdict.failure is not None and not FAILURES[verdict.failure].counts:
            raise InputError(
                f"{path}:{number}: {verdict.task_id} could not be judged",
                cause=verdict.detail or "sandbox trouble",
                hint="judge the samples again; a rate over the rest would be biased",
            )
        if verdict.result == "not judged":
            unusable.add(verdict.task_id)
        else:
            found.setdefault(verdict.task_id, []).append(verdict)
    if unusable:
        left_out = counted(len(unusable), "problem")
        log.warning("%s: left out %s that cannot be judged, as %s", path, left_out, min(unusable))
    if not found:
        raise InputError(f"{path} holds no verdicts")
    return {task: sorted(rows, key=lambda row: row.sample_index) for task, rows in found.items()}, unusable


def sets_in(verdicts: ByProblem) -> dict[str, str]:
    """Return the set of each problem: as its verdicts have it, else as its id and those of the others tell."""
    named = sets_of(verdicts)
    return {task: rows[0].set or named[task] for task, rows in verdicts.items()}
