"""Reading: each bad row is named by file and line before anything else happens."""

import json

import pytest

from sigil_common.errors import InputError, MissingError
from sigilderg_finetuner.data.quality import reject
from sigilderg_finetuner.data.sources import Row, read_source
from sigilderg_finetuner.settings import DatasetSettings

GOOD = {"prompt": "Write it.", "gen": "fn f() {}"}


def write(path, *lines):
    path.write_bytes(b"\n".join(line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines))
    return f"local:{path}"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (b"{", "not JSON"),
        (b"[]", "expected a JSON object"),
        (b"\xff\xfe", "not UTF-8"),
        ({"prompt": "p"}, "field `gen` is missing"),
        ({"gen": "g"}, "field `prompt` is missing"),
        ({"prompt": "p", "gen": None}, "field `gen` must be text, not NoneType"),
        ({"prompt": ["p"], "gen": "g"}, "field `prompt` must be text, not list"),
        ({"prompt": " \n", "gen": "g"}, "field `prompt` is empty"),
        ({**GOOD, "split": "test"}, "field `split`"),
        ({**GOOD, "_task_type": 3}, "field `_task_type`"),
        ({"code": "fn"}, "neither `prompt` and `gen` nor `text`"),
        (b'{"prompt": "p", "gen": "\\ud800"}', "lone surrogate"),
    ],
)
def test_a_bad_row_is_named_by_file_and_line(tmp_path, line, message):
    with pytest.raises(InputError, match=r"data\.jsonl:2: ") as caught:
        read_source(write(tmp_path / "data.jsonl", GOOD, line))
    assert message in str(caught.value)


def test_byte_order_mark_blank_lines_crlf_and_line_separators_are_fine(tmp_path):
    path = tmp_path / "data.jsonl"
    row = {"prompt": "a\u2028b", "gen": "c\u0085d"}
    path.write_bytes(
        b"\xef\xbb\xbf" + json.dumps(row, ensure_ascii=False).encode() + b"\r\n\r\n" + json.dumps(GOOD).encode()
    )
    assert [row.prompt for row in read_source(f"local:{path}").rows] == ["a\u2028b", "Write it."]


def test_whole_text_rows_have_no_prompt(tmp_path):
    source = read_source(
        write(tmp_path / "data.jsonl", {"text": "fn f() {}"}, {"content": "fn g() {}", "path": "a.rs"})
    )
    assert source.rows == [Row(None, "fn f() {}"), Row(None, "fn g() {}", file="a.rs")]


def test_the_digest_is_of_the_content_not_of_the_place(tmp_path):
    one, two = write(tmp_path / "a.jsonl", GOOD), write(tmp_path / "b.jsonl", GOOD)
    assert read_source(one).sha256 == read_source(two).sha256


def test_parquet_and_jsonl_give_the_same_rows(tmp_path, rows, dataset):
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    parquet.write_table(pyarrow.Table.from_pylist(rows), tmp_path / "data.parquet")
    assert read_source(f"parquet:{tmp_path / 'data.parquet'}").rows == read_source(f"local:{dataset}").rows


def test_a_damaged_parquet_file_is_an_input_error(tmp_path):
    (tmp_path / "data.parquet").write_bytes(b"PAR1 no")
    with pytest.raises(InputError, match="not a readable Parquet file"):
        read_source(f"parquet:{tmp_path / 'data.parquet'}")


def test_a_parquet_file_with_a_column_twice_is_refused(tmp_path):
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    columns = [pyarrow.array([text]) for text in ("p", "g", "h")]
    parquet.write_table(pyarrow.Table.from_arrays(columns, names=["prompt", "gen", "gen"]), tmp_path / "data.parquet")
    with pytest.raises(InputError, match=r"data\.parquet: column `gen` is there twice"):
        read_source(f"parquet:{tmp_path / 'data.parquet'}")


@pytest.mark.parametrize("name", ["local:gone.jsonl", "parquet:gone.parquet"])
def test_a_missing_file_is_an_input_error(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match="no such file"):
        read_source(name)


def test_a_forgotten_prefix_is_guessed(tmp_path):
    write(tmp_path / "data.jsonl", GOOD)
    with pytest.raises(InputError, match="did you mean `local:"):
        read_source(str(tmp_path / "data.jsonl"))


def test_a_hub_name_without_its_extra_names_the_extra(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "datasets", None)
    with pytest.raises(MissingError, match="extra `hub`"):
        read_source("owner/name")


def test_an_empty_file_has_no_rows(tmp_path):
    (tmp_path / "data.jsonl").write_text("\n")
    with pytest.raises(InputError, match="no rows"):
        read_source(f"local:{tmp_path / 'data.jsonl'}")


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (Row("p", "fn f() {}", file="src/lib.rs"), None),
        (Row("p", "fn f() {}", file="tests/it.rs"), "test file"),
        (Row("p", "fn f() {}", file="src/tests.rs"), "test file"),
        (Row("p", "fn f() {}", file="src/contests/a.rs"), None),
        (Row("p", "#[test]\nfn f() {}"), "test code"),
        (Row("p", "fn f() {}\n\n    # [ tokio :: test ]\n    async fn g() {}"), "test code"),
        (Row("p", "#[bench]\nfn f(b: &mut Bencher) {}"), "test code"),
        (Row("p", "/// It.\nfn f() {}\n#[cfg(test)]\nmod tests {}"), "test code"),
        (Row("p", "#![cfg(test)]\nfn f() {}"), "test code"),
        (Row("p", '/// As in `#[test]`.\n// #[test]\nfn f() { "#[test]" }'), None),
        (Row("p", "#[cfg(not(test))]\nfn f() {}\n#[test_case(1)]\nfn g() {}\n#[tested]\nfn h() {}"), None),
        (Row("write #[test]", "fn f() {}"), None),
        (Row("p", "fn f() {}", file="examples/a.rs"), "example file"),
        (Row("p", "fn f() {}", file="crate/benches/a.rs"), "benchmark file"),
        (Row("p", "fn f() { a.unwrap(); }"), None),
        (Row("p", "fn f() { a.unwrap(); b.unwrap(); c.unwrap(); }"), "unidiomatic"),
        (Row("p", "fn f() -> Option<u8> { a.unwrap(); b.unwrap(); c.unwrap(); x.map(y)?; None }"), None),
        (Row(None, "pub fn f() {}"), "undocumented"),
        (Row(None, "/// Does it.\npub fn f() {}"), None),
        (Row(None, "fn f() {}"), None),
    ],
)
def test_reasons_to_leave_a_row_out(row, reason):
    assert reject(row, DatasetSettings()) == reason


def test_every_filter_can_be_turned_off():
    off = DatasetSettings(
        exclude_tests=False,
        exclude_examples=False,
        exclude_benches=False,
        prefer_idiomatic=False,
        prefer_documented=False,
    )
    assert reject(Row(None, "#[test]\nfn f() { a.unwrap(); b.unwrap(); c.unwrap() }"), off) is None
    for file in ("tests/a.rs", "examples/a.rs", "benches/a.rs"):
        assert reject(Row(None, "pub fn f() { a.unwrap(); b.unwrap(); c.unwrap() }", file=file), off) is None
