"""The tree-sitter parser for Rust, loaded once, and the few questions that are asked of its trees."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache, lru_cache

import tree_sitter_rust
from tree_sitter import Language, Node, Parser, Query, QueryCursor, Tree


@cache
def _language() -> Language:
    return Language(tree_sitter_rust.language())


@cache
def _parser() -> Parser:
    return Parser(_language())


@cache
def _query(kinds: tuple[str, ...]) -> Query:
    return Query(_language(), " ".join(f"({kind}) @found" for kind in kinds))


@lru_cache(maxsize=64)
def parse(source: str) -> Tree:
    """Parse Rust; lone surrogates are read as U+FFFD. Several questions are asked of the same text in a row."""
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


def child_of(node: Node, kind: str) -> Node | None:
    """Return the first child of a node that is of a kind."""
    return next((child for child in node.children if child.type == kind), None)


def edited(source: str, edits: Iterable[tuple[int, int, str]]) -> str:
    """Return `source` with other text at some places; they are counted in bytes, as nodes count them."""
    raw = source.encode("utf-8", "replace")
    for start, end, new in sorted(edits, reverse=True):
        raw = raw[:start] + new.encode() + raw[end:]
    return raw.decode("utf-8", "replace")


def public(node: Node) -> tuple[int, int, str]:
    """Return the edit that makes an item `pub`, whatever it says of that itself."""
    said = child_of(node, "visibility_modifier")
    return (said.start_byte, said.end_byte, "pub") if said else (node.start_byte, node.start_byte, "pub ")


def nodes_in(source: str, *kinds: str) -> list[Node]:
    """Return the nodes of some kinds at any depth of `source`, in its order."""
    found = QueryCursor(_query(kinds)).captures(parse(source).root_node).get("found", [])
    return sorted(found, key=lambda node: (node.start_byte, -node.end_byte))


def walk(node: Node) -> Iterator[Node]:
    """Yield `node` and everything below it, parents first."""
    stack = [node]
    while stack:
        current = stack.pop()
        yield current
        stack.extend(reversed(current.children))
