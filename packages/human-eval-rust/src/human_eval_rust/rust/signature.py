"""A function's signature in parts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tree_sitter import Node

from human_eval_rust.rust.tree import child_of, name_of, nodes_in, text_of, walk


@dataclass(frozen=True)
class Parameter:
    """One parameter of a function, its type as written."""

    name: str
    type: str


@dataclass(frozen=True)
class Signature:
    """A function's signature in parts; `generics`, `returns` and `where` are empty or ready to be pasted.

    `of_many`: it stands for many functions, generic in types or values, which no one pointer can lead to.
    """

    name: str
    generics: str
    parameters: tuple[Parameter, ...]
    returns: str
    where: str
    is_async: bool = False
    of_many: bool = False

    @property
    def types(self) -> str:
        """The types of the parameters and of what it returns."""
        return " ".join(parameter.type for parameter in self.parameters) + self.returns


def function_in(text: str) -> Node | None:
    """Return the first function in `text` that has a body."""
    return next(iter(nodes_in(text, "function_item")), None)


def signature_of(text: str) -> Signature | None:
    """Return the signature of the first function in `text` that has a body."""
    function = function_in(text)
    return signature(function) if function else None


def signature(function: Node) -> Signature:
    """Return the signature of a `function_item`."""
    generics, returns = (function.child_by_field_name(field) for field in ("type_parameters", "return_type"))
    where, modifiers = (text_of(child_of(function, kind)) for kind in ("where_clause", "function_modifiers"))
    listed = function.child_by_field_name("parameters")
    return Signature(
        name=name_of(function),
        generics=text_of(generics),
        parameters=tuple(_parameters(listed)),
        returns=f" -> {text_of(returns)}" if returns else "",
        where=f" {where}" if where else "",
        is_async="async" in modifiers.split(),
        of_many=any(_is_free(one) for part in (generics, listed, returns) if part for one in walk(part)),
    )


def _parameters(listed: Node | None) -> Iterator[Parameter]:
    for child in listed.named_children if listed else ():
        if child.type == "parameter":
            yield Parameter(*(text_of(child.child_by_field_name(field)) for field in ("pattern", "type")))
        elif child.type == "self_parameter":
            yield Parameter("self", "Self")


def _is_free(node: Node) -> bool:
    """Whether a node leaves a type, a value or the bounds of a lifetime open."""
    bounds = node.child_by_field_name("bounds") if node.type == "lifetime_parameter" else None
    return bounds is not None or node.type in ("type_parameter", "const_parameter", "abstract_type")
