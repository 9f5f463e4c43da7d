"""Problem by problem: how far the samples of each model got, and those that tell most."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lambda_package.plots import STYLES
from lambda_package.report.sources import Compared
from lambda_package.verdicts import ByProblem
from sigil_common.progress import counted
from sigil_common.records import ProblemRow, Verdict

SHOWN_SAMPLES = 4
PASSED = "passed"


def problem_views(compared: Compared, sides: Sequence[ByProblem], prompts: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return for each problem what its row and its samples show."""
    slugs: set[str] = set()
    views = []
    rows = zip(*(pair.problems for pair in compared.pairs), strict=True)
    for number, row in enumerate(rows):
        task = row[0].task_id
        models = [
            _model_view(kind, label, side[task])
            for kind, label, side in zip(STYLES, compared.labels, sides, strict=False)
        ]
        views.append(
            {
                "number": number,
                "slug": _slug(task, slugs),
                "task_id": task,
                "set": row[0].set,
                "prompt": prompts.get(task, ""),
                "steps": [row[0].base, *(one.tuned for one in row)],
                "changes": [one.change for one in row],
                "classes": _classes(row, models),
                "models": models,
            }
        )
    return views


def telling(views: Sequence[dict[str, Any]], labels: Sequence[str]) -> list[tuple[str, dict[str, Any]]]:
    """Return the problems to look at first, with why: what was gained and lost, and how the last model mostly fails."""
    found = []
    for change in ("gained", "lost"):
        first = next((view for view in views if change in view["changes"]), None)
        if first is not None:
            found.append((f"first {change}", first))
    ends = Counter(view["models"][-1]["commonest"] for view in views if view["models"][-1]["commonest"])
    if ends:
        (name, count), *_ = ends.most_common(1)
        first = next(view for view in views if view["models"][-1]["commonest"] == name)
        found.append((f"commonest failure of {labels[-1]}, {name} ({counted(count, 'problem')})", first))
    return found


def ending(verdict: Verdict) -> str:
    """Return how a sample ended, with rustc's code."""
    found = PASSED if verdict.passed else (verdict.failure.value if verdict.failure else verdict.result)
    return f"{found} {verdict.rustc_code}" if verdict.rustc_code else found


def _model_view(kind: str, label: str, rows: Sequence[Verdict]) -> dict[str, Any]:
    told = _telling_samples(rows)
    others = [row for row in rows if row.sample_index not in {one.sample_index for _, one in told}]
    fill = others[: max(0, SHOWN_SAMPLES - len(told))]
    failures = Counter(ending(row) for row in rows if not row.passed)
    return {
        "kind": kind,
        "label": label,
        "telling": [{"why": why, **_sample_view(row)} for why, row in told],
        "others": [{"why": "", **_sample_view(row)} for row in fill],
        "unseen": len(others) - len(fill),
        "commonest": failures.most_common(1)[0][0] if failures else "",
        "endings": list(dict.fromkeys(map(ending, rows))),
    }


def _telling_samples(rows: Sequence[Verdict]) -> list[tuple[str, Verdict]]:
    """Return the first sample that passed and the first of the commonest failure, with why they are shown."""
    found = []
    passed = [row for row in rows if row.passed]
    failed = Counter(ending(row) for row in rows if not row.passed)
    if passed:
        found.append((f"first of {len(passed)} that passed" if len(rows) > 1 else "", passed[0]))
    if failed:
        (name, count), *_ = failed.most_common(1)
        first = next(row for row in rows if ending(row) == name)
        found.append((f"first of {count} that ended so" if len(rows) > 1 else "", first))
    return found


def _sample_view(verdict: Verdict) -> dict[str, Any]:
    return {
        "index": verdict.sample_index,
        "ending": ending(verdict),
        "passed": verdict.passed,
        "finish": verdict.finish_reason or "",
        "completion": verdict.completion,
        "detail": verdict.detail or "",
    }


def _classes(row: Sequence[ProblemRow], models: Sequence[dict[str, Any]]) -> str:
    """Return the words that the filter looks at: names, changes and endings, and nothing of any code."""
    words = [row[0].task_id, row[0].set, *(one.change for one in row), *_endings(models)]
    return " ".join(dict.fromkeys(words)).lower()


def _endings(models: Sequence[dict[str, Any]]) -> Iterator[str]:
    for model in models:
        for name in model["endings"]:
            yield name
            yield f"{model['label']}:{name}".replace(" ", ":")


def _slug(task: str, known: set[str]) -> str:
    """Return a name for links to a problem, unlike all others."""
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", task) or "-"
    found = next(name for name in (plain, *(f"{plain}.{n}" for n in range(2, len(known) + 3))) if name not in known)
    known.add(found)
    return found
