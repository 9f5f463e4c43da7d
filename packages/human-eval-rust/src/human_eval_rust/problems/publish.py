"""Make what a problem declares public, and its tests callable, so that the crate with the tests can use them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tree_sitter import Node

from human_eval_rust.rust.items import Item
from human_eval_rust.rust.tree import name_of, parse, text_of, walk

_TEST_MARKS = frozenset({"test", "should_panic", "ignore", "cfg(test)"})


_EXPECTED = re.compile(r'expected\s*=\s*"((?:[^"\\]|\\.)*)"')


@dataclass(frozen=True)
class TestCase:
    """One `#[test]` function: its path from the module that holds the tests, and how it is meant to end."""

    __test__ = False

    path: str
    should_panic: bool = False
    expected: str = ""


_PUBLISHED = frozenset(
    (
        "function_item struct_item enum_item union_item trait_item type_item const_item static_item mod_item "
        "field_declaration"
    ).split()
)


_NOT_IN = frozenset({"trait_item", "enum_variant", "block"})


def publish(item: Item) -> Item:
    """Return `item` with everything in it public, so that the crate with the tests can use it."""
    return Item(**{**vars(item), "text": published(item.text)})


def published(source: str) -> str:
    """Insert `pub` where an item, field or inherent method of `source` has no visibility of its own."""
    raw = source.encode()
    inserts: list[int] = []
    for node in walk(parse(source).root_node):
        if node.type in _PUBLISHED and not _has_visibility(node) and _may_be_public(node):
            inserts.append(node.start_byte)
        elif node.type == "ordered_field_declaration_list" and _may_be_public(node):
            inserts += [child.start_byte for child in _bare_fields(node)]
    for at in sorted(inserts, reverse=True):
        raw = raw[:at] + b"pub " + raw[at:]
    return raw.decode()


def _bare_fields(node: Node) -> list[Node]:
    """Return the types of a tuple struct's fields that have no visibility."""
    bare: list[Node] = []
    seen_visibility = False
    for child in node.children:
        if child.type == "visibility_modifier":
            seen_visibility = True
        elif child.is_named and child.type != "attribute_item" and "comment" not in child.type:
            if not seen_visibility:
                bare.append(child)
            seen_visibility = False
    return bare


def _has_visibility(node: Node) -> bool:
    return any(child.type == "visibility_modifier" for child in node.children)


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
    raw = source.encode()
    edits: list[tuple[int, int, bytes]] = []
    tests: list[TestCase] = []
    _visit(parse(source).root_node, "", edits, tests)
    for start, end, new in sorted(edits, reverse=True):
        raw = raw[:start] + new + b"\n" * raw[start:end].count(b"\n") + raw[end:]
    return raw.decode(), tuple(tests)


test_module.__test__ = False  # type: ignore[attr-defined]  # not a pytest test


def _visit(parent: Node, path: str, edits: list[tuple[int, int, bytes]], tests: list[TestCase]) -> None:
    marks: list[Node] = []
    for node in parent.children:
        if node.type == "attribute_item":
            marks.append(node)
            continue
        if "comment" in node.type:
            continue
        words = {_mark(mark) for mark in marks}
        if node.type == "mod_item":
            _publish(node, edits)
            edits += [(mark.start_byte, mark.end_byte, b"") for mark in marks if _mark(mark) == "cfg(test)"]
            body = node.child_by_field_name("body")
            if body is not None:
                _visit(body, f"{path}{name_of(node)}::", edits, tests)
        elif node.type == "function_item" and "test" in words:
            _publish(node, edits)
            edits += [(mark.start_byte, mark.end_byte, b"") for mark in marks if _mark(mark) in _TEST_MARKS]
            if "ignore" not in words:
                tests.append(_case(node, path, marks))
        elif "cfg(test)" in words:
            edits += [(mark.start_byte, mark.end_byte, b"") for mark in marks if _mark(mark) == "cfg(test)"]
        marks = []


def _case(node: Node, path: str, marks: list[Node]) -> TestCase:
    panics = next((text_of(mark) for mark in marks if _mark(mark) == "should_panic"), None)
    expected = _EXPECTED.search(panics) if panics else None
    return TestCase(path + name_of(node), panics is not None, expected[1] if expected else "")


def _mark(node: Node) -> str:
    """Return which mark an attribute is: `test`, `should_panic`, `ignore`, `cfg(test)`, or its own text."""
    inner = text_of(node).removeprefix("#[").removesuffix("]").strip()
    if re.fullmatch(r"cfg\s*\(\s*test\s*\)", inner):
        return "cfg(test)"
    word = re.match(r"\w+", inner)
    return word.group() if word and word.group() in ("test", "should_panic", "ignore") else inner


def _publish(node: Node, edits: list[tuple[int, int, bytes]]) -> None:
    visibility = next((child for child in node.children if child.type == "visibility_modifier"), None)
    if visibility is None:
        edits.append((node.start_byte, node.start_byte, b"pub "))
    else:
        edits.append((visibility.start_byte, visibility.end_byte, b"pub"))
