"""Impls of traits that code leans on."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sigil_pipeline.chunk.extract import open_source
from sigil_pipeline.chunk.impls import TraitImpl, impls_of, leaned_on

CODE = """\
impl Default for Row { fn default() -> Self { Row } }
impl Row { fn new() -> Self { Row } }
mod inner {
    impl<T> core::ops::Index<usize> for Row<T>
    where
        T: Copy,
    {
        type Output = T;
        fn index(&self, at: usize) -> &T { todo!() }
    }
    impl super::Sized<u8> for Row { fn size(&self) -> u8 { 1 } }
}
impl Iterator for Other { fn next(&mut self) -> Option<u8> { None } }
"""


def impls() -> list[TraitImpl]:
    return list(impls_of(open_source("src/lib.rs", CODE.encode())))


def test_impls_of_traits_are_found_in_modules_too() -> None:
    assert [(one.trait, one.of, one.header, one.functions) for one in impls()] == [
        ("Default", "Row", "impl Default for Row", {"default"}),
        ("Index", "Row", "impl<T> core::ops::Index<usize> for Row<T>\nwhere\n    T: Copy,", {"Output", "index"}),
        ("Sized", "Row", "impl super::Sized<u8> for Row", {"size"}),
        ("Iterator", "Other", "impl Iterator for Other", {"next"}),
    ]


@pytest.mark.parametrize(
    ("code", "shown", "owner", "traits"),
    [
        ("Row::default()", {"Row"}, None, ["Default"]),
        ("Default::default()", {"Row"}, None, ["Default"]),
        ("Self::default()", {"Row"}, "Row", ["Default"]),
        ("Self::default()", {"Row"}, None, []),
        ("Row::default()", set(), None, []),
        ("Vec::default()", {"Row"}, None, []),
        ("self[1]", {"Row"}, "Row", ["Index"]),
        ("self[1]", {"Row"}, "Other", []),
        ("self.next()", {"Row", "Other"}, "Other", ["Iterator"]),
        ("rows.next()", {"Row", "Other"}, "Other", []),
        ("row.size()", {"Row", "Sized"}, None, ["Sized"]),
    ],
)
def test_code_leans_on_what_it_calls(code: str, shown: set[str], owner: str | None, traits: list[str]) -> None:
    found = leaned_on(impls(), code, shown, owner)
    assert found == [one.header for one in impls() if one.trait in traits]


def test_of_many_impls_the_first_are_shown() -> None:
    many = [TraitImpl("Default", "Row", f"impl Default for Row<{n}>", frozenset(["default"])) for n in range(9)]
    assert leaned_on(many, "Row::default()", {"Row"}, None) == [one.header for one in many[:4]]


@given(st.text(alphabet="impl for fnmod{}()<>:T \n", max_size=80))
def test_no_source_is_a_crash(code: str) -> None:
    assert all(one.header for one in impls_of(open_source("src/lib.rs", code.encode())))
