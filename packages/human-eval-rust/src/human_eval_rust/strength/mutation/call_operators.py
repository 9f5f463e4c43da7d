"""Mutation operators on calls: iterator adaptors, arguments, twins such as `min` and `max`."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from tree_sitter import Node

from human_eval_rust.rust.tree import text_of
from human_eval_rust.strength.mutation.edits import DEFAULT, IS_DEFAULT, LITERALS, Edit, put, words


def _pairs(name: str) -> dict[str, str]:
    return dict(pair.split("/") for pair in words("twins", name))


def _both_ways(pairs: dict[str, str]) -> dict[str, str]:
    return pairs | {second: first for first, second in pairs.items()}


_TWIN_OF, _ALSO = _both_ways(_pairs("both")), _pairs("also")
_TWIN_IN_PATH = _TWIN_OF | _both_ways(_pairs("paths"))


def _method(node: Node) -> tuple[Node, Node] | None:
    """Return receiver and method name of a call by method, `None` for other calls."""
    function = node.child_by_field_name("function")
    if function is not None and function.type == "generic_function":
        function = function.child_by_field_name("function")
    if function is None or function.type != "field_expression":
        return None
    value, name = function.child_by_field_name("value"), function.child_by_field_name("field")
    return None if value is None or name is None else (value, name)


def _arguments(node: Node) -> list[Node]:
    """Return the parts of a call's arguments, or of anything else between brackets."""
    listed = node.child_by_field_name("arguments") or node
    return [child for child in listed.named_children if "comment" not in child.type]


def swapped_arguments(node: Node) -> Iterator[Edit]:
    """Swap two neighbours among arguments, closure parameters, or parts of a tuple."""
    listed = node.child_by_field_name("arguments") or node
    for first, second in pairwise(_arguments(node)):
        if text_of(first) != text_of(second):
            between = (listed.text or b"")[first.end_byte - listed.start_byte : second.start_byte - listed.start_byte]
            yield Edit(first.start_byte, second.end_byte, f"{text_of(second)}{between.decode()}{text_of(first)}")


def default_of_call(node: Node) -> Iterator[Edit]:
    """Give `None` for `Some(..)`, and the default where `Ok(..)` or `unwrap_or(..)` names a value."""
    function, arguments = text_of(node.child_by_field_name("function")), _arguments(node)
    if function == "Some":
        yield put(node, "None")
    elif function == "Ok" and len(arguments) == 1 and text_of(arguments[0]) not in IS_DEFAULT:
        yield put(node, f"Ok({DEFAULT})")
    named = _method(node)
    if named is None or len(arguments) != 1 or text_of(arguments[0]) in IS_DEFAULT:
        return
    if text_of(named[1]) in ("unwrap_or", "unwrap_or_else"):
        yield Edit(named[1].start_byte, node.end_byte, "unwrap_or_default()")


def twin_method(node: Node) -> Iterator[Edit]:
    """Call the method that is easily taken for this one."""
    named = _method(node)
    if named is None:
        return
    name = text_of(named[1])
    for other in (_TWIN_OF.get(name), _ALSO.get(name)):
        if other is not None and not (other in ("insert", "remove") and len(_arguments(node)) != 1):
            yield put(named[1], other)


def twin_path(node: Node) -> Iterator[Edit]:
    """Name the twin of a function given by its path, as `char::is_uppercase`, or of an `Ordering`."""
    name = node.child_by_field_name("name")
    if name is not None and text_of(name) in _TWIN_IN_PATH:
        yield put(name, _TWIN_IN_PATH[text_of(name)])
    elif text_of(name) == "total_cmp":
        yield put(node, "|a, b| b.total_cmp(a)")


def removed_call(node: Node) -> Iterator[Edit]:
    """Make `a` of `a.f(x)` and of `f(a)`."""
    named, arguments = _method(node), _arguments(node)
    if named is not None:
        if text_of(named[1]) not in words("methods", "shape_only"):
            yield put(node, text_of(named[0]))
    elif len(arguments) == 1 and text_of(node.child_by_field_name("function"))[0].islower():
        yield put(node, text_of(arguments[0]))


def sort_direction(node: Node) -> Iterator[Edit]:
    """Turn an order round."""
    named = _method(node)
    if named is None:
        return
    receiver, name = text_of(named[0]), text_of(named[1])
    if name.startswith("sort") and node.parent is not None and node.parent.type == "expression_statement":
        yield Edit(node.end_byte, node.end_byte, f"; {receiver}.reverse()")
    elif name in ("cmp", "total_cmp", "then", "then_with") and len(_arguments(node)) == 1:
        yield Edit(node.end_byte, node.end_byte, ".reverse()")
    elif name == "partial_cmp":
        yield Edit(node.end_byte, node.end_byte, ".map(std::cmp::Ordering::reverse)")


def skipped_item(node: Node) -> Iterator[Edit]:
    """Lose the first item of an iteration."""
    named = _method(node)
    if named is not None and text_of(named[1]) in words("methods", "yields_items"):
        yield Edit(node.end_byte, node.end_byte, ".skip(1)")


def count_off_by_one(node: Node) -> Iterator[Edit]:
    """Miscount where the count is no literal: `take(n)`, `a[i]`."""
    if node.type == "index_expression":
        counts = node.named_children[1:]
    else:
        named = _method(node)
        counts = _arguments(node)[:1] if named is not None and text_of(named[1]) in words("methods", "counted") else []
    for count in counts:
        if count.type not in (*LITERALS, "range_expression", "closure_expression"):
            yield from (put(count, f"({text_of(count)}) {sign} 1") for sign in "+-")


def wrong_predicate(node: Node) -> Iterator[Edit]:
    """Negate what a filter asks, or let everything pass."""
    named = _method(node)
    if named is None or text_of(named[1]) not in words("methods", "predicated"):
        return
    for argument in _arguments(node):
        body = argument.child_by_field_name("body") if argument.type == "closure_expression" else None
        if body is not None:
            yield put(body, f"!({text_of(body)})")
            yield put(body, "true")
