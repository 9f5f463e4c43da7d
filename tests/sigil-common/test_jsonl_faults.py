"""JSON Lines in a bad state: cut, packed, marked, written half, and what a journal makes of it."""

import gzip
import json
import os
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sigil_common.errors import InputError, MissingError
from sigil_common.jsonl import (
    Journal,
    atomic_write,
    dumps,
    parse_object,
    read_lines,
    read_models,
    read_objects,
    write_json,
    write_jsonl,
    write_text,
)
from sigil_common.records import Completion

PACKED = gzip.compress(b"{}\n", mtime=0)
BOM = b"\xef\xbb\xbf"
VALUES = st.dictionaries(st.text(max_size=5), st.integers() | st.text(max_size=10) | st.none(), max_size=3)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", []),
        (b"\n \t\r\n", []),
        (BOM, []),
        (BOM + b'{"a": 1}', [(1, {"a": 1})]),
        (BOM + b'\n{"a": 1}\n', [(2, {"a": 1})]),
        (b'{"a": 1}\r\n{"a": 2}\r\n', [(1, {"a": 1}), (2, {"a": 2})]),
        (b'\n\n  {"a": 1}  \n', [(3, {"a": 1})]),
        (b'{"a": "\xe2\x80\xa8\x7f\xc2\x85"}\n', [(1, {"a": "\u2028\x7f\x85"})]),
        (b'{"a": "one\\ntwo\\u0000"}\n', [(1, {"a": "one\ntwo\0"})]),
    ],
)
@pytest.mark.parametrize("name", ["x.jsonl", "x.jsonl.gz"])
def test_lines_are_numbered_as_an_editor_numbers_them(tmp_path, data, expected, name):
    path = tmp_path / name
    path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    assert list(read_objects(path)) == expected


@pytest.mark.parametrize(
    ("raw", "what"),
    [
        (b'{"a": 1', "not JSON"),
        (b'{"a": 1} {"a": 2}', "not JSON"),
        (b"{'a': 1}", "not JSON"),
        (BOM + b'{"a": 1}', "not JSON"),  # a mark belongs at the start of a file, not of a line
        (b'{"a": ' + b"9" * 5000 + b"}", "not JSON"),  # more digits than Python turns into a number
        ('{"a": 1}'.encode("utf-16"), "not UTF-8"),
        ('{"a": 1}'.encode("utf-16-be"), "expected|not JSON"),
        (b"null", "expected a JSON object, got NoneType"),
        (b'"text"', "expected a JSON object, got str"),
        (b"3.5", "expected a JSON object, got float"),
    ],
)
def test_what_is_no_object_is_refused_with_its_place(raw, what):
    with pytest.raises(InputError, match=rf"^file:7: (?:{what})"):
        parse_object(raw, "file:7")


def test_the_first_byte_that_is_not_utf8_is_counted_from_one():
    with pytest.raises(InputError) as caught:
        parse_object(b'{"\xff": 1}', "file:1")
    assert caught.value.cause == "byte 3: invalid start byte"


@settings(max_examples=50)
@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused_in_words(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("any") / "x"
    path.write_bytes(data)
    lines = list(read_lines(path))
    assert [number for number, _ in lines] == sorted({number for number, _ in lines})
    try:
        assert len(list(read_objects(path))) == len(lines)
    except InputError as error:
        assert str(error).startswith(f"{path}:")


@pytest.mark.parametrize("second", [b'{"a":', BOM + b'{"a": 2}'])
def test_good_lines_before_a_bad_one_are_given_out(tmp_path, second):
    path = tmp_path / "x.jsonl"
    path.write_bytes(b'{"a": 1}\n' + second)
    rows = read_objects(path)
    assert next(rows) == (1, {"a": 1})
    with pytest.raises(InputError, match=r"x\.jsonl:2: not JSON"):
        next(rows)


@pytest.mark.parametrize("data", [b"no gzip", PACKED[:12], PACKED + b"rest"])
def test_a_damaged_packed_file_is_named(tmp_path, data):
    path = tmp_path / "x.jsonl.gz"
    path.write_bytes(data)
    with pytest.raises(InputError, match=r"cannot read .*x\.jsonl\.gz") as caught:
        list(read_objects(path))
    assert caught.value.cause


def test_a_directory_is_not_read_as_a_file(tmp_path):
    with pytest.raises(InputError, match="cannot read"):
        list(read_objects(tmp_path))


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ({"task_id": "", "completion": "x"}, "task_id"),
        ({"task_id": "a", "completion": 3}, "completion"),
        ({"task_id": "a", "completion": "x", "sample_index": -1}, "sample_index"),
    ],
)
def test_a_wrong_record_names_file_line_field_and_what_to_do(tmp_path, row, field):
    path = tmp_path / "x.jsonl"
    path.write_text("\n" + json.dumps(row))
    with pytest.raises(InputError, match=rf"x\.jsonl:2: field `{field}`: ") as caught:
        list(read_models(path, Completion, hint="sample again"))
    assert caught.value.hint == "sample again"


@given(VALUES)
def test_a_line_is_one_line_and_utf8(row):
    line = dumps(row)
    assert b"\n" not in line.encode()
    assert json.loads(line) == row


@pytest.mark.parametrize("value", [float("nan"), float("inf"), {"a": [-float("inf")]}])
def test_numbers_that_json_does_not_know_are_not_written(value):
    with pytest.raises(ValueError, match="not JSON compliant"):
        dumps(value)


@pytest.mark.parametrize("text", ["\ud800", "é\udfff", "\udc80\ud800"])
def test_only_a_value_with_a_lone_surrogate_is_escaped(text):
    assert dumps(text).isascii()
    assert json.loads(dumps(text)) == text
    assert dumps("é\U0001f600") == '"é\U0001f600"'


def test_keys_keep_their_order():
    assert dumps({"b": 1, "a": 2}) == '{"b": 1, "a": 2}'


# Writing


def test_a_generator_that_fails_leaves_the_old_file_and_no_draft(tmp_path):
    def rows():
        yield {"a": 1}
        raise ZeroDivisionError

    path = tmp_path / "x.jsonl.gz"
    write_jsonl(path, [{"old": True}])
    with pytest.raises(ZeroDivisionError):
        write_jsonl(path, rows())
    assert [row for _, row in read_objects(path)] == [{"old": True}]
    assert os.listdir(tmp_path) == ["x.jsonl.gz"]


def test_a_row_that_cannot_be_written_leaves_no_file_at_all(tmp_path):
    with pytest.raises(ValueError, match="JSON compliant"):
        write_jsonl(tmp_path / "x", [{"a": 1}, {"a": float("nan")}])
    assert os.listdir(tmp_path) == []


def test_readers_see_the_old_file_until_the_new_one_is_whole(tmp_path):
    path = tmp_path / "x"
    path.write_text("old")
    with path.open() as reader, atomic_write(path) as out:
        out.write(b"new")
        out.flush()
        assert path.read_text() == "old"
        assert reader.read() == "old"
    assert path.read_text() == "new"


def test_missing_folders_are_made(tmp_path):
    write_text(tmp_path / "a" / "b" / "c.txt", "x")
    assert (tmp_path / "a" / "b" / "c.txt").read_text() == "x"


@pytest.mark.parametrize("write", [lambda path: write_text(path, "x"), lambda path: Journal(path)])
@pytest.mark.parametrize("name", ["file/x", "folder"])
def test_a_place_that_cannot_be_written_is_named(tmp_path, write, name):
    (tmp_path / "file").write_text("")
    (tmp_path / "folder" / "inner").mkdir(parents=True)
    with pytest.raises(MissingError, match=f"cannot write {tmp_path / name}") as caught:
        write(tmp_path / name)
    assert caught.value.cause
    assert sorted(os.listdir(tmp_path)) == ["file", "folder"]


def test_json_is_indented_readable_and_ends_with_a_newline(tmp_path):
    write_json(tmp_path / "x.json", {"b": ["é"], "a": 1})
    assert (tmp_path / "x.json").read_text() == '{\n  "b": [\n    "é"\n  ],\n  "a": 1\n}\n'
    with pytest.raises(ValueError, match="JSON compliant"):
        write_json(tmp_path / "x.json", float("inf"))
    assert (tmp_path / "x.json").read_text().startswith("{")


def test_packed_bytes_hold_neither_name_nor_time(tmp_path):
    write_jsonl(tmp_path / "a.jsonl.gz", [{"a": 1}])
    packed = (tmp_path / "a.jsonl.gz").read_bytes()
    assert packed[3] == 0, "no file name"
    assert packed[4:8] == bytes(4), "no time"
    assert gzip.decompress(packed) == b'{"a": 1}\n'


# The journal


@settings(max_examples=50)
@given(st.lists(VALUES, max_size=5), st.data())
def test_a_journal_cut_at_any_byte_keeps_its_whole_records(tmp_path_factory, rows, data):
    path = tmp_path_factory.mktemp("cut") / "journal"
    lines = [(dumps(row) + "\n").encode() for row in rows]
    whole = b"".join(lines)
    cut = data.draw(st.integers(0, len(whole)))
    path.write_bytes(whole[:cut])
    kept = sum(len(b"".join(lines[: n + 1])) <= cut for n in range(len(lines)))
    with Journal(path) as journal:
        assert list(journal.rows()) == rows[:kept]
        journal.append({"more": 1})
        assert list(journal.rows()) == [*rows[:kept], {"more": 1}]


def test_a_journal_is_continued_and_not_rewritten(tmp_path):
    path = tmp_path / "deep" / "journal"
    with Journal(path) as journal:
        journal.append({"n": 1})
    before = path.stat().st_ino
    with Journal(path) as journal:
        journal.append({"n": 2})
    assert path.read_text() == '{"n": 1}\n{"n": 2}\n'
    assert path.stat().st_ino == before


def test_a_bad_line_in_the_middle_of_a_journal_is_no_torn_line(tmp_path):
    path = tmp_path / "journal"
    path.write_bytes(b'{"n": 1}\n{"n"\n{"n": 3}\n')
    with Journal(path) as journal, pytest.raises(InputError, match="journal:2: not JSON"):
        list(journal.rows())


def test_a_record_can_be_read_by_others_as_soon_as_it_is_appended(tmp_path):
    path = tmp_path / "journal"
    with Journal(path) as journal:
        journal.append({"n": 1})
        assert [row for _, row in read_objects(path)] == [{"n": 1}]


def test_a_row_that_is_no_json_leaves_the_journal_as_it_was(tmp_path):
    path = tmp_path / "journal"
    with Journal(path) as journal:
        journal.append({"n": 1})
        with pytest.raises(ValueError, match="JSON compliant"):
            journal.append({"n": float("nan")})
        journal.append({"n": 2})
    assert path.read_text() == '{"n": 1}\n{"n": 2}\n'


def test_what_was_appended_survives_a_kill(tmp_path):
    code = (
        "import os, sys; from pathlib import Path; from sigil_common.jsonl import Journal\n"
        "journal = Journal(Path(sys.argv[1]))\n"
        "for n in range(3): journal.append({'n': n})\n"
        "os.kill(os.getpid(), 9)\n"
    )
    ended = subprocess.run([sys.executable, "-c", code, str(tmp_path / "journal")], check=False)
    assert ended.returncode == -9
    with Journal(tmp_path / "journal") as journal:
        assert [row["n"] for row in journal.rows()] == [0, 1, 2]
