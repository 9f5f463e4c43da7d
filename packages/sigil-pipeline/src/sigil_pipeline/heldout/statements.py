"""Rust statements as a tree, and edits of them. Examples in docs are statements, which a file by itself cannot hold."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sigil_pipeline.chunk.syntax import field, parse, tidy

if TYPE_CHECKING:
    from tree_sitter import Node

_HEAD, _FOOT = b"fn statements() {\n", b"\n}\n"


@dataclass(frozen=True)
class Statements:
    """Statements that parse: `block` is the tree that holds them, `data` the bytes that its places count in."""

    block: Node
    data: bytes

    @property
    def code(self) -> str:
        """The statements as text."""
        return self.data[len(_HEAD) : -len(_FOOT)].decode()

    def between(self, start: int, end: int) -> str:
        """Return the text between two places."""
        return self.data[start:end].decode()

    def edited(self, edits: Iterable[tuple[int, int, str]]) -> str:
        """Return the statements with `(start, end, text)` put in; a line that is left blank by it goes."""
        data = self.data
        for start, end, put in sorted(edits, reverse=True):
            first, last = (start, end) if put else _whole_lines(data, start, end)
            data = data[:first] + put.encode() + data[last:]
        return data[len(_HEAD) : -len(_FOOT)].decode()


def statements(code: str) -> Statements | None:
    """Parse statements; `None` if they do not parse, or are more than what a body can hold."""
    data = _HEAD + code.encode() + _FOOT
    root = parse(data)
    body = field(root.children[0], "body") if root.child_count == 1 else None
    return Statements(body, data) if body is not None and not root.has_error else None


def at_the_margin(code: str) -> str:
    """Return code without the white space that its lines have in common, and without empty lines around it."""
    whole = re.sub(r"\A(?:[ \t]*\n)+", "", code).rstrip()
    margins = (line[: len(line) - len(line.lstrip())] for line in whole.split("\n") if line.strip())
    return tidy(whole, min(margins, key=len, default=""))


def _whole_lines(data: bytes, start: int, end: int) -> tuple[int, int]:
    before = re.search(rb"(?<=\n)[ \t]*$", data[:start])
    after = re.match(rb"[ \t]*\n", data[end:])
    return (before.start(), end + after.end()) if before and after else (start, end)
