"""Mutation operators: small ways in which a programmer goes wrong, each as edits of a syntax tree's source.

An operator looks at one node and yields edits. It need not care whether the result compiles or differs in
behaviour: the compiler sorts out the one, the tests and the list of equivalent mutants the other. Left
out are only changes that no test of a result can ever see, such as the capacity a vector starts with.

The relational, logical, arithmetic, constant and statement operators are the classic ones (Offutt et al.,
"An experimental determination of sufficient mutant operators", TOSEM 5(2), 1996); the rest are what goes
wrong in Rust: ranges, iterator adaptors, `?`, arms of a `match`, the direction of an order.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from tree_sitter import Node

from human_eval_rust.rust.tree import text_of
from human_eval_rust.strength.mutation import call_operators as calls
from human_eval_rust.strength.mutation.edits import DEFAULT, IS_DEFAULT, LITERALS, Edit, Operator, put, table, words
from human_eval_rust.strength.mutation.name_operators import wrong_variable

_BINARY = {
    kind: {sign: others for sign, *others in map(str.split, rows)} for kind, rows in table("words")["binary"].items()
}
_NUMBER = re.compile(
    r"(?P<digits>0x[0-9a-fA-F_]+|0b[01_]+|0o[0-7_]+|[0-9][0-9_]*)(?P<suffix>(?:[iu](?:8|16|32|64|128|size))?)\Z"
)
_FLOAT = re.compile(r"(?P<digits>[0-9][0-9_]*(?:\.[0-9_]*)?(?:[eE][+-]?[0-9]+)?)(?P<suffix>(?:_?f(?:32|64))?)\Z")


def _operator(node: Node) -> Node | None:
    return node.child_by_field_name("operator")


def _sides(node: Node) -> tuple[Node, Node] | None:
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    return None if left is None or right is None else (left, right)


def _replaced_operator(kind: str) -> Operator:
    def replace(node: Node) -> Iterator[Edit]:
        sign = _operator(node)
        if sign is not None:
            yield from (put(sign, other) for other in _BINARY[kind].get(text_of(sign), ()))

    return replace


def _removed_operand(node: Node) -> Iterator[Edit]:
    sides, sign = _sides(node), _operator(node)
    if sides is not None and text_of(sign) in words("operands", "may_go"):
        for side in sides:
            yield put(node, text_of(side))


def _swapped_operands(node: Node) -> Iterator[Edit]:
    sides, sign = _sides(node), _operator(node)
    if sides is not None and text_of(sign) in words("operands", "ordered"):
        yield put(node, f"({text_of(sides[1])}) {text_of(sign)} ({text_of(sides[0])})")


def _removed_sign(node: Node) -> Iterator[Edit]:
    if node.children and node.children[0].type in ("-", "!"):
        yield Edit(node.children[0].start_byte, node.children[0].end_byte, "")


def _constant(node: Node) -> Iterator[Edit]:
    if _is_invisible(node):
        return
    text = text_of(node)
    if node.type == "boolean_literal":
        yield put(node, "false" if text == "true" else "true")
    elif node.type == "string_literal":
        yield put(node, '""' if text != '""' else '"x"')
    elif node.type == "char_literal":
        yield from (put(node, other) for other in _near_characters(text))
    elif node.type == "float_literal" and (found := _FLOAT.match(text)):
        value = float(found["digits"].replace("_", ""))
        yield from (put(node, f"{other!r}{found['suffix']}") for other in (value + 1, value - 1) if other >= 0)
    elif node.type == "integer_literal" and (found := _NUMBER.match(text)):
        number = _integer(found["digits"].replace("_", ""))
        yield from (put(node, f"{other}{found['suffix']}") for other in (number + 1, number - 1) if other >= 0)


def _integer(digits: str) -> int:
    return int(digits, {"0x": 16, "0b": 2, "0o": 8}.get(digits[:2], 10))


def _near_characters(text: str) -> Iterator[str]:
    prefix, inner = text[: text.index("'")], text[text.index("'") + 1 : -1]
    if len(inner) != 1:
        return
    for other in (ord(inner) + 1, ord(inner) - 1):
        if 0x20 <= other < 0x7F and chr(other) not in "'\\":
            yield f"{prefix}'{chr(other)}'"


def _is_invisible(node: Node) -> bool:
    above = node.parent
    while above is not None and above.type not in ("block", "expression_statement", "let_declaration"):
        if above.type == "call_expression":
            function = text_of(above.child_by_field_name("function"))
            return re.split(r"\W+", function)[-1] in words("methods", "invisible")
        above = above.parent
    return False


def _removed_statement(node: Node) -> Iterator[Edit]:
    if node.type != "expression_statement" or text_of(node).endswith((";", "}")):
        yield put(node, "")


def _constant_condition(node: Node) -> Iterator[Edit]:
    condition = node.child_by_field_name("condition")
    if condition is None or condition.type in ("let_condition", "let_chain", "boolean_literal"):
        return
    yield put(condition, "false")
    if node.type == "if_expression":
        # A loop without an end would only cost time: the limit kills it.
        yield put(condition, "true")


def _removed_branch(node: Node) -> Iterator[Edit]:
    """Drop an `else`, an arm of a `match` (by a guard that never holds), an arm's guard."""
    if node.type == "else_clause":
        yield put(node, "")
        return
    pattern, value = node.child_by_field_name("pattern"), node.child_by_field_name("value")
    if pattern is None or value is None:
        return
    guard = pattern.child_by_field_name("condition")
    if guard is None:
        yield Edit(pattern.end_byte, pattern.end_byte, " if false")
    else:
        yield from (put(guard, other) for other in ("false", "true"))


def _removed_alternative(node: Node) -> Iterator[Edit]:
    """Drop one of `A | B`, in patterns and inside `matches!`."""
    for i, child in enumerate(node.children):
        if child.type == "|" and 0 < i < len(node.children) - 1:
            before, after = node.children[i - 1], node.children[i + 1]
            if node.type == "token_tree" and not {before.type, after.type} <= LITERALS | {"identifier"}:
                continue
            yield Edit(child.start_byte, after.end_byte, "")
            yield Edit(before.start_byte, child.end_byte, "")


def _default(node: Node) -> Iterator[Edit]:
    """Give a default for what is returned: by `return`, a closure, an arm, `Some(..)`, `?`, `unwrap_or(..)`."""
    if node.type == "try_expression":
        yield Edit(node.end_byte - 1, node.end_byte, ".unwrap_or_default()")
    elif node.type == "call_expression":
        yield from calls.default_of_call(node)
    elif node.type == "return_expression":
        yield from (put(child, DEFAULT) for child in node.named_children if text_of(child) not in IS_DEFAULT)
    else:
        value = node.child_by_field_name("body" if node.type == "closure_expression" else "value")
        if value is not None and text_of(value) not in IS_DEFAULT:
            yield put(value, DEFAULT)


def _range(node: Node) -> Iterator[Edit]:
    """Include or exclude the end; move start and end by one where they are no literals."""
    for i, child in enumerate(node.children):
        if child.type in ("..", "..=") and i < len(node.children) - 1:
            yield put(child, "..=" if child.type == ".." else "..")
        elif child.is_named and child.type not in LITERALS and node.type == "range_expression":
            yield from (put(child, f"({text_of(child)} {sign} 1)") for sign in "+-")


def _wrong_jump(node: Node) -> Iterator[Edit]:
    text = text_of(node)
    if text in ("break", "continue"):
        yield put(node, "continue" if text == "break" else "break")


_BINARIES = "binary_expression compound_assignment_expr"
_LITERALS = " ".join(LITERALS)
_LISTS = "call_expression tuple_expression closure_parameters tuple_pattern"
_RETURNING = "try_expression call_expression return_expression closure_expression match_arm"
_OPERATORS: list[tuple[str, str, Operator]] = [
    ("relational", _BINARIES, _replaced_operator("relational")),
    ("arithmetic", _BINARIES, _replaced_operator("arithmetic")),
    ("logical", _BINARIES, _replaced_operator("logical")),
    ("removed operand", "binary_expression", _removed_operand),
    ("swapped operands", "binary_expression", _swapped_operands),
    ("removed sign", "unary_expression negative_literal", _removed_sign),
    ("constant", _LITERALS, _constant),
    ("removed statement", "expression_statement let_declaration", _removed_statement),
    ("constant condition", "if_expression while_expression", _constant_condition),
    ("removed branch", "else_clause match_arm", _removed_branch),
    ("removed alternative", "or_pattern token_tree", _removed_alternative),
    ("swapped arguments", _LISTS, calls.swapped_arguments),
    ("default", _RETURNING, _default),
    ("range", "range_expression range_pattern", _range),
    ("twin", "call_expression", calls.twin_method),
    ("twin path", "scoped_identifier", calls.twin_path),
    ("removed call", "call_expression", calls.removed_call),
    ("sort direction", "call_expression", calls.sort_direction),
    ("skipped item", "call_expression", calls.skipped_item),
    ("count off by one", "call_expression index_expression", calls.count_off_by_one),
    ("wrong predicate", "call_expression", calls.wrong_predicate),
    ("wrong variable", "identifier", wrong_variable),
    ("wrong jump", "break_expression continue_expression", _wrong_jump),
]
# Each operator by its name, with the types of the nodes that it looks at.
OPERATORS = {name: (frozenset(types.split()), operator) for name, types, operator in _OPERATORS}
