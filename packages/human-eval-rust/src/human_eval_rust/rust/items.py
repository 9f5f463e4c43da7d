"""Cut Rust text into top-level items; broken items and prose between them are recognised as such."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from tree_sitter import Node

from human_eval_rust.rust.tree import child_of, name_of, parse, text_of
from sigil_common.rust_text import item_end, line_of, mask, unmatched_close

_KINDS = {f"{kind}_item": kind for kind in "struct enum union impl trait mod type const static".split()} | {
    "function_item": "fn",
    "function_signature_item": "fn",
    "use_declaration": "use",
    "macro_definition": "macro",
    "extern_crate_declaration": "extern crate",
    "foreign_mod_item": "extern block",
    "inner_attribute_item": "inner attribute",
    "macro_invocation": "macro call",
}
_DECORATION = frozenset({"attribute_item", "line_comment", "block_comment"})
_ITEM_START = re.compile(
    r"""^(?P<indent>[ \t]*)(?:\#\[[^\]\n]*\][ \t]*)*(?:pub\b(?:[ ]*\([^)\n]*\))?\s+)?
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

    def below(self, line: int) -> Item:
        """Return the item as part of a text that begins with `line` of another one."""
        return replace(self, line=self.line + line - 1)


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
    return _cut_clean(text) or _harvest(text, entry_point)


def definitions(code: str, name: str, start: int = 0) -> list[int]:
    """Return where masked `code`, from `start` on, defines the function `name`."""
    return [found.start() for found in _FN_NAME.finditer(code, start) if found[1] == name]


def _cut_clean(text: str) -> Cut | None:
    """Return what is in a text that parses, `None` for any other."""
    root = parse(text).root_node
    if root.has_error:
        return None
    raw = text.encode("utf-8", "replace")
    items: list[Item] = []
    pending: list[Node] = []
    statements = False
    for shell in root.children:
        if shell.type in _DECORATION:
            pending.append(shell)
            continue
        called = child_of(shell, "macro_invocation") if shell.type == "expression_statement" else None
        node = called or shell
        if node.type in _KINDS:
            items.append(_item(raw, node, pending, shell))
        elif node.type not in ("empty_statement", ";", "shebang"):
            statements = True
        pending = []
    return Cut(tuple(items), clean=True, other=("statements",) if statements else ())


def _item(raw: bytes, node: Node, pending: list[Node], shell: Node) -> Item:
    first = [*pending, shell][0].start_byte
    start, text = (raw[at:end].decode("utf-8", "replace") for at, end in ((0, first), (first, shell.end_byte)))
    kind = _KINDS[node.type]
    name = text_of(node.child_by_field_name("macro")) if kind == "macro call" else name_of(node)
    heads = (node.child_by_field_name(field) if kind == "impl" else None for field in ("type", "trait"))
    subject, trait = map(base_name, heads)
    attributes = tuple(text_of(one) for one in pending if one.type == "attribute_item")
    return Item(text, len(start), line_of(start, len(start)), kind, name.removeprefix("r#"), subject, trait, attributes)


def base_name(node: Node | None) -> str:
    """Return the last path segment of a type, without references and generic arguments."""
    while node is not None:
        inner = node.child_by_field_name("type") or node.child_by_field_name("name")
        if inner is None:
            return text_of(node)
        node = inner
    return ""


def _harvest(text: str, entry_point: str) -> Cut:
    # By the lexer: around an error, and in prose, the tree's nodes are guesses that swallow whole functions.
    code = mask(text).code
    items: list[Item] = []
    between: list[str] = []
    done = 0
    for found in _ITEM_START.finditer(code):
        if found.start() < done:
            continue
        item = _harvest_one(text, code, found, entry_point)
        if item is not None:
            items.append(item)
            between.append(text[done : item.start])
            done = item.start + len(item.text)
    prose = any(part.strip() for part in (*between, text[done:]))
    return Cut(tuple(items), clean=False, other=("prose",) if prose else ())


def _harvest_one(text: str, code: str, found: re.Match[str], entry_point: str) -> Item | None:
    keyword = found["keyword"]
    end = item_end(code, found.start(), only_semicolon=keyword in _SEMICOLON_ENDED)
    start = _with_decoration(text, found.start())
    name = _FN_NAME.match(code, found.start("keyword")) if keyword == "fn" else None
    if end is None and name is None:
        return _unfinished(text, code, found, entry_point)
    piece = text[start : end or _next_item(code, found)]
    cut = _cut_clean(piece) if end else None
    if cut and cut.items:
        return replace(cut.items[-1], text=piece, start=start, line=line_of(text, start))
    return Item(piece, start, line_of(text, start), "broken", name[1]) if name else None


def _unfinished(text: str, code: str, found: re.Match[str], entry_point: str) -> Item | None:
    """Return an item that goes on to the end of the text as its brace never closes, an `impl` by its type's name."""
    brace = code.find("{", found.end())
    if found["keyword"] not in _HOLDS_OTHERS or brace < 0 or unmatched_close(code, brace + 1) is not None:
        return None
    if entry_point and definitions(code, entry_point, brace):
        return None
    start = _with_decoration(text, found.start())
    cut = _cut_clean(text[start : brace + 1] + "}")
    if cut is None or len(cut.items) != 1 or cut.other:
        return None
    head = cut.items[0]
    name = head.name or head.subject
    return replace(head, text=text[start:], start=start, line=line_of(text, start), kind="broken", name=name)


def _next_item(code: str, found: re.Match[str]) -> int:
    """Return where the item after a broken one begins: the next that is indented no deeper."""
    depth = len(found["indent"])
    later = (one.start() for one in _ITEM_START.finditer(code, found.end()) if len(one["indent"]) <= depth)
    return next(later, len(code))


def _with_decoration(text: str, start: int) -> int:
    line_start = text.rfind("\n", 0, start) + 1
    while line_start > 0:
        above = text.rfind("\n", 0, line_start - 1) + 1
        if not _ANY_ATTRIBUTE_OR_DOC.match(text[above:line_start]):
            break
        line_start = above
    return line_start
