"""Make what a problem declares public, and its tests callable, so that the crate with the tests can use them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

from tree_sitter import Node

from human_eval_rust.rust.items import Item
from human_eval_rust.rust.tree import child_of, edited, name_of, parse, public, text_of, walk

_CFG_TEST = "cfg(test)"
_TEST_MARKS = frozenset({"test", "should_panic", "ignore", _CFG_TEST})
_PUBLISHED = frozenset(
    (
        "function_item struct_item enum_item union_item trait_item type_item const_item static_item mod_item "
        "field_declaration"
    ).split()
)
_NOT_IN = frozenset({"trait_item", "enum_variant", "block"})
_VISIBILITY = "visibility_modifier"


@dataclass(frozen=True)
class TestCase:
    """One `#[test]` function: its path from the module that holds the tests, and how it is meant to end."""

    __test__ = False

    path: str
    should_panic: bool = False
    expected: str = ""


def publish(item: Item) -> Item:
    """Return `item` with everything in it public, so that the crate with the tests can use it."""
    return replace(item, text=published(item.text))


def published(source: str) -> str:
    """Insert `pub` where an item, field or inherent method of `source` has no visibility of its own."""
    bare: list[Node] = []
    for node in walk(parse(source).root_node):
        if node.type in _PUBLISHED and not child_of(node, _VISIBILITY) and _may_be_public(node):
            bare.append(node)
        elif node.type == "ordered_field_declaration_list" and _may_be_public(node):
            bare += _bare_fields(node)
    return edited(source, ((node.start_byte, node.start_byte, "pub ") for node in bare))


def _bare_fields(node: Node) -> list[Node]:
    """Return the types of a tuple struct's fields that have no visibility."""
    parts = [one for one in node.named_children if one.type != "attribute_item" and "comment" not in one.type]
    pairs = pairwise([node, *parts])
    return [one for before, one in pairs if _VISIBILITY not in (before.type, one.type)]


def _may_be_public(node: Node) -> bool:
    above = node.parent
    while above is not None:
        if above.type in _NOT_IN or (above.type == "impl_item" and above.child_by_field_name("trait") is not None):
            return False
        above = above.parent
    return True


def test_module(source: str) -> tuple[str, tuple[TestCase, ...]]:
    """Make a test module callable: drop `#[test]` and `#[cfg(test)]`, publish modules and test functions.

    Returns the module, line for line where it was, and its test functions. Tests that are ignored stay
    ignored, as in `cargo test`.
    """
    edits: list[tuple[int, int, str]] = []
    tests: list[TestCase] = []
    _visit(parse(source).root_node, "", edits, tests)
    return edited(source, edits), tuple(tests)


test_module.__test__ = False  # type: ignore[attr-defined]  # not a pytest test


def _visit(parent: Node, path: str, edits: list[tuple[int, int, str]], tests: list[TestCase]) -> None:
    marks: list[Node] = []
    for node in parent.children:
        if node.type == "attribute_item":
            marks.append(node)
        if node.type == "attribute_item" or "comment" in node.type:
            continue
        known = {_mark(mark): mark for mark in marks}
        is_test = node.type == "function_item" and "test" in known
        if node.type == "mod_item" or is_test:
            edits.append(public(node))
        if is_test and "ignore" not in known:
            tests.append(_case(path + name_of(node), known.get("should_panic")))
        if node.type == "mod_item" and (body := node.child_by_field_name("body")):
            _visit(body, f"{path}{name_of(node)}::", edits, tests)
        gone = [mark for mark in marks if _mark(mark) in (_TEST_MARKS if is_test else {_CFG_TEST})]
        edits += [(mark.start_byte, mark.end_byte, "\n" * text_of(mark).count("\n")) for mark in gone]
        marks = []


def _case(path: str, panics: Node | None) -> TestCase:
    strings = [text_of(one) for one in walk(panics) if one.type == "string_literal"] if panics else []
    return TestCase(path, panics is not None, strings[0][1:-1] if strings else "")


def _mark(item: Node) -> str:
    """Return what an attribute says, without spaces; of those for tests that take arguments, the name."""
    attribute = child_of(item, "attribute")
    name = text_of(attribute.child(0)) if attribute else ""
    return name if name in _TEST_MARKS else "".join(text_of(attribute).split())
