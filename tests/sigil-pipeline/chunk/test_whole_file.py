"""Whole files as chunks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sigil_pipeline.chunk.chunks import Chunk
from sigil_pipeline.chunk.extract import open_source
from sigil_pipeline.chunk.gates import objection
from sigil_pipeline.chunk.whole_file import whole_file
from sigil_pipeline.settings import Settings

from ..sources import HOLDS, SOURCE

FILE = """\
// Copyright of somebody.
// SPDX-License-Identifier: MIT

//! Lines.

// What is counted.
#[cfg(windows)]
use std::os::windows as os;
#[cfg(unix)]
use std::os::unix as os;

/// Of a text.
#[cfg(feature = "absent")]
pub fn absent() -> u8 {
    1
}

pub struct Text;

impl Text {
    /// Of this one.
    pub fn lines(&self) -> u8 {
        2
    }

    /// For tests.
    #[cfg(test)]
    pub fn forged() -> Self {
        Text
    }
}

mod inner {
    #[cfg(not(test))]
    pub fn kept() {}
    #[test]
    fn works() {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text() {}
}
"""

SHOWN = """\
//! Lines.

// What is counted.
#[cfg(unix)]
use std::os::unix as os;

pub struct Text;

impl Text {
    /// Of this one.
    pub fn lines(&self) -> u8 {
        2
    }
}

mod inner {
    #[cfg(not(test))]
    pub fn kept() {}
}"""


def file_of(code: str) -> Chunk:
    return whole_file(open_source("src/text.rs", code.encode()), HOLDS)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_tests_other_builds_and_notices_are_left_out(end: str) -> None:
    chunk = file_of(FILE.replace("\n", end))
    assert chunk.code == SHOWN
    assert (chunk.kind, chunk.first_line, chunk.last_line) == ("file", 1, FILE.count("\n"))
    assert len(chunk.functions_inside) == 2


def test_a_file_without_any_of_it_stays_as_it_is() -> None:
    code = "// What this is about.\nuse std::fmt;\n\n\n\nfn a() -> u8 {\n    1\n}"
    assert file_of(code).code == code


@given(
    st.lists(
        st.sampled_from(["#[cfg(test)] ", "#[test]\n", "fn a() {}", "mod m {", "}", "\n", "/// d\n", "; ", "// c\n"])
    )
)
def test_what_is_left_is_left_once(parts: list[str]) -> None:
    first = file_of("".join(parts))
    again = file_of(first.code)
    if "syntax_error" not in first.flags:
        assert again.code == first.code
        assert len(again.functions_inside) == len(first.functions_inside)


def test_gates_of_files() -> None:
    long = "\n".join(["fn a() -> u8 {", *["    // and so on"] * 300, "    1", "}"])
    chunk = file_of(long)
    seen = {("src/text.rs", start) for start in chunk.functions_inside}
    assert objection(chunk, seen, Settings()) is None
    assert objection(chunk, seen, Settings(max_module_lines=302)) == "too_many_lines"
    assert objection(chunk, seen, Settings(max_module_chars=300)) == "too_many_chars"
    assert objection(chunk, set(), Settings()) == "not_compiled"
    assert objection(file_of(SHOWN), seen, Settings()) == "not_compiled"
    assert objection(file_of("fn a() {\n    loop {}\n}"), {("src/text.rs", 0)}, Settings()) == "too_short"
    assert objection(file_of("pub struct A {\n" + "    // b\n" * 30 + "    c: u8,\n}"), set(), Settings()) == "empty"
    whole = file_of(SOURCE)
    assert whole.flags == {"unsafe"}
    assert "mod tests" not in whole.code
