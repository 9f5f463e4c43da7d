"""What a crate declares, what code uses, and where imports lead."""

import re

import pytest
from dataset_audit.hidden import Names
from dataset_audit.names import _flat, declared, imports, leads_elsewhere, uses_in
from dataset_audit.place import find_place
from hypothesis import given
from hypothesis import strategies as st

NAMES = st.from_regex(r"\A[a-z]{1,4}\Z").filter(lambda name: name not in ("as", "self", "use"))
TREES = st.recursive(
    st.one_of(
        NAMES.map(lambda name: (name, name)), st.tuples(NAMES, NAMES).map(lambda two: (f"{two[0]} as {two[1]}", two[1]))
    ),
    lambda inside: st.tuples(NAMES, st.lists(inside, min_size=1, max_size=3)),
    max_leaves=6,
)


def written(tree):
    """Return a use tree as Rust, and the names that it imports."""
    head, rest = tree
    if isinstance(rest, str):
        return head, [rest]
    parts = [written(part) for part in rest]
    return f"{head}::{{{', '.join(code for code, _ in parts)},}}", [name for _, names in parts for name in names]


@given(TREES)
def test_every_name_of_a_use_tree_is_found(tree):
    code, names = written(tree)
    first = re.match(r"\w+", code).group()
    found = list(_flat(code, ()))
    assert [name for _, name in found] == names
    assert {path[0] for path, _ in found} == {first}


def test_what_a_file_declares_is_known_by_its_kind_and_what_it_implements_is_not():
    types = b"pub struct S { field: u8 }\nenum E { Variant }\nmod m { const C: u8 = 1; fn free() {} }\n"
    members = b"trait T { type Item; fn asked(); }\nimpl S { fn own(&self) {} }\n"
    given = b"impl T for S { fn given() {} type Given = u8; }\n"
    found = declared([types + members + given + b"macro_rules! mac { () => { fn made() {} struct Made; } }"])
    assert found == {
        "S": {"path"},
        "field": {"field"},
        "E": {"path"},
        "Variant": {"variant"},
        "m": {"path"},
        "C": {"path"},
        "free": {"fn"},
        "T": {"path"},
        "Item": {"member"},
        "asked": {"fn"},
        "own": {"fn"},
        "mac": {"macro"},
        "made": {"fn"},
        "Made": {"path"},
    }


SOURCE = b"""use std::cmp::{self, Ordering as Order};
use other::{Thing};
use crate::shapes::Shape;

fn f<'a, T>(given: &'a Shape, n: u8) -> Option<T> {
    let local = given.area(n).map(helper);
    let Shape { width, .. } = given;
    let thing = Thing { part: given.side, n };
    match cmp::max(local, u32::MAX) {
        LIMIT => shout!("{}", given.name(), LEVEL, util::deep(n)),
        one => one.parse::<T>(),
    }
}
"""


def found():
    return uses_in(SOURCE, find_place("src/lib.rs", SOURCE, (5, 13)))


def test_uses_are_told_by_kind_and_what_code_binds_itself_is_none():
    kinds = {(use.name, use.kind) for use in found()}
    assert kinds >= {
        ("Shape", "path"),
        ("area", "call"),
        ("helper", "value"),
        ("width", "member"),
        ("side", "field"),
        ("part", "member"),
        ("cmp", "path"),
        ("max", "call"),
        ("MAX", "path"),
        ("LIMIT", "path"),
        ("shout", "macro"),
        ("name", "call"),
        ("LEVEL", "path"),
        ("util", "path"),
        ("deep", "call"),
        ("parse", "call"),
    }
    assert not {"f", "a", "T", "given", "local", "one", "thing"} & {name for name, _ in kinds}
    assert ("n", "value") not in kinds


@pytest.mark.parametrize(
    ("name", "elsewhere"),
    [("Thing", True), ("Shape", False), ("max", True), ("MAX", True), ("LIMIT", False), ("cmp", True), ("util", False)],
)
def test_imports_tell_what_is_defined_elsewhere(name, elsewhere):
    use = next(use for use in found() if use.name == name)
    assert leads_elsewhere(use, imports(SOURCE), frozenset({"other"}), {"Shape": {"path"}}) is elsewhere


def test_what_is_inserted_asks_with_too_many_arguments_or_for_no_field():
    asked = {use.name: (SOURCE[use.at - 1 : use.at + 1], use.probe[:4]) for use in found() if use.at is not None}
    assert asked["area"] == (b"(n", "(), ")
    assert asked["helper"] == (b"r)", "((),")
    assert asked["side"] == (b"e,", "_of_")
    assert asked["parse"] == (b"()", "(), ")
    assert asked["name"] == (b"()", "(), ")


@pytest.mark.parametrize(
    ("code", "elsewhere"),
    [
        ("T::Item", True),
        ("T::Asked", False),
        ("<T as Iterator>::Item", True),
        ("<T as Own>::Asked", False),
        ("Vec<impl Iterator<Item = u8>>", True),
        ("Vec<impl Own<Asked = u8>>", False),
        ("Self::Item", False),
    ],
)
def test_what_follows_a_foreign_type_is_a_member_of_a_trait(code, elsewhere):
    own = declared([b"struct Item; trait Own { type Asked; }"])
    source = f"fn f<T>() -> {code} {{\n    loop {{}}\n}}".encode()
    use = next(
        one for one in uses_in(source, find_place("a.rs", source, (1, 3))) if one.name in own and one.name != "Own"
    )
    assert leads_elsewhere(use, imports(source), frozenset(), own) is elsewhere


@pytest.mark.parametrize(
    ("head", "is_own"),
    [
        ("", False),
        ("use crate::Result;\n", True),
        ("use crate::all::*;\n", True),
        ("mod tests { use super::*; }\n", False),
        ("// use it * 2;\n", False),
        ("type Result<T> = core::result::Result<T, u8>;\n", True),
    ],
)
def test_a_name_of_the_prelude_is_the_crates_where_its_file_brings_it(head, is_own):
    code = f"{head}fn f() -> Result<u8, u8> {{\n    g()\n}}\n".encode()
    place = find_place("src/a.rs", code, (code.count(b"\n") - 2, code.count(b"\n")))
    own = {"Result": {"path"}}
    names = Names({"src/a.rs": code}, own, {"src/a.rs": imports(code)}, frozenset())
    assert [use.name for use in names.unshown(place, set())] == (["Result"] if is_own else [])


@pytest.mark.parametrize(
    ("other", "is_own"),
    [
        ("pub enum Status { Ok, Late }\n", False),
        ("pub enum Status { Ok, Late }\nenum Other { Early }\nuse Other::*;\n", False),
        ("pub enum Status { Ok, Late }\n/// use Status::*;\n", False),
        ("pub enum Status { Ok, Late }\npub use Status::*;\n", True),
        ("pub enum Status { Ok, Late }\npub use crate::Status::{Late, Ok};\n", True),
        ("pub enum Status { Ok, Late }\npub use crate::Status::Late;\n", False),
    ],
)
def test_a_module_brings_no_variants_unless_they_were_imported(other, is_own):
    code = b"use super::*;\nfn f() -> u8 {\n    Ok(1)\n}\n"
    files = {"src/a.rs": code, "src/lib.rs": other.encode()}
    names = Names(files, declared(files.values()), {name: imports(data) for name, data in files.items()}, frozenset())
    place = find_place("src/a.rs", code, (2, 4))
    assert [use.name for use in names.unshown(place, set())] == (["Ok"] if is_own else [])
