"""From raw records to rows, and from rows to what is learned from and what is validated on."""

import logging
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sigil_common.errors import InputError
from sigilderg_finetuner.data import prepare
from sigilderg_finetuner.data.quality import (
    IDIOMATIC,
    UNIDIOMATIC,
    is_undocumented,
    is_unidiomatic,
    reject,
    select_rows,
)
from sigilderg_finetuner.data.sources import Row, Source, _hub_rows, read_source, to_row
from sigilderg_finetuner.settings import DatasetSettings

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


@given(st.dictionaries(st.sampled_from(["prompt", "gen", "text", "split", "path", "_task_type", "x"]),
                       st.none() | st.integers() | st.text(max_size=4) | st.lists(st.text(max_size=2), max_size=2)))
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


# Quality


@pytest.mark.parametrize(
    "code",
    ["a.unwrap()", 'a.expect("")', "panic!(1)", "todo!()", "unimplemented!()", "static mut X", "unsafe { }",
     "mem::transmute(x)", "    return x;\n}\n", "a: &String", "a: &Vec<u8>", "a.len() == 0", "extern crate a;", "try!(x)"],
)
def test_what_a_reviewer_would_ask_to_change(code):
    assert len(UNIDIOMATIC.findall(code)) == 1


@pytest.mark.parametrize(
    "code",
    ['a.expect("why")', "a.unwrap_or(1)", "a.unwrap_or_default()", "static X", "a: &str", "a: &[u8]", "a.len() == 01",
     "return x;\n    y\n}", "// panics", "unsafe_code", "a.is_empty()", "return;"],
)
def test_what_looks_like_it_and_is_not(code):
    assert UNIDIOMATIC.findall(code) == []


@pytest.mark.parametrize(
    "code",
    ["x?;", "f()?.g()", "-> Result<u8, E>", "Option<u8>", "match x {", "if let A", "while let A", "let Some", "a.iter()",
     "a.into_iter()", "a.map(f)", "a.filter(f)", "a.collect()", "impl A", "#[derive(X)]", "a: &str", "a: &[u8]",
     "a.and_then(f)", "a.unwrap_or(1)", "matches!(a, b)", "&self", "Self"],
)
def test_what_shows_knowledge_of_the_language(code):
    assert IDIOMATIC.findall(code)


@given(st.integers(0, 12), st.integers(0, 12), st.floats(0.5, 4))
def test_the_ratio_tolerates_as_many_as_it_says(bad, good, ratio):
    code = "a.unwrap();\n" * bad + "a.iter();\n" * good
    assert is_unidiomatic(code, ratio) is (bad > ratio * max(1, good))


@pytest.mark.parametrize(
    ("code", "undocumented"),
    [
        ("pub fn f() {}", True), ("pub async fn f() {}", True), ("pub const unsafe fn f() {}", True),
        ("    pub struct A;", True), ("pub enum A {}", True), ("pub trait A {}", True), ("pub(crate) fn f() {}", False),
        ("fn f() {}", False), ("pub use a::b;", False), ("pub mod a;", False), ("/// It.\npub fn f() {}", False),
        ("//! All.\npub fn f() {}", False), ("// note\npub fn f() {}", True), ("let s = \"/// no\"; pub fn f() {}", False),
    ],
)
def test_public_items_without_a_word(code, undocumented):
    assert is_undocumented(code) is undocumented


@pytest.mark.parametrize(
    ("file", "reason"),
    [
        ("a/tests/b.rs", "test file"), ("a/test/b.rs", "test file"), ("tests.rs", "test file"), ("a_test.rs", "test file"),
        ("a_tests.rs", "test file"), ("src\\tests\\a.rs", "test file"), ("a/examples/tests/b.rs", "test file"),
        ("examples/b.rs", "example file"), ("benches/b.rs", "benchmark file"), ("testing/b.rs", None), ("tests", "test file"),
        ("latest.rs", None), ("examples.rs", None), ("src/bench.rs", None), (None, None),
    ],
)
def test_places_of_files(file, reason):
    assert reject(Row("p", "g", file=file), DatasetSettings()) == reason


def test_every_row_is_kept_or_counted_once():
    rows = [Row("p", "g"), Row("p", "g", file="tests/a.rs"), Row(None, "pub fn f() {}"), Row("p", "todo!() " * 9)]
    assert select_rows(rows * 2, DatasetSettings()) == (
        [0, 4],
        Counter({"test file": 2, "undocumented": 2, "unidiomatic": 2}),
    )


# Dividing


def source(rows):
    return Source("local:x", "0" * 64, rows)


@settings(max_examples=50)
@given(st.lists(st.integers(0, 9), min_size=1, max_size=60), st.floats(0, 0.99), st.integers(0, 3))
def test_crates_are_never_divided_and_nothing_is_lost(crates, ratio, seed):
    rows = [Row("p", "g", crate=f"c{crate}") for crate in crates]
    chosen = prepare._choose(source(rows), DatasetSettings(val_ratio=ratio, shuffle_seed=seed))
    assert sorted(chosen.train + chosen.val) == list(range(len(rows)))
    assert not {rows[i].crate for i in chosen.train} & {rows[i].crate for i in chosen.val}


def test_about_the_asked_share_of_the_crates_is_held_out_and_the_same_ones_every_time():
    rows = [Row("p", "g", crate=f"c{n}") for n in range(2000)]
    of = [prepare._choose(source(rows), DatasetSettings(val_ratio=0.1, shuffle_seed=seed)).val for seed in (1, 1, 2)]
    assert 150 < len(of[0]) < 250
    assert of[0] == of[1] != of[2]


def test_a_larger_share_holds_out_all_of_a_smaller_one():
    rows = [Row("p", "g") for _ in range(500)]
    small, large = (set(prepare._choose(source(rows), DatasetSettings(val_ratio=ratio)).val) for ratio in (0.1, 0.3))
    assert small < large


def test_a_rows_own_split_is_obeyed_whatever_the_share():
    rows = [Row("p", "g", split=split, crate="c") for split in ("train", "val", "train")]
    chosen = prepare._choose(source(rows), DatasetSettings(val_ratio=0.99))
    assert (chosen.train, chosen.val) == ([0, 2], [1])


def test_what_was_left_out_is_said_with_its_reasons(caplog):
    rows = [Row("p", "g"), *[Row("p", "g", file="tests/a.rs")] * 2, Row("p", "g", file="benches/a.rs")]
    with caplog.at_level(logging.INFO):
        prepare._choose(source(rows), DatasetSettings())
    (line,) = caplog.messages
    assert line == "local:x: 4 rows, 1 to learn from, 0 to validate on; left out: 2 test file, 1 benchmark file"


def test_when_nothing_is_left_every_source_says_why(tmp_path):
    for name, row in (("a", '{"prompt": "p", "gen": "g", "path": "tests/x.rs"}'),
                      ("b", '{"prompt": "p", "gen": "g", "split": "val"}')):
        (tmp_path / f"{name}.jsonl").write_text(row)
    names = [f"local:{tmp_path / name}.jsonl" for name in "ab"]
    with pytest.raises(InputError, match="no training rows are left after filtering") as caught:
        prepare.read_data(DatasetSettings(names=names))
    assert caught.value.cause == f"{names[0]}: 1 test file; {names[1]}: only validation rows"


def test_the_digest_of_the_data_follows_contents_and_order(tmp_path):
    for name, text in (("a", "x"), ("b", "y"), ("same", "x")):
        (tmp_path / f"{name}.jsonl").write_text(f'{{"prompt": "p", "gen": "{text}"}}\n')

    def of(*names):
        return prepare.data_sha256([prepare._choose(read_source(f"local:{tmp_path / name}.jsonl"), DatasetSettings())
                                    for name in names])

    assert of("a", "b") == of("same", "b")
    assert len({of("a", "b"), of("b", "a"), of("a"), of("a", "a")}) == 4


# Lengths


@pytest.fixture
def examples_of(settings_for, tokenizer, caplog):
    """Lengths of the examples to learn from, of rows of such lengths in tokens, and what was said of them."""
    from sigilderg_finetuner.data.render import ChatFrame

    frame = ChatFrame("", "", "</s>", strips=False)  # a row has its BOS, one token for `a`, its text, and the end

    def make(lengths, **overrides):
        made = settings_for(dataset__use_cache=False, **overrides)
        rows = [Row("!", "~" * (length - 3)) for length in lengths]
        chosen = [prepare.Chosen(source(rows), list(range(len(rows))), [0], Counter())]
        caplog.clear()
        with caplog.at_level(logging.INFO, logger="sigilderg_finetuner.data.prepare"):
            train, _ = prepare.prepare(chosen, frame, tokenizer, made)
        said = [record.getMessage() for record in caplog.records if record.name.endswith("prepare")]
        return train.examples.length.tolist(), said[:1]

    return make


@pytest.mark.parametrize(
    ("change", "kept", "said"),
    [
        ({}, [10, 20, 30], []),
        ({"dataset__min_length": 20}, [20, 30], ["local:x: by length: 1 shorter than 20 tokens left out"]),
        ({"dataset__max_length": 20}, [10, 20], ["local:x: by length: 1 longer than 20 tokens left out"]),
        ({"train__max_seq_len": 20}, [10, 20], ["local:x: by length: 1 longer than train.max_seq_len (20) left out"]),
        ({"train__max_seq_len": 20, "dataset__overlong": "cut"}, [10, 20, 20],
         ["local:x: by length: 1 longer than train.max_seq_len (20) cut"]),
        ({"train__max_seq_len": 25, "dataset__max_length": 20, "dataset__min_length": 15}, [20],
         ["local:x: by length: 1 longer than 20 tokens left out, 1 shorter than 15 tokens left out"]),
    ],
)
def test_lengths_are_kept_dropped_or_cut_and_counted(examples_of, change, kept, said):
    assert examples_of([10, 20, 30], **change) == (kept, said)


def test_an_overlong_row_can_be_refused_and_a_shorter_limit_comes_first(examples_of):
    with pytest.raises(InputError, match=r"row 3 has 30 tokens, `train\.max_seq_len` is 20"):
        examples_of([10, 20, 30], train__max_seq_len=20, dataset__overlong="refuse")
    kept, _ = examples_of([10, 30], train__max_seq_len=20, dataset__overlong="refuse", dataset__max_length=25)
    assert kept == [10]


def test_no_row_of_a_usable_length_is_an_input_error(examples_of):
    with pytest.raises(InputError, match="no training rows are left after the length filters"):
        examples_of([10, 12], dataset__min_length=20)


@pytest.mark.parametrize(("wanted", "count"), [(0, 40), (10, 10), (100, 40)])
def test_validation_rows_are_chosen_by_seed_and_not_by_place(settings_for, wanted, count):
    chosen = prepare.Chosen(source([]), [], list(range(40)), Counter())
    found = prepare._some(chosen, settings_for(train__val_rows=wanted))
    assert len(found) == count
    assert found == sorted(found)
    assert wanted != 10 or found != list(range(10))
    other = prepare._some(chosen, settings_for(train__val_rows=wanted, dataset__shuffle_seed=7))
    assert (other == found) is (count == 40)
