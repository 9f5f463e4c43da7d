"""Find fenced blocks in a model's answer. Fences inside Rust comments and strings are not fences."""

from __future__ import annotations

import re
from dataclasses import dataclass

from human_eval_rust.rust.lexer import line_of, mask

_OPENING = re.compile(r"(?P<marks>`{3,}|~{3,})[ \t]*(?P<info>[^`\n]*)$", re.MULTILINE)
_ONE_LINE = re.compile(r"```(?:rust|rs)?[ \t]+?(?P<code>[^`\n]+)```")
_IN_COMMENT = re.compile(r"^[ \t]*(?://|\*|/\*)")
_RUST = frozenset({"", "rust", "rs", "rust,ignore", "rust,no_run", "rust,edition2021", "rustlang"})

# Tokens that no Rust program contains outside literals: they end the answer wherever they stand.
_TURN_END = r"<\|[\w.\- /:]{1,40}\|>|</s>|<(?:start|end)_of_turn>|\[/INST\]|<\uff5c[^\uff5c\n]{1,40}\uff5c>"
_EDGE_MARK = rf"{_TURN_END}|<s>|\[INST\]|<eos>|<bos>|<pad>|<unk>"
_LEADING_TOKENS = re.compile(rf"\A(?:\s*(?:{_EDGE_MARK})(?:assistant\b)?)+")
_LAST_TOKEN = re.compile(rf"(?:{_EDGE_MARK})\Z")
_LONGEST_TOKEN = 48
_TOKEN = re.compile(_TURN_END)
_NOT_NEWLINE = re.compile(r"[^\n]")

_THOUGHT = re.compile(r"[<\[](?P<closing>/?)(?:think|thinking|THINK)[>\]]")


@dataclass(frozen=True)
class Segment:
    """A part of an answer: the inside of a fence, or text outside all fences.

    `line` is the 1-based line of the answer on which it begins; `rust` says that the fence's label,
    if any, is one for Rust; `closed` that the fence was closed.
    """

    text: str
    line: int
    fenced: bool
    rust: bool = True
    closed: bool = True


def strip_chat_tokens(text: str) -> tuple[str, int, bool]:
    """Cut a chat template's tokens off `text`; return the rest, its offset, and whether any were found.

    What follows an end token in the middle is another turn, hence dropped too; a token that stands in a
    string or a comment is left alone there.
    """
    leading = _LEADING_TOKENS.match(text)
    start = leading.end() if leading else 0
    body = text[start:]
    code = mask(body).code
    for token in _TOKEN.finditer(body):
        if code[token.start()] == token.group()[0]:
            body = body[: token.start()]
            break
    trimmed = _without_last_tokens(body)
    return trimmed, start, len(trimmed) != len(text)


def _without_last_tokens(text: str) -> str:
    """Cut tokens and the white space between them off the end, one by one: a model may repeat one up to its limit."""
    end = rest = len(text)
    while True:
        while rest and text[rest - 1].isspace():
            rest -= 1
        found = _LAST_TOKEN.search(text[max(0, rest - _LONGEST_TOKEN) : rest])
        if found is None:
            return text[:end]
        rest -= len(found.group())
        end = rest


def without_reasoning(text: str) -> tuple[str, int]:
    """Cut out what a model thought before it answered; return the rest and how many lines were cut off its top.

    It ends at a closing tag and began at the opening one, or with the text where a chat template gave that one.
    """
    if not _THOUGHT.search(text):
        return text, 0
    parts: list[str] = []
    done = 0
    for begin, end in _thoughts(text):
        parts += [text[done:begin], _NOT_NEWLINE.sub(" ", text[begin:end])]
        done = end
    text = "".join(parts) + text[done:]
    blank = text.rfind("\n", 0, len(text) - len(text.lstrip())) + 1
    return text[blank:], text.count("\n", 0, blank)


def _thoughts(text: str) -> list[tuple[int, int]]:
    code = mask(text).code
    found: list[tuple[int, int]] = []
    begun: int | None = None
    for tag in _THOUGHT.finditer(text):
        # A tag in a literal or comment is none; but quotes in prose mislead, so one that begins a line always is.
        begins_line = not text[text.rfind("\n", 0, tag.start()) + 1 : tag.start()].strip()
        quoted = text[tag.start() - 1 : tag.start()] == text[tag.end() : tag.end() + 1] == "`"
        if quoted or (code[tag.start()].isspace() and not begins_line):
            continue
        if tag["closing"] and begun is None:
            # All that stands before it was thought, if an answer follows; else it is the tag alone.
            answered = bool(text[tag.end() :].strip())
            found = [(0, tag.end())] if answered else [*found, (tag.start(), tag.end())]
        elif tag["closing"]:
            found.append((begun or 0, tag.end()))
            begun = None
        elif begun is None:
            begun = tag.start()
    return found


def segments(text: str) -> list[Segment]:
    """Split an answer at its fences, in order; text without fences is one segment."""
    found: list[Segment] = []
    position = 0
    while opening := _next_opening(text, position):
        _outside(found, text, position, opening.start())
        inside, closed, position = _inside(text, opening)
        rust = opening["info"].strip().lower().split(" ")[0] in _RUST
        found.append(Segment(inside, line_of(text, min(opening.end() + 1, len(text))), True, rust, closed))
    _outside(found, text, position, len(text))
    return found


def _next_opening(text: str, position: int) -> re.Match[str] | None:
    while opening := _OPENING.search(text, position):
        line_start = text.rfind("\n", 0, opening.start()) + 1
        if not _IN_COMMENT.match(text[line_start : opening.start()]):
            return opening
        position = opening.end()
    return None


def _outside(found: list[Segment], text: str, start: int, end: int) -> None:
    part = text[start:end]
    for one in _ONE_LINE.finditer(part):
        found.append(Segment(one["code"], line_of(text, start + one.start()), True))
    if part.strip():
        found.append(Segment(part, line_of(text, start), False))


def _inside(text: str, opening: re.Match[str]) -> tuple[str, bool, int]:
    """Return the fence's content, whether it is closed, and the offset after it."""
    start = min(opening.end() + 1, len(text))
    body = text[start:]
    marks = opening["marks"]
    closing = re.compile(rf"{marks[0]}{{{len(marks)},}}")
    found = closing.search(mask(body).code)
    if found is None:
        # A literal that never ends hides the real fence; then a line of its own is good enough.
        found = re.search(rf"^[ \t]*{marks[0]}{{{len(marks)},}}[ \t]*$", body, re.MULTILINE)
    if found is None:
        return body, False, len(text)
    return body[: found.start()], True, start + found.end()
