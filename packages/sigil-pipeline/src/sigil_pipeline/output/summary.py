"""Counts of a run, by stage and reason: `<output>.summary.json`. Holds nothing that varies between runs."""

from __future__ import annotations

from collections import Counter
from typing import Any

from sigil_pipeline.output.dataset import Dataset
from sigil_pipeline.settings import Settings


def summary_of(dataset: Dataset, settings: Settings) -> dict[str, Any]:
    """Return the counts as plain JSON values."""
    samples, results = dataset.samples, dataset.results
    tasks = Counter[str](sample.task_type for sample in samples)
    return {
        "schema_version": 1,
        "source": settings.source_name,
        "seed": settings.seed,
        "crates": {
            "wanted": len(results),
            "kept": dataset.crates_kept,
            "rejected": _sorted(Counter(item.rejection.reason for item in results if item.rejection)),
        },
        "chunks": {"dropped": _sorted(Counter(row["reason"] for item in results for row in item.dropped))},
        "candidates": {
            "proposed": dataset.proposed,
            "proposed_by_task": _sorted(Counter(c.task_type for item in results for c in item.candidates)),
            "dropped": _sorted(
                Counter([item.reason for item in dataset.duplicates] + [item.reason for item in dataset.contaminated])
            ),
            "eligible": dataset.eligible,
        },
        "samples": {
            "total": len(samples),
            "limited_by": dataset.mix.limited_by,
            "by_task": {name: tasks[name] for name in settings.task_mix},
            "wanted_mix": dict(settings.task_mix),
            "by_split": _sorted(Counter(dataset.part_of(sample.crate) or "none" for sample in samples)),
            "by_kind": _sorted(Counter(sample.kind for sample in samples)),
            "by_error_code": _sorted(Counter(sample.error_code for sample in samples if sample.error_code)),
            "by_rewrite": _sorted(
                Counter(s.rewrite for s in samples if s.rewrite and s.task_type == "transformations")
            ),
            "by_mutation": _sorted(Counter(s.rewrite for s in samples if s.rewrite and s.task_type == "error_fixing")),
        },
        "per_crate": [_crate_row(dataset, result) for result in results],
    }


def _crate_row(dataset: Dataset, result: Any) -> dict[str, Any]:
    report = result.report or {}
    return {
        "crate": result.name, "version": result.version, "license": report.get("license"),
        "repository": report.get("repository"), "checksum": report.get("checksum"),
        "kept": result.rejection is None, "reason": result.rejection.reason if result.rejection else None,
        "candidates": len(result.candidates), "samples": dataset.samples_per_crate.get(result.name, 0),
        "split": dataset.part_of(result.name) if result.name in dataset.samples_per_crate else None,
    }  # fmt: skip


def _sorted(counts: Counter[Any]) -> dict[str, int]:
    """Most frequent first, then by name."""
    return dict(sorted(counts.items(), key=lambda item: (-item[1], str(item[0]))))
