"""What mutation operators look at, and the edits that they yield."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from sigil_pipeline.chunk.syntax import field, text, walk, walk_with_parents
from sigil_pipeline.compiler.edits import Edit
from sigil_pipeline.tasks.shapes import Function

if TYPE_CHECKING:
    from tree_sitter import Node

# What else a reader would put where something is missing.
_USUAL = frozenset("None Some Ok Err Vec String PhantomData new default _".split())
_TOKEN = re.compile(r"""[A-Za-z_]\w*|\d\w*|b?"(?:[^"\\]|\\.)*"|'[^'\w]'""")

Edits = tuple[Edit, ...]
Operator = Callable[[Function], Iterator[Edits]]


def body(function: Function) -> Iterator[Node]:
    """Yield what a function's body holds, nested items left out."""
    return walk(function.body, into_items=False)


def body_with_parents(function: Function) -> Iterator[tuple[Node, Node | None]]:
    """Yield the same, each with its parent."""
    return ((node, parent) for node, parent, _ in walk_with_parents(function.body, into_items=False))


def replace(node: Node, new: str) -> Edits:
    """Put something else in a node's place."""
    return (Edit(node.start_byte, node.end_byte, new),)


def insert(position: int, new: str) -> Edits:
    """Put something in at a byte of the file."""
    return (Edit(position, position, new),)


def cut(start: int, end: int) -> Edits:
    """Leave bytes of the file out."""
    return (Edit(start, end, ""),)


def column(node: Node) -> str:
    """Return spaces as far as a node's first column."""
    return " " * node.start_point.column


def names(node: Node, name: str) -> bool:
    """Whether a variable is named in a node's text."""
    return re.search(rf"\b{re.escape(name)}\b", text(node)) is not None


def is_called(node: Node, parent: Node | None) -> bool:
    """Whether a node is what a call calls."""
    return parent is not None and parent.type == "call_expression" and field(parent, "function") == node


def called_method(node: Node) -> tuple[Node, str] | None:
    """Return receiver and name of a method call, `None` for anything else."""
    callee = field(node, "function") if node.type == "call_expression" else None
    name = field(callee, "field") if callee is not None and callee.type == "field_expression" else None
    value = field(callee, "value") if callee is not None else None
    return (value, text(name)) if name is not None and value is not None else None


def statements_after(node: Node) -> Iterator[Node]:
    """Yield the statements that follow a node in its block."""
    following = node.next_named_sibling
    while following is not None:
        yield following
        following = following.next_named_sibling


def is_recoverable(function: Function, removed: Node, known: Node | None = None) -> bool:
    """Whether a reader could write what is removed: its words stand elsewhere in the function, or are `known`."""
    words = set(_TOKEN.findall(_without(function, removed))) | set(_TOKEN.findall(text(known)) if known else ())
    return set(_TOKEN.findall(text(removed))) <= words | _USUAL


def occurs_elsewhere(function: Function, removed: Node, code: str) -> bool:
    """Whether the very expression stands elsewhere in the function than in what is removed."""
    shown = rf"(?<![\w.]){re.escape(code)}(?![\w.])"
    return bool(code) and re.search(shown, _without(function, removed)) is not None


def inside_of(block: Node) -> str:
    """Return what a block holds, without its braces."""
    return text(block)[1:-1].strip() if block.type == "block" else text(block)


def _without(function: Function, removed: Node) -> str:
    whole, start = function.node.text or b"", function.node.start_byte
    kept = whole[: removed.start_byte - start] + b" " + whole[removed.end_byte - start :]
    return kept.decode("utf-8", "replace")
