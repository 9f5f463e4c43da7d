"""Which code is worth learning from: each construct, each place, and the count of reasons."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sigilderg_finetuner.data.quality import (
    IDIOMATIC,
    UNIDIOMATIC,
    is_undocumented,
    is_unidiomatic,
    reject,
    select_rows,
)
from sigilderg_finetuner.data.sources import Row
from sigilderg_finetuner.settings import DatasetSettings


@pytest.mark.parametrize(
    "code",
    [
        "a.unwrap()",
        'a.expect("")',
        "panic!(1)",
        "todo!()",
        "unimplemented!()",
        "static mut X",
        "unsafe { }",
        "mem::transmute(x)",
        "    return x;\n}\n",
        "a: &String",
        "a: &Vec<u8>",
        "a.len() == 0",
        "extern crate a;",
        "try!(x)",
    ],
)
def test_what_a_reviewer_would_ask_to_change(code):
    assert len(UNIDIOMATIC.findall(code)) == 1


@pytest.mark.parametrize(
    "code",
    [
        'a.expect("why")',
        "a.unwrap_or(1)",
        "a.unwrap_or_default()",
        "static X",
        "a: &str",
        "a: &[u8]",
        "a.len() == 01",
        "return x;\n    y\n}",
        "// panics",
        "unsafe_code",
        "a.is_empty()",
        "return;",
    ],
)
def test_what_looks_like_it_and_is_not(code):
    assert UNIDIOMATIC.findall(code) == []


@pytest.mark.parametrize(
    "code",
    [
        "x?;",
        "f()?.g()",
        "-> Result<u8, E>",
        "Option<u8>",
        "match x {",
        "if let A",
        "while let A",
        "let Some",
        "a.iter()",
        "a.into_iter()",
        "a.map(f)",
        "a.filter(f)",
        "a.collect()",
        "impl A",
        "#[derive(X)]",
        "a: &str",
        "a: &[u8]",
        "a.and_then(f)",
        "a.unwrap_or(1)",
        "matches!(a, b)",
        "&self",
        "Self",
    ],
)
def test_what_shows_knowledge_of_the_language(code):
    assert IDIOMATIC.findall(code)


@pytest.mark.parametrize(("bad", "good", "expected"), [(2, 0, False), (2, 1, False), (3, 1, True), (4, 2, False)])
def test_as_many_as_the_ratio_are_tolerated(bad, good, expected):
    assert is_unidiomatic("a.unwrap();\n" * bad + "a.iter();\n" * good, 2.0) is expected


@given(st.integers(0, 12), st.integers(0, 12), st.floats(0.5, 4))
def test_the_ratio_tolerates_as_many_as_it_says(bad, good, ratio):
    code = "a.unwrap();\n" * bad + "a.iter();\n" * good
    assert is_unidiomatic(code, ratio) is (bad > ratio * max(1, good))


@pytest.mark.parametrize(
    ("code", "undocumented"),
    [
        ("pub fn f() {}", True),
        ("pub async fn f() {}", True),
        ("pub const unsafe fn f() {}", True),
        ("    pub struct A;", True),
        ("pub enum A {}", True),
        ("pub trait A {}", True),
        ("pub(crate) fn f() {}", False),
        ("fn f() {}", False),
        ("pub use a::b;", False),
        ("pub mod a;", False),
        ("/// It.\npub fn f() {}", False),
        ("//! All.\npub fn f() {}", False),
        ("// note\npub fn f() {}", True),
        ('let s = "/// no"; pub fn f() {}', False),
    ],
)
def test_public_items_without_a_word(code, undocumented):
    assert is_undocumented(code) is undocumented


@pytest.mark.parametrize(
    ("file", "reason"),
    [
        ("a/tests/b.rs", "test file"),
        ("a/test/b.rs", "test file"),
        ("tests.rs", "test file"),
        ("a_test.rs", "test file"),
        ("a_tests.rs", "test file"),
        ("src\\tests\\a.rs", "test file"),
        ("a/examples/tests/b.rs", "test file"),
        ("examples/b.rs", "example file"),
        ("benches/b.rs", "benchmark file"),
        ("testing/b.rs", None),
        ("tests", "test file"),
        ("src/benches", None),
        ("latest.rs", None),
        ("examples.rs", None),
        ("src/bench.rs", None),
        (None, None),
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


FAULTS = [
    "x.unwrap();", 'x.expect("");', "panic!(1);", "todo!();", "unimplemented!();", "static mut A: u8 = 0;",
    "unsafe { }",
    "mem::transmute(x);", "return x;\n}\n", "&String", "&Vec<u8>", "x.len() == 0", "extern crate a;", "try!(x);",
]  # fmt: skip


@pytest.mark.parametrize("piece", FAULTS)
def test_every_fault_is_seen_by_the_quick_look(piece):
    assert UNIDIOMATIC.search(piece)
    assert is_unidiomatic(piece, 0.5)


@pytest.mark.parametrize("space", [" ", "\n", "\t\n"])
@pytest.mark.parametrize("before", ["return x;", "#", ""])
def test_much_white_space_is_no_long_work(before, space):
    """With a pattern that tries every place anew, these would take hours."""
    text = f"fn f() {{ {before}{space * 200_000}x }}"
    assert not is_undocumented(text)
    assert reject(Row(None, f"\n{before}{space * 200_000}", file=None), DatasetSettings()) is None
