"""The place in a crate's file that a row names, and other code put there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dataset_audit.syntax import ATTRIBUTES, items_in, parse, text, walk

if TYPE_CHECKING:
    from tree_sitter import Node

_ITEMS = frozenset({"function_item", "impl_item", "mod_item"})
# They say when code is there at all, which an answer does not: they stay.
_CONDITION = re.compile(r"#\s*\[\s*(cfg|cfg_attr|rustversion)\b")


@dataclass(frozen=True)
class Place:
    """A function, impl or module in a file. Bytes count from 0: `start` with attributes and docs, `item` without them.

    `body` is the byte behind its `{`; `kept` are the conditions among its attributes, `docs` its comments and
    attributes as text, `owner` is the header of the impl or trait around it, without white space.
    """

    file: str
    start: int
    item: int
    body: int
    end: int
    kept: str
    docs: str
    owner: str | None

    def overlaps(self, other: Place) -> bool:
        """Whether two places share code."""
        return self.file == other.file and self.start < other.end and other.start < self.end


def find_place(file: str, source: bytes, lines: tuple[int, int]) -> Place | None:
    """Return the item that lies in exactly these lines, `None` if there is none."""
    for node in walk(parse(source)):
        body = node.child_by_field_name("body")
        if node.type not in _ITEMS or body is None or node.end_point.row + 1 != lines[1]:
            continue
        leading = _leading(node)
        first = leading[0] if leading else node
        if first.start_point.row + 1 == lines[0]:
            kept = [text(one) for one in leading if _CONDITION.match(text(one))]
            return Place(
                file=file,
                start=first.start_byte,
                item=node.start_byte,
                body=body.start_byte + 1,
                end=node.end_byte,
                kept="".join(f"{one}\n" for one in kept),
                docs="\n".join(text(one) for one in leading),
                owner=_owner(node),
            )
    return None


def _leading(node: Node) -> list[Node]:
    """Return the attributes and doc comments before an item; an ordinary comment before all of them is not its own."""
    found: list[Node] = []
    before = node.prev_sibling
    while before is not None and before.type in ATTRIBUTES:
        found.insert(0, before)
        before = before.prev_sibling
    while found and not text(found[0]).startswith(("#[", "# [", "///", "/**")):
        found.pop(0)
    return found


def _owner(node: Node) -> str | None:
    around = node.parent.parent if node.parent is not None else None
    if around is None or around.type not in ("impl_item", "trait_item"):
        return None
    return header(around)


def header(block: Node) -> str:
    """Return what stands before the body of a block, without white space and a last comma."""
    body = block.child_by_field_name("body")
    assert body is not None
    return squeezed((block.text or b"")[: body.start_byte - block.start_byte]).decode("utf-8", "replace").rstrip(",")


def put(source: bytes, place: Place, code: str) -> bytes:
    """Return a file with other code in a place, below the conditions that stand there."""
    return source[: place.start] + place.kept.encode() + code.encode() + source[place.end :]


def insert(source: bytes, pieces: dict[int, str]) -> bytes:
    """Return a file with text inserted before some of its bytes."""
    for at in sorted(pieces, reverse=True):
        source = source[:at] + pieces[at].encode() + source[at:]
    return source


def is_code_of(code: str, source: bytes, place: Place) -> bool:
    """Whether a piece of code is the item in a place, white space, attributes and docs aside."""
    items = items_in(parse(code.encode()))
    return len(items) == 1 and squeezed(items[0].text or b"") == squeezed(source[place.item : place.end])


def squeezed(code: bytes) -> bytes:
    """Return code without white space."""
    return re.sub(rb"\s+", b"", code)
