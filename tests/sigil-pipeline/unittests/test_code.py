"""What of a source file is there for tests, and which tests assert something."""

from __future__ import annotations

import pytest

from sigil_pipeline.chunk.extract import open_source
from sigil_pipeline.unittests.code import TestCode as Code

LIBRARY = b"""\
pub fn doubled(a: u8) -> u8 {
    a * 2
}

/// What every test wants.
#[cfg(test)]
mod tests {
    use super::*;
    // Says so.
    #[test]
    fn doubles() {
        assert_eq!(doubled(1), 2);
    }

    fn check(a: u8) {
        assert!(doubled(a) >= a);
    }

    fn twice(a: u8) {
        check(a); check(a + 1)
    }

    #[test]
    fn grows() {
        twice(3);
    }

    #[test]
    fn runs() {
        doubled(1);
    }

    macro_rules! compared {
        ($name:ident: $a:expr) => {
            #[test]
            fn $name() {
                assert_eq!(doubled($a), $a + $a);
            }
        };
    }
    compared!(by_macro: 7);
}

#[cfg(not(test))]
fn shipped() {
    doubled(2);
}

impl Other {
    #[cfg(test)]
    fn only_here(&self) {}
}
"""
CODE = Code(
    {
        "src/lib.rs": open_source("src/lib.rs", LIBRARY),
        "src/more.rs": open_source("src/more.rs", b"fn helper() {}\n\n"),
    },
    frozenset({"src/lib.rs"}),
)


def line(text: str) -> int:
    return LIBRARY[: LIBRARY.index(text.encode())].count(b"\n") + 1


def item(text: str) -> str | None:
    at = line(text)
    found = CODE.item_at("src/lib.rs", at, at)
    return LIBRARY[slice(*found)].decode() if found else None


def test_the_smallest_item_for_tests_is_found_with_its_attributes() -> None:
    assert item("use super") == "use super::*;"
    assert (item("doubled(1), 2") or "").startswith("// Says so.\n    #[test]\n    fn doubles")
    assert (item("mod tests {") or "").startswith("/// What every test wants.\n#[cfg(test)]\nmod tests")
    assert item("fn only_here") == "#[cfg(test)]\n    fn only_here(&self) {}"


@pytest.mark.parametrize("text", ["a * 2", "fn shipped", "impl Other"])
def test_code_of_the_library_is_not_for_tests(text: str) -> None:
    assert item(text) is None


def test_a_file_that_the_library_does_not_have_is_for_tests() -> None:
    assert CODE.item_at("src/more.rs", 1, 1) == (0, 14)
    assert CODE.item_at("src/more.rs", 1, 2) == (0, 16)
    assert CODE.item_at("src/unknown.rs", 1, 1) is None


@pytest.mark.parametrize(
    ("test", "asserts"),
    [
        ("tests::doubles", True),
        ("tests::grows", True),
        ("tests::runs", False),
        ("tests::by_macro", True),
        ("tests::unheard_of", False),
    ],
)
def test_a_test_asserts_something_itself_or_by_what_it_calls(test: str, asserts: bool) -> None:
    assert CODE.asserts(test) is asserts


def test_tests_are_counted_as_they_are_written() -> None:
    assert CODE.tests == 4
