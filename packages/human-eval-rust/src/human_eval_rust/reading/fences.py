"""Find fenced blocks in a model's answer. Fences inside Rust comments and strings are not fences."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sigil_common.rust_text import line_of, search_code

_ONE_LINE = re.compile(r"```(?:rust|rs)?[ \t]+?(?P<code>[^`\n]+)```")
_FENCE = re.compile(rf"{_ONE_LINE.pattern}|(?P<marks>`{{3,}}|~{{3,}})[ \t]*(?P<info>[^`\n]*)$", re.MULTILINE)
_IN_COMMENT = re.compile(r"^[ \t]*(?://|\*|/\*)")
_RUST = frozenset({"", "rust", "rs", "rust,ignore", "rust,no_run", "rust,edition2021", "rustlang"})


@dataclass(frozen=True)
class Segment:
    """A part of an answer: the inside of a fence, or text outside all fences.

    `line` is the 1-based line of the answer on which it begins, `start` its offset; `rust` says that the fence's
    label, if any, is one for Rust; `closed` that the fence was closed.
    """

    text: str
    line: int
    fenced: bool
    rust: bool = True
    closed: bool = True
    start: int = 0


def segments(text: str) -> list[Segment]:
    """Split an answer at its fences, in order; text without fences is one segment."""
    found: list[Segment] = []
    position = 0
    while opening := _next_opening(text, position):
        _outside(found, text, position, opening.start())
        inside, closed, position = _inside(text, opening)
        rust = opening["info"].strip().lower().split(" ")[0] in _RUST
        start = min(opening.end() + 1, len(text))
        found.append(Segment(inside, line_of(text, start), True, rust, closed, start))
    _outside(found, text, position, len(text))
    return found


def _next_opening(text: str, position: int) -> re.Match[str] | None:
    for found in _FENCE.finditer(text, position):
        line_start = text.rfind("\n", 0, found.start()) + 1
        if found["marks"] and not _IN_COMMENT.match(text[line_start : found.start()]):
            return found
    return None


def _outside(found: list[Segment], text: str, start: int, end: int) -> None:
    part = text[start:end]
    for one in _ONE_LINE.finditer(part):
        found.append(Segment(one["code"], line_of(text, start + one.start()), True, start=start + one.start("code")))
    if part.strip():
        found.append(Segment(part, line_of(text, start), False, start=start))


def unfenced(text: str) -> str:
    """Blank fence lines, so that what is right beside them still reads as items."""
    return re.sub(r"^[ \t]*`{3,}[^\n]*$", "", text, flags=re.MULTILINE)


def _inside(text: str, opening: re.Match[str]) -> tuple[str, bool, int]:
    """Return the fence's content, whether it is closed, and the offset after it."""
    start = min(opening.end() + 1, len(text))
    marks = opening["marks"]
    found = search_code(re.compile(rf"{marks[0]}{{{len(marks)},}}"), text, start)
    if found is None:
        # A literal that never ends hides the real fence; then a line of its own is good enough.
        found = re.compile(rf"^[ \t]*{marks[0]}{{{len(marks)},}}[ \t]*$", re.MULTILINE).search(text, start)
    if found is None:
        return text[start:], False, len(text)
    return text[start : found.start()], True, found.end()
