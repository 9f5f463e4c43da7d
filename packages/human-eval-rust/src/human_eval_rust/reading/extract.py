"""Find the code in a model's answer as a careful human would, and say what was taken and what was left.

An answer is read in one of three ways: as the `body` that continues the prompt's open brace, as a whole
`function` among other items, or as a `nested function` inside a module or an `impl`. Every part of the
answer (all of it, each fence, the text around the fences) is read, and the best reading wins: one that
parses before one that does not, a whole function before a body, a fence before bare text. Of the
winner, the entry point is kept with everything that it refers to, directly or not.
"""

from __future__ import annotations

import re
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from human_eval_rust.reading.fences import Segment, segments, strip_chat_tokens, without_reasoning
from human_eval_rust.reading.needed import Kept, keep_needed
from human_eval_rust.rust.imports import way_to
from human_eval_rust.rust.items import Item, cut_items, definition
from human_eval_rust.rust.lexer import brace_depths, line_of, mask, open_braces, plain_spaces, unmatched_close
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
class Code:
    """The code of an answer.

    `body` continues the prompt, with its closing brace; it is `None` where the entry point is among
    `items`. `path` leads to a nested entry point, as `Solution::solve`. `clean`: tree-sitter sees no error.
    `strangers` as in `needed.Kept`.
    """

    shape: str
    dropped: tuple[str, ...]
    clean: bool
    body: Piece | None = None
    items: tuple[Item, ...] = ()
    path: str = ""
    strangers: tuple[tuple[str, int], ...] = ()

    @property
    def found(self) -> bool:
        """Whether there is any code at all."""
        return self.body is not None or bool(self.items)


NO_CODE = Code("none", (), clean=False)


@dataclass(frozen=True)
class _Reading:
    """One way to read one segment; the greatest `rank` wins, later segments win ties of functions."""

    kind: str
    rank: int
    clean: bool
    body: Piece | None
    items: tuple[Item, ...]
    dropped: tuple[str, ...]
    path: str = ""
    closed: bool = True


def extract(
    completion: str,
    entry_point: str,
    given: AbstractSet[str] = frozenset(),
    crates: AbstractSet[str] = frozenset(),
    further: AbstractSet[str] = frozenset(),
) -> Code:
    """Return the code of `completion`.

    `given` are the names that the prompt declares, `crates` those it imports, `further` other items that tests use.
    """
    text = completion.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    text, offset, had_tokens = strip_chat_tokens(text)
    line = 1 + completion.replace("\r\n", "\n").replace("\r", "\n").count("\n", 0, offset)
    answer, lines = without_reasoning(text)
    had_thoughts = answer != text
    chosen, segment, others = _best(answer, line + lines, entry_point)
    if chosen is None:
        return NO_CODE
    spare = [_shift(item, other.line) for other in others if segment.fenced for item in cut_items(other.text).items]
    body = chosen.body.text if chosen.body else ""
    kept = keep_needed(chosen.items, spare, body, entry_point, given, crates, chosen.path, further)
    dropped = [*chosen.dropped, *kept.dropped]
    if had_tokens:
        dropped.append("chat tokens")
    if had_thoughts:
        dropped.append("reasoning")
    if segment.fenced and any(not other.fenced for other in others):
        dropped.append("prose")
    return _code(chosen, segment, kept, tuple(dict.fromkeys(dropped)))


def _code(chosen: _Reading, segment: Segment, kept: Kept, dropped: tuple[str, ...]) -> Code:
    shape = f"fenced {chosen.kind}" if segment.fenced else chosen.kind
    if segment.fenced and not segment.closed:
        shape += ", fence not closed"
    if not chosen.closed:
        shape += ", closing brace added"
    clean = chosen.clean and all(item.kind != "broken" for item in kept.items)
    return Code(shape, dropped, clean, chosen.body, kept.items, chosen.path, kept.strangers)


def _best(text: str, line: int, entry_point: str) -> tuple[_Reading | None, Segment, list[Segment]]:
    whole = Segment(plain_spaces(text), line, fenced=False)
    reading = _read(whole, entry_point)
    parts = [replace(part, text=plain_spaces(part.text), line=part.line + line - 1) for part in segments(text)]
    if reading is not None and (len(parts) <= 1 and not any(part.fenced for part in parts)):
        return reading, whole, []
    if reading is not None and reading.rank >= _RANK_RAW_WINS:
        return reading, whole, []
    best, where = reading, whole
    for part in parts:
        other = _read(part, entry_point)
        if other is not None and part.rust and _beats(other, part, best, where):
            best, where = other, part
    others = [part for part in parts if part is not where] if where is not whole else []
    return best, where, [part for part in others if part.rust]


# A body that closes the prompt's brace, or nothing but items: no fence can then be part of the code.
_RANK_RAW_WINS = 6


def _beats(new: _Reading, part: Segment, old: _Reading | None, where: Segment) -> bool:
    if old is None:
        return True
    if new.rank != old.rank:
        return new.rank > old.rank
    if part.fenced != where.fenced:
        return part.fenced
    return "function" in new.kind


def _read(segment: Segment, entry_point: str) -> _Reading | None:
    text = segment.text
    code = mask(text).code
    if not code.strip():
        return None
    close = unmatched_close(code)
    definitions = [found.start() for found in definition(entry_point).finditer(code)]
    depths = brace_depths(code, definitions)
    first = next((at for at, depth in zip(definitions, depths, strict=True) if depth <= 0), None)
    if first is not None and (close is None or first < close):
        return _read_function(segment, entry_point)
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


def _read_function(segment: Segment, entry_point: str) -> _Reading | None:
    cut = cut_items(segment.text, entry_point)
    entry = next((item for item in cut.items if item.name == entry_point and item.kind == "fn"), None)
    broken = next((item for item in cut.items if item.name == entry_point), None)
    if entry is None and broken is None:
        return None
    rank = 1 if entry is None else 6 if cut.clean else 5
    if entry is not None and any(part.fenced for part in segments(entry.text)):
        rank = 6  # It parses with a fence inside, which therefore stands in a literal.
    items = tuple(_shift(item, segment.line) for item in cut.items)
    return _Reading("function", rank, entry is not None, None, items, cut.other)


def _read_nested(segment: Segment, entry_point: str) -> _Reading | None:
    cut = cut_items(segment.text)
    if not cut.clean:
        return None
    path = way_to(cut.items, entry_point)
    items = cut.items if path else _out_of_main(cut.items, entry_point)
    if not items:
        return None
    items = tuple(_shift(one, segment.line) for one in items)
    return _Reading("nested function", 6, True, None, items, cut.other, path=path)


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


def _read_written(segment: Segment, entry_point: str) -> _Reading | None:
    """Read items among which a macro of the answer's own writes the entry point."""
    cut = cut_items(segment.text)
    macros = {item.name for item in cut.items if item.kind == "macro"}
    calls = [item for item in cut.items if item.kind == "macro call" and item.name in macros]
    if not cut.clean or "statements" in cut.other:
        return None
    if not any(re.search(rf"\b{re.escape(entry_point)}\b", mask(call.text).code) for call in calls):
        return None
    return _Reading("function", 6, True, None, tuple(_shift(one, segment.line) for one in cut.items), cut.other)


def _read_closed_body(segment: Segment, close: int) -> _Reading | None:
    body, rest = segment.text[: close + 1], segment.text[close + 1 :]
    piece, dropped = _without_leading_prose(body, segment.line)
    clean = _is_body(piece.text)
    if not clean and not _CODE_LINE.search(mask(body).code[:-1]) and not body[:-1].strip():
        return None
    if not mask(piece.text).code.strip("} \n\t"):
        return None
    after = cut_items(_unfenced(rest))
    start = segment.line + line_of(segment.text, close + 1) - 1
    items = tuple(_shift(item, start) for item in after.items)
    other = ("text after the function",) if after.other else ()
    return _Reading("body", 6 if clean else 2, clean, piece, items, (*dropped, *other))


def _unfenced(rest: str) -> str:
    """Blank fence lines, so that what is right beside them still reads as items."""
    return re.sub(r"^[ \t]*`{3,}[^\n]*$", "", rest, flags=re.MULTILINE)


def _read_open_body(segment: Segment, code: str) -> _Reading | None:
    text = segment.text
    if open_braces(code) > 0:
        # Cut off in the middle: broken either way, but a body if it looks like code.
        return _Reading("body", 1, False, Piece(text, segment.line), (), ()) if _CODE_LINE.search(code) else None
    if _is_body(text + "\n}"):
        return _Reading("body", 4, True, Piece(text.rstrip() + "\n}\n", segment.line), (), (), closed=False)
    trimmed = _without_prose(text, segment.line)
    if trimmed is not None:
        piece = Piece(trimmed.text.rstrip() + "\n}\n", trimmed.line)
        return _Reading("body", 3, True, piece, (), ("prose",), closed=False)
    if _CODE_LINE.search(code):
        piece = Piece(text.rstrip() + "\n}\n", segment.line)
        return _Reading("body", 1, False, piece, (), (), closed=False)
    return None


def _is_body(closed: str) -> bool:
    return is_clean("fn f() {" + closed)


def _without_leading_prose(body: str, line: int) -> tuple[Piece, tuple[str, ...]]:
    if _is_body(body):
        return Piece(body, line), ()
    for start in _paragraph_starts(body)[1:]:
        if _is_body(body[start:]) and _CODE_LINE.search(mask(body[start:]).code):
            return Piece(body[start:], line + line_of(body, start) - 1), ("prose",)
    return Piece(body, line), ()


def _without_prose(text: str, line: int) -> Piece | None:
    """Return the longest run of paragraphs that is a clean body, or `None`."""
    starts = _paragraph_starts(text)
    ends = [*starts[1:], len(text)]
    for start in starts:
        for end in reversed(ends):
            part = text[start:end]
            if end > start and _CODE_LINE.search(mask(part).code) and _is_body(part + "\n}"):
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
