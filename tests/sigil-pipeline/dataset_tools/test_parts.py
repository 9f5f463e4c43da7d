"""Dividing a data set by crate."""

from __future__ import annotations

from pathlib import Path

import pytest

from sigil_common.errors import InputError
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


def test_parts_need_crates(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no `_source_crate`"):
        tag_parts(write(tmp_path / "a.jsonl", [{"prompt": "a", "gen": "b"}]), tmp_path / "b", ratio=0.1, seed=1)
    with pytest.raises(InputError, match="1 crates"):
        tag_parts(write(tmp_path / "a.jsonl", [row(0)]), tmp_path / "b", ratio=0.1, seed=1)
