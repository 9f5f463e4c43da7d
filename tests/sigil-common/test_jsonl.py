import gzip
import json
import os
import resource

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sigil_common.errors import InputError, MissingError
from sigil_common.jsonl import Journal, atomic_write, dumps, read_models, read_objects, write_jsonl
from sigil_common.records import Completion, Sample

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.lists(st.dictionaries(st.text(), JSON, max_size=4), max_size=5), st.sampled_from(["x.jsonl", "x.jsonl.gz"]))
def test_what_is_written_is_read(tmp_path_factory, rows, name):
    path = tmp_path_factory.mktemp("j") / name
    assert write_jsonl(path, rows) == len(rows)
    assert [row for _, row in read_objects(path)] == rows


def test_lone_surrogates_stay_valid_utf8(tmp_path):
    write_jsonl(tmp_path / "x", [{"a": "\ud800"}])
    assert (tmp_path / "x").read_bytes().decode("utf-8") == '{"a": "\\ud800"}\n'
    assert dumps({"a": "é"}) == '{"a": "é"}'


def test_bom_crlf_blank_lines_and_line_separators(tmp_path):
    path = tmp_path / "x.jsonl"
    path.write_bytes('\ufeff{"a": 1}\r\n\r\n{"a": "x\u2028y"}'.encode())
    assert list(read_objects(path)) == [(1, {"a": 1}), (3, {"a": "x\u2028y"})]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b'{"a": 1}\n{"a": \n', r":2: not JSON"),
        (b"[1]\n", r":1: expected a JSON object, got list"),
        (b'{"a": "\xff"}\n', r":1: not UTF-8"),
        (b"[" * 100_000, r":1: not JSON"),
        (b'{"a": 1}\n{"b": 1, "a": 2, "a": 2}\n', r":2: field `a` is given twice"),
        (b'{"a": {"b": 1, "\\u0062": 2}}\n', r":1: field `b` is given twice"),
        (b'{"a": [{"b": 1, "c": 1, "b": 2}]}\n', r":1: field `b` is given twice"),
    ],
)
def test_bad_lines_are_named(tmp_path, data, message):
    path = tmp_path / "x.jsonl"
    path.write_bytes(data)
    with pytest.raises(InputError, match=message):
        list(read_objects(path))


def test_records_name_the_field(tmp_path):
    path = tmp_path / "x.jsonl"
    path.write_text('{"task_id": "a", "completion": "b", "extra": 1}\n{"task_id": "a"}\n')
    rows = read_models(path, Completion)
    assert next(rows)[1].completion == "b"
    with pytest.raises(InputError, match=r"x\.jsonl:2: field `completion`: Field required"):
        next(rows)


def test_metadata_keeps_its_underscore_on_disk():
    row = {"prompt": "p", "gen": "g", "split": "val", "_source_crate": "c", "_task_type": "explanations"}
    assert Sample.model_validate(row).to_row() == row


def test_missing_and_truncated_files(tmp_path):
    with pytest.raises(InputError, match="no such file"):
        list(read_objects(tmp_path / "none"))
    path = tmp_path / "x.gz"
    path.write_bytes(gzip.compress(b'{"a": 1}\n' * 1000)[:-20])
    with pytest.raises(InputError, match="cannot read"):
        list(read_objects(path))


def test_a_failed_write_leaves_the_old_file(tmp_path):
    path = tmp_path / "x"
    path.write_text("old")
    with pytest.raises(ValueError, match="stop"), atomic_write(path) as out:
        out.write(b"new")
        raise ValueError("stop")
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["x"]


def test_same_rows_same_compressed_bytes(tmp_path):
    for name in ("a.gz", "b.gz"):
        write_jsonl(tmp_path / name, [{"a": 1}])
    assert (tmp_path / "a.gz").read_bytes() == (tmp_path / "b.gz").read_bytes()


def test_journal_drops_a_torn_line_and_goes_on(tmp_path):
    path = tmp_path / "journal"
    with Journal(path) as journal:
        journal.append({"n": 1})
        journal.append({"n": 2})
    path.write_bytes(path.read_bytes()[:-4])
    with Journal(path) as journal:
        assert [row["n"] for row in journal.rows()] == [1]
        journal.append({"n": 3})
    assert [json.loads(line)["n"] for line in path.read_text().splitlines()] == [1, 3]


def test_a_full_disk_is_said(tmp_path):
    # A limit on the size of files stands in for the disk: the kernel refuses the write in the same way.
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    with Journal(tmp_path / "j") as journal:
        resource.setrlimit(resource.RLIMIT_FSIZE, (4, before[1]))
        try:
            with pytest.raises(MissingError, match="cannot write"):
                journal.append({"n": 1})
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
