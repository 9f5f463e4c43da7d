"""Mistakes about who owns a value, who borrows it and for how long: the compiler's borrow checker finds most of them.

Each is what is left when one thing that the author thought of is forgotten, or one line is moved.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from sigil_pipeline.chunk.syntax import field, text, walk_with_parents
from sigil_pipeline.tasks.error_fixing.looking import (
    Edits,
    Operator,
    body,
    called_method,
    column,
    cut,
    insert,
    is_recoverable,
    names,
    replace,
    statements_after,
)
from sigil_pipeline.tasks.shapes import Function, tail_expression

if TYPE_CHECKING:
    from tree_sitter import Node

_OWNING = frozenset("clone to_owned to_vec to_string into_owned cloned copied".split())
_STATEMENTS = frozenset({"expression_statement", "let_declaration"})
_PRIMITIVE = re.compile(r"^(u|i)(8|16|32|64|128|size)$|^(bool|char|f32|f64|usize|isize)$|^&(?!mut)")
_MADE = re.compile(r"\.(to_string|to_owned|to_lowercase|to_uppercase|into_owned)\(\)$|^(format!|String::from)\b")


def use_after_move(function: Function) -> Iterator[Edits]:
    """Bind an owned parameter to another name, and go on with the old one (E0382)."""
    for name, kind in _owned_parameters(function):
        uses = [part for part in function.body.named_children if names(part, name)]
        if uses and not _PRIMITIVE.match(kind):
            fresh = function.fresh("value", "input", "taken")
            line = f"let {fresh} = {name};\n{column(uses[-1])}"
            yield insert(uses[-1].start_byte, line)


def loop_takes(function: Function) -> Iterator[Edits]:
    """Loop over a collection itself where a reference was looped over (E0382, E0507)."""
    for node in body(function):
        value = field(node, "value") if node.type == "for_expression" else None
        if value is None:
            continue
        called = called_method(value)
        if value.type == "reference_expression" and (inner := field(value, "value")) is not None:
            yield replace(value, text(inner))
        elif called is not None and called[1] in ("iter", "iter_mut"):
            yield replace(value, text(called[0]))


def moved_out(function: Function) -> Iterator[Edits]:
    """Match on a place itself where a reference to it was matched on (E0507)."""
    for node in body(function):
        if node.type not in ("match_expression", "let_condition"):
            continue
        value = field(node, "value")
        inner = field(value, "value") if value is not None and value.type == "reference_expression" else None
        called = called_method(value) if value is not None else None
        if value is not None and inner is not None:
            yield replace(value, text(inner))
        elif value is not None and called is not None and called[1] in ("as_ref", "as_mut", "as_deref"):
            yield replace(value, text(called[0]))


def mem_take(function: Function) -> Iterator[Edits]:
    """Take a value out from behind a reference (E0507)."""
    for node in body(function):
        callee, arguments = field(node, "function"), field(node, "arguments")
        if node.type != "call_expression" or callee is None or arguments is None or not arguments.named_children:
            continue
        first = arguments.named_children[0]
        known = all(is_recoverable(function, one) for one in arguments.named_children[1:])
        taken = re.fullmatch(r"((std|core)::)?(mem::)?replace", text(callee))
        if taken and known and text(first).startswith("&mut "):
            yield replace(node, text(first).removeprefix("&mut "))


def owned_copy(function: Function) -> Iterator[Edits]:
    """Forget to clone (E0382, E0507, E0308)."""
    for node in body(function):
        called = called_method(node)
        if called is not None and called[1] in _OWNING:
            yield replace(node, text(called[0]))


def borrow_kept(function: Function) -> Iterator[Edits]:
    """Borrow a place of which a copy was made, and change it while the reference is there (E0502, E0505, E0506)."""
    for node in body(function):
        value = field(node, "value") if node.type == "let_declaration" else None
        if value is None or field(node, "type") is not None:
            continue
        called = called_method(value)
        place = called[0] if called is not None and called[1] in _OWNING else value
        if place.type in ("field_expression", "index_expression", "identifier") and place.type != "call_expression":
            yield replace(value, f"&{text(place)}")


def mut_while_iterating(function: Function) -> Iterator[Edits]:
    """Loop over a reference to what the loop changes (E0502, E0499, E0506)."""
    for node in body(function):
        value = field(node, "value") if node.type == "for_expression" else None
        called = called_method(value) if value is not None else None
        if value is None or called is None or called[1] not in ("clone", "to_vec", "drain", "into_iter"):
            continue
        # Of a range nothing would be left.
        if called[1] != "drain" or text(value).endswith("(..)"):
            yield replace(value, f"&{text(called[0])}")


def statement_order(function: Function) -> Iterator[Edits]:
    """Swap two statements: what is used is gone, borrowed or not there yet (E0382, E0425, E0502, E0505)."""
    for node in body(function):
        following = next(statements_after(node), None) if node.type in _STATEMENTS else None
        if following is None or following.type not in _STATEMENTS:
            continue
        if not set(re.findall(r"\b[a-z_]\w*", text(node))) & set(re.findall(r"\b[a-z_]\w*", text(following))):
            continue
        if text(node).endswith(";") and text(following).endswith(";") and "return" not in text(node):
            yield (*replace(node, text(following)), *replace(following, text(node)))


def let_mut(function: Function) -> Iterator[Edits]:
    """Forget `mut` (E0596, E0384)."""
    for node, parent, _ in walk_with_parents(function.node, into_items=False):
        if (
            node.type == "mutable_specifier"
            and parent is not None
            and parent.type in ("let_declaration", "mut_pattern", "parameter")
        ):
            yield cut(node.start_byte, node.end_byte + 1)


def shared_self(function: Function) -> Iterator[Edits]:
    """Take `&self` or `&T` and change it (E0594, E0596)."""
    for parameter in _parameters(function):
        code = text(parameter)
        kind = field(parameter, "type")
        mutable = code.find("mut ")
        if parameter.type == "self_parameter" and code.startswith("&") and mutable > 0:
            yield cut(parameter.start_byte + mutable, parameter.start_byte + mutable + 4)
        elif kind is not None and kind.type == "reference_type" and (found := re.match(r"&('\w+ )?mut ", text(kind))):
            yield cut(kind.start_byte + found.end() - 4, kind.start_byte + found.end())


def closure_borrows(function: Function) -> Iterator[Edits]:
    """Return a closure that borrows what it should own (E0373, E0597, E0521)."""
    for node in body(function):
        if node.type == "closure_expression" and text(node).startswith("move "):
            yield cut(node.start_byte, node.start_byte + 5)


def dangling_return(function: Function) -> Iterator[Edits]:
    """Return a reference to a value made here (E0515)."""
    tail = tail_expression(function.body)
    if tail is None or not re.match(r"&(?!.*\bmut\b)", function.returns) or tail.type == "reference_expression":
        return
    if tail.type in ("call_expression", "identifier", "field_expression") and "\n" not in text(tail):
        fresh = function.fresh("result", "found", "out")
        make = "to_string" if re.search(r"\bstr$", function.returns) else "to_owned"
        yield replace(tail, f"let {fresh} = {text(tail)}.{make}();\n{column(tail)}&{fresh}")


def temporary(function: Function) -> Iterator[Edits]:
    """Keep a reference to a value that nobody owns (E0716)."""
    for node in body(function):
        value = field(node, "value") if node.type == "let_declaration" else None
        if value is not None and field(node, "type") is None and _MADE.search(text(value)):
            yield insert(value.end_byte, ".as_str()")
        elif value is not None and re.search(r"\.to_vec\(\)$|^vec!", text(value)):
            yield insert(value.end_byte, ".as_slice()")


def missing_lifetime(function: Function) -> Iterator[Edits]:
    """Leave a lifetime out of a parameter or of what is returned (E0621, E0106, E0700)."""
    returned = field(function.node, "return_type")
    kinds = [kind for one in _parameters(function) if (kind := field(one, "type")) is not None]
    for kind in [*kinds, *([returned] if returned is not None else [])]:
        for node, parent, _ in walk_with_parents(kind):
            if node.type != "lifetime" or parent is None:
                continue
            if parent.type == "reference_type" and text(node) not in ("'static", "'_"):
                yield cut(node.start_byte, node.end_byte + 1)
            elif parent.type == "bounded_type":
                plus = text(parent).rfind("+")
                yield cut(parent.start_byte + len(text(parent)[:plus].rstrip().encode()), node.end_byte)


OWNERSHIP: Mapping[str, Operator] = {
    operator.__name__: operator
    for operator in (
        loop_takes,
        moved_out,
        mem_take,
        closure_borrows,
        missing_lifetime,
        temporary,
        borrow_kept,
        mut_while_iterating,
        dangling_return,
        statement_order,
        shared_self,
        use_after_move,
        let_mut,
        owned_copy,
    )
}


def _parameters(function: Function) -> list[Node]:
    parameters = field(function.node, "parameters")
    return list(parameters.named_children) if parameters is not None else []


def _owned_parameters(function: Function) -> Iterator[tuple[str, str]]:
    for parameter in _parameters(function):
        pattern, kind = field(parameter, "pattern"), field(parameter, "type")
        if parameter.type == "parameter" and pattern is not None and kind is not None and pattern.type == "identifier":
            yield text(pattern), text(kind)
