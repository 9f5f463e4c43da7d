"""Rust syntax trees: parsing with tree-sitter, walking, and the text of nodes. Positions are bytes."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Language, Node

# Functions inside functions have a life of their own; edits of the outer one stay out of them.
NESTED_ITEMS = frozenset({"function_item", "impl_item", "mod_item", "trait_item", "macro_definition"})
_WHOLE = frozenset({"string_literal", "raw_string_literal", "char_literal", "lifetime"})


@functools.cache
def _language() -> Language:
    import tree_sitter_rust
    from tree_sitter import Language

    return Language(tree_sitter_rust.language())


def parse(source: bytes) -> Node:
    """Return the root of the tree; broken syntax gives nodes with `has_error`, never an exception."""
    from tree_sitter import Parser

    return Parser(_language()).parse(source).root_node


def text(node: Node) -> str:
    """Return a node's source text."""
    data = node.text
    return data.decode("utf-8", "replace") if data is not None else ""


def walk(node: Node, *, into_items: bool = True) -> Iterator[Node]:
    """Yield `node` and all below it in source order, without recursion.

    With `into_items` false, what lies inside nested items is left out.
    """
    stack = [node]
    while stack:
        current = stack.pop()
        yield current
        if into_items or current is node or current.type not in NESTED_ITEMS:
            stack.extend(reversed(current.children))


def walk_with_parents(node: Node, *, into_items: bool = True) -> Iterator[tuple[Node, Node | None, Node | None]]:
    """Yield what `walk` does, each with its parent and grandparent below `node`.

    Asking a node itself (`node.parent`) searches from the root: over a deep tree that is quadratic.
    """
    stack: list[tuple[Node, Node | None, Node | None]] = [(node, None, None)]
    while stack:
        current, parent, grandparent = stack.pop()
        yield current, parent, grandparent
        if into_items or current is node or current.type not in NESTED_ITEMS:
            stack.extend((child, current, parent) for child in reversed(current.children))


def leaves(node: Node) -> Iterator[Node]:
    """Yield the tokens below `node` in source order, comments left out; a literal or lifetime is one token."""
    stack = [node]
    while stack:
        current = stack.pop()
        if current.type in ("line_comment", "block_comment"):
            continue
        if current.child_count == 0 or current.type in _WHOLE:
            yield current
        else:
            stack.extend(reversed(current.children))


def indentation(data: bytes, node: Node) -> str:
    """Return the white space before a node on its first line; empty if something else stands there."""
    before = data[data.rfind(b"\n", 0, node.start_byte) + 1 : node.start_byte]
    return "" if before.strip() else before.decode()


def field(node: Node, name: str) -> Node | None:
    """Return a named child, `None` where the grammar has none."""
    return node.child_by_field_name(name)


Rule = Callable[["Node", Callable[["Node"], str]], str | None]


def rewritten(node: Node, rule: Rule) -> str:
    """Return the text of `node` with `rule` applied from the inside out.

    `rule(node, part)` returns the new text of a node or `None` to keep it; `part(child)` is a child's
    text after rewriting, so that nested matches are both replaced. Only these take from Python's stack:
    a tree may be as deep as its text is long.
    """

    def part(child: Node) -> str:
        return rewritten(child, rule)

    edits: list[tuple[int, int, str]] = []
    stack = [node]
    while stack:
        current = stack.pop()
        replaced = rule(current, part)
        if replaced is not None:
            edits.append((current.start_byte - node.start_byte, current.end_byte - node.start_byte, replaced))
        elif current.type not in NESTED_ITEMS:
            stack.extend(reversed(current.children))
    return _spliced(node.text or b"", edits)


def _spliced(source: bytes, edits: Iterable[tuple[int, int, str]]) -> str:
    """Return `source` with `(start, end, text)` put in; they are in order and do not overlap."""
    pieces, position = [], 0
    for start, end, new in edits:
        pieces += [source[position:start].decode("utf-8", "replace"), new]
        position = end
    return "".join([*pieces, source[position:].decode("utf-8", "replace")])


def tidy(snippet: str, indent: str) -> str:
    """Shift a snippet that stood at `indent` to the left margin; lines inside string literals stay.

    The first line of an item cut out of a file has lost its indentation already.
    """
    if not indent:
        return snippet
    frozen = _lines_inside_literals(snippet)
    return "\n".join(
        line.removeprefix(indent) if number not in frozen else line for number, line in enumerate(snippet.split("\n"))
    )


def indented(snippet: str, indent: str) -> str:
    """Shift a snippet to the right; empty lines and lines inside string literals stay."""
    frozen = _lines_inside_literals(snippet)
    return "\n".join(
        f"{indent}{line}" if line.strip() and number not in frozen else line
        for number, line in enumerate(snippet.split("\n"))
    )


def _lines_inside_literals(snippet: str) -> set[int]:
    r"""Return the numbers of lines that begin inside a literal, except after `\`, which skips indentation."""
    inside: set[int] = set()
    if '"' not in snippet:
        return inside
    lines = snippet.split("\n")
    for node in walk(parse(snippet.encode())):
        if node.type in ("string_literal", "raw_string_literal"):
            rows = range(node.start_point.row + 1, node.end_point.row + 1)
            inside.update(row for row in rows if not lines[row - 1].endswith("\\"))
    return inside
