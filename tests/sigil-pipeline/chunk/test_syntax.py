"""Syntax trees and the text of their nodes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sigil_pipeline.chunk.syntax import (
    NESTED_ITEMS,
    Rule,
    field,
    indented,
    leaves,
    parse,
    rewritten,
    text,
    tidy,
    walk,
    walk_with_parents,
)

from ..conftest import CRATES
from ..sources import SOURCE

if TYPE_CHECKING:
    from tree_sitter import Node

FILES = [path.read_text() for path in sorted(CRATES.rglob("*.rs"))]
TREES = [parse(code.encode()) for code in (SOURCE, *FILES)]
BODIES = [body for tree in TREES for node in walk(tree) if (body := field(node, "body")) is not None]
KINDS = sorted({node.type for tree in TREES for node in walk(tree)})


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


def test_parents_are_those_that_the_nodes_know() -> None:
    for tree in TREES:
        found = list(walk_with_parents(tree))
        assert [node for node, _, _ in found] == list(walk(tree))
        assert all(parent == node.parent for node, parent, _ in found)
        assert all(above == (parent.parent if parent is not None else None) for _, parent, above in found)


def recursive(node: Node, rule: Rule) -> str:
    """Rewrite by calling itself for each node: what `rewritten` does without Python's stack."""

    def part(child: Node) -> str:
        return recursive(child, rule)

    replaced = rule(node, part)
    if replaced is not None:
        return replaced
    if node.child_count == 0 or node.type in NESTED_ITEMS:
        return text(node)
    source, pieces, position = node.text or b"", [], 0
    for child in node.children:
        start = child.start_byte - node.start_byte
        pieces += [source[position:start].decode("utf-8", "replace"), part(child)]
        position = child.end_byte - node.start_byte
    return "".join([*pieces, source[position:].decode("utf-8", "replace")])


def marking(kinds: set[str]) -> Rule:
    """Return a rule that puts brackets around nodes of some kinds, and leaves out what stands between their parts."""

    def rule(node: Node, part: Callable[[Node], str]) -> str | None:
        return f"<{'|'.join(part(child) for child in node.children)}>" if node.type in kinds else None

    return rule


@given(st.sampled_from(BODIES), st.sets(st.sampled_from(KINDS), max_size=4))
def test_rewriting_needs_no_recursion_to_say_the_same(body: Node, kinds: set[str]) -> None:
    assert rewritten(body, marking(kinds)) == recursive(body, marking(kinds))


@pytest.mark.parametrize("code", ["fn f() { é + ü /* ñ */ }", "fn f( { a + ", "", "fn f() { g(|x| é) } fn h() {}"])
def test_rewriting_keeps_what_no_rule_touches(code: str) -> None:
    tree = parse(code.encode())
    assert rewritten(tree, marking(set())) == text(tree)
    assert rewritten(tree, marking({"identifier"})) == recursive(tree, marking({"identifier"}))


def test_a_tree_may_be_as_deep_as_its_text_is_long() -> None:
    tree = parse(f"const N: u8 = {' + '.join(['a'] * 20_000)};".encode())
    assert rewritten(tree, marking({"integer_literal"})) == text(tree)
    assert rewritten(tree, marking({"identifier"})).count("<> + <>") == 10_000
