"""The ways to read one part of an answer: as the body that continues the prompt, as a function, as a nested one."""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import islice

from human_eval_rust.reading.fences import Segment, segments, unfenced
from human_eval_rust.rust.imports import ways_to
from human_eval_rust.rust.items import Item, cut_items, definitions
from human_eval_rust.rust.tree import is_clean, is_code, nodes_in, text_of
from sigil_common.rust_text import line_of, mask, open_braces, unmatched_close

_CODE_LINE = re.compile(
    r"[;{}][ \t\r]*$|^[ \t]*let\s+(?:mut\s+)?\w+\s*[:=]|\A\s*(?:return\s+)?[\w&*(]+(?:\.|::)\w+\(", re.MULTILINE
)
_MAX_PARAGRAPHS = 12


@dataclass(frozen=True)
class Piece:
    """Text out of the answer and the 1-based line on which it began there."""

    text: str
    line: int


@dataclass(frozen=True)
class Reading:
    """One way to read a segment, the better the greater its `rank`: 1 and 2 do not parse, from 3 on it is whole.

    `body`, `items` and `path` are as in `extract.Code`. `entry` is the item that holds the entry point, `intro` the
    prose of the segment that leads to it.
    """

    segment: Segment
    kind: str
    rank: int
    body: Piece | None = None
    items: tuple[Item, ...] = ()
    dropped: tuple[str, ...] = ()
    path: str = ""
    closed: bool = True
    entry: Item | None = None
    intro: str = ""

    @property
    def clean(self) -> bool:
        """Whether tree-sitter sees no error."""
        return self.rank > 2

    @property
    def is_function(self) -> bool:
        """Whether it brings the entry point with its head."""
        return "function" in self.kind


WHOLE = 6


def read(segment: Segment, entry_point: str) -> list[Reading]:
    """Return the ways to read a segment, several where it defines the entry point several times."""
    text = segment.text
    code = mask(text).code
    if not code.strip():
        return []
    close = unmatched_close(code)
    starts = definitions(code, entry_point)
    if not starts and (below := _below_odd_quote(segment, entry_point)):
        return [replace(one, dropped=(*one.dropped, "prose")) for one in read(below, entry_point)]
    first = next((at for at in starts if open_braces(code, at) <= 0), None)
    if first is not None and (close is None or (first < close and not _is_inside_body(text[: close + 1]))):
        return _read_functions(segment, entry_point)
    if close is None and not starts and (own := _own_brace(text, code)):
        start, close = own
        segment = replace(segment, text=f"{text[:start]} {text[start + 1 :]}")
    if close is not None:
        return _read_closed_body(segment, close)
    return _read_inside(segment, code, entry_point) or _read_open_body(segment, code)


def _below_odd_quote(segment: Segment, entry_point: str) -> Segment | None:
    """Return what is below prose whose odd quote makes a literal of all that follows, the function among it."""
    text = segment.text
    named = re.search(rf"^[^\S\n]*(?:pub\b[^\n]*\s)?fn\s+{re.escape(entry_point)}\b", text, re.MULTILINE)
    if segment.fenced or named is None or is_code(text):
        return None
    for start in _paragraph_starts(text)[1:]:
        if start <= named.start() and definitions(mask(text[start:]).code, entry_point):
            return replace(segment, text=text[start:], line=segment.line + line_of(text, start) - 1)
    return None


def _is_inside_body(closed: str) -> bool:
    """Whether a body that closes the prompt's brace has a result: a function in it only helps, whatever its name."""
    if not _is_body(closed):
        return False
    block = next(iter(nodes_in("fn f() {" + closed, "block")))
    last = next((node for node in reversed(block.named_children) if "comment" not in node.type), None)
    if last is None or last.type.endswith(("_item", "_declaration", "_definition")):
        return False
    return not text_of(last).endswith(";") or text_of(last).startswith("return")


def _own_brace(text: str, code: str) -> tuple[int, int] | None:
    """Return where a body that brings its own opening brace begins and ends, if items follow it."""
    start = code.find("{")
    end = unmatched_close(code, start + 1) if start >= 0 and not code[:start].strip() else None
    after = cut_items(text[end + 1 :]) if end is not None else None
    return (start, end) if end and after and after.clean and after.items and not after.other else None


def _read_functions(segment: Segment, entry_point: str) -> list[Reading]:
    cut = cut_items(segment.text, entry_point)
    named = [item for item in cut.items if item.name == entry_point]
    whole = [item for item in named if item.kind == "fn"]
    # Degenerate answers repeat one function thousands of times, so nothing here goes through all items for each.
    shared = [item for item in cut.items if item.name != entry_point or item.kind != "fn"]
    before = [item.start for item in shared]
    around = _placed(shared, segment.line)
    intros = _prose_before(segment.text, whole or named[:1], cut.items)
    dropped = (*cut.other, f"repeated `{entry_point}`") if len(whole) > 1 else cut.other
    found: list[Reading] = []
    for entry, intro in zip(whole or named[:1], intros, strict=True):
        rank = 1 if not whole else WHOLE if cut.clean else 5
        if whole and any(part.fenced for part in segments(entry.text)):
            rank = WHOLE  # It parses with a fence inside, which therefore stands in a literal.
        at = bisect(before, entry.start) if whole else 0
        items = (*around[:at], *_placed([entry], segment.line), *around[at:]) if whole else around
        found.append(Reading(segment, "function", rank, None, items, dropped, entry=entry, intro=intro))
    return found


def _prose_before(text: str, entries: Iterable[Item], items: Iterable[Item]) -> list[str]:
    """Return what stands before each version and after the one before it, without the items in between."""
    wanted = {id(entry) for entry in entries}
    intros: list[str] = []
    parts: list[str] = []
    done = 0
    for item in items:
        parts.append(text[done : item.start])
        done = item.start + len(item.text)
        if id(item) in wanted:
            intros.append("".join(parts))
            parts = []
    return intros


def _read_inside(segment: Segment, code: str, entry_point: str) -> list[Reading]:
    """Read items one of which holds the entry point: a module, an `impl`, `main`, or a macro that writes it."""
    if not re.search(rf"\b{re.escape(entry_point)}\b", code) or not (cut := cut_items(segment.text)).clean:
        return []
    items = _placed(cut.items, segment.line)
    plain = Reading(segment, "nested function", WHOLE, items=items, dropped=cut.other)
    if ways := ways_to(cut.items, entry_point):
        return [replace(plain, path=path, entry=item) for path, item in ways]
    if inside := _out_of_main(items, entry_point):
        return [replace(plain, items=inside)]
    macros = {item.name for item in items if item.kind == "macro"}
    calls = "".join(mask(item.text).code for item in items if item.kind == "macro call" and item.name in macros)
    is_written = "statements" not in cut.other and re.search(rf"\b{re.escape(entry_point)}\b", calls)
    return [replace(plain, kind="function")] if is_written else []


def _out_of_main(items: tuple[Item, ...], entry_point: str) -> tuple[Item, ...]:
    """Return `items` with those inside `main` instead of it, if the entry point is there."""
    main = next((item for item in items if item.name == "main" and item.kind == "fn"), None)
    if main is None:
        return ()
    start = mask(main.text).code.find("{") + 1
    if not start:  # declared, and without a body
        return ()
    inside = _placed(cut_items(main.text[start:-1]).items, main.line + line_of(main.text, start) - 1)
    if not any(item.name == entry_point and item.kind == "fn" for item in inside):
        return ()
    return (*(item for item in items if item is not main), *inside)


def _read_closed_body(segment: Segment, close: int) -> list[Reading]:
    body, rest = segment.text[: close + 1], segment.text[close + 1 :]
    whole = Piece(body, segment.line)
    piece = whole if _is_body(body) else _body_in(body, segment.line, "") or whole
    dropped = () if piece is whole else ("prose",)
    clean = _is_body(piece.text)
    if not clean and not _CODE_LINE.search(mask(body).code[:-1]) and not body[:-1].strip():
        return []
    if not mask(piece.text).code.strip("} \n\t"):
        return []
    after = cut_items(unfenced(rest))
    items = _placed(after.items, segment.line + line_of(segment.text, close + 1) - 1)
    other = ("text after the function",) if after.other else ()
    return [Reading(segment, "body", WHOLE if clean else 2, piece, items, (*dropped, *other))]


def _read_open_body(segment: Segment, code: str) -> list[Reading]:
    text = segment.text
    if open_braces(code) > 0:
        # Cut off in the middle: broken either way, but a body if it looks like code.
        whole = Piece(text, segment.line)
        return [Reading(segment, "body", 1, whole)] if _CODE_LINE.search(code) else []
    closed = Piece(text.rstrip() + "\n}\n", segment.line)
    if _is_body(text + "\n}"):
        return [Reading(segment, "body", 4, closed, closed=False)]
    if trimmed := _body_in(text, segment.line, "\n}"):
        piece = Piece(trimmed.text.rstrip() + "\n}\n", trimmed.line)
        return [Reading(segment, "body", 3, piece, (), ("prose",), closed=False)]
    return [Reading(segment, "body", 1, closed, closed=False)] if _CODE_LINE.search(code) else []


def _is_body(closed: str) -> bool:
    return is_clean("fn f() {" + closed)


def _body_in(text: str, line: int, end: str) -> Piece | None:
    """Return the longest run of paragraphs that is a clean body before `end`; to the text's end if that is empty."""
    starts = _paragraph_starts(text)
    ends = [len(text), *reversed(starts[1:])] if end else [len(text)]
    for start in starts:
        for stop in ends:
            part = text[start:stop]
            if stop > start and _CODE_LINE.search(mask(part).code) and _is_body(part + end):
                return Piece(part, line + line_of(text, start) - 1)
    return None


def _paragraph_starts(text: str) -> list[int]:
    """Return where paragraphs begin: at the top, after blank lines, after lines that end with a colon."""
    found = re.finditer(r"\n[ \t]*\n|:[ \t]*\n", text)
    return [0, *(one.end() for one in islice(found, _MAX_PARAGRAPHS - 1))]


def _placed(items: Iterable[Item], line: int) -> tuple[Item, ...]:
    return tuple(item.below(line) for item in items)
