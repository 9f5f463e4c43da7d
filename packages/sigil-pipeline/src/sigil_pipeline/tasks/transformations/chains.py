"""Chains of iterator adaptors written as loops over several statements."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sigil_pipeline.chunk.syntax import Rule, field, text
from sigil_pipeline.tasks.shapes import Function, method_name, pad_of, receiver_of, tail_expression
from sigil_pipeline.tasks.transformations.rewrite import Rewrite, closure_parts, hides, names_variable, only_argument

if TYPE_CHECKING:
    from tree_sitter import Node

_ADAPTORS = ("map", "filter", "filter_map", "flat_map", "flatten")


@dataclass
class _Loop:
    """A loop that is written level by level; `item` is the expression for what comes out so far."""

    function: Function
    pad: str
    lines: list[str]
    item: str = ""
    depth: int = 0

    def add(self, line: str) -> None:
        self.lines.append(f"{self.pad}{'    ' * self.depth}{line}")

    def open(self, head: str) -> None:
        self.add(f"{head} {{")
        self.depth += 1

    def bind(self, pattern: str) -> None:
        if pattern != self.item:
            self.add(f"let {pattern} = {self.item};")

    def name_item(self) -> str:
        """Give the item a name of its own, unless it has one."""
        if not re.fullmatch(r"\w+", self.item):
            name = self.function.fresh("value", "next", "found")
            self.add(f"let {name} = {self.item};")
            self.item = name
        return self.item

    def close(self) -> None:
        while self.depth:
            self.depth -= 1
            self.add("}")


def _looped(
    function: Function,
    chain: Node,
    pad: str,
    last: Callable[[_Loop], None],
    own: str = "",
    inside: tuple[str, str] = ("", ""),
) -> list[str] | None:
    """Return the lines of a loop over a chain, with its last adaptors as statements and `last` innermost.

    `own` is the pattern that `last` binds, by which the loop may go where nothing lies between; `inside` are the
    pattern and the code of what `last` writes. `None` if the loop's variables would hide others.
    """
    steps: list[tuple[str, list[str], Node | None]] = []
    source = chain
    while (name := method_name(source) if source.type == "call_expression" else None) in _ADAPTORS:
        parts = closure_parts(only_argument(source))
        if name is None or (name != "flatten" and (parts is None or parts[1].type == "block")):
            break
        steps.insert(0, (name, parts[0] if parts else [], parts[1] if parts else None))
        source = receiver_of(source, name) or source
    shown = [(" ".join(patterns), text(body) if body is not None else "") for _, patterns, body in steps]
    if hides([*shown, inside]):
        return None
    loop = _Loop(function, pad, [])
    first = steps[0] if steps else None
    if first is not None:
        own = first[1][0] if first[0] in ("map", "filter_map", "flat_map") else ""
    pattern = own or function.fresh("item", "entry")
    loop.open(f"for {pattern} in {text(source)}")
    loop.item = pattern
    for number, (name, patterns, body) in enumerate(steps):
        _write_step(loop, name, patterns, text(body) if body is not None else "", bound=number == 0)
    last(loop)
    loop.close()
    return loop.lines


def _write_step(loop: _Loop, name: str, patterns: list[str], body: str, *, bound: bool) -> None:
    if name == "filter":
        item = loop.name_item()
        loop.add(f"let {patterns[0]} = &{item};")
        loop.open(f"if {body}")
        return
    if name != "flatten" and not bound:
        loop.bind(patterns[0])
    if name == "map":
        loop.item = body
    elif name == "filter_map":
        loop.item = loop.function.fresh("kept", "some", "inner")
        loop.open(f"if let Some({loop.item}) = {body}")
    else:
        inner, loop.item = body or loop.item, loop.function.fresh("part", "element", "inner")
        loop.open(f"for {loop.item} in {inner}")


def _statement(function: Function, methods: Collection[str], write: Callable[..., list[str] | None]) -> Rule:
    """Rewrite `let x = CHAIN;` and the chain that is the function's value, if it ends with one of `methods`."""
    tail = tail_expression(function.body)

    def rule(node: Node, _: object) -> str | None:
        is_tail = tail is not None and node.id == tail.id
        chain = field(node, "value") if node.type == "let_declaration" else node if is_tail else None
        method = method_name(chain) if chain is not None and chain.type == "call_expression" else None
        pattern, kind = (field(node, "pattern"), field(node, "type")) if not is_tail else (None, None)
        if chain is None or (method or _generic(chain)) not in methods or field(node, "alternative") is not None:
            return None
        if not is_tail and (pattern is None or pattern.type != "identifier"):
            return None
        name = text(pattern) if pattern is not None else None
        wanted = text(kind) if kind is not None else function.returns if is_tail else ""
        lines = write(function, chain, pad_of(node), name, wanted)
        return "\n".join(lines).removeprefix(pad_of(node)) if lines else None

    return rule


def _generic(call: Node) -> str:
    """Return the method of a call with a turbofish, empty for another."""
    callee = field(call, "function")
    inner = field(callee, "function") if callee is not None and callee.type == "generic_function" else None
    name = field(inner, "field") if inner is not None and inner.type == "field_expression" else None
    return text(name) if name is not None else ""


def _receiver(call: Node) -> Node | None:
    callee = field(call, "function")
    if callee is not None and callee.type == "generic_function":
        callee = field(callee, "function")
    return field(callee, "value") if callee is not None else None


def _collect(function: Function, chain: Node, pad: str, name: str | None, wanted: str) -> list[str] | None:
    source, callee = _receiver(chain), field(chain, "function")
    turbofish = field(callee, "type_arguments") if callee is not None else None
    kind = text(turbofish)[1:-1] if turbofish is not None else wanted
    made = re.match(r"(?:\w+::)*(Vec|String|VecDeque|HashSet|BTreeSet)\b", kind)
    if source is None or made is None:
        return None
    out = name or function.fresh("result", "out", "collected")
    add = {"Vec": "push", "String": "push", "VecDeque": "push_back"}.get(made[1], "insert")
    loop = _looped(function, source, pad, lambda loop: loop.add(f"{out}.{add}({loop.item});"))
    if loop is None or names_variable(out, text(source)):
        return None
    typed = f": {wanted}" if wanted and name else ""
    head = f"{pad}let mut {out}{typed} = {made[0]}::new();"
    return [head, *loop, *([] if name else [f"{pad}{out}"])]


def _reduce(function: Function, chain: Node, pad: str, name: str | None, wanted: str) -> list[str] | None:
    method, source = method_name(chain) or _generic(chain), _receiver(chain)
    out, item, inside = name or function.fresh("total", "result", "count"), "", ""
    start, update = {"sum": ("0", "+= {}"), "product": ("1", "*= {}"), "count": ("0", "+= 1")}.get(method, ("", ""))
    if method == "fold":
        arguments = field(chain, "arguments")
        parts = closure_parts(arguments.named_children[-1], 2) if arguments is not None else None
        if arguments is None or parts is None or arguments.named_child_count != 2 or parts[1].type == "block":
            return None
        (kept, item), body = parts
        out = kept.removeprefix("mut ")
        if not out.isidentifier() or (name is not None and name != out):
            return None
        start, inside = text(arguments.named_children[0]), text(body)

        def last(loop: _Loop) -> None:
            loop.bind(item)
            loop.add(f"{out} = {text(body)};")
    else:

        def last(loop: _Loop) -> None:
            loop.add(f"{out} {update.format(loop.item)};")

    if source is None or names_variable(out, text(source)):
        return None
    loop = _looped(function, source, pad, last, item, (item, inside))
    typed = f": {wanted}" if wanted and name else ""
    return [f"{pad}let mut {out}{typed} = {start};", *loop, *([] if name else [f"{pad}{out}"])] if loop else None


def _search(function: Function, chain: Node, pad: str, name: str | None, wanted: str) -> list[str] | None:
    method, source = method_name(chain) or "", _receiver(chain)
    parts = closure_parts(only_argument(chain))
    if source is None or parts is None or parts[1].type == "block" or (name and names_variable(name, text(chain))):
        return None
    (pattern,), condition = parts[0], text(parts[1])
    good, bad = {"any": ("true", "false"), "all": ("false", "true")}.get(method, ("Some({})", "None"))

    def last(loop: _Loop) -> None:
        if method == "find":
            loop.add(f"let {pattern} = &{loop.name_item()};")
        else:
            loop.bind(pattern)
        if method == "find_map":
            loop.item = loop.function.fresh("hit", "some", "inner")
            loop.open(f"if let Some({loop.item}) = {condition}")
        else:
            loop.open(f"if !({condition})" if method == "all" else f"if {condition}")
        value = good.format(loop.item)
        if name is None:
            loop.add(f"return {value};")
        else:
            loop.add(f"{name} = {value};")
            loop.add("break;")

    loop = _looped(function, source, pad, last, "" if method == "find" else pattern, (pattern, condition))
    # `break` leaves one loop, and the search would go on in the outer one.
    if loop is None or (name is not None and sum(line.lstrip().startswith("for ") for line in loop) > 1):
        return None
    typed = f": {wanted}" if wanted and name else ""
    return [*([f"{pad}let mut {name}{typed} = {bad};"] if name else []), *loop, *([] if name else [f"{pad}{bad}"])]


def _each(function: Function) -> Rule:
    """`x.for_each(|p| ..);` and `v.extend(CHAIN);`"""

    def rule(node: Node, _: object) -> str | None:
        call = node.named_children[0] if node.type == "expression_statement" and node.named_children else None
        method = method_name(call) if call is not None and call.type == "call_expression" else None
        argument, receiver = (only_argument(call), _receiver(call)) if call is not None else (None, None)
        if call is None or argument is None or receiver is None or method not in ("for_each", "extend"):
            return None
        pad = pad_of(node)
        if method == "extend":
            if method_name(argument) not in _ADAPTORS if argument.type == "call_expression" else True:
                return None
            place = text(receiver)
            lines = _looped(
                function, argument, pad, lambda loop: loop.add(f"{place}.push({loop.item});"), "", ("", place)
            )
        else:
            parts = closure_parts(argument)
            if parts is None:
                return None
            (pattern,), body = parts
            inside = text(body)[1:-1].strip() if body.type == "block" else f"{text(body)};"

            def last(loop: _Loop) -> None:
                loop.bind(pattern)
                loop.add(inside)

            lines = _looped(function, receiver, pad, last, pattern, (pattern, inside))
        return "\n".join(lines).removeprefix(pad) if lines else None

    return rule


CHAINS: tuple[Rewrite, ...] = (
    Rewrite(
        "chain_collect",
        ("clippy::manual_flatten", "clippy::manual_filter_map"),
        (
            "Build the collection with a chain of iterator adaptors instead of a loop that pushes",
            "Replace the mutable collection and its loop by iterator adaptors and `collect`",
            "Say with an iterator chain what this loop collects",
        ),
        lambda function: _statement(function, ("collect",), _collect),
    ),
    Rewrite(
        "chain_search",
        ("clippy::manual_find", "clippy::manual_find_map"),
        (
            "Replace the loop that searches by the iterator method made for it",
            "Let an iterator do the search instead of a loop with an early exit",
        ),
        lambda function: _statement(function, ("any", "all", "find", "find_map"), _search),
    ),
    Rewrite(
        "chain_reduce",
        ("clippy::unnecessary_fold",),
        (
            "Replace the loop that accumulates by an iterator chain",
            "Compute the result with iterator adaptors instead of a mutable variable",
        ),
        lambda function: _statement(function, ("sum", "product", "count", "fold"), _reduce),
    ),
    Rewrite(
        "chain_each",
        ("clippy::manual_flatten", "clippy::same_item_push"),
        ("Write this loop as a call on an iterator", "Hand the iterator over instead of looping by hand"),
        _each,
        neutral=True,
    ),
)
