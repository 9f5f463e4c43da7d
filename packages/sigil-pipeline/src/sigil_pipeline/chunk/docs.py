"""Documentation of an item, out of `///`, `/** */` and `#[doc = "..."]`, as plain Markdown."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from sigil_pipeline.chunk.syntax import field, text

if TYPE_CHECKING:
    from tree_sitter import Node

_DOC_ATTRIBUTE = re.compile(r'#\[\s*doc\s*=\s*("(?:[^"\\]|\\.)*")\s*\]', re.DOTALL)


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


def prose(docs: str) -> str:
    """Return the text before the first heading or code block, links replaced by their words, on one line each."""
    kept: list[str] = []
    for line in docs.split("\n"):
        if line.lstrip().startswith(("#", "```", "~~~")):
            break
        kept.append(line)
    plain = re.sub(r"\[([^\]]+)\](?:\([^)]*\)|\[[^\]]*\])?", r"\1", "\n".join(kept))
    paragraphs = [" ".join(part.split()) for part in re.split(r"\n\s*\n", plain)]
    return "\n\n".join(part for part in paragraphs if part and not re.match(r"^[\w`-]+: \S+$", part))


def summary(docs: str) -> str:
    """Return the first paragraph of the prose."""
    return prose(docs).split("\n\n")[0]
