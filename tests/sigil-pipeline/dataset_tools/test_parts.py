"""Dividing a data set by crate."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from sigil_common.errors import InputError
from sigil_pipeline.choose.weights import Balance
from sigil_pipeline.dataset_tools.parts import separate, tag_parts

from .conftest import read, row, write


def test_parts_divide_by_crate_and_keep_everything_else(tmp_path: Path) -> None:
    source = write(tmp_path / "a.jsonl", [row(n, split="val") for n in range(40)])
    parts = tag_parts(source, tmp_path / "b.jsonl", ratio=0.25, seed=1)
    rows = read(tmp_path / "b.jsonl")
    assert parts == {"train": 30, "val": 10}
    assert len({(item["_source_crate"], item["split"]) for item in rows}) == 4
    assert [{k: v for k, v in item.items() if k != "split"} for item in rows] == [row(n) for n in range(40)]
    assert list(rows[0])[:3] == ["prompt", "gen", "split"]
    assert separate(tmp_path / "b.jsonl", tmp_path / "t.jsonl", tmp_path / "v.jsonl") == (30, 10)


def test_weights_are_those_of_the_new_parts(tmp_path: Path) -> None:
    """Each part keeps the shares of the tasks, of whatever crates it is made."""
    tasks = {"code_generation": range(8), "explanations": range(32)}  # of crate c3 only the second
    rows = [
        row(n if task == "explanations" else n % 3, _task_type=task, _weight=5.0 if task == "code_generation" else 1.0)
        for task, numbers in tasks.items()
        for n in numbers
    ]
    source = write(tmp_path / "a.jsonl", rows)
    tag_parts(source, tmp_path / "b.jsonl", ratio=0.5, seed=1, balance=Balance())
    found = read(tmp_path / "b.jsonl")
    for part in ("train", "val"):
        sums = Counter[str]()
        for one in found:
            if one["split"] == part:
                sums[one["_task_type"]] += one["_weight"]
        assert sums["code_generation"] / sums.total() == pytest.approx(40 / 72, rel=1e-4)
        assert min(one["_weight"] for one in found if one["split"] == part) == 1
    assert [list(one) for one in found] == [list(found[0])] * 40


def test_rows_that_all_count_once_still_do(tmp_path: Path) -> None:
    source = write(tmp_path / "a.jsonl", [row(n, _weight=1.0) for n in range(40)])
    tag_parts(source, tmp_path / "b.jsonl", ratio=0.25, seed=1)
    assert {item["_weight"] for item in read(tmp_path / "b.jsonl")} == {1.0}


def test_parts_need_crates(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no `_source_crate`"):
        tag_parts(write(tmp_path / "a.jsonl", [{"prompt": "a", "gen": "b"}]), tmp_path / "b", ratio=0.1, seed=1)
    with pytest.raises(InputError, match="1 crates"):
        tag_parts(write(tmp_path / "a.jsonl", [row(0)]), tmp_path / "b", ratio=0.1, seed=1)
