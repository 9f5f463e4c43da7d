"""From raw records to rows: what is taken over, and what is refused by its place."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sigil_common.errors import InputError
from sigil_common.jsonl import write_jsonl
from sigilderg_finetuner.data.sources import Row, _hub_rows, read_source, to_row

PLAIN = {"prompt": "p", "gen": "g"}


@pytest.mark.parametrize(
    ("extra", "expected"),
    [
        ({}, Row("p", "g")),
        ({"split": None}, Row("p", "g")),
        ({"split": "val"}, Row("p", "g", split="val")),
        ({"_source_crate": "serde"}, Row("p", "g", crate="serde")),
        ({"_source_crate": 7}, Row("p", "g")),
        ({"_source_file": "src/a.rs"}, Row("p", "g", file="src/a.rs")),
        ({"path": "b.rs", "max_stars_repo_path": "c.rs"}, Row("p", "g", file="b.rs")),
        ({"_source_file": None, "max_stars_repo_path": "c.rs"}, Row("p", "g", file="c.rs")),
        ({"_task_type": "error_fixing"}, Row("p", "g", task="error_fixing")),
        ({"_weight": 2}, Row("p", "g", weight=2.0)),
        ({"_weight": None}, Row("p", "g")),
        ({"text": "ignored", "unknown": [1]}, Row("p", "g")),
    ],
)
def test_fields_that_are_known_are_taken_and_others_passed_over(extra, expected):
    assert to_row(PLAIN | extra, "f:1") == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"text": "fn f() {}"}, Row(None, "fn f() {}")),
        ({"text": "a", "content": "b"}, Row(None, "a")),
        ({"content": "b", "split": "train", "_source_crate": "c"}, Row(None, "b", split="train", crate="c")),
    ],
)
def test_whole_files_have_text_alone(value, expected):
    assert to_row(value, "f:1") == expected


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({}, "neither `prompt` and `gen` nor `text`"),
        ({"code": "x", "id": 1}, "neither `prompt` and `gen` nor `text`"),
        ({"text": ""}, "field `text` is empty"),
        ({"text": 3}, "field `text` must be text, not int"),
        ({"content": "\udc00"}, "field `content` holds a lone surrogate"),
        ({"text": "x", "split": "dev"}, "field `split`"),
        ({"prompt": "p", "gen": "\u00a0\n"}, "field `gen` is empty"),
        ({"prompt": 0, "gen": "g"}, "field `prompt` must be text, not int"),
        ({"prompt": "p", "gen": "g", "_task_type": []}, "field `_task_type`"),
        ({"prompt": "p", "gen": "g", "split": True}, "field `split`"),
        *(({"prompt": "p", "gen": "g", "_weight": bad}, "field `_weight`") for bad in (0, -1.0, "1", True, math.inf)),
    ],
)
def test_a_record_that_is_no_row_is_refused_by_its_place(value, message):
    with pytest.raises(InputError) as caught:
        to_row(value, "f.jsonl:9")
    assert caught.value.what.startswith(f"f.jsonl:9: {message}")


def test_a_record_of_another_kind_is_shown_by_its_first_names():
    with pytest.raises(InputError) as caught:
        to_row({f"k{n}": n for n in range(9)}, "f:1")
    assert caught.value.cause == "the row has `k0`, `k1`, `k2`, `k3`, `k4`, `k5`"


@given(
    st.dictionaries(
        st.sampled_from(["prompt", "gen", "text", "split", "path", "_task_type", "x"]),
        st.none() | st.integers() | st.text(max_size=4) | st.lists(st.text(max_size=2), max_size=2),
    )
)
def test_any_record_is_a_row_or_refused_in_words(value):
    try:
        row = to_row(value, "f:1")
    except InputError as error:
        assert str(error).startswith("f:1: ")
    else:
        assert row.text.strip()
        assert row.split in (None, "train", "val")
        row.text.encode()


@pytest.mark.parametrize(
    ("part", "splits"), [("train", [None]), ("validation", ["val"]), ("val", ["val"]), ("test", []), ("dev", [])]
)
def test_parts_of_a_hub_data_set_become_splits(part, splits):
    assert [row.split for row in _hub_rows("o/n", part, iter([PLAIN]))] == splits


def test_a_bad_row_of_the_hub_is_named_by_part_and_number():
    with pytest.raises(InputError, match="o/n: train row 2: field `gen` is missing"):
        list(_hub_rows("o/n", "train", iter([PLAIN, {"prompt": "p"}])))


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("data.jsonl", "did you mean `local:data.jsonl`?"),
        ("data.jsonl.gz", "did you mean `local:data.jsonl.gz`?"),
        ("data.parquet", "did you mean `parquet:data.parquet`?"),
        ("folder/data.jsonl", "did you mean `local:folder/data.jsonl`?"),
        ("local:", None),
        ("http://a/b", None),
        ("name", None),
        ("a/b/c", None),
        ("gone/data.jsonl", None),
        ("gone/", None),
    ],
)
def test_a_name_that_says_nothing_is_refused_and_a_file_guessed(tmp_path, monkeypatch, name, hint):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    if hint:
        (tmp_path / name).write_text("")
    with pytest.raises(InputError, match=r"`dataset\.names`: cannot tell what") as caught:
        read_source(name)
    assert caught.value.hint == hint


def test_a_bad_row_of_parquet_is_named_by_its_number(tmp_path):
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    rows = [PLAIN] * 5000 + [{"prompt": "p", "gen": ""}]
    parquet.write_table(pyarrow.Table.from_pylist(rows), tmp_path / "x.parquet")
    with pytest.raises(InputError, match=r"x\.parquet: row 5001: field `gen` is empty"):
        read_source(f"parquet:{tmp_path / 'x.parquet'}")


@pytest.mark.parametrize("ending", [".jsonl", ".jsonl.gz"])
def test_metadata_that_lies_beside_a_file_is_read(tmp_path, caplog, ending):
    path, full = tmp_path / f"data{ending}", tmp_path / f"data.full{ending}"
    rows = [PLAIN | {"split": "train"}, PLAIN | {"gen": "other", "split": "val"}]
    more = {"_task_type": "error_fixing", "_weight": 2.5, "_source_crate": "itoa"}
    write_jsonl(path, rows)
    plain = read_source(f"local:{path}")
    write_jsonl(full, [row | more for row in rows])
    found = read_source(f"local:{path}")
    assert [(row.text, row.split, row.task, row.weight, row.crate) for row in found.rows] == [
        ("g", "train", "error_fixing", 2.5, "itoa"),
        ("other", "val", "error_fixing", 2.5, "itoa"),
    ]
    assert found.sha256 != plain.sha256
    write_jsonl(full, [row | more for row in rows[:1]])
    assert read_source(f"local:{path}") == plain
    assert f"{full} has other rows than data{ending}" in caplog.text
    write_jsonl(path, [row | {"_task_type": "explanations"} for row in rows])
    assert {row.task for row in read_source(f"local:{path}").rows} == {"explanations"}
