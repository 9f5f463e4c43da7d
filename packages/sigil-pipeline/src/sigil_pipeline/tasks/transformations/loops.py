"""Loops written as chains, over indices, or with their end spelt out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sigil_pipeline.chunk.syntax import Rule, field, text
from sigil_pipeline.tasks.shapes import Function, method_name, pad_of, receiver_of
from sigil_pipeline.tasks.transformations.rewrite import Part, Rewrite, everywhere, leaves

if TYPE_CHECKING:
    from tree_sitter import Node

_ITERATORS = frozenset(
    "iter iter_mut into_iter chars bytes lines keys values values_mut drain enumerate zip rev skip take filter map "
    "char_indices split windows chunks filter_map peekable step_by split_whitespace chain cloned copied".split()
)


def _for_loop(node: Node) -> tuple[str, Node, Node] | None:
    """Return pattern, source and body of a `for` statement without a label."""
    loop = node.named_children[0] if node.type == "expression_statement" and node.named_children else None
    if loop is None or loop.type != "for_expression" or loop.children[0].type == "label":
        return None
    pattern, value, body = field(loop, "pattern"), field(loop, "value"), field(loop, "body")
    return (text(pattern), value, body) if pattern is not None and value is not None and body is not None else None


def _as_iterator(value: Node) -> str:
    code = text(value)
    if place := re.fullmatch(r"&(mut )?([\w.]+)", code):
        return f"{place[2]}.iter{'_mut' if place[1] else ''}()"
    if value.type == "call_expression" and method_name(value) in _ITERATORS:
        return code
    simple = value.type in ("identifier", "field_expression", "call_expression", "self")
    return f"{code}.into_iter()" if simple else f"({code}).into_iter()"


def _for_each(node: Node, _: Part) -> str | None:
    found = _for_loop(node)
    if found is None or leaves(found[2]) or found[2].named_child_count == 0:
        return None
    pattern, value, body = found
    return f"{_as_iterator(value)}.for_each(|{pattern}| {text(body)});"


def _extended(node: Node, _: Part) -> str | None:
    """A loop that does nothing but push."""
    found = _for_loop(node)
    pushed = _pushed(found[2]) if found is not None else None
    if found is None or pushed is None or leaves(found[2]):
        return None
    (place, value), pattern = pushed, found[0]
    mapped = "" if value == pattern else f".map(|{pattern}| {value})"
    return f"{place}.extend({_as_iterator(found[1])}{mapped});"


def _pushed(body: Node) -> tuple[str, str] | None:
    statement = body.named_children[0] if body.named_child_count == 1 else None
    call = statement.named_children[0] if statement is not None and statement.named_children else None
    arguments = field(call, "arguments") if call is not None else None
    place = next((one for name in ("push", "push_back") if call is not None and (one := receiver_of(call, name))), None)
    if place is None or arguments is None or arguments.named_child_count != 1:
        return None
    return text(place), text(arguments.named_children[0])


def _by_index(function: Function) -> Rule:
    fresh = function.fresh("i", "index", "position")

    def rule(node: Node, _: Part) -> str | None:
        found = _for_loop(node)
        code = text(found[1]) if found is not None else ""
        place = re.fullmatch(r"&([\w.]+)|([\w.]+)\.iter\(\)(\.enumerate\(\))?", code)
        if found is None or place is None:
            return None
        name, pattern, index = place[1] or place[2], found[0], fresh
        if place[3]:
            pair = re.fullmatch(r"\((\w+), (.+)\)", pattern)
            if pair is None or pair[1] == "_":
                return None
            index, pattern = pair[1], pair[2]
        pad = pad_of(node)
        inside = text(found[2])[1:]
        return f"for {index} in 0..{name}.len() {{\n{pad}    let {pattern} = &{name}[{index}];{inside}"

    return rule


def _while_let(node: Node, _: Part) -> str | None:
    loop = node.named_children[0] if node.type == "expression_statement" and node.named_children else None
    condition = field(loop, "condition") if loop is not None and loop.type == "while_expression" else None
    body = field(loop, "body") if loop is not None else None
    if loop is None or body is None or condition is None or condition.type != "let_condition":
        return None
    pattern, value = field(condition, "pattern"), field(condition, "value")
    if pattern is None or value is None or loop.children[0].type == "label":
        return None
    pad = pad_of(node)
    return (
        f"loop {{\n{pad}    match {text(value)} {{\n{pad}        {text(pattern)} => {text(body)}\n"
        f"{pad}        _ => break,\n{pad}    }}\n{pad}}}"
    )


LOOPS: tuple[Rewrite, ...] = (
    Rewrite(
        "while_let",
        ("clippy::while_let_loop",),
        (
            "Turn the `loop` that matches and breaks into `while let`",
            "Let the loop's head say when it ends, instead of a `match` with `break`",
        ),
        everywhere(_while_let),
    ),
    Rewrite(
        "index_loop",
        ("clippy::needless_range_loop",),
        (
            "Iterate over the elements instead of over their indices",
            "Use an iterator instead of indexing in the loop",
        ),
        _by_index,
    ),
    Rewrite(
        "extend",
        ("clippy::extend_with_drain",),
        ("Write this call of `extend` as a plain loop that pushes", "Unroll the iterator chain into a `for` loop"),
        everywhere(_extended),
        neutral=True,
    ),
    Rewrite(
        "for_each",
        ("clippy::needless_for_each",),
        ("Use a `for` loop instead of `for_each`", "Write the closure of `for_each` as the body of a loop"),
        everywhere(_for_each),
    ),
)
