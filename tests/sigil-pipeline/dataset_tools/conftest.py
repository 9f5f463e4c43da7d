"""Rows of a data set, written and read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sigil_common import jsonl


def row(n: int, **more: Any) -> dict[str, Any]:
    base = {
        "prompt": f"Write f{n} — 'ü'",
        "gen": f"fn f{n}() {{\n}}",
        "_source_crate": f"c{n % 4}",
        "_source_lines": [n, n + 1],
        "_task_type": "code_generation",
        "_source": "phase2",
    }
    return base | more


def write(path: Path, rows: list[dict[str, Any]]) -> Path:
    jsonl.write_jsonl(path, rows)
    return path


def read(path: Path) -> list[dict[str, Any]]:
    return [value for _, value in jsonl.read_objects(path)]
