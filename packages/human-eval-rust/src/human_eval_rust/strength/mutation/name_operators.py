"""The operator that names another variable."""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from human_eval_rust.rust.tree import text_of, walk
from human_eval_rust.strength.mutation.edits import Edit, put

_PATTERNS = frozenset(
    (
        "captured_pattern closure_parameters match_pattern mut_pattern ref_pattern reference_pattern slice_pattern "
        "tuple_pattern tuple_struct_pattern"
    ).split()
)
_SCOPES = frozenset("closure_expression for_expression function_item if_expression match_arm while_expression".split())
_NAMES = 2


def wrong_variable(node: Node) -> Iterator[Edit]:
    """Name another variable: one of the two in sight that were bound last."""
    above = node.parent
    if above is None or above.type in ("macro_invocation", "scoped_identifier", "field_initializer") or _binds(node):
        return
    own, function = text_of(node), _above(node, frozenset({"function_item"}))
    if function is None or above.child_by_field_name("function") == node:
        return
    names = dict.fromkeys(text_of(one) for one in reversed(list(walk(function))) if _binds(one) and _sees(node, one))
    if own in names:
        yield from (put(node, name) for name in [name for name in names if name != own][:_NAMES])


def _binds(node: Node) -> bool:
    """Whether a node is a name that a pattern binds: a variable, no constant."""
    above = node.parent
    if node.type != "identifier" or above is None or not text_of(node)[0].islower():
        return False
    return above.type in _PATTERNS or above.child_by_field_name("pattern") == node


def _sees(node: Node, binding: Node) -> bool:
    """Whether a name bound at `binding` is known at `node`."""
    declaration = _above(binding, _SCOPES | {"let_declaration"})
    if declaration is not None and declaration.type == "let_declaration":
        block = declaration.parent
        return block is not None and _holds(block, node) and declaration.end_byte <= node.start_byte
    return declaration is not None and _holds(declaration, node) and binding.end_byte <= node.start_byte


def _above(node: Node, types: frozenset[str]) -> Node | None:
    above = node.parent
    while above is not None and above.type not in types:
        above = above.parent
    return above


def _holds(outer: Node, inner: Node) -> bool:
    return outer.start_byte <= inner.start_byte and inner.end_byte <= outer.end_byte
