"""What is left of code without the names and constants that its author chose.

Two functions with the same skeleton teach the same thing: getters of other fields, conversions by other factors. Kept
are keywords, operators, types and the names of all that comes from elsewhere (what is called or passed on as a
function, and the paths to it), because `min` and `max`, or `String` and `u8`, are not the same. What the code binds
itself (variables, parameters, lifetimes, its own name), fields, and constants in capitals become numbers in the order
in which they appear, so that `a - b` and `b - a` stay apart. Literals become their kind.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from sigil_pipeline.chunk.syntax import field, parse, text, walk

if TYPE_CHECKING:
    from tree_sitter import Node

_LITERALS = frozenset({"integer_literal", "float_literal", "string_literal", "raw_string_literal", "char_literal"})
_LEFT_OUT = frozenset({"line_comment", "block_comment", "attribute_item", "inner_attribute_item"})
_NAMES = frozenset({"identifier", "field_identifier", "shorthand_field_identifier"})
_SUFFIX = re.compile(r"(?:[iu](?:8|16|32|64|128|size)|(?<!0x)f(?:32|64))\Z")
_CONSTANT = re.compile(r"[A-Z][A-Z0-9_]+\Z")
# Where a pattern binds names: the node, and its field that holds the pattern (all of it where there is none).
_BINDING = {
    "parameter": "pattern",
    "let_declaration": "pattern",
    "let_condition": "pattern",
    "for_expression": "pattern",
    "match_arm": "pattern",
    "closure_parameters": None,
    "lifetime": None,
}


def skeleton(code: str) -> str:
    """Return the skeleton of Rust code; equal for code that differs in names, constants and comments only."""
    root = parse(code.encode())
    functions, bound = _own_names(root)
    numbers: dict[str, int] = {}
    parts = []
    for node in _leaves(root):
        word = text(node)
        if node.type in _LITERALS:
            parts.append(_kind(node, word))
        elif node.type in _NAMES and _is_own(node, word, functions, bound):
            parts.append(f"#{numbers.setdefault(word, len(numbers))}")
        else:
            parts.append(word)
    return " ".join(parts)


def _leaves(root: Node) -> Iterator[Node]:
    """Yield tokens in source order: literals whole, comments and attributes left out."""
    stack = [root]
    while stack:
        node = stack.pop()
        if node.type in _LITERALS or not node.children:
            yield node
        else:
            stack.extend(child for child in reversed(node.children) if child.type not in _LEFT_OUT)


def _kind(node: Node, word: str) -> str:
    """Return what stands for a literal: its kind, and the type that a number names."""
    suffix = _SUFFIX.search(word) if node.type in ("integer_literal", "float_literal") else None
    return f"<{node.type} {suffix[0]}>" if suffix else f"<{node.type}>"


def _own_names(root: Node) -> tuple[frozenset[str], frozenset[str]]:
    """Return the names of the functions that the code defines, and all other names that it binds."""
    functions, bound = set(), set()
    for node in walk(root):
        if node.type in ("function_item", "function_signature_item") and (name := field(node, "name")):
            functions.add(text(name))
        elif node.type in _BINDING:
            place = _BINDING[node.type]
            pattern = node if place is None else field(node, place)
            bound |= {text(name) for name in walk(pattern) if _can_bind(name)} if pattern else set()
    return frozenset(functions), frozenset(bound - {"static"})


def _can_bind(node: Node) -> bool:
    """Tell whether a name in a pattern is one that it binds, and not the path of a variant or the type of a struct."""
    if node.type not in ("identifier", "shorthand_field_identifier") or not text(node)[:1].islower():
        return text(node)[:1] == "_" and node.type == "identifier"
    return node.parent is None or node.parent.type not in ("scoped_identifier", "token_tree")


def _is_own(node: Node, word: str, functions: frozenset[str], bound: frozenset[str]) -> bool:
    """Tell whether a name is the author's to choose."""
    parent = node.parent
    if parent is None:
        return False
    if parent.type == "token_tree":
        return _is_own_in_macro(node, word, bound)
    if node.type == "field_identifier":
        return not (parent.type == "field_expression" and _is_called(parent))
    if parent.type == "scoped_identifier":
        return text(parent) == f"Self::{word}" and not _is_called(parent)
    if word in functions:
        return True
    return word in bound or (_CONSTANT.match(word) is not None and not _is_called(node))


def _is_called(node: Node) -> bool:
    parent = node.parent
    if parent is not None and parent.type == "generic_function":
        node, parent = parent, parent.parent
    return parent is not None and parent.type == "call_expression" and field(parent, "function") == node


def _is_own_in_macro(node: Node, word: str, bound: frozenset[str]) -> bool:
    """The same inside a macro's arguments, which have no structure but brackets."""
    before, after = node.prev_sibling, node.next_sibling
    if after is not None and (after.type in ("::", "!") or text(after)[:1] == "("):
        return False
    if before is not None and before.type == "::":
        return before.prev_sibling is not None and text(before.prev_sibling) == "Self"
    return word in bound or _CONSTANT.match(word) is not None or (before is not None and before.type == ".")
