"""Counting rejections."""

from __future__ import annotations

from pathlib import Path

import pytest

from sigil_common.errors import InputError
from sigil_pipeline.dataset_tools.failures import count_failures

from .conftest import row, write


def test_failures_are_counted_with_examples(tmp_path: Path) -> None:
    chunk = {"stage": "chunk", "crate": "b", "file": "x.rs"}
    rows = [
        {"stage": "crate", "crate": "a", "reason": "edition", "detail": "2018"},
        *({**chunk, "line": n, "name": "f", "reason": "unsafe"} for n in (1, 2)),
        {**chunk, "line": 9, "name": "g", "reason": "empty"},
    ]
    counted = count_failures(write(tmp_path / "r.jsonl", rows))
    assert [(item["stage"], item["reason"], item["count"]) for item in counted] == [
        ("crate", "edition", 1),
        ("chunk", "unsafe", 2),
        ("chunk", "empty", 1),
    ]
    assert counted[1]["example"] == "b x.rs:1: f"
    with pytest.raises(InputError, match="not a rejection"):
        count_failures(write(tmp_path / "d.jsonl", [row(1)]))
