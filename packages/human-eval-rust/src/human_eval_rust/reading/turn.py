"""Cut a model's turn down to its answer: without what it thought, without a chat template's tokens."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from human_eval_rust.reading.fences import segments, unfenced
from human_eval_rust.reading.formats import CLOSING, MARK, MAYBE, Format, format_of
from human_eval_rust.rust.tree import is_code
from sigil_common.rust_text import mask

_LINE_COMMENT = re.compile(r"(?<!:)//")
_LONGEST_LINE = 400
# How often one text may be asked which of its parts are Rust; further marks in literals are then taken for marks.
_LOOKS = 2
_OUTSIDE = "text outside the answer's marks"


@dataclass(frozen=True)
class Turn:
    """The answer in a turn, the 1-based line on which it begins there, and what was left out, in words."""

    text: str
    line: int = 1
    dropped: tuple[str, ...] = ()


class _Mark(NamedTuple):
    kind: str
    text: str
    start: int
    end: int
    begins_line: bool


def answer_in(text: str) -> Turn:
    """Return the answer in what a model wrote.

    Thoughts go from an opening mark to a closing one, or to the end where there is none. A closing mark alone ends
    thoughts that began with the text, as a chat template gave their opening one.
    """
    if not MAYBE.search(text):
        return Turn(text)
    reader = _Reader(text)
    for mark in _marks(text):
        if reader.ends_at(mark):
            break
    return reader.turn()


def _marks(text: str) -> Iterator[_Mark]:
    done, begins = 0, True
    for found in MARK.finditer(text):
        newline = text.rfind("\n", done, found.start())
        begins = (begins or newline >= 0) and not text[max(done, newline + 1) : found.start()].strip()
        done = found.end()
        kind = found.lastgroup or ""
        if kind == "quoted":
            begins = False
        else:
            yield _Mark(kind, found.group(), found.start(), done, begins)
            begins = begins or kind == "closing"


class _Reader:
    """What is known of a text up to some place: which spans of it are kept, and whether a thought is under way."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.kept: list[tuple[int, int]] = []
        self.since: int | None = 0  # where the kept text goes on; `None` where text is being left out
        self.stop = len(text)
        self.thought: Format | None = None
        self.in_channel = False
        self.doubtful: list[tuple[int, int]] = []  # answer or thought: a closing mark follows that nothing opened
        self.is_slip = False  # that mark, as thoughts were closed before
        self.outside = len(text)  # where the answer's own closing mark ended
        self.dropped: dict[str, None] = {}
        self.last_closing = max(text.rfind(mark) for mark in CLOSING)
        self._rust: list[tuple[int, int]] | None = None
        self._looks = 0

    def ends_at(self, mark: _Mark) -> bool:
        """Take the next mark into account; return whether the turn is over."""
        if self._is_rust(mark):
            return False
        if mark.kind == "end":
            return self._end(mark)
        getattr(self, f"_{mark.kind}")(mark)
        return False

    def turn(self) -> Turn:
        """Return the answer, after the last mark."""
        self._leave(self.stop)
        # A closing mark after bare code, or after an answer that followed thoughts, is a slip.
        if not self.kept and (self.is_slip or is_code(unfenced(self._text(self.doubtful)))):
            self.kept = self.doubtful
        if self.text[self.outside : self.stop].strip():
            self.dropped[_OUTSIDE] = None
        answer = self._text(self.kept)
        top = answer.rfind("\n", 0, len(answer) - len(answer.lstrip())) + 1 if self.dropped else 0
        return Turn(answer[top:], 1 + answer.count("\n", 0, top), tuple(self.dropped))

    def _opening(self, mark: _Mark) -> None:
        if self.thought is not None:
            return
        if mark.text.startswith("Here"):
            # People say so too, and then the answer is not marked.
            marked = any(one in self.text[mark.end :] for one in format_of(mark.text).answer)
            is_one = marked or (mark.text.startswith(("Here is", "Here are")) and not self.text[: mark.start].strip())
        elif mark.text == "analysis":
            is_one = mark.start == 0 and (
                self.text[mark.end : mark.end + 1].isupper() or self.text[mark.end : mark.end + 1] == "\n"
            )
        else:
            is_one = mark.begins_line or mark.text.startswith("<|") or mark.start < self.last_closing
        if is_one:
            self._leave(mark.start)
            self.thought = format_of(mark.text)
            self.dropped["reasoning"] = None

    def _closing(self, mark: _Mark) -> None:
        if self.thought is None:
            self._leave(mark.start)
            if self.kept:
                self.doubtful, self.is_slip = self.kept, "reasoning" in self.dropped
            self.kept, self.in_channel, self.outside = [], False, len(self.text)
            self.dropped["reasoning"] = None
        self.thought, self.since, self._rust = None, mark.end, None

    def _answer(self, mark: _Mark) -> None:
        own = self.thought is not None and not self.thought.closing and mark.text.startswith(self.thought.answer)
        if mark.text.startswith("Here") and not own:
            return
        if not (own or mark.begins_line or mark.text.startswith(("<|", "assistantfinal"))):
            return
        self._leave(mark.start)
        if not self.in_channel and self.kept:
            self.kept, self.dropped[_OUTSIDE] = [], None
        self.dropped["chat tokens"] = None
        self.thought, self.since, self.in_channel, self.outside = None, mark.end, True, len(self.text)

    def _answered(self, mark: _Mark) -> None:
        if self.thought is None:
            self._leave(mark.start)
            self.dropped["chat tokens"] = None
            self.since, self.outside = (None, mark.end) if self.in_channel else (mark.end, self.outside)

    def _token(self, mark: _Mark) -> None:
        if self.since is not None:
            self._leave(mark.start)
            self.since = mark.end
            self.dropped["chat tokens"] = None

    def _end(self, mark: _Mark) -> bool:
        if self.thought is not None and mark.text.startswith(self.thought.closing):
            self.thought, self.since = None, mark.end
            return False
        if mark.text.endswith("INST]") and not mark.begins_line:
            return False
        self._leave(mark.start)
        self.dropped["chat tokens"] = None
        if self.kept or self.in_channel or "reasoning" in self.dropped:
            self.stop = mark.start
            return True
        self.since = mark.end
        return False

    def _leave(self, end: int) -> None:
        if self.since is not None and self.text[self.since : end].strip():
            self.kept.append((self.since, end))
        self.since = None

    def _text(self, spans: list[tuple[int, int]]) -> str:
        """Return the text of some spans, with the line breaks of what lies between."""
        parts: list[str] = []
        done = 0
        for start, end in spans:
            parts += ["\n" * self.text.count("\n", done, start), self.text[start:end]]
            done = end
        return "".join(parts)

    def _is_rust(self, mark: _Mark) -> bool:
        """Whether a mark stands in a comment or literal of Rust. Quotes in prose mislead, so the code must be clean."""
        if self.thought is not None or mask(self.text).code[mark.start] == mark.text[0]:
            return False
        if _LINE_COMMENT.search(self.text[max(0, mark.start - _LONGEST_LINE) : mark.start].rpartition("\n")[2]):
            return True
        if self._rust is None and self._looks < _LOOKS:
            self._looks += 1
            start = self.since or 0
            parts = [(start + part.start, part.text) for part in segments(self.text[start:])]
            self._rust = [(at, at + len(part)) for at, part in parts if is_code(part)]
        return any(start <= mark.start < end for start, end in self._rust or ())
