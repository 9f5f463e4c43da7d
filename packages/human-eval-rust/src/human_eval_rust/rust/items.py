"""Cut Rust text into top-level items; broken items and prose between them are recognised as such."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from tree_sitter import Node

from human_eval_rust.rust.lexer import item_end, line_of, mask, unmatched_close
from human_eval_rust.rust.tree import name_of, parse, text_of

_KINDS = {
    "function_item": "fn",
    "function_signature_item": "fn",
    "struct_item": "struct",
    "enum_item": "enum",
    "union_item": "union",
    "impl_item": "impl",
    "trait_item": "trait",
    "mod_item": "mod",
    "type_item": "type",
    "use_declaration": "use",
    "const_item": "const",
    "static_item": "static",
    "macro_definition": "macro",
    "extern_crate_declaration": "extern crate",
    "foreign_mod_item": "extern block",
    "inner_attribute_item": "inner attribute",
    "macro_invocation": "macro call",
}
_DECORATION = frozenset({"attribute_item", "line_comment", "block_comment"})
_ITEM_START = re.compile(
    r"""^[ \t]*(?:\#\[[^\]\n]*\][ \t]*)*(?:pub\b(?:[ ]*\([^)\n]*\))?\s+)?
        (?:(?:default|const|async|unsafe|safe|extern)\s+(?=[a-z]))*
        (?P<keyword>(?:fn|struct|enum|union|impl|trait|mod|use|type|static|const|extern)\b|macro_rules!)""",
    re.VERBOSE | re.MULTILINE,
)
_SEMICOLON_ENDED = frozenset({"use", "type", "static", "const"})
_HOLDS_OTHERS = frozenset({"mod", "impl", "trait", "struct", "enum", "union"})
_FN_NAME = re.compile(r"\bfn\s+(?:r\#)?([A-Za-z_]\w*)")
_ANY_ATTRIBUTE_OR_DOC = re.compile(r"[ \t]*(?:#!?\[|//)")


@dataclass(frozen=True)
class Item:
    """One top-level item with its attributes and doc comments.

    `start` is its offset in the text that was cut, `line` the 1-based line there. `kind` is a keyword
    of Rust (`fn`, `struct`, ...), `inner attribute`, `macro call` or `broken` (it has a syntax error).
    `subject` is the base name of the type that an `impl` is for, `trait` the trait that it implements.
    """

    text: str
    start: int
    line: int
    kind: str
    name: str
    subject: str = ""
    trait: str = ""
    attributes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Cut:
    """The items of a text, and whether anything else was between them (`prose`, `statements`)."""

    items: tuple[Item, ...]
    clean: bool
    other: tuple[str, ...] = ()


def cut_items(text: str, entry_point: str = "") -> Cut:
    """Cut `text` into items, exactly where it parses, by keyword and bracket where it does not.

    All that follows the open brace of a module, type, trait or `impl` that is never closed is inside it:
    one broken item, unless it would swallow `fn entry_point`.
    """
    root = parse(text).root_node
    if not root.has_error:
        items, other = _from_tree(text, root)
        return Cut(items, clean=True, other=other)
    return _harvest(text, entry_point)


def definition(name: str) -> re.Pattern[str]:
    """Return the pattern of the words that define the function `name`."""
    return re.compile(rf"\bfn\s+(?:r\#)?{re.escape(name)}\b")


def _from_tree(text: str, root: Node) -> tuple[tuple[Item, ...], tuple[str, ...]]:
    raw = text.encode("utf-8", "replace")
    items: list[Item] = []
    other: list[str] = []
    pending: list[Node] = []
    for node in root.children:
        if node.type in _DECORATION:
            pending.append(node)
            continue
        shell = node
        if node.type == "expression_statement" and node.child_count and node.child(0).type == "macro_invocation":
            node = node.child(0)
        kind = _KINDS.get(node.type)
        if kind is None:
            if node.type not in ("empty_statement", ";", "shebang"):
                other.append("statements")
        else:
            first = pending[0].start_byte if pending else shell.start_byte
            start = len(raw[:first].decode("utf-8", "replace"))
            body = raw[first : shell.end_byte].decode("utf-8", "replace")
            items.append(_item(body, start, line_of(text, start), kind, node, pending))
        pending = []
    return tuple(items), tuple(dict.fromkeys(other))


def _item(body: str, start: int, line: int, kind: str, node: Node, pending: list[Node]) -> Item:
    attributes = tuple(text_of(one) for one in pending if one.type == "attribute_item")
    name = text_of(node.child_by_field_name("macro")) if kind == "macro call" else name_of(node)
    subject = trait = ""
    if kind == "impl":
        subject = base_name(node.child_by_field_name("type"))
        trait = base_name(node.child_by_field_name("trait"))
    return Item(body, start, line, kind, name.removeprefix("r#"), subject, trait, attributes)


def base_name(node: Node | None) -> str:
    """Return the last path segment of a type, without references and generic arguments."""
    while node is not None:
        inner = node.child_by_field_name("type") or node.child_by_field_name("name")
        if inner is None:
            return text_of(node)
        node = inner
    return ""


def _harvest(text: str, entry_point: str) -> Cut:
    code = mask(text).code
    items: list[Item] = []
    done = 0
    for found in _ITEM_START.finditer(code):
        if found.start() < done:
            continue
        item = _harvest_one(text, code, found, entry_point)
        if item is not None:
            items.append(item)
            done = item.start + len(item.text)
    rest = _leftover(text, items)
    return Cut(tuple(items), clean=False, other=("prose",) if rest.strip() else ())


def _harvest_one(text: str, code: str, found: re.Match[str], entry_point: str) -> Item | None:
    keyword = found["keyword"]
    end = item_end(code, found.start(), only_semicolon=keyword in _SEMICOLON_ENDED)
    start = _with_decoration(text, found.start())
    name = _FN_NAME.match(code, found.start("keyword")) if keyword == "fn" else None
    if end is None:
        if name is None:
            return _unfinished(text, code, found, entry_point)
        return Item(text[start : _next_item(code, found)], start, line_of(text, start), "broken", name[1])
    piece = text[start:end]
    root = parse(piece).root_node
    if not root.has_error:
        cut, _ = _from_tree(piece, root)
        if cut:
            return replace(cut[-1], text=piece, start=start, line=line_of(text, start))
    return Item(piece, start, line_of(text, start), "broken", name[1]) if name else None


def _unfinished(text: str, code: str, found: re.Match[str], entry_point: str) -> Item | None:
    """Return an item that goes on to the end of the text as its brace never closes, an `impl` by its type's name."""
    brace = code.find("{", found.end())
    if found["keyword"] not in _HOLDS_OTHERS or brace < 0 or unmatched_close(code, brace + 1) is not None:
        return None
    if entry_point and definition(entry_point).search(code, brace):
        return None
    start = _with_decoration(text, found.start())
    head = text[start : brace + 1] + "}"
    root = parse(head).root_node
    items, other = _from_tree(head, root)
    if root.has_error or len(items) != 1 or other:
        return None
    name = items[0].name or items[0].subject
    return replace(items[0], text=text[start:], start=start, line=line_of(text, start), kind="broken", name=name)


def _next_item(code: str, found: re.Match[str]) -> int:
    """Return where the item after a broken one begins: the next that is indented no deeper."""
    indent = _indent(found.group())
    later = (other.start() for other in _ITEM_START.finditer(code, found.end()) if _indent(other.group()) <= indent)
    return next(later, len(code))


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _with_decoration(text: str, start: int) -> int:
    line_start = text.rfind("\n", 0, start) + 1
    while line_start > 0:
        above = text.rfind("\n", 0, line_start - 1) + 1
        if not _ANY_ATTRIBUTE_OR_DOC.match(text[above:line_start]):
            break
        line_start = above
    return line_start


def _leftover(text: str, items: list[Item]) -> str:
    parts: list[str] = []
    position = 0
    for item in items:
        parts.append(text[position : item.start])
        position = item.start + len(item.text)
    return "".join([*parts, text[position:]])
