"""JSONL to Parquet and back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sigil_common.errors import InputError
from sigil_pipeline.dataset_tools.parquet import to_jsonl, to_parquet

from .conftest import read, row, write

ROWS = st.lists(
    st.fixed_dictionaries(
        {"prompt": st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=20)},
        optional={
            "split": st.sampled_from(["train", "val"]),
            "_n": st.integers(-(2**60), 2**60),
            "_ok": st.booleans(),
            "_x": st.floats(allow_nan=False, allow_infinity=False),
            "_list": st.lists(st.integers(0, 9), max_size=3),
        },
    ),
    min_size=1,
    max_size=8,
)


@given(ROWS)
def test_parquet_is_lossless(tmp_path_factory: pytest.TempPathFactory, rows: list[dict[str, Any]]) -> None:
    folder = tmp_path_factory.mktemp("parquet")
    source = write(folder / "a.jsonl", rows)
    assert to_parquet(source, folder / "a.parquet") == len(rows)
    assert to_jsonl(folder / "a.parquet", folder / "b.jsonl") == len(rows)
    assert read(folder / "b.jsonl") == rows


def test_the_pipelines_own_rows_keep_their_bytes(tmp_path: Path) -> None:
    rows = [row(1, _self_contained=True), row(2, _error_code="E0308")]
    source = write(tmp_path / "a.jsonl.gz", rows)
    to_parquet(source, tmp_path / "a.parquet")
    to_jsonl(tmp_path / "a.parquet", tmp_path / "b.jsonl.gz")
    assert (tmp_path / "b.jsonl.gz").read_bytes() == source.read_bytes()


@pytest.mark.parametrize(
    ("rows", "said"),
    [([{"a": 1}, {"a": "x"}], ":2: field `a`"), ([{"a": {"b": 1}}], ":1: field `a`"), ([{"a": [1, "x"]}], ":1")],
)
def test_what_is_no_table_is_refused_with_its_line(tmp_path: Path, rows: list[dict[str, Any]], said: str) -> None:
    source = write(tmp_path / "a.jsonl", rows)
    with pytest.raises(InputError) as caught:
        to_parquet(source, tmp_path / "a.parquet")
    assert said in caught.value.what
    assert not (tmp_path / "a.parquet").exists()


def test_a_file_that_is_no_parquet_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("hello")
    with pytest.raises(InputError, match="not a Parquet file"):
        to_jsonl(tmp_path / "x", tmp_path / "y")
    with pytest.raises(InputError, match="no such file"):
        to_jsonl(tmp_path / "none", tmp_path / "y")
