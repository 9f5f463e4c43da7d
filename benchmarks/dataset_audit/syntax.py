"""Rust as syntax trees, by tree-sitter."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Node, Parser

ATTRIBUTES = frozenset({"attribute_item", "inner_attribute_item", "line_comment", "block_comment"})


@functools.lru_cache(maxsize=16)
def parse(code: bytes) -> Node:
    """Return the root of the tree of a file or piece of code. The last few are kept: files are asked about again."""
    return _parser().parse(code).root_node


@functools.cache
def _parser() -> Parser:
    import tree_sitter_rust
    from tree_sitter import Language, Parser

    return Parser(Language(tree_sitter_rust.language()))


def walk(node: Node) -> Iterator[Node]:
    """Yield a node and all below it, in the order of the text. Not recursive: code may be nested deeply."""
    todo = [node]
    while todo:
        one = todo.pop()
        yield one
        todo.extend(reversed(one.children))


def text(node: Node | None) -> str:
    """Return the text of a node, empty for none."""
    return (node.text or b"").decode("utf-8", "replace") if node is not None else ""


def name_of(node: Node) -> str:
    """Return the name that an item declares, empty if it has none."""
    return text(node.child_by_field_name("name"))


def items_in(container: Node) -> list[Node]:
    """Return the items of a file or block, without attributes and comments."""
    return [child for child in container.named_children if child.type not in ATTRIBUTES]
