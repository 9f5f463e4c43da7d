"""The context that shows exactly what a chunk uses: declarations, and of types and traits what is used of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from sigil_pipeline.chunk.chunks import Block, Chunk, Context
from sigil_pipeline.chunk.context import (
    MAX_CONSTANT_LINES,
    MAX_OWNER_LINES,
    MAX_TYPE_LINES,
    declaration,
    definition,
    derives,
    header_of,
    owner_header,
)
from sigil_pipeline.chunk.items import Item
from sigil_pipeline.chunk.syntax import field, indentation, text, tidy

if TYPE_CHECKING:
    from tree_sitter import Node

_MAX_MACRO_LINES = 20
_LISTS = frozenset({"field_declaration_list", "enum_variant_list", "declaration_list"})


def showing(chunk: Chunk, used: Iterable[Item], owner: Item | None, *, compact: bool) -> Context | None:
    """Return a context, without imports, in which all of `used` is shown; `None` if something cannot be.

    `owner` is the type whose impl the chunk stands in. A compact context shows of types only what is used of them.
    """
    parts = _Parts()
    for item in sorted(used, key=lambda item: _order(item, chunk)):
        if not parts.take(item):
            return None
    header = chunk.context.owner_header if chunk.kind == "function" else None
    blocks = [Block(name, tuple(members)) for name, members in parts.members.items() if name != header]
    owner_type = None
    for root, members in parts.roots.items():
        whole = _whole(root, MAX_OWNER_LINES if root is owner else MAX_TYPE_LINES, compact=compact)
        if whole is None:
            block = _partly(root, members)
            own = block.header == header
            parts.members.setdefault(block.header, []).extend(block.members if own else ())
            blocks += [] if own else [block]
        elif root is owner:
            owner_type = whole
        else:
            parts.types.append(whole)
    if owner is not None and owner not in parts.roots and not compact:
        owner_type = _whole(owner, MAX_OWNER_LINES, compact=False)
    return Context(
        owner_header=chunk.context.owner_header,
        owner_type=owner_type,
        types=(*parts.macros, *parts.types),
        constants=tuple(parts.constants),
        functions=tuple(parts.functions),
        methods=tuple(parts.members.get(header or "", ())),
        blocks=tuple(blocks),
    )


def _order(item: Item, chunk: Chunk) -> tuple[bool, str, int]:
    """What stands in the chunk's own file comes first."""
    return item.source.path != chunk.file, item.source.path, item.node.start_byte


class _Parts:
    """What is shown, sorted by where it stands in a context; `roots` are types and traits with what is used of them."""

    def __init__(self) -> None:
        self.macros: list[str] = []
        self.types: list[str] = []
        self.constants: list[str] = []
        self.functions: list[str] = []
        self.members: dict[str, list[str]] = {}
        self.roots: dict[Item, list[Item]] = {}

    def take(self, item: Item) -> bool:
        """Add an item; return whether it can be shown."""
        root = item.root
        if root.kind in ("type", "trait"):
            self.roots.setdefault(root, []).extend(() if item is root else (item,))
        elif item.kind != "made" and item.block is not None:
            header = owner_header(item.source.data, item.block) or ""
            self.members.setdefault(header, []).append(_declared(item))
        elif item.kind in ("macro", "made"):
            return self._take_macro(item.node if item.kind == "macro" else item.block)
        else:
            lines = {"constant": self.constants, "function": self.functions}.get(item.kind, self.types)
            lines.append(_declared(item))
        return True

    def _take_macro(self, node: Node | None) -> bool:
        """Show the definition of a macro, or a call that makes items; what makes a name of its own says too little."""
        if node is None or node.end_point.row - node.start_point.row >= _MAX_MACRO_LINES:
            return False
        shown = text(node) + (";" if node.type == "macro_invocation" and not text(node).endswith("}") else "")
        self.macros += [shown] if shown not in self.macros else []
        return True


def _declared(item: Item) -> str:
    """Return how an item is declared: a function or a long constant without what it is defined as."""
    data, node = item.source.data, item.node
    body = field(node, "body")
    if node.type == "function_item" and body is not None:
        return declaration(header_of(data, node, body))
    plain = definition(data, node)
    value = field(node, "value")
    if value is None or plain.count("\n") < MAX_CONSTANT_LINES:
        return plain
    return declaration(header_of(data, node, value).rstrip().removesuffix("=").rstrip())


def _whole(root: Item, most: int, *, compact: bool) -> str | None:
    """Return a type as it is defined, `None` if only a part of it is to be shown."""
    body = field(root.node, "body")
    if body is None or body.type not in _LISTS:
        return definition(root.source.data, root.node)
    whole = definition(root.source.data, root.node) if root.kind == "type" and not compact else None
    return whole if whole is not None and whole.count("\n") < most else None


def _partly(root: Item, members: Sequence[Item]) -> Block:
    """Return a type or trait with those of its members that are used."""
    body = field(root.node, "body")
    assert body is not None
    header = "\n".join([*derives(root.node), header_of(root.source.data, root.node, body)])
    used: dict[int, str] = {}
    for item in members:
        part = item if item.holder is root else item.holder
        if part is not None:
            used[part.node.start_byte] = _declared(part) if root.kind == "trait" else f"{_field(part)},"
    return Block(header, tuple(used[start] for start in sorted(used)))


def _field(item: Item) -> str:
    plain = tidy(text(item.node), indentation(item.source.data, item.node))
    return "\n".join(line for line in plain.split("\n") if not line.strip().startswith(("//", "#[")))
