"""The tree-sitter parser for Rust, loaded once, and the few questions that are asked of its trees."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import tree_sitter_rust
from tree_sitter import Language, Node, Parser, Tree


@cache
def _parser() -> Parser:
    return Parser(Language(tree_sitter_rust.language()))


def parse(source: str) -> Tree:
    """Parse Rust; lone surrogates are read as U+FFFD."""
    return _parser().parse(source.encode("utf-8", "replace"))


def is_clean(source: str) -> bool:
    """Return whether `source` is a list of items without a syntax error."""
    return not parse(source).root_node.has_error


def is_code(source: str) -> bool:
    """Return whether `source` is nothing but items, or a function's body with or without the closing brace."""
    return any(is_clean(whole) for whole in (source, "fn f() {" + source, "fn f() {" + source + "\n}"))


def text_of(node: Node | None) -> str:
    """Return the source text of a node; empty for `None`."""
    return "" if node is None or node.text is None else node.text.decode("utf-8", "replace")


def name_of(node: Node) -> str:
    """Return the name that an item declares; empty where it has none (`impl`, `use`)."""
    return text_of(node.child_by_field_name("name"))


def walk(node: Node) -> Iterator[Node]:
    """Yield `node` and everything below it, parents first."""
    stack = [node]
    while stack:
        current = stack.pop()
        yield current
        stack.extend(reversed(current.children))
