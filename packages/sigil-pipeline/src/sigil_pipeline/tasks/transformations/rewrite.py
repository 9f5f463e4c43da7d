"""What a rewrite is, and how it is applied."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sigil_pipeline.chunk.syntax import Rule, field, rewritten, text
from sigil_pipeline.compiler.edits import Edit
from sigil_pipeline.tasks.shapes import Function

if TYPE_CHECKING:
    from tree_sitter import Node

Part = Callable[["Node"], str]

# Where `return` and `?` leave something else than the function.
OWN_RETURN = frozenset({"closure_expression", "async_block", "try_block"})
# What an operator calls, where a function of this name may be what implements it.
_SIGNS = dict(
    pair.split(":") for pair in "add:+ sub:- mul:* div:/ rem:% bitand:& bitor:| bitxor:^ shl:<< shr:>>".split()
)


@dataclass(frozen=True)
class Rewrite:
    """One rule. `lints` are clippy's names for what it produces; `goals` say what undoing it means.

    Undoing a `neutral` one gives code that is written otherwise, and not in general better.
    """

    name: str
    lints: tuple[str, ...]
    goals: tuple[str, ...]
    rule: Callable[[Function], Rule]
    neutral: bool = False


def rewrite_body(rewrite: Rewrite, function: Function) -> Edit | None:
    """Apply one rule to a whole body; `None` if nothing in it matches, or if it might come to call itself."""
    new, old = rewritten(function.body, rewrite.rule(function)), text(function.body)
    name = field(function.node, "name")
    if new == old or (name is not None and _calls(text(name), new) > _calls(text(name), old)):
        return None
    return Edit(function.body.start_byte, function.body.end_byte, new)


def _calls(name: str, code: str) -> int:
    """Count calls by a bare name or as a method; a path says whose function is meant."""
    sign = _SIGNS.get(name)
    called = len(re.findall(rf"(?<!::)\b{re.escape(name)}\s*(?:::<[^()]*>)?\(", code))
    return called + (code.count(f" {sign} ") if sign else 0)


def everywhere(rule: Rule) -> Callable[[Function], Rule]:
    """Use a rule that is the same for every function."""
    return lambda _: rule


def only_argument(call: Node) -> Node | None:
    """Return the argument of a call that has exactly one."""
    arguments = field(call, "arguments")
    return arguments.named_children[0] if arguments is not None and arguments.named_child_count == 1 else None


def closure_parts(node: Node | None, parameters: int = 1) -> tuple[list[str], Node] | None:
    """Return the patterns and the body of a closure that neither moves nor leaves by itself."""
    if node is None or node.type != "closure_expression" or text(node).startswith("move"):
        return None
    taken, body = field(node, "parameters"), field(node, "body")
    if taken is None or body is None or taken.named_child_count != parameters or leaves(body):
        return None
    return [text(one) for one in taken.named_children], body


def leaves(node: Node) -> bool:
    """Whether code may leave the function or loop that it stands in, or wait."""
    stack = [node]
    while stack:
        one = stack.pop()
        if one.type in ("return_expression", "try_expression", "break_expression", "continue_expression"):
            return True
        if one.type in ("await_expression", "macro_invocation") and (one.type[0] == "a" or "?" in text(one)):
            return True
        stack.extend(one.children)
    return False


def names_variable(name: str, code: str) -> bool:
    """Whether code may name a variable; a field or method of this name is none."""
    return re.search(rf"(?<!(?<!\.)\.)\b{re.escape(name)}\b", code) is not None


def hides(steps: Sequence[tuple[str, str]]) -> bool:
    """Whether what a step binds would be seen by a later one that means another variable; steps are (pattern, code)."""
    return any(
        names_variable(name, code) and not names_variable(name, pattern)
        for number, (bound, _) in enumerate(steps)
        for name in set(re.findall(r"\b[a-z_]\w*", bound)) - {"mut", "ref", "_"}
        for pattern, code in steps[number + 1 :]
    )
