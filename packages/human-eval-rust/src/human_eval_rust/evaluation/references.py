"""Reference solutions are judged before the samples: a problem whose own solution fails cannot be scored.

The problems that come with the package were checked when they were made, so theirs are not judged again. What is
found is kept beside the results, so that a repeated or resumed run finds the same without judging anything.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from contextlib import closing

from human_eval_rust.building import prompt_check
from human_eval_rust.building.extern_crates import left_out
from human_eval_rust.evaluation.executors import Executor, judge
from human_eval_rust.evaluation.results import Files
from human_eval_rust.evaluation.samples import SampleLine
from human_eval_rust.judging.finding import Finding
from human_eval_rust.problems.files import load, shipped
from human_eval_rust.problems.parsed import ParsedProblem
from human_eval_rust.shipped_sets import SETS
from sigil_common.errors import InputError
from sigil_common.failures import FAILURES
from sigil_common.jsonl import Journal, write_jsonl
from sigil_common.progress import Progress
from sigil_common.records import FailureClass, Problem, sets_of
from sigil_common.rustc import Compiler

log = logging.getLogger("sigil.references")

# The answer passes its tests, so the problem can be scored, whatever clippy thinks of its style.
_HARMLESS = frozenset({FailureClass.CLIPPY})


def not_shipped(parsed: Mapping[str, ParsedProblem]) -> dict[str, ParsedProblem]:
    """Return the problems that are not, to the letter, among those that come with the package."""
    asked = set(sets_of(parsed).values())
    ours: dict[str, Problem] = {}
    for one in SETS:
        if one.prefix in asked:
            ours |= load(shipped(one.name))
    return {task: one for task, one in parsed.items() if ours.get(task) != one.problem}


def faults(
    parsed: Mapping[str, ParsedProblem],
    files: Files,
    fingerprint: str,
    executor: Executor,
    compiler: Compiler,
    *,
    resume: bool,
) -> dict[str, str]:
    """Return why those of `parsed` cannot be scored whose reference solution fails, by task id.

    References that could not be judged, for trouble of the sandbox, are no fault; the next run tries them again.
    """
    known = _remembered(files, fingerprint) if resume else {}
    asked = [
        SampleLine(task, one.problem.canonical_solution, 0)
        for task, one in parsed.items()
        if task not in known and one.problem.canonical_solution.strip()
    ]
    if asked:
        if not known:
            files.references.unlink(missing_ok=True)
        known |= _judge(asked, parsed, files, fingerprint, executor, compiler)
        write_jsonl(files.references, (_row(task, known[task], fingerprint) for task in sorted(known)))
    return {task: fault for task in parsed if (fault := known.get(task))}


def _judge(
    asked: list[SampleLine],
    parsed: Mapping[str, ParsedProblem],
    files: Files,
    fingerprint: str,
    executor: Executor,
    compiler: Compiler,
) -> dict[str, str | None]:
    found: dict[str, str | None] = {}
    suspect: dict[str, ParsedProblem] = {}
    trouble: list[str] = []
    with (
        Progress("judging the references", total=len(asked), unit="problems") as progress,
        Journal(files.references) as journal,
        closing(judge(executor, asked, parsed)) as answers,
    ):
        for sample, judged in answers:
            if judged.late:
                continue
            task, finding = sample.task_id, judged.finding
            progress.advance(1)
            if finding.failure and not FAILURES[finding.failure.kind].counts:
                trouble.append(f"{task}: {finding.failure.detail}")
                continue
            found[task] = fault_of(finding)
            if found[task] and not finding.compiles:
                suspect[task] = parsed[task]
            else:
                journal.append(_row(task, found[task], fingerprint))
    for task, why in prompt_check.refused(suspect, compiler).items():
        found[task] = f"its prompt does not compile: {why}"
    for task, one in suspect.items():
        found[task] = f"{found[task]}{left_out(one, compiler)}"
    if trouble:
        log.warning("%d reference solutions could not be judged (%s)", len(trouble), trouble[0])
    return found


def fault_of(finding: Finding) -> str | None:
    """Return why the finding of a reference solution makes its problem useless. Trouble of ours does not."""
    failure = finding.failure
    if finding.unusable or failure is None or failure.kind in _HARMLESS or not FAILURES[failure.kind].counts:
        return finding.unusable
    fault = f"its reference solution fails: {failure.kind.value}: {failure.detail}"
    if failure.kind is FailureClass.POLICY:
        fault += " (without the policy, --no-enforce-policy, the problem may be scored)"
    return fault


def _row(task: str, fault: str | None, fingerprint: str) -> dict[str, str | None]:
    return {"task_id": task, "fault": fault, "fingerprint": fingerprint}


def _remembered(files: Files, fingerprint: str) -> dict[str, str | None]:
    """Return what a run with the same problems, settings, compiler and evaluator found."""
    if not files.references.exists():
        return {}
    try:
        with Journal(files.references) as journal:
            return {row["task_id"]: row["fault"] for row in journal.rows() if row["fingerprint"] == fingerprint}
    except (InputError, KeyError):
        return {}
