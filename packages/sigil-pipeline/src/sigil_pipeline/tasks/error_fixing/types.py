"""Mistakes about types, traits and patterns: a bound, an annotation, a field or a path that is not there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import TYPE_CHECKING

from sigil_pipeline.chunk.syntax import field, text, walk
from sigil_pipeline.tasks.error_fixing.looking import (
    Edits,
    Operator,
    body,
    body_with_parents,
    called_method,
    cut,
    insert,
    inside_of,
    is_called,
    is_recoverable,
    occurs_elsewhere,
    replace,
)
from sigil_pipeline.tasks.shapes import Function, tail_expression

if TYPE_CHECKING:
    from tree_sitter import Node

_VALUED = frozenset("let_declaration arguments block match_arm expression_statement".split())


def missing_bound(function: Function) -> Iterator[Edits]:
    """Leave a trait bound of the function out (E0277, E0599, E0369)."""
    for holder in function.node.named_children:
        if holder.type not in ("type_parameters", "where_clause"):
            continue
        for node in walk(holder):
            if node.type == "trait_bounds":
                yield from _without_one(node)


def _without_one(bounds: Node) -> Iterator[Edits]:
    found = bounds.named_children
    if len(found) == 1 and bounds.parent is not None and bounds.parent.type != "where_predicate":
        yield cut(bounds.start_byte, bounds.end_byte)
    for before, node in pairwise(found):
        yield cut(before.end_byte, node.end_byte)


def missing_type(function: Function) -> Iterator[Edits]:
    """Leave the type out that nothing else says (E0282, E0283, E0284)."""
    for node in body(function):
        kind = field(node, "type") if node.type == "let_declaration" else None
        pattern = field(node, "pattern")
        if kind is not None and pattern is not None and is_recoverable(function, kind):
            yield cut(pattern.end_byte, kind.end_byte)
        turbofish = field(node, "type_arguments") if node.type == "generic_function" else None
        callee = field(node, "function")
        if turbofish is not None and callee is not None and is_recoverable(function, turbofish):
            yield cut(callee.end_byte, turbofish.end_byte)


def local_import(function: Function) -> Iterator[Edits]:
    """Forget a `use` (E0433, E0425, E0599)."""
    for node in function.body.named_children:
        if node.type == "use_declaration" and node.next_named_sibling is not None:
            yield cut(node.start_byte, node.next_named_sibling.start_byte)


def bare_path(function: Function) -> Iterator[Edits]:
    """Name an item without its module or type: `take` for `mem::take`, `Less` for `Ordering::Less` (E0425, E0433)."""
    for node, parent in body_with_parents(function):
        if node.type == "scoped_identifier" and parent is not None and parent.type != "scoped_identifier":
            path, name = field(node, "path"), field(node, "name")
            if path is None or name is None or not re.fullmatch(r"[\w:]+", text(path)):
                continue
            if is_recoverable(function, path):
                yield replace(node, text(name))


def bare_self(function: Function) -> Iterator[Edits]:
    """Leave `self.` out, as other languages allow (E0425)."""
    for node in body(function):
        value, name = field(node, "value"), field(node, "field")
        own = value is not None and text(value) == "self"
        if node.type == "field_expression" and own and name is not None and name.type == "field_identifier":
            yield replace(node, text(name))


def method_parentheses(function: Function) -> Iterator[Edits]:
    """Write a method without its parentheses, or a field with them (E0615, E0599)."""
    for node, parent in body_with_parents(function):
        arguments = field(node, "arguments") if called_method(node) is not None else None
        if arguments is not None and not arguments.named_children:
            yield cut(arguments.start_byte, arguments.end_byte)
        name = field(node, "field") if node.type == "field_expression" else None
        if name is not None and name.type == "field_identifier" and not is_called(node, parent):
            yield insert(node.end_byte, "()")


def pattern_field(function: Function) -> Iterator[Edits]:
    """Forget a field or the `..` of a pattern (E0027, E0023, E0026)."""
    for node in body(function):
        parts = [part for part in node.named_children if "comment" not in part.type]
        if node.type not in ("struct_pattern", "tuple_struct_pattern") or len(parts) < 3:
            continue
        if is_recoverable(function, parts[-1]):
            yield cut(parts[-2].end_byte, parts[-1].end_byte)


def literal_field(function: Function) -> Iterator[Edits]:
    """Name a field that the type does not have (E0560)."""
    for node in body(function):
        name = field(node, "field") if node.type == "field_initializer" else None
        if name is not None and len(text(name)) >= 3:
            yield replace(name, text(name).removesuffix("s") if text(name).endswith("s") else f"{text(name)}s")


def missing_else(function: Function) -> Iterator[Edits]:
    """Leave the `else` of a value out (E0317)."""
    for node, parent in body_with_parents(function):
        other = field(node, "alternative") if node.type == "if_expression" else None
        then = field(node, "consequence")
        valued = parent is not None and parent.type in _VALUED
        if (
            other is not None
            and then is not None
            and valued
            and tail_expression(then) is not None
            and occurs_elsewhere(function, other, inside_of(other.children[-1]))
        ):
            yield cut(then.end_byte, other.end_byte)


def not_const(function: Function) -> Iterator[Edits]:
    """Make a function `const` that calls what is not (E0015)."""
    block = function.node.parent.parent if function.node.parent is not None else None
    if block is not None and (block.type == "trait_item" or field(block, "trait") is not None):
        return
    head = text(function.node).partition("(")[0]
    place = re.search(r"\bfn ", head)
    if place is not None and not re.search(r"\b(const|async|extern)\b", head) and "for " not in text(function.body):
        yield insert(function.node.start_byte + len(head[: place.start()].encode()), "const ")


def extra_dereference(function: Function) -> Iterator[Edits]:
    """Follow what is no reference (E0614)."""
    for node, parent in body_with_parents(function):
        inside = parent is not None and parent.type in ("binary_expression", "arguments")
        if inside and node.type in ("identifier", "field_expression") and re.fullmatch(r"[a-z_][\w.]*", text(node)):
            yield insert(node.start_byte, "*")


def bare_trait(function: Function) -> Iterator[Edits]:
    """Write a trait where its objects or what implements it is meant (E0782)."""
    for node in walk(function.node, into_items=False):
        if node.type in ("dynamic_type", "abstract_type") and (word := re.match(r"(dyn|impl) ", text(node))):
            yield cut(node.start_byte, node.start_byte + word.end())


TYPES: Mapping[str, Operator] = {
    operator.__name__: operator
    for operator in (
        missing_bound,
        local_import,
        bare_trait,
        missing_type,
        missing_else,
        pattern_field,
        literal_field,
        not_const,
        bare_path,
        method_parentheses,
        extra_dereference,
        bare_self,
    )
}
