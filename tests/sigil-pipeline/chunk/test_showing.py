"""Contexts made of the items that a chunk uses."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sigil_pipeline.chunk.extract import open_source
from sigil_pipeline.chunk.items import Item, items_of
from sigil_pipeline.chunk.showing import showing
from sigil_pipeline.compiler.edits import Edit, apply_edits
from sigil_pipeline.tasks.wording import context_block

from ..sources import chunks

SOURCE = """\
/// A pair.
#[derive(Debug, serde::Serialize)]
#[repr(C)]
pub struct Pair<T>
where
    T: Clone,
{
    /// One.
    #[serde(skip)]
    pub first: T,
    second: u8,
}
pub struct Wrap(pub u8, pub(crate) u16);
pub enum Shape {
    Dot,
    /// Round.
    Round(u8),
    Box { side: u8 },
}
pub trait Area: Sized {
    const UNIT: u8;
    type Out;
    fn area(&self) -> u8;
    fn twice(&self) -> u8 {
        self.area() * 2
    }
}
const TABLE: [u8; 3] = [
    1,
    2,
    3,
];
static SHORT: u8 = 1;
type Alias = Pair<u8>;
macro_rules! double {
    ($e:expr) => {
        $e * 2
    };
}
bits! { pub struct Flags: u32 { const A = 1; } }
extern "C" {
    fn foreign(x: u8) -> u8;
    static COUNT: u8;
}
impl<T> Pair<T>
where
    T: Clone,
{
    pub const ZERO: u8 = 0;
    pub fn new(first: T) -> Self {
        Pair { first, second: 0 }
    }
    fn f(&self) -> u8 {
        self.second
    }
}
impl Drop for Wrap {
    fn drop(&mut self) {
        g();
    }
}
fn g<T>()
where
    T: Clone,
{
}
"""

PAIR = "impl<T> Pair<T>\nwhere\n    T: Clone,\n{\n"


def items(code: str = SOURCE) -> list[Item]:
    return list(items_of(open_source("src/lib.rs", code.encode())))


def block(names: str, *, chunk: str = "g", owner: str | None = None, compact: bool = False) -> str:
    found = {item.name: item for item in items()}
    one = chunks(SOURCE)[chunk]
    context = showing(one, [found[name] for name in names.split()], found[owner] if owner else None, compact=compact)
    assert context is not None
    return context_block(one.__class__(**{**vars(one), "context": context}))


def test_items_are_told_with_the_kind_that_they_are() -> None:
    kinds = {item.name: item.kind for item in items()}
    assert kinds == {
        **dict.fromkeys(["Pair", "Wrap", "Shape"], "type"),
        **dict.fromkeys(["first", "second", "0", "1", "side"], "field"),
        **dict.fromkeys(["Dot", "Round", "Box"], "variant"),
        **dict.fromkeys(["UNIT", "Out", "area", "twice", "ZERO", "new", "f"], "member"),
        **dict.fromkeys(["TABLE", "SHORT", "COUNT"], "constant"),
        **dict.fromkeys(["foreign", "g"], "function"),
        **dict.fromkeys(["Flags", "A"], "made"),
        "Area": "trait",
        "Alias": "alias",
        "double": "macro",
    }


def test_marks_stand_where_attributes_may() -> None:
    data = SOURCE.encode()
    edits = [Edit(*item.mark, "#[deprecated] ") for item in items()]
    marked = open_source("src/lib.rs", apply_edits(data, edits))
    assert not marked.root.has_error
    text = marked.data.decode()
    for wanted in (
        "#[repr(C)]\n#[deprecated] pub struct Pair",
        "#[serde(skip)]\n    #[deprecated] pub first: T",
        "pub struct Wrap(#[deprecated] pub u8, #[deprecated] pub(crate) u16)",
        "#[deprecated] Round(#[deprecated] u8)",
        "#[deprecated] macro_rules! double",
        "bits! { #[deprecated] pub struct Flags: u32 { #[deprecated] const A = 1; } }",
        "impl Drop for Wrap {\n    fn drop",
    ):
        assert wanted in text


def test_an_own_mark_is_replaced() -> None:
    code = '#[deprecated(\n    note = "x"\n)]\n/// Docs.\nfn f() {}\nfn g() {}\n'
    first, second = items(code)
    assert code[slice(*first.mark)] == '#[deprecated(\n    note = "x"\n)]'
    assert second.mark[0] == second.mark[1] == code.index("fn g")


@given(st.text(alphabet="fn struct enum const pub {}()[];,:=>$#!a A\n", max_size=120))
def test_no_source_is_a_crash(code: str) -> None:
    for item in items(code):
        assert 0 <= item.mark[0] <= item.mark[1] <= len(code.encode())


@pytest.mark.parametrize(
    ("names", "wanted"),
    [
        (
            "second",
            "#[derive(Debug)]\npub struct Pair<T>\nwhere\n    T: Clone,\n{\n    pub first: T,\n    second: u8,\n}",
        ),
        ("1", "pub struct Wrap(pub u8, pub(crate) u16);"),
        ("area UNIT", "pub trait Area: Sized {\n    const UNIT: u8;\n    fn area(&self) -> u8;\n    // ...\n}"),
        ("twice", "pub trait Area: Sized {\n    fn twice(&self) -> u8;\n    // ...\n}"),
        ("TABLE SHORT", "const TABLE: [u8; 3];\nstatic SHORT: u8 = 1;"),
        ("Alias", "type Alias = Pair<u8>;"),
        ("double", "macro_rules! double {\n    ($e:expr) => {\n        $e * 2\n    };\n}"),
        ("A", "bits! { pub struct Flags: u32 { const A = 1; } }"),
        (
            "foreign COUNT g",
            """fn g<T>()\nwhere\n    T: Clone;\n\nextern "C" {\n    fn foreign(x: u8) -> u8;
    static COUNT: u8;\n    // ...\n}""",
        ),
        (
            "new ZERO",
            PAIR + "    pub const ZERO: u8 = 0;\n    pub fn new(first: T) -> Self;\n    // ...\n}",
        ),
    ],
)
def test_what_is_used_is_shown(names: str, wanted: str) -> None:
    assert block(names) == wanted


@pytest.mark.parametrize(
    ("names", "wanted"),
    [
        ("first", "#[derive(Debug)]\npub struct Pair<T>\nwhere\n    T: Clone,\n{\n    pub first: T,\n    // ...\n}"),
        ("Pair", "#[derive(Debug)]\npub struct Pair<T>\nwhere\n    T: Clone,\n{\n    // ...\n}"),
        ("side Round", "pub enum Shape {\n    Round(u8),\n    Box { side: u8 },\n    // ...\n}"),
        ("1", "pub struct Wrap(pub u8, pub(crate) u16);"),
    ],
)
def test_compact_types_show_what_is_used_of_them(names: str, wanted: str) -> None:
    assert block(names, compact=True) == wanted


def test_members_of_the_block_around_a_chunk_stand_in_it() -> None:
    shown = block("new second", chunk="f", owner="Pair")
    assert shown.startswith("#[derive(Debug)]\npub struct Pair<T>")
    assert shown.count("impl<T> Pair<T>") == 1
    assert shown.endswith("{\n    pub fn new(first: T) -> Self;\n    // ...\n}")
    assert block("area", chunk="drop", owner="Wrap").endswith("}\n\nimpl Drop for Wrap {\n    // ...\n}")


def test_a_long_macro_cannot_be_shown() -> None:
    rules = "".join(f"    ({n}) => {{ {n} }};\n" for n in range(30))
    code = f"macro_rules! long {{\n{rules}}}\nfn g() {{\n}}\n"
    assert showing(chunks(code)["g"], items(code)[:1], None, compact=True) is None
