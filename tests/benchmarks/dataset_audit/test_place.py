"""Where a row's code stands in a file, and other code put there."""

import pytest
from dataset_audit.crates import without_dev_dependencies
from dataset_audit.examples import fences_in
from dataset_audit.place import find_place, insert, is_code_of, put

SOURCE = b"""//! A crate.

pub struct Pair(u8, u8);

impl Pair {
    /// Adds both.
    ///
    /// Never overflows.
    #[inline]
    #[cfg(unix)]
    pub fn sum(&self) -> u16 {
        u16::from(self.0) + u16::from(self.1)
    }

    // No docs.
    fn left(&self) -> u8 { self.0 }
}
"""
SUM = "pub fn sum(&self) -> u16 {\n    u16::from(self.0) + u16::from(self.1)\n}"


@pytest.mark.parametrize(
    ("lines", "docs", "owner"),
    [
        ((6, 13), "/// Adds both.\n///\n/// Never overflows.\n#[inline]\n#[cfg(unix)]", "implPair"),
        ((16, 16), "", "implPair"),
        ((5, 17), "", None),
    ],
)
def test_the_item_in_exactly_these_lines_is_found(lines, docs, owner):
    place = find_place("src/lib.rs", SOURCE, lines)
    assert place is not None
    assert [line.rstrip() for line in place.docs.split("\n") if line] == docs.split("\n") if docs else not place.docs
    assert place.owner == owner
    assert SOURCE[place.body - 1 : place.body] == b"{"


@pytest.mark.parametrize("lines", [(7, 13), (6, 12), (3, 3), (11, 13), (12, 12), (40, 50)])
def test_other_lines_hold_no_item(lines):
    assert find_place("src/lib.rs", SOURCE, lines) is None


def test_code_is_put_below_the_condition_of_what_stood_there():
    place = find_place("src/lib.rs", SOURCE, (6, 13))
    changed = put(SOURCE, place, "fn other() {}").decode()
    assert changed == SOURCE[: place.start].decode() + "#[cfg(unix)]\nfn other() {}" + SOURCE[place.end :].decode()


def test_the_code_of_a_place_is_told_from_other_code_whatever_its_layout():
    place = find_place("src/lib.rs", SOURCE, (6, 13))
    assert is_code_of(SUM, SOURCE, place)
    assert is_code_of(f"#[must_use]\n{SUM}".replace("\n    ", " "), SOURCE, place)
    assert not is_code_of(SUM.replace("self.1", "self.0"), SOURCE, place)
    assert not is_code_of(f"{SUM}\nfn more() {{}}", SOURCE, place)


def test_text_is_inserted_where_it_was_asked_for():
    assert insert(b"abc", {0: "<", 2: "|", 3: ">"}) == b"<ab|c>"


def test_the_lines_of_examples_are_those_of_the_file():
    source = b"//! A crate.\n\n/// Is one:\n///\n/// ```\n/// one();\n/// ```\n#[inline]\nfn one() {\n}\n"
    assert fences_in(source, find_place("src/lib.rs", source, (3, 10))) == [5, 7]


def test_a_manifest_is_left_without_what_only_tests_need():
    kept = '[package]\nname = "dev-dependencies"\n\n[dependencies.dev]\nversion = "1"\n\n[features]\nall = ["a"]\n'
    gone = '[dev-dependencies]\na = "1"\n\n[dev-dependencies.b]\nfeatures = [\n    "c",\n]\n\n'
    gone += "[target.'cfg(unix)'.dev-dependencies.d]\nversion = \"1\"\n\n"
    first, last = kept[: kept.index("[features]")], kept[kept.index("[features]") :]
    assert without_dev_dependencies(first + gone + last) == kept


def test_features_of_what_only_tests_need_are_left_out():
    kept = '[package]\nname = "a"\n\n[dependencies]\nb = "1"\n\n[features]\nall = ["b/x"'
    gone = '[dev-dependencies.c]\nversion = "1"\n'
    assert without_dev_dependencies(f'{kept}, "c/y", "c?/z"]\n\n{gone}') == f"{kept},]\n\n"
