"""Combinators on `Option` and `Result` written as matches."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sigil_pipeline.chunk.syntax import Rule, field, text
from sigil_pipeline.tasks.shapes import Function, match_text, pad_of, receiver_of, stands_alone
from sigil_pipeline.tasks.transformations.rewrite import (
    OWN_RETURN,
    Part,
    Rewrite,
    closure_parts,
    everywhere,
    only_argument,
)

if TYPE_CHECKING:
    from tree_sitter import Node


def _option_map_to_match(node: Node, part: Part) -> str | None:
    """`x.map(|p| e)` on an Option; on anything else the patterns do not fit and the compiler says no."""
    if node.type in OWN_RETURN:
        return text(node)
    receiver = receiver_of(node, "map")
    arguments = field(node, "arguments") if receiver is not None else None
    if receiver is None or arguments is None or arguments.named_child_count != 1:
        return None
    closure = arguments.named_children[0]
    parameters, body = field(closure, "parameters"), field(closure, "body")
    if closure.type != "closure_expression" or parameters is None or body is None or text(closure).startswith("move"):
        return None
    if parameters.named_child_count != 1 or re.search(r"\breturn\b|\?", text(body)) or not stands_alone(node):
        return None
    pad, pattern = pad_of(node), text(parameters.named_children[0])
    return match_text(pad, part(receiver), f"Some({pattern}) => Some({part(body)}),", "None => None,")


def _unwrap_or_to_match(function: Function) -> Rule:
    value = function.fresh("value", "inner", "found")

    def rule(node: Node, part: Part) -> str | None:
        for method in ("unwrap_or", "unwrap_or_else"):
            receiver = receiver_of(node, method)
            arguments = field(node, "arguments") if receiver is not None else None
            if receiver is None or arguments is None or arguments.named_child_count != 1 or not stands_alone(node):
                continue
            fallback = _fallback(arguments.named_children[0], part, lazy=method.endswith("else"))
            if fallback is not None:
                pad = pad_of(node)
                return match_text(pad, part(receiver), f"Some({value}) => {value},", f"None => {fallback},")
        return None

    return rule


def _fallback(argument: Node, part: Part, *, lazy: bool) -> str | None:
    if not lazy:
        # An eager argument may have effects; only what has none can move into an arm.
        pure = re.fullmatch(r"(?:\w+::)*[\w.]+|\"[^\"]*\"|&?\[\]", text(argument)) and ".await" not in text(argument)
        return text(argument) if pure else None
    body = field(argument, "body")
    plain = argument.type == "closure_expression" and re.match(r"\|\s*\|", text(argument)) and body is not None
    return part(body) if plain and body is not None and not re.search(r"\breturn\b|\?", text(body)) else None


def _and_then_to_match(node: Node, part: Part) -> str | None:
    return _arms(node, part, "and_then", "Some({pattern}) => {body},", "None => None,")


def _result_to_match(function: Function) -> Rule:
    error = function.fresh("error", "err", "cause")

    def rule(node: Node, part: Part) -> str | None:
        last = f"Err({error}) => Err({error}),"
        return _arms(node, part, "map", "Ok({pattern}) => Ok({body}),", last) or _arms(
            node, part, "and_then", "Ok({pattern}) => {body},", last
        )

    return rule


def _arms(node: Node, part: Part, method: str, good: str, bad: str) -> str | None:
    receiver = receiver_of(node, method)
    parts = closure_parts(only_argument(node)) if receiver is not None else None
    if receiver is None or parts is None or not stands_alone(node):
        return None
    arm = good.format(pattern=parts[0][0], body=part(parts[1]))
    return match_text(pad_of(node), part(receiver), arm, bad)


def _tests_to_match(node: Node, part: Part) -> str | None:
    for method, bad in (("is_some_and", "None => false,"), ("is_none_or", "None => true,")):
        found = _arms(node, part, method, "Some({pattern}) => {body},", bad)
        if found is not None:
            return found
    return None


def _map_or_to_match(node: Node, part: Part) -> str | None:
    receiver = receiver_of(node, "map_or") or receiver_of(node, "map_or_else")
    arguments = field(node, "arguments") if receiver is not None else None
    if receiver is None or arguments is None or arguments.named_child_count != 2 or not stands_alone(node):
        return None
    first, second = arguments.named_children
    fallback, parts = _fallback(first, part, lazy=first.type == "closure_expression"), closure_parts(second)
    if fallback is None or parts is None:
        return None
    arm = f"Some({parts[0][0]}) => {part(parts[1])},"
    return match_text(pad_of(node), part(receiver), arm, f"None => {fallback},")


def _error_question(function: Function) -> Rule:
    """`x.map_err(f)?` and `x.ok_or(e)?`"""
    value, error = function.fresh("value", "inner", "found"), function.fresh("error", "err", "cause")

    def rule(node: Node, part: Part) -> str | None:
        if node.type in OWN_RETURN:
            return text(node)
        call = node.named_children[0] if node.type == "try_expression" and node.named_children else None
        argument = only_argument(call) if call is not None else None
        if call is None or argument is None:
            return None
        pad, made = pad_of(node), None
        if (receiver := receiver_of(call, "map_err")) is not None:
            parts = closure_parts(argument)
            pattern = parts[0][0] if parts else error
            if parts is None and argument.type == "closure_expression":
                return None
            made = part(parts[1]) if parts else f"{text(argument)}({error})"
            return match_text(pad, part(receiver), f"Ok({value}) => {value},", f"Err({pattern}) => return Err({made}),")
        if (receiver := receiver_of(call, "ok_or")) is not None:
            made = _fallback(argument, part, lazy=False)
        elif (receiver := receiver_of(call, "ok_or_else")) is not None and (none := closure_parts(argument, 0)):
            made = part(none[1])
        if receiver is None or made is None:
            return None
        return match_text(pad, part(receiver), f"Some({value}) => {value},", f"None => return Err({made}),")

    return rule


def _unwrap_or_default(function: Function) -> Rule:
    value = function.fresh("value", "inner", "found")

    def rule(node: Node, part: Part) -> str | None:
        receiver = receiver_of(node, "unwrap_or_default")
        if receiver is None or not stands_alone(node):
            return None
        arms = f"Some({value}) => {value},", "None => Default::default(),"
        return match_text(pad_of(node), part(receiver), *arms)

    return rule


def _then_to_if(node: Node, part: Part) -> str | None:
    lazy, argument = receiver_of(node, "then"), only_argument(node)
    receiver = lazy or receiver_of(node, "then_some")
    if receiver is None or argument is None or not stands_alone(node):
        return None
    parts = closure_parts(argument, 0)
    if lazy is not None:
        value = part(parts[1]) if parts else None
    else:
        value = _fallback(argument, part, lazy=False)
    return f"if {part(receiver)} {{ Some({value}) }} else {{ None }}" if value is not None else None


OPTIONS: tuple[Rewrite, ...] = (
    Rewrite(
        "error_question",
        ("clippy::question_mark", "clippy::manual_ok_or", "clippy::try_err"),
        (
            "Convert the error with a combinator and hand it on with `?`",
            "Replace the `match` that returns the error by `map_err` or `ok_or` and `?`",
        ),
        _error_question,
    ),
    Rewrite(
        "map_or",
        ("clippy::option_if_let_else", "clippy::manual_map_or"),
        ("Use `map_or` or `map_or_else` instead of the `match`", "Say in one call what the `match` computes"),
        everywhere(_map_or_to_match),
    ),
    Rewrite(
        "is_some_and",
        ("clippy::manual_is_variant_and", "clippy::match_like_matches_macro"),
        ("Ask the `Option` with one method instead of a `match`", "Replace the `match` that yields a `bool`"),
        everywhere(_tests_to_match),
    ),
    Rewrite(
        "and_then",
        ("clippy::manual_and_then", "clippy::option_if_let_else"),
        ("Chain the steps with `and_then` instead of nesting matches", "Use `Option::and_then` here"),
        everywhere(_and_then_to_match),
    ),
    Rewrite(
        "result_map",
        ("clippy::manual_map",),
        (
            "Let a method of `Result` pass the error through instead of a `match`",
            "Use `map` or `and_then` where only the good value is worked on",
        ),
        _result_to_match,
    ),
    Rewrite(
        "unwrap_or_default",
        ("clippy::manual_unwrap_or_default",),
        ("Use `unwrap_or_default`", "Replace the `match` that falls back to the default value"),
        _unwrap_or_default,
    ),
    Rewrite(
        "then",
        ("clippy::if_then_some_else_none",),
        (
            "Use `bool::then` or `then_some` instead of an `if` that wraps a value",
            "Say with `then` what this `if` yields",
        ),
        everywhere(_then_to_if),
        neutral=True,
    ),
    Rewrite(
        "option_map",
        ("clippy::manual_map",),
        (
            "Replace the hand-written `match` on the `Option` by a combinator",
            "Use `Option::map` where a `match` only rebuilds `Some` and `None`",
        ),
        everywhere(_option_map_to_match),
    ),
    Rewrite(
        "unwrap_or",
        ("clippy::manual_unwrap_or", "clippy::option_if_let_else"),
        (
            "Use `unwrap_or` or `unwrap_or_else` instead of matching on the `Option`",
            "Replace the `match` that supplies a default by the method made for it",
        ),
        _unwrap_or_to_match,
    ),
)
