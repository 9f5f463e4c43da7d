"""What is judged by item: crates that once fell as a whole give what is good of them, beside others in one build."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sigil_pipeline.batch.state import CrateResult
from sigil_pipeline.crates.crate_list import wanted_crates
from sigil_pipeline.flow import crate_results
from sigil_pipeline.settings import Settings

pytestmark = pytest.mark.slow

DIVIDES = """\
//! Numbers.

/// Returns how many boxes are needed for all things, when each box holds so many of them.
pub fn boxes(things: u32, each: u32) -> u32 {
    let fewer = each - 1;
    let full = (things + (each - 1)) / each;
    full.max(fewer.div_ceil(each))
}
"""

# A constant, a function and a method that are wrong, one of them by a macro, and what is right beside them.
WRONG = """\
//! Numbers.

/// Near to what a circle is longer than it is wide.
pub const NEARLY_PI: f64 = 3.14159;

macro_rules! nearly_pi {
    () => {
        3.14159
    };
}

/// Returns how long the line around half a circle is that is so wide, but not quite.
pub fn half_around(width: f64) -> f64 {
    let half = width / 2.0;
    half * nearly_pi!()
}

/// A circle.
pub struct Circle {
    /// Half its width.
    pub radius: f64,
}

impl Circle {
    /// Returns how long the line around the circle is, but not quite.
    pub fn circumference(&self) -> f64 {
        let pi = 3.14159;
        2.0 * pi * self.radius
    }

    /// Returns how wide the circle is at the place where it is widest.
    pub fn width(&self) -> f64 {
        let radius = self.radius;
        2.0 * radius
    }
}

/// Returns the larger of two numbers, and the first one when they are equal.
pub fn larger(a: u64, b: u64) -> u64 {
    if b > a {
        b
    } else {
        a
    }
}
"""

# A production module that is called `test`, beside one that is compiled for tests alone.
CALLED_TEST = """\
//! Numbers.

#[cfg(any(test, feature = "std"))]
pub mod test;
#[cfg(test)]
mod tests;

/// Returns the larger of two numbers, and the first one when they are equal.
#[cfg(not(test))]
pub fn larger(a: u64, b: u64) -> u64 {
    if b > a {
        b
    } else {
        a
    }
}
"""
SMALLER = """\
//! Numbers.

/// Returns the smaller of two numbers, and the first one when they are equal.
pub fn smaller(a: u64, b: u64) -> u64 {
    if b < a {
        b
    } else {
        a
    }
}
"""

WITHOUT_DYN = """\
//! Numbers.

/// Applies a function to a number, and the function once more to what it gives.
pub fn twice(f: &Fn(u8) -> u8, n: u8) -> u8 {
    let once = f(n);
    f(once)
}
"""


def crate(folder: Path, name: str, library: str, *, edition: str = "2021", about: str = "", **more: str) -> str:
    """Write a crate, with `more` modules, and return its line in a crate list."""
    place = folder / name
    (place / "src").mkdir(parents=True)
    for module, code in {"lib": library, **more}.items():
        (place / f"src/{module}.rs").write_text(code)
    head = f'[package]\nname = "{name}"\nversion = "1.0.0"\nedition = "{edition}"\nlicense = "MIT"\n'
    (place / "Cargo.toml").write_text(head + about)
    return f"path:{place}"


def results(folder: Path, *crates: str, **more: Any) -> dict[str, CrateResult]:
    settings = Settings(crates=list(crates), output=folder / "data.jsonl", offline=True, max_threads=2, **more)
    return {one.name: one for one in crate_results(wanted_crates(settings), settings)}


def test_clippy_asks_for_nothing_newer_than_the_rust_that_a_crate_declares(tmp_path: Path) -> None:
    rust = {"undeclared": "", "old": 'rust-version = "1.60"\n', "future": 'rust-version = "1.999"\n'}
    found = results(tmp_path, *(crate(tmp_path, name, DIVIDES, about=line) for name, line in rust.items()))
    assert all(one.rejection is None for one in found.values())
    lints = {name: one.report["lint_codes"] for name, one in found.items() if one.report is not None}
    assert lints == {"undeclared": {"clippy::manual_div_ceil": 1}, "old": {}, "future": {"clippy::manual_div_ceil": 1}}


def test_what_is_wrong_beyond_doubt_goes_and_the_rest_of_the_crate_stays(tmp_path: Path) -> None:
    found = results(tmp_path, crate(tmp_path, "wrong", WRONG))["wrong"]
    assert found.rejection is None
    assert found.report is not None
    assert found.report["lints"]["correctness"] == 3
    dropped = {row["name"]: row["reason"] for row in found.dropped}
    assert dropped == {"half_around": "clippy", "circumference": "clippy", "Circle": "clippy"}
    code = "".join(candidate.gen for candidate in found.candidates)
    assert "fn larger" in code
    assert "fn width" in code
    assert "half_around" not in code
    assert "circumference" not in code


def test_what_the_compiler_lists_is_production_whatever_it_is_called(tmp_path: Path) -> None:
    features = '[features]\ndefault = ["std"]\nstd = []\n'
    tests = "#[test]\nfn nothing() {}\n"
    found = results(tmp_path, crate(tmp_path, "called-test", CALLED_TEST, about=features, test=SMALLER, tests=tests))
    one = found["called-test"]
    assert one.rejection is None
    assert one.dropped == ()
    assert {candidate.file for candidate in one.candidates} == {"src/lib.rs", "src/test.rs"}


def test_of_old_editions_those_crates_are_taken_that_compile_as_modern_code(tmp_path: Path) -> None:
    modern = crate(tmp_path, "modern", DIVIDES)
    alone = results(tmp_path / "alone", modern)["modern"]
    old = crate(tmp_path, "old", SMALLER, edition="2015", about='rust-version = "1.31"\n')
    left_behind = crate(tmp_path, "left-behind", WITHOUT_DYN, edition="2018")
    found = results(tmp_path / "all", left_behind, old, modern)
    assert found["modern"].candidates == alone.candidates
    assert found["old"].rejection is None
    assert found["old"].report is not None
    assert (found["old"].report["edition"], found["old"].report["declared_edition"]) == ("2021", "2015")
    assert any("fn smaller" in candidate.gen for candidate in found["old"].candidates)
    rejection = found["left-behind"].rejection
    assert rejection is not None
    assert rejection.reason == "edition"
    assert rejection.detail.startswith("of edition 2018, and not compiled as 2021: E0782: ")


def test_an_old_edition_stays_what_it_is_where_it_is_wanted(tmp_path: Path) -> None:
    found = results(tmp_path, crate(tmp_path, "old", WITHOUT_DYN, edition="2015"), min_edition="2015")["old"]
    assert found.rejection is None
    assert found.report is not None
    assert (found.report["edition"], found.report["declared_edition"]) == ("2015", None)
