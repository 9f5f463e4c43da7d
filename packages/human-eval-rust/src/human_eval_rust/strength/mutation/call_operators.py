"""Mutation operators on calls: iterator adaptors, arguments, twins such as `min` and `max`."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from tree_sitter import Node

from human_eval_rust.rust.tree import text_of
from human_eval_rust.strength.mutation.edits import DEFAULT, IS_DEFAULT, LITERALS, Edit, put

_TWINS = (
    "min/max min_by/max_by min_by_key/max_by_key any/all skip/take skip_while/take_while first/last "
    "is_some/is_none is_ok/is_err is_some_and/is_none_or starts_with/ends_with strip_prefix/strip_suffix "
    "trim_start/trim_end trim_start_matches/trim_end_matches find/rfind position/rposition split_once/rsplit_once "
    "split_first/split_last windows/chunks floor/ceil sum/product push_front/push_back pop_front/pop_back lt/gt "
    "to_ascii_lowercase/to_ascii_uppercase to_lowercase/to_uppercase le/ge is_ascii_lowercase/is_ascii_uppercase "
    "is_lowercase/is_uppercase checked_add/checked_sub saturating_add/saturating_sub wrapping_add/wrapping_sub "
    "is_ascii_digit/is_ascii_alphabetic is_numeric/is_alphabetic next/next_back insert/remove keys/values "
    "lines/split_whitespace chars/bytes is_positive/is_negative eq/ne"
)
_TWIN_OF = {a: b for pair in (words.split("/") for words in _TWINS.split()) for a, b in (pair, pair[::-1])}
_ALSO = {"round": "trunc", "div_ceil": "div_euclid", "rem_euclid": "div_euclid", "is_multiple_of": "eq"}
# Calls whose value is that of the receiver in another shape: without them the program is the same or no program.
_SHAPE_ONLY = frozenset(
    (
        "as_bytes as_mut as_mut_slice as_ref as_slice as_str borrow by_ref chars clone cloned collect copied "
        "expect fuse into into_bytes into_boxed_slice into_iter into_string iter peekable to_owned to_string "
        "to_vec unwrap"
    ).split()
)
_YIELDS_ITEMS = frozenset(
    (
        "bytes char_indices chars chunks chunks_exact into_iter iter iter_mut lines split split_whitespace values "
        "windows zip"
    ).split()
)
_COUNTED = frozenset("chunks nth repeat rotate_left rotate_right skip split_at step_by take truncate windows".split())
_PREDICATED = frozenset(
    ("all any filter find partition position retain rposition skip_while take_while is_some_and is_none_or").split()
)


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
    listed = node.child_by_field_name("arguments")
    return [] if listed is None else [child for child in listed.named_children if "comment" not in child.type]


def _swap(first: Node, second: Node) -> Edit:
    raw = first.parent.text if first.parent is not None else None
    offset = first.parent.start_byte if first.parent is not None else 0
    between = (raw or b"")[first.end_byte - offset : second.start_byte - offset].decode()
    return Edit(first.start_byte, second.end_byte, f"{text_of(second)}{between}{text_of(first)}")


def swapped_arguments(node: Node) -> Iterator[Edit]:
    """Swap two neighbours among arguments, closure parameters, or parts of a tuple."""
    listed = (
        _arguments(node)
        if node.type == "call_expression"
        else [child for child in node.named_children if "comment" not in child.type]
    )
    for first, second in pairwise(listed):
        if text_of(first) != text_of(second):
            yield _swap(first, second)


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
    twins = {**_TWIN_OF, "Less": "Greater", "Greater": "Less", "MIN": "MAX", "MAX": "MIN", "total_cmp": ""}
    other = twins.get(text_of(name))
    if name is not None and other:
        yield put(name, other)
    elif name is not None and text_of(name) == "total_cmp":
        yield put(node, "|a, b| b.total_cmp(a)")


def removed_call(node: Node) -> Iterator[Edit]:
    """Make `a` of `a.f(x)` and of `f(a)`."""
    named, arguments = _method(node), _arguments(node)
    if named is not None:
        if text_of(named[1]) not in _SHAPE_ONLY:
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
    if named is not None and text_of(named[1]) in _YIELDS_ITEMS:
        yield Edit(node.end_byte, node.end_byte, ".skip(1)")


def count_off_by_one(node: Node) -> Iterator[Edit]:
    """Miscount where the count is no literal: `take(n)`, `a[i]`."""
    if node.type == "index_expression":
        counts = node.named_children[1:]
    else:
        named = _method(node)
        counts = _arguments(node)[:1] if named is not None and text_of(named[1]) in _COUNTED else []
    for count in counts:
        if count.type not in (*LITERALS, "range_expression", "closure_expression"):
            yield from (put(count, f"({text_of(count)}) {sign} 1") for sign in "+-")


def wrong_predicate(node: Node) -> Iterator[Edit]:
    """Negate what a filter asks, or let everything pass."""
    named = _method(node)
    if named is None or text_of(named[1]) not in _PREDICATED:
        return
    for argument in _arguments(node):
        body = argument.child_by_field_name("body") if argument.type == "closure_expression" else None
        if body is not None:
            yield put(body, f"!({text_of(body)})")
            yield put(body, "true")
