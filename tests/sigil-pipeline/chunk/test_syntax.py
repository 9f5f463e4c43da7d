"""Syntax trees and the text of their nodes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sigil_pipeline.chunk.syntax import indented, leaves, parse, text, tidy


@given(st.text(alphabet=" \tab\n\"{}\\'/r#", max_size=80), st.sampled_from(["", "    ", "\t"]))
def test_tidy_keeps_the_lines_and_only_removes_indentation(snippet: str, indent: str) -> None:
    before, after = snippet.split("\n"), tidy(snippet, indent).split("\n")
    assert len(before) == len(after)
    assert all(new in (old, old.removeprefix(indent)) for old, new in zip(before, after, strict=True))


@given(st.text(alphabet=" \tab\n\"{}\\'/r#", max_size=80))
def test_indented_keeps_the_lines_and_only_adds_indentation(snippet: str) -> None:
    shifted = indented(snippet, "    ")
    lines = zip(snippet.split("\n"), shifted.split("\n"), strict=True)
    assert all(new in (old, f"    {old}") and (new == old or old.strip()) for old, new in lines)


def test_indented_leaves_the_inside_of_literals() -> None:
    assert indented('let a = "\n b";\n\nlet c = "\\\n d";', "  ") == '  let a = "\n b";\n\n  let c = "\\\n   d";'


def test_leaves_are_tokens_without_comments() -> None:
    code = """fn f<'a>() { m!(a::b, "x (", 'y', r"z", /* q */ 1..2); } // end"""
    words = [text(leaf) for leaf in leaves(parse(code.encode()))]
    expected = ["fn", "f", "<", "'a", ">", "(", ")", "{", "m", "!", "(", "a", "::", "b", ",", '"x ("', ",", "'y'", ","]
    assert words == [*expected, 'r"z"', ",", "1", "..", "2", ")", ";", "}"]
