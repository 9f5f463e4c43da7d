"""Could an answer that hands back one value, whatever it is called with, pass a function's examples?

Documentation often shows one call and its result, which the prompt shows, too. Such examples test nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from sigil_pipeline.chunk.syntax import field, leaves, parse, text, walk
from sigil_pipeline.heldout.statements import statements

if TYPE_CHECKING:
    from tree_sitter import Node

ASSERTS = frozenset(f"{debug}assert{kind}" for debug in ("", "debug_") for kind in ("", "_eq", "_ne"))
_TRUTHS = {"_": "true", "!_": "false"}


def weakness(bodies: Sequence[str], signature: str, name: str) -> str:
    """Return why the examples in `bodies` are no test of the function with this signature, nothing if they are one."""
    function = parse(f"{signature} {{}}".encode()).children[0]
    returns = field(function, "return_type")
    if returns is None:
        return ""
    if returns.type == "abstract_type":
        return "opaque_type"  # a body that is not written yet would not compile
    wanted = {one for body in bodies for one in _wanted(body, name)}
    if _holds_parameter(function, returns):  # whose values only the caller has
        return "" if any(map(_names_a_value, wanted)) else "one_result"
    calls = sum(_count_calls(body, name) for body in bodies)
    return "" if len(wanted) > 1 and calls > 1 else "one_result"


def _holds_parameter(function: Node, returns: Node) -> bool:
    parameters = field(function, "type_parameters")
    named = {text(leaf) for leaf in leaves(parameters) if leaf.type == "type_identifier"} if parameters else set()
    return any(text(leaf) in named for leaf in leaves(returns))


def _names_a_value(wanted: str) -> bool:
    """Whether an assertion compares with a value that is named or written out, and not with `None` or an empty list."""
    return not wanted or any(char.isdigit() or char in "\"'" for char in wanted)


def _count_calls(body: str, name: str) -> int:
    found = statements(body)
    words = [text(leaf) for leaf in leaves(found.block)] if found else []
    return sum(word == name and after in ("(", "::") for word, after in pairwise(words))


def _wanted(body: str, name: str) -> Iterator[str]:
    """Yield what each assertion wants of a result, in words that are equal where one value would do for both."""
    found = statements(body)
    for node in walk(found.block) if found else ():
        macro = field(node, "macro") if node.type == "macro_invocation" else None
        called, tree = text(macro) if macro is not None else "", node.children[-1:]
        if called in ASSERTS and tree and tree[0].type == "token_tree":
            yield from _results(called, _split(tree[0].children[1:-1], ","), name)


def _results(macro: str, arguments: list[list[Node]], name: str) -> Iterator[str]:
    sides = arguments[:2] if macro.endswith(("_eq", "_ne")) else _split(arguments[0], "==")
    written = [_written(side, name) for side in sides]
    if len(sides) == 1:
        yield _TRUTHS.get(written[0], written[0])
    elif macro.endswith("_ne") and written[0] == written[1]:
        yield from ("one", "another")
    else:
        telling = [one for one in written if one != "_"]
        yield ("not " if macro.endswith("_ne") else "") + " ".join(telling)


def _split(nodes: Sequence[Node], mark: str) -> list[list[Node]]:
    parts: list[list[Node]] = [[]]
    for node in nodes:
        if text(node) == mark:
            parts.append([])
        else:
            parts[-1].append(node)
    return parts


def _written(side: Sequence[Node], name: str) -> str:
    """Return one side of an assertion, with `_` for calls of the function and for names of values."""
    words: list[str] = []
    nodes = [node for node in side if "comment" not in node.type]
    for at, node in enumerate(nodes):
        after = nodes[at + 1] if at + 1 < len(nodes) else None
        called = after is not None and text(after).startswith("(")
        if at and text(nodes[at - 1]) == name and node.type == "token_tree":
            continue
        plain = node.type == "identifier" and text(node)[:1].islower() and (not called or text(node) == name)
        words.append("_" if plain else " ".join(text(leaf) for leaf in leaves(node)))
    return "".join(words).removeprefix("&").removeprefix("*").removeprefix("self::")
