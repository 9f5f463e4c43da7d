"""Syntax trees and the text of their nodes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sigil_pipeline.chunk.syntax import tidy


@given(st.text(alphabet=" \tab\n\"{}\\'/r#", max_size=80), st.sampled_from(["", "    ", "\t"]))
def test_tidy_keeps_the_lines_and_only_removes_indentation(snippet: str, indent: str) -> None:
    before, after = snippet.split("\n"), tidy(snippet, indent).split("\n")
    assert len(before) == len(after)
    assert all(new in (old, old.removeprefix(indent)) for old, new in zip(before, after, strict=True))
