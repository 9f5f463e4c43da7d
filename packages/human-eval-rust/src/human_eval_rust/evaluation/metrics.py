"""Sum verdicts up: pass@k, coverage, the steps below it, failure classes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from human_eval_rust.evaluation.passk import estimates
from human_eval_rust.judging.failure import error_group
from sigil_common.records import FailureClass, Verdict


def summary(
    verdicts: Iterable[Verdict], problems: Collection[str], ks: Sequence[int], unusable: Mapping[str, str]
) -> dict[str, Any]:
    """Return the fields of `Metrics` that verdicts decide.

    `problems` are the task ids asked about, `unusable` those of them that cannot be scored, with the
    reason. Rates are shares of the judged samples. Samples that were not judged, for trouble of ours or
    the problem's, count as neither passed nor failed; problems without a judged sample lower `coverage`.
    """
    rows = list(verdicts)
    judged = [row for row in rows if row.result != "not judged" and row.task_id not in unusable]
    told = [row for row in rows if row.finish_reason is not None]
    refused = [row for row in judged if row.failure == FailureClass.COMPILE]
    counts = _counts((row.task_id, row.passed) for row in judged)
    strict = _counts((row.task_id, row.passed_strictly) for row in judged)
    values, reasons = estimates(counts, ks)
    values |= {f"{name}_strict": value for name, value in estimates(strict, ks)[0].items()}
    scorable = [task for task in problems if task not in unusable]
    missing = [task for task in scorable if task not in counts]
    return {
        "pass_at_k": values,
        "unavailable": reasons,
        "problems": len(problems),
        "problems_judged": len(counts),
        "coverage": len(counts) / len(scorable) if scorable else 0.0,
        "problems_without_samples": len(missing),
        "task_ids_without_samples": missing,
        "unusable_problems": {task: unusable[task] for task in problems if task in unusable},
        "samples": len(rows),
        "judged": len(judged),
        "not_judged": len(rows) - len(judged),
        "sandbox_trouble": sum(row.failure == FailureClass.SANDBOX for row in rows),
        "passed": sum(row.passed for row in judged),
        "passed_strict": sum(row.passed_strictly for row in judged),
        "has_code_rate": _share(judged, [row.has_code for row in judged]),
        "parse_rate": _share(judged, [row.parses for row in judged]),
        "compile_rate": _share(judged, [bool(row.compiles) for row in judged]),
        "pass_rate": _share(judged, [row.passed for row in judged]),
        "at_token_limit_rate": _share(told, [row.finish_reason == "length" for row in told]),
        "failures": dict(sorted(Counter(row.failure.value for row in judged if row.failure).items())),
        "compile_errors": dict(sorted(Counter(error_group(row.rustc_code) for row in refused).items())),
    }


def _counts(passes: Iterable[tuple[str, bool]]) -> dict[str, tuple[int, int]]:
    found: dict[str, list[bool]] = {}
    for task, passed in passes:
        found.setdefault(task, []).append(passed)
    return {task: (len(those), sum(those)) for task, those in found.items()}


def _share(judged: Sequence[Verdict], hits: Sequence[bool]) -> float | None:
    return sum(hits) / len(judged) if judged else None
