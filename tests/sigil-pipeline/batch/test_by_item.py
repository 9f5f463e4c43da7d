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


def crate(folder: Path, name: str, library: str, *, edition: str = "2021", about: str = "") -> str:
    """Write a crate and return its line in a crate list."""
    place = folder / name
    (place / "src").mkdir(parents=True)
    (place / "src/lib.rs").write_text(library)
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
