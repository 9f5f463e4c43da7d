"""Rewrites that keep the meaning of a function and lose its idiom; run backwards they are lessons.

The crate's own code is what the model is to write; what it is given is that code made un-idiomatic.
Each rule works on the syntax of one function body and may give code that does not compile (types are
not known here): the compiler is asked about every single result, see `compiler.ask`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sigil_pipeline.chunk.syntax import Rule, field, text, walk
from sigil_pipeline.tasks.shapes import (
    Function,
    indented,
    is_block_like,
    is_else_if,
    match_text,
    method_name,
    pad_of,
    receiver_of,
    stands_alone,
    tail_expression,
)
from sigil_pipeline.tasks.transformations.branches import BRANCHES
from sigil_pipeline.tasks.transformations.chains import CHAINS
from sigil_pipeline.tasks.transformations.loops import LOOPS
from sigil_pipeline.tasks.transformations.options import OPTIONS
from sigil_pipeline.tasks.transformations.rewrite import OWN_RETURN, Part, Rewrite, everywhere

if TYPE_CHECKING:
    from tree_sitter import Node

_SIMPLE = frozenset(
    "identifier field_expression call_expression integer_literal float_literal string_literal char_literal "
    "boolean_literal parenthesized_expression index_expression self scoped_identifier try_expression unary_expression "
    "reference_expression".split()
)


def _question_mark(function: Function) -> Rule:
    good, bad = ("Some", "None") if re.match(r"(\w+::)*Option\b", function.returns) else ("Ok", "Err")
    value, error = function.fresh("value", "inner", "found"), function.fresh("error", "err", "cause")

    def rule(node: Node, part: Part) -> str | None:
        if node.type in OWN_RETURN:
            return text(node)
        if node.type != "try_expression":
            return None
        pad = pad_of(node)
        failure = f"{bad} => return None" if bad == "None" else f"Err({error}) => return Err({error})"
        return match_text(pad, part(node.children[0]), f"{good}({value}) => {value},", f"{failure},")

    return rule


def _question_mark_into(function: Function) -> Rule:
    plain = _question_mark(function)
    error = function.fresh("error", "err", "cause")

    def rule(node: Node, part: Part) -> str | None:
        new = plain(node, part)
        return new if new is None else new.replace(f"return Err({error})", f"return Err(From::from({error}))")

    return rule


def _explicit_return(function: Function) -> Rule:
    tail = tail_expression(function.body)

    def rule(node: Node, _: Part) -> str | None:
        simple = tail is not None and node.id == tail.id and function.returns not in ("", "()")
        return f"return {text(node)};" if simple and not is_block_like(node) else None

    return rule


def _field_init(node: Node, _: Part) -> str | None:
    if node.type != "shorthand_field_initializer":
        return None
    name = text(node)
    return f"{name}: {name}" if name.isidentifier() else None


def _if_let_to_match(node: Node, part: Part) -> str | None:
    condition = field(node, "condition") if node.type == "if_expression" else None
    if condition is None or condition.type != "let_condition" or is_else_if(node):
        return None
    pattern, value, then = field(condition, "pattern"), field(condition, "value"), field(node, "consequence")
    other = field(node, "alternative")
    if pattern is None or value is None or then is None or (other is not None and "if" in text(other)[:8]):
        return None
    # In a match what the value borrows from lives on in the last arm; in `else` it may be gone.
    if other is not None and any(one.type in ("call_expression", "macro_invocation") for one in walk(value)):
        return None
    pad = pad_of(node)
    rest = indented(part(other.children[-1])) if other is not None else "{}"
    return match_text(pad, part(value), f"{text(pattern)} => {indented(part(then))}", f"_ => {rest}")


def _len_zero(node: Node, part: Part) -> str | None:
    if node.type == "unary_expression" and text(node).startswith("!"):
        receiver = receiver_of(node.children[-1], "is_empty")
        return f"{part(receiver)}.len() != 0" if receiver is not None and stands_alone(node) else None
    receiver = receiver_of(node, "is_empty")
    if receiver is None or not stands_alone(node):
        return None
    parent = node.parent
    negated = parent is not None and parent.type == "unary_expression"
    return None if negated else f"{part(receiver)}.len() == 0"


def _for_to_while_let(function: Function) -> Rule:
    iterator = function.fresh("iter", "iterator", "items")

    def rule(node: Node, part: Part) -> str | None:
        loop = node.children[0] if node.type == "expression_statement" and node.children else node
        if loop.type != "for_expression" or (node.parent is not None and node.type != "expression_statement"):
            return None
        pattern, value, body = field(loop, "pattern"), field(loop, "value"), field(loop, "body")
        if pattern is None or value is None or body is None or loop.children[0].type == "label":
            return None
        source = part(value) if value.type in _SIMPLE - {"unary_expression", "reference_expression"} else None
        start = f"{source}.into_iter()" if source else f"({part(value)}).into_iter()"
        pad = pad_of(node)
        return f"let mut {iterator} = {start};\n{pad}while let Some({text(pattern)}) = {iterator}.next() {part(body)}"

    return rule


def _compound_assignment(node: Node, part: Part) -> str | None:
    if node.type != "compound_assignment_expr":
        return None
    left, operator, right = field(node, "left"), field(node, "operator"), field(node, "right")
    if left is None or operator is None or right is None or re.search(r"[(\[]", text(left)):
        return None
    shown = part(right) if right.type in _SIMPLE else f"({part(right)})"
    return f"{text(left)} = {text(left)} {text(operator).removesuffix('=')} {shown}"


def _path_to_closure(function: Function) -> Rule:
    value = function.fresh("value", "item", "it")

    def rule(node: Node, _: Part) -> str | None:
        path = node.named_children[0] if node.type == "arguments" and node.named_child_count == 1 else None
        if path is None or not (path.type == "scoped_identifier" or text(path) in ("Some", "Ok", "Err")):
            return None
        call = node.parent
        method = method_name(call) if call is not None and call.type == "call_expression" else None
        if method not in ("map", "and_then", "map_err", "filter_map", "flat_map", "for_each"):
            return None
        return text(node).replace(text(path), f"|{value}| {text(path)}({value})", 1)

    return rule


def _let_else_to_match(node: Node, part: Part) -> str | None:
    if node.type != "let_declaration":
        return None
    pattern, value, other = field(node, "pattern"), field(node, "value"), field(node, "alternative")
    if pattern is None or value is None or other is None or pattern.type != "tuple_struct_pattern":
        return None
    bound = [child for child in pattern.named_children[1:] if child.type == "identifier"]
    if len(bound) != 1 or pattern.named_child_count != 2:
        return None
    name, pad = text(bound[0]), pad_of(node)
    return (
        f"let {name} = match {part(value)} {{\n{pad}    {text(pattern)} => {name},\n"
        f"{pad}    _ => {indented(part(other))}\n{pad}}};"
    )


def _matches_to_match(node: Node, _: Part) -> str | None:
    name = field(node, "macro") if node.type == "macro_invocation" else None
    if name is None or text(name) != "matches" or not stands_alone(node):
        return None
    split = _top_level_comma(text(node.children[-1])[1:-1])
    if split is None:
        return None
    value, pattern = split
    pad = pad_of(node)
    return match_text(pad, value, f"{pattern} => true,", "_ => false,")


def _top_level_comma(tokens: str) -> tuple[str, str] | None:
    depth = 0
    for position, char in enumerate(tokens):
        depth += (char in "([{") - (char in ")]}")
        if char == "," and depth == 0:
            value, pattern = tokens[:position].strip(), tokens[position + 1 :].strip().rstrip(",").strip()
            return (value, pattern) if value and pattern and "'" not in value + pattern else None
    return None


_IDIOMS: tuple[Rewrite, ...] = (
    Rewrite(
        "let_else",
        ("clippy::manual_let_else",),
        (
            "Use `let ... else` instead of the `match` that only unwraps one variant",
            "The `match` here exists only to bind one variant or leave; turn it into `let ... else`",
        ),
        everywhere(_let_else_to_match),
    ),
    Rewrite(
        "matches_macro",
        ("clippy::match_like_matches_macro",),
        (
            "Replace the `match` that yields `true` or `false` by `matches!`",
            "This `match` only answers yes or no; say it with the `matches!` macro",
        ),
        everywhere(_matches_to_match),
    ),
    Rewrite(
        "question_mark",
        ("clippy::question_mark", "clippy::try_err"),
        (
            "Propagate failures with the `?` operator instead of matching by hand",
            "Simplify the early returns in this function with `?`",
            "Replace every `match` that only hands the failure to the caller by `?`",
        ),
        _question_mark,
    ),
    Rewrite(
        "question_mark_from",
        ("clippy::question_mark",),
        (
            "Propagate errors with `?`, which also converts them, instead of matching by hand",
            "Let `?` do the error conversion and the early return",
        ),
        _question_mark_into,
    ),
    Rewrite(
        "for_loop",
        ("clippy::while_let_on_iterator", "clippy::explicit_into_iter_loop"),
        (
            "Turn the `while let` over an explicit iterator into a `for` loop",
            "Use a plain `for` loop instead of calling `next` by hand",
        ),
        _for_to_while_let,
    ),
    Rewrite(
        "if_let",
        ("clippy::single_match", "clippy::single_match_else", "clippy::option_if_let_else"),
        ("Replace the `match` with one interesting arm by `if let`", "Use `if let` where only one pattern matters"),
        everywhere(_if_let_to_match),
    ),
    Rewrite(
        "path_argument",
        ("clippy::redundant_closure", "clippy::redundant_closure_for_method_calls"),
        ("Pass the function itself instead of a closure that only calls it", "Remove the redundant closure"),
        _path_to_closure,
    ),
    Rewrite(
        "compound_assignment",
        ("clippy::assign_op_pattern",),
        ("Use compound assignment operators", "Shorten the assignments of the form `a = a op b`"),
        everywhere(_compound_assignment),
    ),
    Rewrite(
        "is_empty",
        ("clippy::len_zero",),
        (
            "Ask `is_empty()` instead of comparing the length with zero",
            "Replace length comparisons with zero by `is_empty`",
        ),
        everywhere(_len_zero),
    ),
    Rewrite(
        "field_shorthand",
        ("clippy::redundant_field_names",),
        (
            "Use field init shorthand where field and variable have the same name",
            "Remove the repeated names in the struct literal",
        ),
        everywhere(_field_init),
    ),
    Rewrite(
        "tail_expression",
        ("clippy::needless_return",),
        ("End the function with an expression instead of a `return` statement", "Drop the needless `return`"),
        _explicit_return,
    ),
)
# The last is for functions of which no other can be used.
REWRITES: tuple[Rewrite, ...] = (*CHAINS, *OPTIONS, *BRANCHES, *LOOPS, *_IDIOMS)
