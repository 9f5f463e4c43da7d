"""A whole source file as one chunk, without what only other builds compile."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import TYPE_CHECKING

from sigil_pipeline.chunk.chunks import Chunk, Context
from sigil_pipeline.chunk.docs import is_outer_doc
from sigil_pipeline.chunk.extract import SourceFile, has_uncompiled, is_test, is_unsafe
from sigil_pipeline.chunk.imports import Holds, cfg_predicate
from sigil_pipeline.chunk.syntax import field, parse, text

if TYPE_CHECKING:
    from tree_sitter import Node

_LEGAL = re.compile(r"copyright|licen[cs]e|spdx", re.IGNORECASE)
_COMMENTS = ("line_comment", "block_comment")


def whole_file(source: SourceFile, holds: Holds) -> Chunk:
    """Return a file as one chunk of kind `file`.

    Tests are left out, items whose `cfg` does not hold in this build, and a notice about the licence at the top;
    `holds` evaluates `cfg`.
    """
    cuts = _merged(sorted({*_notice(source.root), *_absent(source, holds)}))
    code = _without(source.data, cuts).decode("utf-8").replace("\r\n", "\n").strip("\n")
    kept = tuple(start for start in source.starts if not _inside(start, cuts))
    root = parse(code.encode())
    marks = {"syntax_error": root.has_error, "unsafe": is_unsafe(root), "cfg_off": has_uncompiled(root, holds)}
    flags = {name for name, there in marks.items() if there}
    return Chunk(
        file=source.path,
        kind="file",
        name=source.path,
        first_line=1,
        last_line=source.data.count(b"\n") + (not source.data.endswith(b"\n")),
        node_line=1,
        start=0,
        body_start=0,
        end=len(source.data),
        code=code,
        signature="",
        docs="",
        context=Context(),
        flags=frozenset(flags),
        functions_inside=kept,
    )


def _absent(source: SourceFile, holds: Holds) -> Iterator[tuple[int, int]]:
    """Yield the bytes of each item that this build leaves out, with what stands before it and its line's end."""
    holders = [source.root]
    while holders:
        leading: list[Node] = []
        for child in holders.pop().children:
            if child.type == "attribute_item" or is_outer_doc(child):
                leading.append(child)
            elif child.type not in _COMMENTS:
                if _is_absent(leading, holds):
                    yield _stretch(source.data, leading[0], child)
                elif (body := field(child, "body")) is not None and child.type in ("mod_item", "impl_item"):
                    holders.append(body)
                leading = []


def _is_absent(attributes: list[Node], holds: Holds) -> bool:
    predicates = [predicate for node in attributes if (predicate := cfg_predicate(text(node))) is not None]
    return any(holds(one) is False for one in predicates) or any(is_test(text(node)) for node in attributes)


def _stretch(data: bytes, first: Node, last: Node) -> tuple[int, int]:
    """Return the bytes from the line on which `first` begins to the end of the one on which `last` ends."""
    start, end = first.start_byte, last.end_byte
    line = data.rfind(b"\n", 0, start) + 1
    newline = data.find(b"\n", end)
    after = data[end : newline if newline >= 0 else len(data)]
    if data[line:start].strip() or after.strip():
        return start, end
    return len(data[:line].rstrip()) if data[:line].strip() else 0, newline if newline >= 0 else len(data)


def _notice(root: Node) -> Iterator[tuple[int, int]]:
    """Yield the bytes of the comments at the top, if they speak of a licence; docs are no notice."""
    top: list[Node] = []
    for child in root.children:
        documents = child.child_by_field_name("doc") is not None
        if child.type not in _COMMENTS or documents:
            break
        top.append(child)
    if top and _LEGAL.search("\n".join(text(node) for node in top)):
        yield top[0].start_byte, top[-1].end_byte


def _merged(cuts: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return sorted stretches without those that lie in others."""
    result: list[tuple[int, int]] = []
    for start, end in cuts:
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        else:
            result.append((start, end))
    return result


def _without(data: bytes, cuts: list[tuple[int, int]]) -> bytes:
    edges = [0, *(edge for cut in cuts for edge in cut), len(data)]
    return b"".join(data[start:end] for start, end in zip(edges[::2], edges[1::2], strict=True))


def _inside(position: int, cuts: list[tuple[int, int]]) -> bool:
    number = bisect_right(cuts, (position, len(cuts) + position)) - 1
    return number >= 0 and cuts[number][0] <= position < cuts[number][1]
