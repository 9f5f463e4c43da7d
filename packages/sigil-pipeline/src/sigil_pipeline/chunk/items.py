"""The named things that a file of a crate defines, each with the place where an attribute of it would stand.

Items in the text of macros are among them where they can be told; what stands inside function bodies is not: a chunk
holds that itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from sigil_pipeline.chunk.syntax import field, text

if TYPE_CHECKING:
    from tree_sitter import Node

    from sigil_pipeline.chunk.extract import SourceFile

ItemKind = Literal["function", "constant", "type", "alias", "trait", "macro", "member", "variant", "field", "made"]

_KINDS: dict[str, ItemKind] = {
    "function_item": "function",
    "function_signature_item": "function",
    "const_item": "constant",
    "static_item": "constant",
    "struct_item": "type",
    "enum_item": "type",
    "union_item": "type",
    "type_item": "alias",
    "associated_type": "alias",
    "trait_item": "trait",
    "macro_definition": "macro",
    "enum_variant": "variant",
    "field_declaration": "field",
}
# What begins an item, and what may stand before that.
_BEGINS = frozenset("fn struct enum union const static type trait".split())
_QUALIFIERS = frozenset("pub const async unsafe extern default string_literal metavariable".split())
_BEFORE = frozenset(["{", "(", "[", ";", "token_tree", "token_repetition", "=>"])
_DEPRECATED = re.compile(r"#\[\s*deprecated\b")


@dataclass(frozen=True, eq=False)
class Item:
    """A function, type, constant, ... of a crate.

    `holder` is the type of a field or variant (of a variant's field the variant), or the trait of a member; `block` the
    impl of a member, the `extern` block of what stands in one, or the macro in whose text a `made` item stands. `mark`
    are the bytes that an attribute takes, empty unless it takes the place of another.
    """

    source: SourceFile
    node: Node
    kind: ItemKind
    name: str
    holder: Item | None
    block: Node | None
    mark: tuple[int, int]

    @property
    def root(self) -> Item:
        """The type or trait that it is a part of, else itself."""
        item = self
        while item.holder is not None:
            item = item.holder
        return item


def items_of(source: SourceFile) -> Iterator[Item]:
    """Yield the items of a file that can bear attributes, in source order; members of a trait's impl cannot."""
    stack: list[tuple[Node, Item | None, Node | None]] = [(source.root, None, None)]
    while stack:
        container, holder, block = stack.pop()
        member = (block is not None and block.type == "impl_item") or (holder is not None and holder.kind == "trait")
        below: list[tuple[Node, Item | None, Node | None]] = []
        for node, mark in _marked(container):
            kind, name = _KINDS.get(node.type), _name(node)
            item = None
            if kind is not None and name != "_":
                yield (item := Item(source, node, "member" if member else kind, name, holder, block, mark))
            macro = node.named_children[0] if node.type == "expression_statement" else node
            if macro.type in ("macro_definition", "macro_invocation"):
                yield from _made(source, macro)
            body = field(node, "body")
            if body is not None and item is not None and kind in ("type", "trait", "variant"):
                below.append((body, item, None))
            elif body is not None and node.type == "mod_item":
                below.append((body, None, None))
            elif body is not None and (node.type == "foreign_mod_item" or _is_inherent(node)):
                below.append((body, None, node))
        if container.type == "ordered_field_declaration_list":
            yield from _positional(source, container, holder)
        stack.extend(reversed(below))


def _is_inherent(node: Node) -> bool:
    return node.type == "impl_item" and field(node, "trait") is None


def _name(node: Node) -> str:
    name = field(node, "name")
    return text(name) if name is not None else "_"


def _marked(container: Node) -> Iterator[tuple[Node, tuple[int, int]]]:
    """Yield what a container holds, each with the place of its mark: before it, or over its own `#[deprecated]`."""
    own: Node | None = None
    for child in container.named_children:
        if child.type == "attribute_item":
            own = child if _DEPRECATED.match(text(child)) else own
        elif "comment" not in child.type:
            yield child, (own.start_byte, own.end_byte) if own is not None else (child.start_byte, child.start_byte)
            own = None


def _positional(source: SourceFile, container: Node, holder: Item | None) -> Iterator[Item]:
    """Yield the fields of a tuple struct or variant, named by their places."""
    first: Node | None = None
    number = 0
    for child, mark in _marked(container):
        if child.type == "visibility_modifier":
            first = child
            continue
        start = mark if first is None else (first.start_byte, first.start_byte)
        yield Item(source, child, "field", str(number), holder, None, start)
        first, number = None, number + 1


def _made(source: SourceFile, macro: Node) -> Iterator[Item]:
    """Yield what looks like an item in the text of a macro call, or in what a macro's rules expand to."""
    rules = [field(rule, "right") for rule in macro.named_children if rule.type == "macro_rule"]
    stack = [rule for rule in reversed(rules) if rule is not None] or macro.named_children[-1:]
    while stack:
        tree = stack.pop()
        tokens = [token for token in tree.children if "comment" not in token.type]
        for at, (token, name) in enumerate(pairwise(tokens)):
            name = tokens[at + 2] if name.type in ("ref", "mutable_specifier") and at + 2 < len(tokens) else name
            named = name.type in ("identifier", "metavariable", "type_identifier")
            if token.type in _BEGINS and named and (first := _first(tokens, at)) is not None:
                yield Item(source, name, "made", text(name), None, macro, (first.start_byte, first.start_byte))
        stack.extend(reversed(list(_open_trees(tokens))))


def _open_trees(tokens: Sequence[Node]) -> Iterator[Node]:
    """Yield the trees among tokens, the members of a trait's impl left out."""
    heads: set[str] = set()
    for token in tokens:
        braces = token.type == "token_tree" and text(token).startswith("{")
        if token.type in ("token_tree", "token_repetition") and not (braces and {"impl", "for"} <= heads):
            yield token
        heads = set() if braces or token.type == ";" else heads | {token.type}


def _first(tokens: Sequence[Node], at: int) -> Node | None:
    """Return the first token of the item whose keyword stands at a place, `None` if none begins there."""
    while at and (tokens[at - 1].type in _QUALIFIERS or _is_restriction(tokens, at - 1)):
        at -= 1
    return tokens[at] if at and tokens[at - 1].type in _BEFORE else None


def _is_restriction(tokens: Sequence[Node], at: int) -> bool:
    """Whether a token is what follows `pub` in `pub(crate)`."""
    return at > 0 and tokens[at - 1].type == "pub" and text(tokens[at]).startswith("(")
