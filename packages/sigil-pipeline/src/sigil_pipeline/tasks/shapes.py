"""Shapes of Rust code that rewrites and mutations look for, and the text they make."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sigil_pipeline.chunk.syntax import field, text, walk

if TYPE_CHECKING:
    from tree_sitter import Node

_BLOCKS = frozenset(
    "block unsafe_block async_block return_expression macro_invocation while_expression for_expression "
    "break_expression continue_expression".split()
)
# Expressions of which an operand is more than a value that stands by itself.
_LEANING = frozenset(
    "field_expression try_expression unary_expression reference_expression index_expression type_cast_expression "
    "await_expression binary_expression range_expression".split()
)


@dataclass(frozen=True)
class Function:
    """A function item with what the rules want to know about it."""

    node: Node
    body: Node
    returns: str
    names: frozenset[str]

    def fresh(self, *candidates: str) -> str:
        """Return the first name that the function does not use yet."""
        for name in candidates:
            if name not in self.names:
                return name
        return next(name for n in range(2, 100) if (name := f"{candidates[0]}_{n}") not in self.names)


def open_function(node: Node) -> Function | None:
    """Describe a function item; `None` for one without a body."""
    body = field(node, "body")
    if body is None:
        return None
    kind = field(node, "return_type")
    names = frozenset(text(inner) for inner in walk(node) if inner.type == "identifier")
    return Function(node, body, text(kind) if kind is not None else "", names)


def tail_expression(body: Node) -> Node | None:
    """Return the expression whose value a block has, `None` if it ends with a statement."""
    last = next((child for child in reversed(body.named_children) if "comment" not in child.type), None)
    if last is None:
        return None
    if last.type == "expression_statement" and not text(last).endswith(";"):
        return last.named_children[0]
    statement = last.type.endswith(("_statement", "_declaration", "_item", "_definition")) or last.type == "label"
    return None if statement or last.type == "attribute_item" else last


def match_text(pad: str, value: str, *arms: str) -> str:
    """Return a `match` over several lines, its first at `pad`."""
    return "\n".join([f"match {value} {{", *(f"{pad}    {arm}" for arm in arms), f"{pad}}}"])


def is_block_like(node: Node) -> bool:
    """Whether an expression is a block, control flow or a macro call."""
    return node.type in _BLOCKS or node.type.endswith(("if_expression", "match_expression", "loop_expression"))


def is_else_if(node: Node) -> bool:
    """Whether an `if` is the continuation of another."""
    return node.parent is not None and node.parent.type == "else_clause"


def stands_alone(node: Node) -> bool:
    """Whether the node's value is not the receiver of a method, a field access or a `?`."""
    parent = node.parent
    if parent is None or parent.type not in _LEANING:
        return parent is not None
    logical = any(child.type in ("&&", "||") for child in parent.children) and "==" not in text(parent)
    return parent.type == "binary_expression" and logical and node.type in ("call_expression", "unary_expression")


def method_name(call: Node) -> str | None:
    """Return the method that a call expression calls, `None` if it calls no method."""
    function = field(call, "function")
    name = field(function, "field") if function is not None and function.type == "field_expression" else None
    return text(name) if name is not None else None


def receiver_of(node: Node, method: str) -> Node | None:
    """Return what `method` is called on, `None` if the node is no such call."""
    if node.type != "call_expression" or method_name(node) != method:
        return None
    function = field(node, "function")
    return field(function, "value") if function is not None else None


def pad_of(node: Node) -> str:
    """Return the indentation of the line on which a node begins."""
    outer = node
    while outer.parent is not None and outer.parent.start_point.row == node.start_point.row:
        outer = outer.parent
    return " " * outer.start_point.column


def indented(block: str) -> str:
    """Shift a block one level in, as it now stands inside an arm."""
    first, *rest = block.split("\n")
    return "\n".join([first, *(f"    {line}" if line.strip() else line for line in rest)])
