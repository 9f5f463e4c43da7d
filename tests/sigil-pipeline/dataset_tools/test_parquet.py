"""JSONL to Parquet and back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sigil_common.errors import InputError
from sigil_common.records import Sample
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

OWN: list[dict[str, Any]] = [{}, {"_self_contained": True, "_source_lines": [1, 2]}, {"_error_code": "E0308"}]


@given(ROWS)
def test_parquet_is_lossless(tmp_path_factory: pytest.TempPathFactory, rows: list[dict[str, Any]]) -> None:
    folder = tmp_path_factory.mktemp("parquet")
    source = write(folder / "a.jsonl", rows)
    assert to_parquet(source, folder / "a.parquet") == len(rows)
    assert to_jsonl(folder / "a.parquet", folder / "b.jsonl") == len(rows)
    names = {name for row in rows for name in row}
    assert read(folder / "b.jsonl") == [dict.fromkeys(names) | row for row in rows]


def test_the_pipelines_own_rows_keep_their_bytes(tmp_path: Path) -> None:
    rows = [Sample.model_validate(row(n, **more)).to_whole_row() for n, more in enumerate(OWN)]
    source = write(tmp_path / "a.jsonl.gz", rows)
    to_parquet(source, tmp_path / "a.parquet")
    to_jsonl(tmp_path / "a.parquet", tmp_path / "b.jsonl.gz")
    assert (tmp_path / "b.jsonl.gz").read_bytes() == source.read_bytes()


def test_a_column_that_is_null_in_a_whole_shard_has_the_type_that_it_has_in_others(tmp_path: Path) -> None:
    rows = [Sample.model_validate({"prompt": "p", "gen": "g"} | more).to_whole_row() for more in OWN]
    for number, shard in enumerate(([rows[0]], rows)):
        to_parquet(write(tmp_path / f"{number}.jsonl", shard), tmp_path / f"{number}.parquet")
    schemas = [pq.read_schema(tmp_path / f"{number}.parquet") for number in (0, 1)]
    assert schemas[0] == schemas[1]


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
