"""GGUF files that are none, are damaged, or would overwrite something: refused, and nothing is left behind."""

import json
import struct
import sys
from dataclasses import asdict

import pytest
from click.testing import CliRunner

from sigil_common.errors import InputError, MissingError
from sigil_common.jsonl import write_json
from sigilderg_finetuner import import_gguf
from sigilderg_finetuner.import_gguf import SOURCE_FILE, Source, check_magic, find_in_package, is_made_from

HEAD = struct.pack("<4sIQQ", b"GGUF", 3, 0, 0)
SOURCE = Source("a.gguf", "d" * 64, "bfloat16")


def run(*args):
    return CliRunner().invoke(import_gguf.command, [str(arg) for arg in args])


@pytest.mark.parametrize(
    ("data", "shown"), [(b"", "b''"), (b"GGU", "b'GGU'"), (b"gguf1234", "b'gguf'"), (b"PK\x03\x04", "PK")]
)
def test_a_file_that_begins_otherwise_is_shown(tmp_path, data, shown):
    (tmp_path / "a").write_bytes(data)
    with pytest.raises(InputError, match="not a GGUF file") as caught:
        check_magic(tmp_path / "a")
    assert shown in caught.value.cause


def test_a_directory_is_no_file(tmp_path):
    with pytest.raises(InputError, match="cannot read") as caught:
        check_magic(tmp_path)
    assert caught.value.cause == "Is a directory"


@pytest.mark.parametrize(
    "data",
    [
        HEAD[:4],
        HEAD[:10],
        HEAD,
        HEAD[:4] + struct.pack("<IQQ", 99, 0, 0),
        HEAD[:8] + struct.pack("<QQ", 5, 5),
        HEAD + b"x" * 50,
    ],
    ids=["magic alone", "half a head", "nothing inside", "another version", "promises not kept", "junk after it"],
)
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_damaged_file_is_an_input_error_and_leaves_nothing(tmp_path, data):
    (tmp_path / "a.gguf").write_bytes(data)
    found = run("--file", tmp_path / "a.gguf", "--output", tmp_path / "model")
    assert isinstance(found.exception, InputError)
    assert str(found.exception).startswith(f"{tmp_path / 'a.gguf'}: cannot be read as a model")
    assert found.exception.cause
    assert [path.name for path in tmp_path.iterdir()] == ["a.gguf"]


def test_a_failed_conversion_leaves_the_model_that_was_there(tmp_path):
    output = tmp_path / "model"
    output.mkdir()
    write_json(output / SOURCE_FILE, asdict(SOURCE))
    (output / "config.json").write_text("old")
    (tmp_path / "a.gguf").write_bytes(HEAD)
    assert isinstance(run("--file", tmp_path / "a.gguf", "--output", output).exception, InputError)
    assert (output / "config.json").read_text() == "old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.gguf", "model"]


def test_a_finished_conversion_replaces_the_old_one_whole(tmp_path, monkeypatch):
    def write(gguf, draft, dtype):
        draft.mkdir()
        (draft / "new").write_text(dtype)

    monkeypatch.setattr(import_gguf, "_write_model", write)
    output = tmp_path / "deep" / "model"
    for dtype, left in (("float32", "new"), ("float16", "new")):
        import_gguf.convert(tmp_path / "a.gguf", output, Source("a.gguf", "d", dtype))
        assert (output / left).read_text() == dtype
        (output / "stale").write_text("x")
    import_gguf.convert(tmp_path / "a.gguf", output, SOURCE)
    assert sorted(path.name for path in output.iterdir()) == ["new", SOURCE_FILE]
    assert [path.name for path in output.parent.iterdir()] == ["model"]
    assert is_made_from(output, SOURCE)


def test_a_place_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "a.gguf").write_bytes(HEAD)
    (tmp_path / "file").write_text("")
    with pytest.raises(MissingError, match=r"cannot write .*file/model"):
        import_gguf.convert(tmp_path / "a.gguf", tmp_path / "file" / "model", SOURCE)


@pytest.mark.parametrize(
    ("change", "same"),
    [
        ({}, True),
        ({"sha256": "e"}, False),
        ({"dtype": "float32"}, False),
        ({"file": "b.gguf"}, False),
        ({"package": "p"}, False),
        ({"package_version": "2"}, False),
    ],
)
def test_a_directory_is_made_anew_when_anything_of_its_source_changed(tmp_path, change, same):
    write_json(tmp_path / SOURCE_FILE, asdict(SOURCE) | change)
    assert is_made_from(tmp_path, SOURCE) is same


def test_nothing_there_is_not_made_from_anything(tmp_path):
    assert is_made_from(tmp_path / "gone", SOURCE) is False


@pytest.mark.parametrize("text", [None, "", "{", "\x80", "[]", "3", "null"])
def test_a_directory_without_a_readable_source_is_somebody_elses(tmp_path, text):
    (tmp_path / "precious").write_text("x")
    if text is not None:
        (tmp_path / SOURCE_FILE).write_bytes(text.encode("latin-1"))
    with pytest.raises(InputError, match="was not made by this command"):
        is_made_from(tmp_path, SOURCE)


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A function that makes a package with such files; it must never be imported."""

    def make(*names):
        root = tmp_path / "site" / "some_model_pkg"
        root.mkdir(parents=True)
        (root / "__init__.py").write_text("raise RuntimeError\n")
        for name in names:
            (root / name).parent.mkdir(exist_ok=True)
            (root / name).write_bytes(HEAD)
        monkeypatch.syspath_prepend(str(tmp_path / "site"))
        return root

    yield make
    assert "some_model_pkg" not in sys.modules


@pytest.mark.parametrize("name", ["a.gguf", "weights/deep.gguf"])
def test_the_only_file_of_a_package_is_found_wherever_it_lies(package, name):
    root = package(name, "readme.txt")
    assert find_in_package("some_model_pkg") == root / name


@pytest.mark.parametrize(("names", "count"), [((), 0), (("a.gguf", "weights/b.gguf"), 2), (("a.GGUF.txt",), 0)])
def test_none_or_several_files_are_counted(package, names, count):
    package(*names)
    with pytest.raises(InputError, match=f"holds {count} GGUF files, expected one") as caught:
        find_in_package("some_model_pkg")
    assert "--file" in caught.value.hint


@pytest.mark.parametrize("name", ["no_such_pkg", "no_such.sub", ".relative", "", "sys"])
def test_what_is_no_installed_package_is_said(name):
    with pytest.raises(MissingError, match="is not installed"):
        find_in_package(name)


@pytest.mark.parametrize("args", [[], ["--file", "a", "--package", "b"]])
def test_one_of_the_two_ways_is_asked_for(args):
    assert "either --package or --file" in str(run(*args).exception)


def test_the_result_is_one_line_of_json(tmp_path, monkeypatch):
    monkeypatch.setattr(import_gguf, "_write_model", lambda gguf, draft, dtype: draft.mkdir())
    (tmp_path / "a.gguf").write_bytes(HEAD)
    made = [json.loads(run("--file", tmp_path / "a.gguf", "--output", tmp_path / "m").stdout) for _ in range(2)]
    assert [line["made"] for line in made] == [True, False]
    assert made[0]["model"] == str(tmp_path / "m")
    assert made[0]["source_sha256"] == made[1]["source_sha256"]
