"""What a chunk leans on, found in its own file: imports, types, constants, signatures of what it calls."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sigil_pipeline.chunk.chunks import Context
from sigil_pipeline.chunk.syntax import field, indentation, text, tidy, walk

if TYPE_CHECKING:
    from tree_sitter import Node

_MAX_OWNER_LINES = 30
_MAX_TYPE_LINES = 12
_MAX_CONSTANT_LINES = 2
_MAX_NAMED = 6
_STANDARD_DERIVES = frozenset("Clone Copy Debug PartialEq Eq PartialOrd Ord Hash Default".split())
_WORD = re.compile(r"[A-Za-z_]\w*")


@dataclass(frozen=True)
class Index:
    """The named things of one file: definitions by name, free functions and methods as signatures."""

    types: dict[str, str]
    constants: dict[str, str]
    functions: dict[str, str]
    methods: dict[str, dict[str, str]]


def index_file(data: bytes, root: Node) -> Index:
    """Collect what a file defines; of two definitions with one name (by `cfg`) the first counts."""
    index = Index({}, {}, {}, {})
    for node in walk(root):
        name = field(node, "name") if not _is_associated(node) else None
        if node.type in ("struct_item", "enum_item", "type_item", "union_item") and name is not None:
            index.types.setdefault(text(name), _definition(data, node))
        elif node.type in ("const_item", "static_item") and name is not None:
            index.constants.setdefault(text(name), _definition(data, node))
        elif node.type == "function_item" and (called := field(node, "name")) is not None:
            _note_function(data, node, text(called), index)
    return index


def _is_associated(node: Node) -> bool:
    block = node.parent
    owner = block.parent if block is not None and block.type == "declaration_list" else None
    return owner is not None and owner.type in ("impl_item", "trait_item")


def context_of(data: bytes, code: str, name: str, owner: Node | None, imports: Sequence[str], index: Index) -> Context:
    """Return what `code`, the item `name` inside the impl or trait `owner`, speaks of in its file."""
    words = set(_WORD.findall(code))
    base = base_name(owner) if owner is not None else ""
    header = owner_header(data, owner) if owner is not None else None
    words |= set(_WORD.findall(header or "")) - {base}
    definition = index.types.get(base)
    methods = index.methods.get(base, {})
    own_calls = set(re.findall(r"\b(?:self\.|Self::)(\w+)\s*\(", code)) - {name}
    context = Context(
        owner_header=header,
        owner_type=definition if definition and definition.count("\n") < _MAX_OWNER_LINES else None,
        types=tuple(_named(index.types, words - {base, name}, _MAX_TYPE_LINES)),
        constants=tuple(_named(index.constants, words - {name}, _MAX_CONSTANT_LINES)),
        functions=tuple(_named(index.functions, _called(code) - {name}, _MAX_TYPE_LINES)),
        methods=tuple(_named(methods, own_calls, _MAX_TYPE_LINES)),
    )
    # What is shown has imports of its own.
    shown = [context.owner_type or "", *context.types, *context.constants, *context.functions, *context.methods]
    words.update(_WORD.findall("\n".join(shown)))
    return dataclasses.replace(context, imports=tuple(line for line in imports if imported_names(line) & words))


def _called(code: str) -> set[str]:
    return set(re.findall(r"(?<![.:\w])([a-z_]\w*)(?=\s*\(|\s*[,)])", code))


def _named(table: Mapping[str, str], wanted: set[str], max_lines: int) -> Iterator[str]:
    found = [item for name, item in table.items() if name in wanted and item.count("\n") < max_lines]
    yield from found[:_MAX_NAMED]


def _note_function(data: bytes, node: Node, name: str, index: Index) -> None:
    body = field(node, "body")
    if body is None:
        return
    signature = f"{header_of(data, node, body)};"
    owner = node.parent.parent if node.parent is not None else None
    if owner is not None and owner.type == "impl_item":
        if field(owner, "trait") is None:
            index.methods.setdefault(base_name(owner), {}).setdefault(name, signature)
    elif owner is None or owner.type in ("source_file", "mod_item"):
        index.functions.setdefault(name, signature)


def header_of(data: bytes, node: Node, body: Node) -> str:
    """Return what stands before an item's body, at the left margin."""
    raw = node.text or b""
    return tidy(raw[: body.start_byte - node.start_byte].decode("utf-8", "replace").rstrip(), indentation(data, node))


def owner_header(data: bytes, owner: Node) -> str | None:
    """Return the header of an impl block or trait."""
    body = field(owner, "body")
    return header_of(data, owner, body) if body is not None else None


def imported_names(line: str) -> set[str]:
    """Return the names that a `use` brings into scope: the last word of every path, or its alias."""
    names = set()
    path = re.sub(r"(\w+)::\{\s*self\b", r"{\1", line.partition("use ")[2])
    for part in re.split(r"[{},;]", path):
        words = _WORD.findall(part)
        if words and words[-1] != "self":
            names.add(words[-1])
    return names


def base_name(owner: Node) -> str:
    """Return the name of the type that an impl block is for, without path and parameters."""
    kind = field(owner, "type")
    match = _WORD.match(text(kind)) if kind is not None else None
    return match.group(0) if match else ""


def _definition(data: bytes, node: Node) -> str:
    """Return a definition without comments and attributes, but with its standard derives."""
    plain = tidy(text(node), indentation(data, node))
    lines = [line for line in plain.split("\n") if line.strip() and not line.strip().startswith(("//", "#["))]
    return "\n".join([*_derives(node), *lines])


def _derives(node: Node) -> Iterator[str]:
    names: list[str] = []
    before = node.prev_sibling
    while before is not None and before.type in ("attribute_item", "line_comment", "block_comment"):
        if match := re.match(r"#\[\s*derive\((.*)\)\s*\]$", text(before), re.DOTALL):
            names = [name.strip() for name in match.group(1).split(",")] + names
        before = before.prev_sibling
    standard = [name for name in names if name in _STANDARD_DERIVES]
    if standard:
        yield f"#[derive({', '.join(standard)})]"
