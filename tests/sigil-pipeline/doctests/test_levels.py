"""Which functions the examples in their docs test, from a crate's source to the level of its samples."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from sigil_common.errors import MissingError
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

HEAD = """\
#![forbid(unsafe_code)]
#![deny(warnings)]
//! Numbers.
pub use self::inner::Counter;
const TABLE: [u8; listed(2) as usize] = [0; 3];
"""
# Functions whose examples test them.
GOOD = {
    "larger": """\
/// Returns the larger of two numbers.
///
/// ```
/// assert_eq!(numbers::larger(1, 2), 2);
/// ```
pub fn larger(a: u32, b: u32) -> u32 {
    let smaller = doubled(a as u8) / 2;
    if b > u32::from(smaller) { b } else { a }
}
""",
    "doubled": """\
/// Returns twice a number, even in constants.
///
/// ```rust
/// use numbers::*;
/// # fn main() {
/// assert_eq!(doubled(2), 4);
/// # }
/// ```
///
/// ```
/// const SIX: u8 = numbers::doubled(3);
/// assert_eq!(SIX, 6);
/// ```
pub const fn doubled(a: u8) -> u8 {
    let twice = a * 2;
    twice
}
""",
    "step": """\
/// A counter of some things.
pub mod inner {
    /// Counts, and says how far it is.
    #[derive(Default)]
    pub struct Counter(u8);
    impl Counter {
        /// Counts one more, unless there are too many.
        ///
        /// ```
        /// let mut counter = numbers::Counter::default();
        /// assert_eq!(counter.step()?, 1);
        /// # Ok::<(), std::fmt::Error>(())
        /// ```
        pub fn step(&mut self) -> Result<u8, std::fmt::Error> {
            self.0 = self.0.checked_add(1).ok_or(std::fmt::Error)?;
            Ok(self.0)
        }
    }
}
""",
    "halved": """\
/// Returns half a number as text, if it is even.
///
/// ```
/// use std::num::ParseIntError;
/// fn main() -> Result<(), ParseIntError> {
///     let six: u8 = numbers::halved(12).parse()?;
///     assert_eq!(six, 6);
///     Ok(())
/// }
/// ```
///
/// ```
/// assert_eq!(unknown::halved(12), "6");
/// ```
pub fn halved(a: u8) -> String {
    let half = a / 2;
    half.to_string()
}
""",
}
# Functions of one example each, by what becomes of it.
OTHERS = {
    "no_assert": 'println!("{}", numbers::FUNCTION(1));',
    "broken": "assert_eq!(numbers::FUNCTION(1, 3);",
    "not_compiled": "let a = String::new();\n/// drop(a);\n/// assert_eq!(numbers::FUNCTION(a.len() as u8), 3);",
    "fails": "assert_eq!(numbers::FUNCTION(1), 4);",
    "vacuous": "assert_eq!(numbers::larger(1, 2), 2);",
    "unsteady": "static mut RUNS: u8 = 0;\n/// unsafe { RUNS += 1; assert!(RUNS < 2); }\n/// numbers::FUNCTION(1);",
}
BODY = "pub fn FUNCTION(a: u8) -> u8 {\n    let b = a + 2;\n    b\n}\n"
LISTED = """\
/// Returns one more than it is given, as a table of this crate wants it.
///
/// ```
/// assert_eq!(numbers::listed(1), 2);
/// ```
pub const fn listed(a: u8) -> u8 {
    let b = a + 1;
    b
}
"""


def other(name: str, example: str) -> str:
    docs = f"/// Returns a number of the kind that is {name}.\n///\n/// ```\n/// {example}\n/// ```\n{BODY}"
    return docs.replace("FUNCTION", f"is_{name}")


LIBRARY = "\n".join([HEAD, *GOOD.values(), LISTED, *(other(*item) for item in OTHERS.items())])


def crate(folder: Path, library: str, edition: str = "2021") -> Path:
    root = folder / "numbers"
    (root / "src").mkdir(parents=True)
    head = f'[package]\nname = "numbers"\nversion = "0.1.0"\nedition = "{edition}"\nlicense = "MIT"\n'
    (root / "Cargo.toml").write_text(head)
    (root / "src" / "lib.rs").write_text(library)
    return root


def result(folder: Path, library: str, edition: str = "2021", **others: object) -> CrateResult:
    return result_of(folder, crate(folder, library, edition), **others)


def result_of(folder: Path, root: Path, **others: object) -> CrateResult:
    settings = Settings(
        crates=[f"path:{root}"],
        output=folder / "data.jsonl",
        offline=True,
        clippy_block=[],
        max_suspicious=None,
        min_doc_ratio=0,
        min_edition="2015",
        **{"task_mix": {"code_generation": 1.0}, **others},  # type: ignore[arg-type]
    )
    return flow.crate_results(wanted_crates(settings), settings)[0]


def levels(found: CrateResult, task: str = "code_generation") -> dict[str, str]:
    functions = [one for one in found.candidates if one.kind == "function" and one.task_type == task]
    return {one.gen.split("fn ")[1].partition("(")[0]: one.level for one in functions}


@pytest.mark.parametrize("edition", ["2015", "2024"])
def test_a_function_is_tested_by_an_example_that_fails_without_it(tmp_path: Path, edition: str) -> None:
    found = result(tmp_path, LIBRARY, edition)
    assert found.rejection is None
    said = levels(found)
    assert {name for name, level in said.items() if level == "tests_pass"} == set(GOOD)
    assert {"listed", *(f"is_{name}" for name in OTHERS)} <= set(said)
    expected = dict.fromkeys(OTHERS, 1) | {"tests": len(GOOD), "not_compiled": 3, "not_stoppable": 1}
    assert found.examples == expected


def test_the_workspace_is_left_as_it_was(tmp_path: Path) -> None:
    result(tmp_path, LIBRARY, keep_work=True)
    member = next(tmp_path.rglob("members/numbers-0.1.0"))
    assert (member / "src" / "lib.rs").read_text() == LIBRARY
    assert "sigil" not in (member / "Cargo.toml").read_text()
    assert not (member / "sigil_tests").exists()


def test_examples_see_no_files_and_no_network(tmp_path: Path) -> None:
    tries = (
        'std::net::TcpListener::bind("127.0.0.1:0").is_ok()',
        f"std::path::Path::new({json.dumps(str(tmp_path))}).exists()",
    )
    library = "//! Numbers.\n" + "".join(
        other(f"try_{number}", f"assert_eq!(numbers::FUNCTION(1), 3);\n/// assert!({one});")
        for number, one in enumerate(tries)
    )
    assert result(tmp_path, library).examples == {"fails": 2}


def test_nothing_is_written_through_a_link_of_the_crate(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    root = crate(tmp_path, "//! Numbers.\n" + GOOD["doubled"])
    (root / "sigil_tests").symlink_to(elsewhere)
    assert result_of(tmp_path, root).examples == {"crate_not_built": 2}
    assert not list(elsewhere.iterdir())


def test_without_the_setting_nothing_is_run(tmp_path: Path) -> None:
    found = result(tmp_path, LIBRARY, test_levels=False)
    assert found.examples == {}
    assert "tests_pass" not in levels(found).values()


def changed(monkeypatch: pytest.MonkeyPatch, **change: object) -> None:
    def tools(settings: Settings) -> Tools:
        found = open_tools(settings)
        return replace(found, confined=replace(found.confined, sandbox=Changed(found.confined.sandbox, change)))

    monkeypatch.setattr(flow, "open_tools", tools)


def test_a_crate_that_hangs_loses_this_level_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    changed(monkeypatch, timed_out=True, returncode=None)
    found = result(tmp_path, "\n".join([HEAD, LISTED, *GOOD.values()]))
    assert found.rejection is None
    assert set(levels(found)) >= set(GOOD)
    assert "tests_pass" not in levels(found).values()
    assert found.examples == {"crate_hangs": len(GOOD), "not_compiled": 2, "not_stoppable": 1}


def test_a_few_examples_without_an_end_are_counted_by_themselves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed(monkeypatch, cpu_exceeded=True, returncode=70)
    found = result(tmp_path, "//! Numbers.\n" + other("fails", "assert_eq!(numbers::FUNCTION(1), 3);"))
    assert found.examples == {"stopped": 1}


def test_a_build_over_its_time_costs_the_level(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    changed(monkeypatch, compiling=True, timed_out=True, stdout=b"", returncode=None)
    found = result(tmp_path, LIBRARY)
    assert found.rejection is None
    assert set(levels(found)) >= set(GOOD)
    assert found.examples["crate_time_limit"] == len(GOOD) + 7
    assert "tests" not in found.examples


def test_trouble_of_the_sandbox_is_no_verdict(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    changed(monkeypatch, trouble="no more namespaces")
    with pytest.raises(MissingError, match="running an example"):
        result(tmp_path, "//! Numbers.\n" + GOOD["doubled"])


# Functions that are to be transformed: of `alone` no example tells, of the constant function its own.
HELPERS = """\
//! Numbers.
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

/// Reads a number.
///
/// ```
/// print!("no line ends here");
/// assert_eq!(numbers::number("7"), 7);
/// ```
pub fn number(text: &str) -> u8 {
    let none = text.len() as u8 * 0;
    parsed(text).unwrap_or(none)
}

/// Reads a number and adds three.
///
/// ```
/// assert_eq!(numbers::added("7"), Some(10));
/// ```
pub fn added(text: &str) -> Option<u8> {
    wrong(text)
}

/// Reads a number and takes three from it.
pub fn taken(text: &str) -> Option<u8> {
    alone(text)
}

/// Returns a number that is not none.
///
/// ```
/// assert_eq!(numbers::kept(Some(7)), Some(8));
/// ```
pub const fn kept(number: Option<u8>) -> Option<u8> {
    let Some(known) = number else { return None };
    Some(known + 1)
}

/// Returns twice a number, in words that clippy objects to.
///
/// ```
/// assert_eq!(numbers::twice(3), 6);
/// ```
pub fn twice(number: u8) -> u8 {
    let double = number * 2;
    return double;
}
"""
MIX = {"code_generation": 0.4, "transformations": 0.3, "error_fixing": 0.3}


def with_fault(rewrite: Rewrite, function: Function) -> Edit | None:
    """Give an input of `wrong` that compiles and means something else, and one of the constant function."""
    edit = rewrite_body(rewrite, function)
    name = field(function.node, "name")
    if edit is not None and name is not None and text(name) == "wrong":
        return replace(edit, new=edit.new.replace("3", "4"))
    return edit


def test_a_transformation_is_tested_by_examples_that_hold_with_both_sides(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(find, "rewrite_body", with_fault)
    found = result(tmp_path, HELPERS, task_mix=MIX)
    said = levels(found, "transformations")
    tested = {name for name, level in said.items() if level == "tests_pass"}
    assert tested == {"parsed", "number", "kept", "twice"}
    assert any((one.rewrite or "").startswith("clippy::") and "fn twice" in one.gen for one in found.candidates)
    assert set(said) - tested == {"alone", "taken"}
    # Which of the inputs that a failing example reaches is wrong, it does not say.
    lines = [HELPERS[: HELPERS.index(f"fn {name}(")].count("\n") + 1 for name in ("wrong", "added")]
    assert sorted(row["line"] for row in found.refused) == [lines[0], lines[1] - 5]
    assert {row["reason"] for row in found.refused} == {"example_fails"}
    assert found.examples == {"tests": 4}
    assert levels(found)["added"] == "tests_pass"
