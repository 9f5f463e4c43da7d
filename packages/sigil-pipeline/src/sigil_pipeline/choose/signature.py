"""The signature of a function: its name, the types of its parameters and the type of its result.

Spelling does not count: neither white space, names of parameters and of type parameters, lifetimes, nor the path to a
type. Nor does what a translation of the same task to Rust is free to choose: text and slices owned or borrowed, and the
width of numbers. `self` is a type of its own, so a method has the signature of no function that takes values.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from sigil_pipeline.chunk.syntax import field, text, walk

if TYPE_CHECKING:
    from tree_sitter import Node

_LEFT_OUT = frozenset({"lifetime", "line_comment", "block_comment"})
_PATHS = frozenset({"identifier", "scoped_identifier", "crate", "super", "self"})
_WHOLE_NUMBERS = "u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize".split()
_ALIKE = {**dict.fromkeys(_WHOLE_NUMBERS, "int"), "f32": "float", "f64": "float", "String": "str"}


def functions(root: Node) -> Iterator[Node]:
    """Yield all functions that have a body, methods and those inside others among them, in source order."""
    for node in walk(root):
        if node.type == "function_item" and field(node, "name") and field(node, "body"):
            yield node


def name_of(function: Node) -> str:
    """Return a function's name; one with `r#` before it is the same."""
    name = field(function, "name")
    return text(name).removeprefix("r#") if name is not None else ""


def signature(function: Node) -> str:
    """Return the signature of a function as one line."""
    generics = _type_parameters(function)
    types = []
    parameters = field(function, "parameters")
    for node in parameters.named_children if parameters is not None else ():
        if node.type == "self_parameter":
            types.append("self")
        elif node.type == "parameter":
            types.append(_type(field(node, "type"), generics))
    return f"{name_of(function)}({', '.join(types)}) -> {_type(field(function, 'return_type'), generics)}"


def _type_parameters(function: Node) -> dict[str, str]:
    """Return names for the type parameters by their place."""
    found = field(function, "type_parameters")
    names = [field(node, "name") for node in found.named_children] if found is not None else []
    own = [text(name) for name in names if name is not None and name.type != "lifetime"]
    return {name: f"T{number}" for number, name in enumerate(own)}


def _type(node: Node | None, generics: dict[str, str]) -> str:
    """Return a type in the one spelling that counts; that of a function without a result is `()`."""
    words: list[str] = []
    stack: list[Node | str] = [node] if node is not None else []
    while stack:
        part = stack.pop()
        if isinstance(part, str):
            words.append(part)
        elif part.child_count:
            stack.extend(reversed(_parts(part)))
        else:
            word = text(part)
            words.append(generics.get(word) or _ALIKE.get(word, word))
    return _spelled(words) or "()"


def _parts(node: Node) -> Sequence[Node | str]:
    """Return what a type is made of: without its path, without `&` unless it is `&mut`, and `[T]` for `Vec<T>`."""
    name, path = field(node, "name"), field(node, "path")
    if node.type == "scoped_type_identifier" and name is not None and (path is None or path.type in _PATHS):
        return [name]
    arguments = field(node, "type_arguments")
    if node.type == "generic_type" and arguments is not None and _is_vec(field(node, "type")):
        return ["[", *arguments.children[1:-1], "]"]
    inside = [child for child in node.children if child.type not in _LEFT_OUT]
    if node.type == "reference_type" and all(child.type != "mutable_specifier" for child in inside):
        return inside[1:]
    return inside


def _is_vec(node: Node | None) -> bool:
    return node is not None and text(node).rpartition("::")[2] == "Vec"


def _spelled(words: list[str]) -> str:
    """Return tokens as Rust is written, without the commas and brackets that a lifetime left behind."""
    line = re.sub(r" ?([^\w ]+) ?", r"\1", " ".join(words))
    line = re.sub(r",(?=[]>)])|(?<=<),", "", line).replace("for<>", "").replace("<>", "")
    return line.replace(",", ", ")
