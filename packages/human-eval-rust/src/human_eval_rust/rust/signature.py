"""A function's signature in parts."""

from __future__ import annotations

from dataclasses import dataclass

from tree_sitter import Node

from human_eval_rust.rust.tree import name_of, parse, text_of, walk


@dataclass(frozen=True)
class Parameter:
    """One parameter of a function, its type as written."""

    name: str
    type: str


@dataclass(frozen=True)
class Signature:
    """A function's signature in parts; `generics`, `returns` and `where` are empty or ready to be pasted."""

    name: str
    generics: str
    parameters: tuple[Parameter, ...]
    returns: str
    where: str
    is_async: bool = False

    @property
    def types(self) -> str:
        """The types of the parameters and of what it returns."""
        return " ".join(parameter.type for parameter in self.parameters) + self.returns


def signature_of(text: str) -> Signature | None:
    """Return the signature of the first function in `text` that has a body."""
    node = next((one for one in walk(parse(text).root_node) if one.type == "function_item"), None)
    return None if node is None else signature(node)


def signature(node: Node) -> Signature:
    """Return the signature of a `function_item`."""
    parameters: list[Parameter] = []
    listed = node.child_by_field_name("parameters")
    for child in listed.named_children if listed is not None else []:
        if child.type == "parameter":
            parameters.append(
                Parameter(text_of(child.child_by_field_name("pattern")), text_of(child.child_by_field_name("type")))
            )
        elif child.type == "self_parameter":
            parameters.append(Parameter("self", "Self"))
    returns = text_of(node.child_by_field_name("return_type"))
    where = next((text_of(child) for child in node.children if child.type == "where_clause"), "")
    modifiers = next((text_of(child) for child in node.children if child.type == "function_modifiers"), "")
    return Signature(
        name=name_of(node),
        generics=text_of(node.child_by_field_name("type_parameters")),
        parameters=tuple(parameters),
        returns=f" -> {returns}" if returns else "",
        where=f" {where}" if where else "",
        is_async="async" in modifiers.split(),
    )
