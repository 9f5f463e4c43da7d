"""The format of a data set."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sigil_pipeline.dataset_tools.format_check import faults_of

from .conftest import row, write


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([row(1, split="test")], ":1: field `split`"),
        ([row(1, gen=" \n")], "`gen` is blank"),
        ([row(1, _task_type="poems")], "_task_type"),
        ([{"prompt": "x"}], "field `gen`"),
        ([row(1, extra=1)], "unknown field `extra`"),
        ([row(1), row(1)], ":2: same prompt and answer as in line 1"),
        ([row(1, split="train"), row(5, split="val")], "crate `c1` is `val` here and `train` in line 1"),
        ([row(1, gen="a\n" * 9)], "10 lines"),
        ([row(1), row(2, _error_code=None)], ":2: has field `_error_code`, unlike the first row"),
        ([row(1, split=None), row(2)], ":2: lacks field `split`, unlike the first row"),
        (
            [row(1, split="train"), row(2, gen="fn f1() { }", split="val")],
            ":2: the answer is in `val` here and in `train` in line 1",
        ),
        ([], "no sample"),
    ],
)
def test_each_fault_of_the_format_is_named(tmp_path: Path, rows: list[dict[str, Any]], said: str) -> None:
    faults = list(faults_of(write(tmp_path / "a.jsonl", rows), max_lines=5))
    assert len(faults) == 1, faults
    assert said in faults[0]


def test_broken_json_is_a_fault_and_good_rows_are_fine(tmp_path: Path) -> None:
    file = write(tmp_path / "a.jsonl", [row(n) for n in range(3)])
    assert list(faults_of(file)) == []
    file.write_text(file.read_text() + "{oops\n")
    assert [fault for fault in faults_of(file) if f"{file}:4" in fault]
