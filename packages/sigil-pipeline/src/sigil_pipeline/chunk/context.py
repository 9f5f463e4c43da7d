"""What a chunk leans on, found in its own file: imports, types, constants, signatures of what it calls."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from sigil_pipeline.chunk.chunks import Block, Context
from sigil_pipeline.chunk.imports import Import, looked_up, needed
from sigil_pipeline.chunk.syntax import field, indentation, text, tidy, walk_with_parents

if TYPE_CHECKING:
    from tree_sitter import Node

MAX_OWNER_LINES = 30
MAX_TYPE_LINES = 12
MAX_CONSTANT_LINES = 2
_MAX_NAMED = 6
_STANDARD_DERIVES = frozenset("Clone Copy Debug PartialEq Eq PartialOrd Ord Hash Default".split())
_TYPES = ("struct_item", "enum_item", "type_item", "union_item")
_CONSTANTS = ("const_item", "static_item")
_WORD = re.compile(r"[A-Za-z_]\w*")


class _Defined(NamedTuple):
    """A definition or signature, how many of its table stand before it in the file, and the header of its impl."""

    before: int
    text: str
    header: str = ""


_Table = dict[str, _Defined]


@dataclass(frozen=True)
class Index:
    """The named things of one file: definitions by name, free functions and methods as signatures."""

    types: _Table
    constants: _Table
    functions: _Table
    methods: dict[str, _Table]


def index_file(data: bytes, root: Node) -> Index:
    """Collect what a file defines; of two definitions with one name (by `cfg`) the first counts."""
    index = Index({}, {}, {}, {})
    tables = dict.fromkeys(_TYPES, index.types) | dict.fromkeys(_CONSTANTS, index.constants)
    for node, parent, owner in walk_with_parents(root):
        kind = node.type
        if kind == "function_item" and (called := field(node, "name")) is not None:
            _note_function(data, node, text(called), owner, index)
        elif kind in tables and not _is_associated(parent, owner) and (name := field(node, "name")) is not None:
            _note(tables[kind], text(name), definition(data, node))
    return index


def _note(table: _Table, name: str, defined: str, header: str = "") -> None:
    table.setdefault(name, _Defined(len(table), defined, header))


def _is_associated(parent: Node | None, owner: Node | None) -> bool:
    if parent is None or owner is None or parent.type != "declaration_list":
        return False
    return owner.type in ("impl_item", "trait_item")


def context_of(
    data: bytes, code: str, name: str, owner: Node | None, imports: Sequence[Import], index: Index
) -> Context:
    """Return what `code`, the item `name` inside the impl or trait `owner`, speaks of in its file."""
    words = set(_WORD.findall(code))
    base = base_name(owner) if owner is not None else ""
    header = owner_header(data, owner) if owner is not None else None
    words |= set(_WORD.findall(header or "")) - {base}
    definition = index.types[base].text if base in index.types else None
    called = _named(index.methods.get(base, {}), _own_calls(code) - {name}, MAX_TYPE_LINES)
    inherent: dict[str, list[str]] = {}
    for method in called:
        inherent.setdefault(method.header, []).append(method.text)
    context = Context(
        owner_header=header,
        owner_type=definition if definition and definition.count("\n") < MAX_OWNER_LINES else None,
        types=_texts(index.types, words - {base, name}, MAX_TYPE_LINES),
        constants=_texts(index.constants, words - {name}, MAX_CONSTANT_LINES),
        functions=_texts(index.functions, _called(code) - {name}, MAX_TYPE_LINES),
        methods=tuple(inherent.pop(header or "", ())),
        blocks=tuple(Block(other, tuple(members)) for other, members in inherent.items()),
    )
    # What is shown has imports of its own.
    inside = looked_up(code) | looked_up(header or "") - {base}
    return dataclasses.replace(context, imports=tuple(needed(imports, inside | words_of(context))))


def words_of(context: Context) -> set[str]:
    """Return the words of the code that a context shows which imports may give a meaning to."""
    members = [line for block in context.blocks for line in (block.header, *block.members)]
    shown = [context.owner_type or "", *context.types, *context.constants, *context.functions, *context.methods]
    return looked_up("\n".join([*shown, *members]))


def _own_calls(code: str) -> set[str]:
    return set(re.findall(r"\b(?:self\.|Self::)(\w+)\s*\(", code))


def _called(code: str) -> set[str]:
    return set(re.findall(r"(?<![.:\w])([a-z_]\w*)(?=\s*\(|\s*[,)])", code))


def _texts(table: _Table, wanted: set[str], max_lines: int) -> tuple[str, ...]:
    return tuple(one.text for one in _named(table, wanted, max_lines))


def _named(table: _Table, wanted: set[str], max_lines: int) -> Iterator[_Defined]:
    """Yield the first few that are wanted, in the order of the file; a chunk names less than a large file defines."""
    found = sorted(table[name] for name in wanted if name in table)
    short = (one for one in found if one.text.count("\n") < max_lines)
    yield from islice(short, _MAX_NAMED)


def _note_function(data: bytes, node: Node, name: str, owner: Node | None, index: Index) -> None:
    body = field(node, "body")
    if body is None:
        return
    signature = declaration(header_of(data, node, body))
    header = owner_header(data, owner) or "" if owner is not None else ""
    if owner is not None and owner.type == "impl_item":
        if field(owner, "trait") is None:
            _note(index.methods.setdefault(base_name(owner), {}), name, signature, header)
    elif owner is None or owner.type in ("source_file", "mod_item"):
        _note(index.functions, name, signature)


def header_of(data: bytes, node: Node, body: Node) -> str:
    """Return what stands before an item's body, at the left margin."""
    raw = node.text or b""
    return tidy(raw[: body.start_byte - node.start_byte].decode("utf-8", "replace").rstrip(), indentation(data, node))


def declaration(signature: str) -> str:
    """Return a signature as it declares a function that is defined elsewhere; a `where` may have ended in a comma."""
    return f"{signature.removesuffix(',')};"


def owner_header(data: bytes, owner: Node) -> str | None:
    """Return the header of an impl block or trait."""
    body = field(owner, "body")
    return header_of(data, owner, body) if body is not None else None


def base_name(owner: Node) -> str:
    """Return the name of the type that an impl block is for, without path and parameters."""
    kind = field(owner, "type")
    match = _WORD.match(text(kind)) if kind is not None else None
    return match.group(0) if match else ""


def definition(data: bytes, node: Node) -> str:
    """Return a definition without comments and attributes, but with its standard derives."""
    plain = tidy(text(node), indentation(data, node))
    lines = [line for line in plain.split("\n") if line.strip() and not line.strip().startswith(("//", "#["))]
    return "\n".join([*derives(node), *lines])


def derives(node: Node) -> Iterator[str]:
    """Yield the attribute with the standard derives of a type, if it has any."""
    names: list[str] = []
    before = node.prev_sibling
    while before is not None and before.type in ("attribute_item", "line_comment", "block_comment"):
        if match := re.match(r"#\[\s*derive\((.*)\)\s*\]$", text(before), re.DOTALL):
            names = [name.strip() for name in match.group(1).split(",")] + names
        before = before.prev_sibling
    standard = [name for name in names if name in _STANDARD_DERIVES]
    if standard:
        yield f"#[derive({', '.join(standard)})]"
