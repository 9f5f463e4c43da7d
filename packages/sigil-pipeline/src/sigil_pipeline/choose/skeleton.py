"""What is left of code without the names and constants that its author chose.

Two functions with the same skeleton teach the same thing: getters of other fields, conversions by other factors. Kept
are keywords, operators, types and the names of all that comes from elsewhere (what is called or passed on as a
function, and the paths to it), because `min` and `max`, or `String` and `u8`, are not the same. What the code binds
itself (variables, parameters, lifetimes, its own name), fields, and constants in capitals become numbers in the order
in which they appear, so that `a - b` and `b - a` stay apart. Literals become their kind.

No function here asks a node for its parent or sibling: tree-sitter searches those from the root.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from sigil_pipeline.chunk.syntax import field, parse, text, walk, walk_with_parents

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


class _Place(NamedTuple):
    """A node, and where it stands: the `at`-th of `siblings`, the children of what is `above`."""

    node: Node
    above: _Place | None
    siblings: Sequence[Node]
    at: int

    def beside(self, step: int) -> Node | None:
        """Return the sibling that is `step` places on, `None` where there is none."""
        return self.siblings[self.at + step] if 0 <= self.at + step < len(self.siblings) else None


def skeleton(code: str) -> str:
    """Return the skeleton of Rust code; equal for code that differs in names, constants and comments only."""
    root = parse(code.encode())
    return " ".join(_words(_leaves(root), *_own_names(root), apart=False))


def body_tokens(function: Node, sizes: Collection[int]) -> list[str] | None:
    """Return the skeleton of a function's body; `None` where the number of its tokens is none of `sizes`.

    Parameters are numbered where the body first names them, so neither their types nor their order count. A field has
    another number than a variable of its name.
    """
    body = field(function, "body")
    most = max(sizes, default=0)
    leaves = list(itertools.islice(_leaves(body), most + 1)) if body is not None else []
    return list(_words(leaves, *_own_names(function), apart=True)) if len(leaves) in sizes else None


def body_size(function: Node) -> int:
    """Return the number of tokens of a function's body."""
    body = field(function, "body")
    return sum(1 for _ in _leaves(body)) if body is not None else 0


def _words(leaves: Iterable[_Place], functions: frozenset[str], bound: frozenset[str], *, apart: bool) -> Iterator[str]:
    numbers: dict[tuple[str, bool], int] = {}
    for place in leaves:
        node, word = place.node, text(place.node)
        if node.type in _LITERALS:
            yield _kind(node, word)
        elif node.type in _NAMES and _is_own(place, word, functions, bound):
            key = (word, apart and node.type == "field_identifier")
            yield f"#{numbers.setdefault(key, len(numbers))}"
        else:
            yield word


def _leaves(root: Node) -> Iterator[_Place]:
    """Yield tokens in source order: literals whole, comments and attributes left out."""
    stack = [_Place(root, None, (), 0)]
    while stack:
        place = stack.pop()
        children = place.node.children if place.node.type not in _LITERALS else ()
        if not children:
            yield place
        for at in range(len(children) - 1, -1, -1):
            if children[at].type not in _LEFT_OUT:
                stack.append(_Place(children[at], place, children, at))


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
            bound |= {text(one) for one, above, _ in _below(pattern) if _can_bind(one, above)}
    return frozenset(functions), frozenset(bound - {"static"})


def _below(pattern: Node | None) -> Iterator[tuple[Node, Node | None, Node | None]]:
    return walk_with_parents(pattern) if pattern is not None else iter(())


def _can_bind(node: Node, parent: Node | None) -> bool:
    """Tell whether a name in a pattern is one that it binds, and not the path of a variant or the type of a struct."""
    if node.type not in ("identifier", "shorthand_field_identifier"):
        return False
    if not text(node)[:1].islower():
        return text(node)[:1] == "_" and node.type == "identifier"
    return parent is None or parent.type not in ("scoped_identifier", "token_tree")


def _is_own(place: _Place, word: str, functions: frozenset[str], bound: frozenset[str]) -> bool:
    """Tell whether a name is the author's to choose."""
    above = place.above
    if above is None:
        return False
    if above.node.type == "token_tree":
        return _is_own_in_macro(place, word, bound)
    if place.node.type == "field_identifier":
        return not (above.node.type == "field_expression" and _is_called(above))
    if above.node.type == "scoped_identifier":
        return _reads(above.node, f"Self::{word}") and not _is_called(above)
    if word in functions:
        return True
    return word in bound or (_CONSTANT.match(word) is not None and not _is_called(place))


def _is_called(place: _Place) -> bool:
    above = place.above
    if above is not None and above.node.type == "generic_function":
        place, above = above, above.above
    return above is not None and above.node.type == "call_expression" and field(above.node, "function") == place.node


def _is_own_in_macro(place: _Place, word: str, bound: frozenset[str]) -> bool:
    """The same inside a macro's arguments, which have no structure but brackets."""
    before, after = place.beside(-1), place.beside(1)
    if after is not None and (after.type in ("::", "!") or _opens(after)):
        return False
    if before is not None and before.type == "::":
        owner = place.beside(-2)
        return owner is not None and _reads(owner, "Self")
    return word in bound or _CONSTANT.match(word) is not None or (before is not None and before.type == ".")


def _opens(node: Node) -> bool:
    """Tell whether a part of a macro's arguments begins with a round bracket."""
    first = node.child(0) if node.type == "token_tree" else node
    return first is not None and first.type == "("


def _reads(node: Node, word: str) -> bool:
    """Tell whether a node's text is `word`, without copying that of a large one."""
    return node.end_byte - node.start_byte == len(word.encode()) and text(node) == word
