"""Documentation of an item, out of `///`, `/** */` and `#[doc = "..."]`, as plain Markdown."""

from __future__ import annotations

import ast
import functools
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from sigil_pipeline.chunk.syntax import field, text

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token
    from tree_sitter import Node

_DOC_ATTRIBUTE = re.compile(r'#\[\s*doc\s*=\s*("(?:[^"\\]|\\.)*")\s*\]', re.DOTALL)
# Where the prose of a text is over.
_ENDS = frozenset({"heading_open", "fence", "code_block", "table_open"})
_ADDRESS = re.compile(r"^[\w`-]+: (?:#\S+|\S*(?:/|::)\S*)$")
_RUST_PATH = re.compile(r"^(?:`[^`]*`|(?:[A-Z]+@)?[A-Z_]\w*(?:(?:::|\.)\w+)*(?:\(\)|!)?)$")


def is_outer_doc(node: Node) -> bool:
    """Whether a node is a doc comment of the item that follows."""
    return node.type in ("line_comment", "block_comment") and field(node, "outer") is not None


def documentation(leading: Sequence[Node]) -> str:
    """Join the docs among the nodes that stand before an item; empty if there are none."""
    parts = []
    for node in leading:
        if is_outer_doc(node):
            doc = field(node, "doc")
            content = text(doc).rstrip("\r\n") if doc is not None else ""
            parts.append(_line(content) if node.type == "line_comment" else _block(content))
        elif match := _DOC_ATTRIBUTE.match(text(node)):
            parts.append(_line(_literal(match.group(1))))
    return "\n".join(parts).strip()


def _line(content: str) -> str:
    return content.removeprefix(" ").rstrip()


def _block(content: str) -> str:
    return "\n".join(re.sub(r"^\s*\*? ?", "", line).rstrip() for line in content.split("\n")).strip()


def _literal(quoted: str) -> str:
    try:
        return str(ast.literal_eval(quoted))
    except (SyntaxError, ValueError):
        return quoted.strip('"')


@functools.lru_cache(maxsize=4096)
def prose(docs: str) -> str:
    """Return the text before the first heading, code or table, links replaced by their words, a paragraph on one line.

    An item of a list is a line of its own; a list that a paragraph introduces with a colon is part of that paragraph.
    """
    blocks: list[str] = []
    marks: list[str] = []  # of the list items that are open, from the outermost on
    in_list = False
    for token in _markdown().parse(docs, {"references": _Links()}):
        if token.type in _ENDS:
            break
        if token.type == "list_item_open":
            marks.append(f"{token.info}{token.markup} " if token.info else "- ")
        elif token.type == "list_item_close":
            marks.pop()
        elif token.type == "inline" and (words := _words(token)):
            line = f"{'  ' * (len(marks) - 1)}{marks[-1]}{words}" if marks else words
            if marks and blocks and (in_list or blocks[-1].endswith(":")):
                blocks[-1] += f"\n{line}"
            else:
                blocks.append(line)
            in_list = bool(marks)
            marks = [*marks[:-1], "  "] if marks else marks
    return "\n\n".join(blocks)


def summary(docs: str) -> str:
    """Return the first paragraph of the prose."""
    return prose(docs).split("\n\n")[0]


@functools.cache
def _markdown() -> MarkdownIt:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark").enable("table")


class _Links(dict[str, object]):
    """The definitions of links in a text, and those that rustdoc finds by itself: what looks like a path of Rust."""

    def get(self, label: str, default: object = None) -> object:
        """Return where a label leads; the parser gives it in capitals."""
        return super().get(label, default) or ({"href": "", "title": ""} if _RUST_PATH.match(label) else default)


def _words(paragraph: Token) -> str:
    """Return a paragraph as it is written, on one line and links as their words; empty for one that is an address."""
    parts = []
    for token in paragraph.children or ():
        if token.type == "code_inline":
            parts.append(f"{token.markup}{token.content}{token.markup}")
        elif token.type in ("softbreak", "hardbreak"):
            parts.append(" ")
        elif token.type in ("em_open", "em_close", "strong_open", "strong_close"):
            parts.append(token.markup)
        else:
            parts.append(token.content)
    return "" if _ADDRESS.match(paragraph.content) else " ".join("".join(parts).split())
