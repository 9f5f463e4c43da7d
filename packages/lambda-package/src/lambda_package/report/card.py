"""The head of a model card about an evaluation, as the hub reads it."""

from __future__ import annotations

from typing import Any

from lambda_package.headline import level
from lambda_package.report.sources import Compared
from sigil_common.progress import counted
from sigil_common.records import Comparison


def model_index(compared: Compared) -> str:
    """Return `model-index` as YAML: of each model but the first its rates, with their intervals in words."""
    import yaml

    index = {"model-index": [_entry(pair) for pair in compared.pairs]}
    return str(yaml.safe_dump(index, sort_keys=False))


def _entry(pair: Comparison) -> dict[str, Any]:
    sets: dict[str, list[dict[str, Any]]] = {}
    for row in pair.metrics:
        if row.policy == pair.policy:
            ends = f"{row.tuned_interval.low:.4f} to {row.tuned_interval.high:.4f}"
            about = f"{row.metric} ({level(pair.confidence)} interval {ends}, {counted(row.problems, 'problem')})"
            sets.setdefault(row.set, []).append({"type": row.metric, "name": about, "value": round(row.tuned, 4)})
    results = [
        {"task": {"type": "text-generation"}, "dataset": {"name": name, "type": name}, "metrics": metrics}
        for name, metrics in sets.items()
    ]
    return {"name": pair.name("tuned"), "results": results}
