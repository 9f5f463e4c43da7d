"""What unit tests of a crate say of its samples, from its source to their level."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from sigil_pipeline import flow
from sigil_pipeline.batch.state import CrateResult
from sigil_pipeline.chunk.syntax import field, text
from sigil_pipeline.compiler.edits import Edit
from sigil_pipeline.crates.crate_list import wanted_crates
from sigil_pipeline.settings import Settings
from sigil_pipeline.tasks.shapes import Function
from sigil_pipeline.tasks.transformations import find
from sigil_pipeline.tasks.transformations.rewrite import Rewrite, rewrite_body
from sigil_pipeline.tools import Tools, open_tools

from ..sandboxes import Changed

pytestmark = pytest.mark.slow

LIBRARY = """\
#![no_std]
#![forbid(unsafe_code)]
//! Numbers.

/// Returns three times a number, or the largest that there is.
pub fn tripled(a: u8) -> u8 {
    let three = 3;
    a.saturating_mul(three)
}

/// Returns a number with one more, by which a helper of the tests judges.
pub fn helped(a: u8) -> u8 {
    let one = 1;
    a.saturating_add(one)
}

/// Returns a number with two more, also where constants are made.
pub const fn constant(a: u8) -> u8 {
    let two = 2;
    a + two
}

/// Returns a number with three more, which no test looks at.
pub fn called(a: u8) -> u8 {
    let three = 3;
    a.saturating_add(three)
}

/// Returns a number with four more, for a test that fails.
pub fn failing(a: u8) -> u8 {
    let four = 4;
    a.saturating_add(four)
}

/// Returns a number with five more, for a table of the tests.
pub const fn listed(a: u8) -> u8 {
    let five = 5;
    a + five
}

fn parsed(text: &str) -> Option<u8> {
    let number = text.parse::<u8>().ok()?;
    Some(number)
}

fn wrong(text: &str) -> Option<u8> {
    let number = text.parse::<u8>().ok()?;
    number.checked_add(3)
}

fn alone(text: &str) -> Option<u8> {
    let number = text.parse::<u8>().ok()?;
    number.checked_sub(3)
}

/// Returns what three ways to read a number make of it.
pub fn read(text: &str) -> (Option<u8>, Option<u8>, Option<u8>) {
    (parsed(text), wrong(text), alone(text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use unheard_of::Arbitrary;

    const TABLE: u8 = listed(1);
    const SAME: u8 = listed(1);

    fn check(found: u8, wanted: u8) {
        assert_eq!(found, wanted);
    }

    #[test]
    fn triples() {
        assert_eq!(tripled(3), 9);
    }

    #[test]
    fn helps() {
        check(helped(3), 4);
    }

    #[test]
    fn is_constant() {
        assert_eq!(constant(TABLE), constant(SAME));
    }

    #[test]
    fn calls() {
        called(1);
    }

    #[test]
    fn fails() {
        assert_eq!(failing(1), 6);
    }

    #[test]
    #[ignore]
    fn is_ignored() {
        assert_eq!(called(1), 4);
    }

    #[test]
    fn takes_any() {
        assert_eq!(called(u8::arbitrary()), 4);
    }

    #[test]
    fn parses() {
        assert_eq!(parsed("7"), Some(7));
    }

    #[test]
    fn adds() {
        assert_eq!(wrong("7"), Some(10));
    }
}
"""
UNBUILT = """\
//! Numbers.

/// Returns three times a number, or the largest that there is.
pub fn tripled(a: u8) -> u8 {
    let three = 3;
    a.saturating_mul(three)
}

/// A number that tests may draw.
#[cfg_attr(test, derive(unheard_of::Arbitrary))]
pub struct Number(pub u8);

#[test]
fn triples() {
    assert_eq!(tripled(3), 9);
}
"""


def crate(folder: Path, name: str, library: str) -> str:
    root = folder / name
    (root / "src").mkdir(parents=True)
    head = f'[package]\nname = "{name}"\nversion = "0.1.0"\nedition = "2021"\nlicense = "MIT"\n'
    (root / "Cargo.toml").write_text(f'{head}\n[dev-dependencies]\nunheard_of = "1"\n')
    (root / "src" / "lib.rs").write_text(library)
    return f"path:{root}"


def results(folder: Path, crates: list[str]) -> list[CrateResult]:
    settings = Settings(
        crates=crates,
        output=folder / "data.jsonl",
        offline=True,
        clippy_block=[],
        max_suspicious=None,
        min_doc_ratio=0,
        keep_work=True,
        task_mix={"code_generation": 0.5, "transformations": 0.5},
    )
    return flow.crate_results(wanted_crates(settings), settings)


def levels(found: CrateResult, task: str) -> dict[str, str]:
    functions = [one for one in found.candidates if one.kind == "function" and one.task_type == task]
    return {one.gen.split("fn ")[1].partition("(")[0]: one.level for one in functions}


def with_fault(rewrite: Rewrite, function: Function) -> Edit | None:
    """Give an input of `wrong` that compiles and means something else."""
    edit = rewrite_body(rewrite, function)
    name = field(function.node, "name")
    if edit is not None and name is not None and text(name) == "wrong":
        return replace(edit, new=edit.new.replace("3", "4"))
    return edit


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("unit-tests")


@pytest.fixture(scope="module")
def both(folder: Path) -> Iterator[list[CrateResult]]:
    """Return what becomes of the two crates, whose tests are built together."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(find, "rewrite_body", with_fault)
        yield results(folder, [crate(folder, "numbers", LIBRARY), crate(folder, "unbuilt", UNBUILT)])


def test_a_function_is_tested_by_a_unit_test_that_asserts_and_needs_it(both: list[CrateResult]) -> None:
    said = levels(both[0], "code_generation")
    assert {name for name, level in said.items() if level == "tests_pass"} == {"tripled", "helped", "constant"}
    assert {"called", "failing", "listed"} <= set(said)


def test_a_transformation_is_tested_by_unit_tests_that_hold_with_both_sides(both: list[CrateResult]) -> None:
    said = levels(both[0], "transformations")
    assert said["parsed"] == "tests_pass"
    assert said["alone"] != "tests_pass"
    line = LIBRARY[: LIBRARY.index("fn wrong(")].count("\n") + 1
    assert [(row["line"], row["reason"]) for row in both[0].refused] == [(line, "unit_test_fails")]


def test_unit_tests_are_counted_by_what_became_of_them(both: list[CrateResult]) -> None:
    assert both[0].unit_tests == {"fails": 1, "holds": 1, "ignored": 1, "not_compiled": 1, "tests": 5}


def test_a_crate_whose_tests_cannot_be_built_loses_nothing(both: list[CrateResult]) -> None:
    assert both[1].rejection is None
    assert both[1].unit_tests == {"crate_not_built": 1}
    assert levels(both[1], "code_generation") == {"tripled": "self_contained"}


def test_the_workspace_is_left_as_it_was(both: list[CrateResult], folder: Path) -> None:
    member = next(folder.rglob("members/numbers-0.1.0"))
    assert (member / "src" / "lib.rs").read_text() == LIBRARY


def test_tests_that_come_to_no_end_cost_the_level(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def tools(settings: Settings) -> Tools:
        found = open_tools(settings)
        change = {"timed_out": True, "returncode": None, "stdout": b"test triples ... "}
        return replace(found, confined=replace(found.confined, sandbox=Changed(found.confined.sandbox, change)))

    monkeypatch.setattr(flow, "open_tools", tools)
    built = UNBUILT.replace("#[cfg_attr(test, derive(unheard_of::Arbitrary))]\n", "")
    (found,) = results(tmp_path, [crate(tmp_path, "numbers", built)])
    assert found.rejection is None
    assert "tests_pass" not in levels(found, "code_generation").values()
    assert found.unit_tests == {"stopped": 1}
