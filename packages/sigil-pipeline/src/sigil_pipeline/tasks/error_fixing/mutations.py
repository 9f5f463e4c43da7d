"""Mutation operators: small mistakes inside a function, as people and models make them.

An operator yields places where it applies, as edits of the file. Whether the result fails to compile,
and how, only the compiler says. Measured shares: docs/adr/0033. Of a signature only what callers do not see is
changed (a bound, a lifetime, `mut`), because errors would spill into them. Here are slips of the pen and of habit;
`ownership` and `types` have the others.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from sigil_pipeline.chunk.syntax import field, text, walk_with_parents
from sigil_pipeline.compiler.edits import Edit
from sigil_pipeline.tasks.error_fixing.looking import (
    Edits,
    Operator,
    body,
    body_with_parents,
    is_called,
    is_recoverable,
    occurs_elsewhere,
    replace,
)
from sigil_pipeline.tasks.error_fixing.ownership import OWNERSHIP
from sigil_pipeline.tasks.error_fixing.types import TYPES
from sigil_pipeline.tasks.shapes import Function, tail_expression

if TYPE_CHECKING:
    from tree_sitter import Node

# What people coming from other languages write.
_FOREIGN_NAMES = dict(
    pair.split(":")
    for pair in (
        "len:length push:append push_str:append is_empty:empty to_string:toString contains:includes to_lowercase:lower "
        "to_uppercase:upper trim:strip unwrap:get_value iter:iterator as_bytes:bytes_ref insert:put remove:delete "
        "clone:copy collect:to_vec is_some:has_value is_none:is_null starts_with:startswith ends_with:endswith "
        "split:split_on next:advance map:map_each get:at min:minimum max:maximum as_ref:to_ref as_str:to_str "
        "chars:characters extend:append_all"
    ).split()
)
_CONVERSIONS = frozenset("into as_ref as_mut as_str as_bytes iter as_slice into_iter collect".split())


def struct_field(function: Function) -> Iterator[Edits]:
    """Leave a field out of a struct literal (E0063)."""
    for node in body(function):
        if node.type != "field_initializer_list" or ".." in text(node) or node.named_child_count < 2:
            continue
        *_, before, last = node.named_children
        if is_recoverable(function, last, known=field(last, "field")):
            yield (Edit(before.end_byte, last.end_byte, ""),)


def match_arm(function: Function) -> Iterator[Edits]:
    """Forget an arm of a match, as when a variant was added (E0004)."""
    for node in body(function):
        arms = (
            [child for child in node.named_children if child.type == "match_arm"] if node.type == "match_block" else []
        )
        for before, arm in pairwise(arms):
            needed = arm is arms[-1] or not text(arms[-1]).startswith("_")
            known = is_recoverable(function, arm, known=field(arm, "pattern"))
            if needed and known and _is_determined(function, arm, [one for one in arms if one != arm]):
                yield (Edit(before.end_byte, arm.end_byte, ""),)


def _is_determined(function: Function, arm: Node, others: Sequence[Node]) -> bool:
    """Whether the other arms, or another place with the very expression, say what an arm's value is."""
    value, given = field(arm, "value"), [one for other in others if (one := field(other, "value")) is not None]
    if value is None or all(text(one) == text(value) for one in given):
        return value is not None
    rivals = value.type.endswith("_literal") and any(one.type == value.type for one in given)
    return not rivals and occurs_elsewhere(function, arm, text(value))


def reference(function: Function) -> Iterator[Edits]:
    """Pass a value where a reference is wanted (E0308)."""
    for node, parent in body_with_parents(function):
        if node.type == "reference_expression" and parent is not None and parent.type == "arguments":
            value = field(node, "value")
            if value is not None:
                yield replace(node, text(value))


def variable_name(function: Function) -> Iterator[Edits]:
    """Misspell a local variable where it is used (E0425)."""
    bound = _bindings(function)
    for node, parent in body_with_parents(function):
        name = text(node) if node.type == "identifier" else ""
        if name in bound and len(name) >= 3 and _is_use(node, parent):
            yield replace(node, _misspelt(name))


def method_name(function: Function) -> Iterator[Edits]:
    """Call a method that does not exist: a foreign name or a slip of the pen (E0599)."""
    for node, parent in body_with_parents(function):
        name = field(node, "field") if node.type == "field_expression" else None
        if name is not None and is_called(node, parent) and len(text(name)) >= 3:
            yield replace(name, _FOREIGN_NAMES.get(text(name), _misspelt(text(name))))


def field_name(function: Function) -> Iterator[Edits]:
    """Misspell a field (E0609)."""
    for node, parent in body_with_parents(function):
        name = field(node, "field") if node.type == "field_expression" else None
        if name is None or name.type != "field_identifier" or len(text(name)) < 3:
            continue
        if not is_called(node, parent):
            yield replace(name, _misspelt(text(name)))


def tail_semicolon(function: Function) -> Iterator[Edits]:
    """End the last expression with a semicolon (E0308)."""
    tail = tail_expression(function.body)
    if tail is not None and function.returns not in ("", "()"):
        yield (Edit(tail.end_byte, tail.end_byte, ";"),)


def number_as_text(function: Function) -> Iterator[Edits]:
    """Write a number as a string (E0308, E0277)."""
    for node, parent in body_with_parents(function):
        place = parent.type if parent is not None else ""
        if node.type == "integer_literal" and place in (
            "binary_expression",
            "arguments",
            "let_declaration",
            "field_initializer",
        ):
            yield replace(node, f'"{text(node)}"')


def cast(function: Function) -> Iterator[Edits]:
    """Leave out a numeric cast (E0308, E0277)."""
    for node in body(function):
        value = field(node, "value") if node.type == "type_cast_expression" else None
        if value is not None:
            yield replace(node, text(value))


def conversion(function: Function) -> Iterator[Edits]:
    """Leave out `.as_ref()`, `.into()` and their like (E0507, E0308)."""
    for node in body(function):
        callee = field(node, "function") if node.type == "call_expression" else None
        name = field(callee, "field") if callee is not None and callee.type == "field_expression" else None
        if callee is not None and name is not None and text(name) in _CONVERSIONS:
            receiver = field(callee, "value")
            if receiver is not None:
                yield replace(node, text(receiver))


def dereference(function: Function) -> Iterator[Edits]:
    """Leave out a `*` (E0308, E0369)."""
    for node in body(function):
        if node.type == "unary_expression" and text(node).startswith("*"):
            yield replace(node, text(node)[1:])


def question_mark(function: Function) -> Iterator[Edits]:
    """Leave out a `?` (E0308, E0599)."""
    for node in body(function):
        if node.type == "try_expression":
            yield (Edit(node.end_byte - 1, node.end_byte, ""),)


def wrapper(function: Function) -> Iterator[Edits]:
    """Return the bare value instead of `Ok(value)` or `Some(value)` (E0308)."""
    tail = tail_expression(function.body)
    callee = field(tail, "function") if tail is not None and tail.type == "call_expression" else None
    arguments = field(tail, "arguments") if tail is not None else None
    if tail is None or callee is None or arguments is None or text(callee) not in ("Ok", "Some"):
        return
    if arguments.named_child_count == 1 and text(arguments.named_children[0]) != "()":
        yield replace(tail, text(arguments.named_children[0]))


def missing_argument(function: Function) -> Iterator[Edits]:
    """Call a function with one argument too few (E0061)."""
    for node in body(function):
        if node.type == "arguments" and node.named_child_count >= 2 and "comment" not in node.named_children[-1].type:
            *_, before, last = node.named_children
            if is_recoverable(function, last):
                yield (Edit(before.end_byte, last.end_byte, ""),)


_SLIPS: Mapping[str, Operator] = {
    operator.__name__: operator
    for operator in (
        match_arm,
        struct_field,
        conversion,
        reference,
        missing_argument,
        dereference,
        question_mark,
        cast,
        number_as_text,
        wrapper,
        field_name,
        method_name,
        variable_name,
        tail_semicolon,
    )
}
# By name, those first that are tried first where none was used more than another.
OPERATORS: Mapping[str, Operator] = {**OWNERSHIP, **TYPES, **_SLIPS}
# Those whose errors are found before borrows are checked, so that one does not hide the other.
SIDE_BY_SIDE: Mapping[str, Operator] = {**TYPES, **_SLIPS}


def _bindings(function: Function) -> frozenset[str]:
    names = set()
    for node, parent, _ in walk_with_parents(function.node, into_items=False):
        if node.type != "identifier" or parent is None:
            continue
        bound = parent.type in ("parameter", "let_declaration") and field(parent, "pattern") == node
        if bound or parent.type == "closure_parameters":
            names.add(text(node))
    return frozenset(names)


def _is_use(node: Node, parent: Node | None) -> bool:
    if parent is None or parent.type in ("parameter", "closure_parameters", "label", "macro_invocation"):
        return False
    if parent.type == "let_declaration" and field(parent, "pattern") == node:
        return False
    return "pattern" not in parent.type and parent.type not in ("scoped_identifier", "token_tree", "attribute")


def _misspelt(name: str) -> str:
    """Drop one letter in the middle, or double one where that would leave the same word."""
    middle = len(name) // 2
    dropped = name[:middle] + name[middle + 1 :]
    return dropped if dropped != name and len(dropped) > 2 and not dropped.endswith("_") else name + name[-1]
