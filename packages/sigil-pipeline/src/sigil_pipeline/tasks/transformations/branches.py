"""Branches written otherwise: ladders of `if` for a `match`, and nesting for an early exit."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sigil_pipeline.chunk.syntax import Rule, field, text
from sigil_pipeline.tasks.shapes import Function, pad_of, tail_expression
from sigil_pipeline.tasks.transformations.rewrite import Part, Rewrite, everywhere

if TYPE_CHECKING:
    from tree_sitter import Node

_LITERALS = frozenset("integer_literal char_literal string_literal boolean_literal negative_literal".split())


def _ladder(node: Node, part: Part) -> str | None:
    """A `match` on a plain value over literals and ranges, its last arm `_`."""
    value, block = field(node, "value"), field(node, "body")
    if node.type != "match_expression" or value is None or block is None:
        return None
    # Each test evaluates it again, so it must be a place.
    if not re.fullmatch(r"\*?[\w.]+", text(value)) or ".await" in text(value):
        return None
    arms = [arm for arm in block.named_children if arm.type == "match_arm"]
    if len(arms) < 3 or len(arms) != block.named_child_count:
        return None
    pieces = []
    for arm in arms:
        pattern, result = field(arm, "pattern"), field(arm, "value")
        if pattern is None or result is None or field(pattern, "condition") is not None:
            return None
        if any("attribute" in part_of.type for part_of in arm.children):
            return None
        last = arm is arms[-1]
        kinds = pattern.named_children
        test = _test(kinds[0], text(value)) if kinds else None
        if (text(pattern) != "_") if last else test is None:
            return None
        body = part(result) if result.type == "block" else f"{{ {part(result)} }}"
        pieces.append(f"else {body}" if last else f"if {test} {body}")
    return " else ".join(pieces[:-1]) + f" {pieces[-1]}"


def _test(pattern: Node, value: str) -> str | None:
    if pattern.type in _LITERALS:
        return f"{value} == {text(pattern)}"
    if pattern.type == "range_pattern" and re.fullmatch(r"[^.]+\.\.(=?)[^.]+", text(pattern)):
        low, _, high = re.split(r"(\.\.=?)", text(pattern))
        return f"{low} <= {value} && {value} {'<=' if '..=' in text(pattern) else '<'} {high}"
    if pattern.type == "or_pattern":
        tests = [_test(one, value) for one in pattern.named_children]
        return " || ".join(filter(None, tests)) if all(tests) else None
    return None


def _nested(function: Function) -> Rule:
    """Guards that leave the function at once, with the rest of it put into an `else`."""
    tail = tail_expression(function.body)

    def rule(node: Node, _: Part) -> str | None:
        if node.id != function.body.id:
            return None
        children = [one for one in node.named_children if "comment" not in one.type]
        guards = [one for one in children[:-1] if _left(one, "return") is not None]
        if not guards or len(children) != node.named_child_count:
            return None
        unit = function.returns in ("", "()")
        if unit == (tail is not None) or any((_left(one, "return") == "") != unit for one in guards):
            return None
        return _put_inside(node, guards, unit=unit)

    return rule


def _put_inside(block: Node, guards: list[Node], *, unit: bool) -> str:
    source, start = (block.text or b""), block.start_byte
    pieces, position, closing = [], 0, ""
    for guard in guards:
        whole = guard.named_children[0] if guard.type == "expression_statement" else guard
        condition, then = field(whole, "condition"), field(whole, "consequence")
        pieces.append(source[position : guard.start_byte - start].decode())
        inside = text(then)[1:-1] if then is not None else ""
        asked = text(condition) if condition is not None else ""
        if unit:
            rest = re.sub(r"return;\s*$", "", inside).strip()
            pieces.append(f"if {asked} {{ {rest} }} else {{" if rest else f"if !({asked}) {{")
        else:
            value = re.sub(r"\breturn\b\s*([^;]*);?\s*$", r"\1", inside, flags=re.DOTALL)
            pieces.append(f"if {asked} {{{value} }} else {{")
        closing += "}"
        position = guard.end_byte - start
    return "".join([*pieces, source[position:-1].decode(), closing, "}"])


def _left(node: Node, word: str) -> str | None:
    """Return what an `if` without `else` ends with after `return` or `continue`, `None` if it ends otherwise."""
    inner = node.named_children[0] if node.type == "expression_statement" and node.named_children else node
    condition, then = field(inner, "condition"), field(inner, "consequence")
    if inner.type != "if_expression" or condition is None or then is None or field(inner, "alternative") is not None:
        return None
    if "let " in text(condition) or not then.named_children:
        return None
    last = then.named_children[-1]
    leaving = last.named_children[0] if last.type == "expression_statement" and last.named_children else last
    if leaving.type != f"{word}_expression" or leaving.named_child_count > 1:
        return None
    return text(leaving.named_children[0]) if leaving.named_children else ""


def _continued(node: Node, _: Part) -> str | None:
    """`if c { continue; }` at the head of a loop's body, with the rest put into an `if`."""
    body = field(node, "body") if node.type in ("for_expression", "while_expression", "loop_expression") else None
    first = body.named_children[0] if body is not None and body.named_child_count >= 2 else None
    if body is None or first is None or _left(first, "continue") != "":
        return None
    whole = first.named_children[0] if first.type == "expression_statement" else first
    condition, then = field(whole, "condition"), field(whole, "consequence")
    if condition is None or then is None or then.named_child_count != 1:
        return None
    head = (node.text or b"")[: body.start_byte - node.start_byte].decode()
    rest = (body.text or b"")[first.end_byte - body.start_byte : -1].decode()
    return f"{head}{{ if !({text(condition)}) {{{rest}}} {pad_of(node)}}}"


BRANCHES: tuple[Rewrite, ...] = (
    Rewrite(
        "match_ladder",
        ("clippy::comparison_chain",),
        (
            "Replace the ladder of comparisons by a `match`",
            "Use `match` with literal and range patterns instead of `if` and `else if`",
        ),
        everywhere(_ladder),
    ),
    Rewrite(
        "early_return",
        ("clippy::redundant_else",),
        (
            "Flatten the nesting: leave early where there is nothing more to do",
            "Use guard clauses with `return` instead of nested `else` blocks",
            "Reduce the indentation of this code by returning early",
        ),
        _nested,
    ),
    Rewrite(
        "early_continue",
        ("clippy::needless_continue",),
        (
            "Skip what the loop has nothing to do with by `continue`, and flatten the rest",
            "Use `continue` at the head of the loop instead of nesting its body",
        ),
        everywhere(_continued),
    ),
)
