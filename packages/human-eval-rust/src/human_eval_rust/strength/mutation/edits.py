"""An edit of a source, and what an operator is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tree_sitter import Node


@dataclass(frozen=True)
class Edit:
    """Replace the bytes from `start` to `end` by `text`."""

    start: int
    end: int
    text: str


LITERALS = frozenset({"integer_literal", "float_literal", "boolean_literal", "char_literal", "string_literal"})
DEFAULT = "Default::default()"
IS_DEFAULT = frozenset(
    {DEFAULT, "None", "0", "0.0", "false", '""', "()", "{}", "&[]", "Vec::new()", "String::new()", "vec![]"}
)

Operator = Callable[[Node], Iterator[Edit]]


def put(node: Node, text: str) -> Edit:
    """Return the edit that puts `text` in the place of a node."""
    return Edit(node.start_byte, node.end_byte, text)
