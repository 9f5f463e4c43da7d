"""What is proven of the samples of a crate, from its source to what is said of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from sigil_pipeline.batch.state import CrateResult
from sigil_pipeline.compiler import uses
from sigil_pipeline.crates.crate_list import wanted_crates
from sigil_pipeline.flow import crate_results
from sigil_pipeline.settings import Settings

pytestmark = pytest.mark.slow

RULES = "".join(f"    ({number}) => {{ {number} }};\n" for number in range(25))
LIBRARY = f"""\
//! Numbers.
mod other;
pub use other::Counter;

macro_rules! long {{
{RULES}}}

/// Counts one more, and returns how many there are by then.
pub fn count(counter: &mut Counter) -> u32 {{
    counter.step();
    counter.total
}}

/// Returns the larger of two numbers, and the first one when they are equal.
pub fn larger(a: u32, b: u32) -> u32 {{
    if b > a {{ b }} else {{
        a
    }}
}}

/// Returns seven more than the number that it is called with, as a rule that is much too long says it.
pub fn seven_more(a: u32) -> u32 {{
    let seven = long!(7);
    a + seven
}}
"""
OTHER = """\
/// Counts, and says how far it is.
pub struct Counter {
    pub(crate) total: u32,
}

impl Counter {
    /// Counts one more, up to the largest number that there is.
    pub(crate) fn step(&mut self) {
        self.total = self.total.saturating_add(1);
        self.total += 0;
    }
}
"""


def result(folder: Path) -> CrateResult:
    root = folder / "numbers"
    (root / "src").mkdir(parents=True)
    (root / "Cargo.toml").write_text(
        '[package]\nname = "numbers"\nversion = "0.1.0"\nedition = "2021"\nlicense = "MIT"\n'
    )
    (root / "src" / "lib.rs").write_text(LIBRARY)
    (root / "src" / "other.rs").write_text(OTHER)
    settings = Settings(crates=[f"path:{root}"], output=folder / "data.jsonl", offline=True, clippy_block=[])
    return crate_results(wanted_crates(settings), settings)[0]


def test_prompts_show_what_their_answers_name_or_are_refused(tmp_path: Path) -> None:
    found = result(tmp_path)
    assert found.rejection is None
    asked = {one.lines[0]: one for one in found.candidates if one.task_type == "code_generation"}
    levels = {one.gen.split("fn ")[1].partition("(")[0]: one.level for one in asked.values()}
    assert levels == {
        "count": "sufficient",
        "larger": "self_contained",
        "step": "self_contained",
    }
    counting = next(one for one in asked.values() if "fn count" in one.gen)
    assert "pub struct Counter {\n    pub(crate) total: u32,\n}" in counting.prompt
    assert "impl Counter {\n    pub(crate) fn step(&mut self);\n    // ...\n}" in counting.prompt
    assert [(row["task_type"], row["reason"]) for row in found.refused] == [("code_generation", "insufficient")]
    repaired = [one for one in found.candidates if one.task_type == "error_fixing"]
    assert {one.level for one in repaired if "fn seven_more" in one.gen} <= {"in_crate"}
    assert {one.level for one in repaired if "fn seven_more" not in one.gen} == {"sufficient"}
    assert {one.level for one in found.candidates if one.task_type == "explanations"} == {"in_crate"}


def test_of_a_crate_that_takes_no_marks_nothing_suffices(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uses, "_ATTEMPTS", 0)
    found = result(tmp_path)
    assert found.uses_known is False
    assert {one.level for one in found.candidates} == {"in_crate", "self_contained"}
    assert found.refused == ()
