"""The ways to read one part of an answer: as the body that continues the prompt, as a function, as a nested one."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from human_eval_rust.reading.fences import Segment, segments, unfenced
from human_eval_rust.rust.imports import ways_to
from human_eval_rust.rust.items import Item, cut_items, definition
from human_eval_rust.rust.lexer import brace_depths, line_of, mask, open_braces, unmatched_close
from human_eval_rust.rust.tree import is_clean

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
    clean: bool
    body: Piece | None = None
    items: tuple[Item, ...] = ()
    dropped: tuple[str, ...] = ()
    path: str = ""
    closed: bool = True
    entry: Item | None = None
    intro: str = ""

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
    definitions = [found.start() for found in definition(entry_point).finditer(code)]
    depths = brace_depths(code, definitions)
    first = next((at for at, depth in zip(definitions, depths, strict=True) if depth <= 0), None)
    if first is not None and (close is None or first < close):
        return _read_functions(segment, entry_point)
    if close is None and not definitions and (own := _own_brace(text, code)):
        start, close = own
        segment = replace(segment, text=f"{text[:start]} {text[start + 1 :]}")
    if close is not None:
        return _read_closed_body(segment, close)
    if (definitions or _renamed(entry_point).search(code)) and (nested := _read_nested(segment, entry_point)):
        return nested
    if "macro_rules" in code and (written := _read_written(segment, entry_point)):
        return written
    return _read_open_body(segment, code)


def _own_brace(text: str, code: str) -> tuple[int, int] | None:
    """Return where a body that brings its own opening brace begins and ends, if items follow it."""
    start = code.find("{")
    end = unmatched_close(code, start + 1) if start >= 0 and not code[:start].strip() else None
    after = cut_items(text[end + 1 :]) if end is not None else None
    return (start, end) if end and after and after.clean and after.items and not after.other else None


def _renamed(entry_point: str) -> re.Pattern[str]:
    return re.compile(rf"\bas\s+(?:r\#)?{re.escape(entry_point)}\b")


def _read_functions(segment: Segment, entry_point: str) -> list[Reading]:
    cut = cut_items(segment.text, entry_point)
    named = [item for item in cut.items if item.name == entry_point]
    whole = [item for item in named if item.kind == "fn"]
    found: list[Reading] = []
    for entry in whole or named[:1]:
        rank = 1 if not whole else WHOLE if cut.clean else 5
        if whole and any(part.fenced for part in segments(entry.text)):
            rank = WHOLE  # It parses with a fence inside, which therefore stands in a literal.
        others = [item for item in whole if item is not entry]
        items = tuple(_shift(item, segment.line) for item in cut.items if item not in others)
        dropped = (*cut.other, f"repeated `{entry_point}`") if others else cut.other
        intro = _prose_before(segment.text, entry, cut.items)
        found.append(Reading(segment, "function", rank, bool(whole), None, items, dropped, entry=entry, intro=intro))
    return found


def _prose_before(text: str, entry: Item, items: tuple[Item, ...]) -> str:
    """Return what stands before a version and after the one before it, without the items in between."""
    parts: list[str] = []
    done = 0
    for item in items:
        parts = [*parts, text[done : item.start]]
        if item is entry:
            break
        done = item.start + len(item.text)
        parts = [] if item.name == entry.name and item.kind == "fn" else parts
    return "".join(parts)


def _read_nested(segment: Segment, entry_point: str) -> list[Reading]:
    cut = cut_items(segment.text)
    if not cut.clean:
        return []
    shifted = tuple(_shift(one, segment.line) for one in cut.items)
    found = [
        Reading(segment, "nested function", WHOLE, True, None, shifted, cut.other, path, entry=item)
        for path, item in ways_to(cut.items, entry_point)
    ]
    if not found and (items := _out_of_main(cut.items, entry_point)):
        shifted = tuple(_shift(one, segment.line) for one in items)
        found.append(Reading(segment, "nested function", WHOLE, True, None, shifted, cut.other))
    return found


def _out_of_main(items: tuple[Item, ...], entry_point: str) -> tuple[Item, ...]:
    """Return `items` with those inside `main` instead of it, if the entry point is there."""
    main = next((item for item in items if item.name == "main" and item.kind == "fn"), None)
    if main is None:
        return ()
    start = mask(main.text).code.find("{") + 1
    if not start:  # declared, and without a body
        return ()
    line = main.line + line_of(main.text, start) - 1
    inside = [_shift(item, line) for item in cut_items(main.text[start:-1]).items]
    if not any(item.name == entry_point and item.kind == "fn" for item in inside):
        return ()
    return (*(item for item in items if item is not main), *inside)


def _read_written(segment: Segment, entry_point: str) -> list[Reading]:
    """Read items among which a macro of the answer's own writes the entry point."""
    cut = cut_items(segment.text)
    macros = {item.name for item in cut.items if item.kind == "macro"}
    calls = [item for item in cut.items if item.kind == "macro call" and item.name in macros]
    if not cut.clean or "statements" in cut.other:
        return []
    if not any(re.search(rf"\b{re.escape(entry_point)}\b", mask(call.text).code) for call in calls):
        return []
    items = tuple(_shift(one, segment.line) for one in cut.items)
    return [Reading(segment, "function", WHOLE, True, None, items, cut.other)]


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
    start = segment.line + line_of(segment.text, close + 1) - 1
    items = tuple(_shift(item, start) for item in after.items)
    other = ("text after the function",) if after.other else ()
    return [Reading(segment, "body", WHOLE if clean else 2, clean, piece, items, (*dropped, *other))]


def _read_open_body(segment: Segment, code: str) -> list[Reading]:
    text = segment.text
    if open_braces(code) > 0:
        # Cut off in the middle: broken either way, but a body if it looks like code.
        whole = Piece(text, segment.line)
        return [Reading(segment, "body", 1, False, whole)] if _CODE_LINE.search(code) else []
    closed = Piece(text.rstrip() + "\n}\n", segment.line)
    if _is_body(text + "\n}"):
        return [Reading(segment, "body", 4, True, closed, closed=False)]
    if trimmed := _body_in(text, segment.line, "\n}"):
        piece = Piece(trimmed.text.rstrip() + "\n}\n", trimmed.line)
        return [Reading(segment, "body", 3, True, piece, (), ("prose",), closed=False)]
    return [Reading(segment, "body", 1, False, closed, closed=False)] if _CODE_LINE.search(code) else []


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
    starts = [0]
    for found in re.finditer(r"\n[ \t]*\n|:[ \t]*\n", text):
        starts.append(found.end())
        if len(starts) == _MAX_PARAGRAPHS:
            break
    return starts


def _shift(item: Item, line: int) -> Item:
    return replace(item, line=item.line + line - 1)
