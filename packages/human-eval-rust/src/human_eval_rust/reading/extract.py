"""Find the code in a model's answer as a careful human would, and say what was taken and what was left.

Of what the model wrote, its thoughts are left out first. Every part of the rest (all of it, each fence, the text
around the fences) is read in one of three ways: as the `body` that continues the prompt's open brace, as a whole
`function` among other items, or as a `nested function` inside a module or an `impl`. The best version wins: a complete
one before one that is not, a function before a body, a fence before bare text, a later one before an earlier one.
Of the winner, the entry point is kept with everything that it refers to, directly or not.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from functools import partial

from human_eval_rust.reading.fences import Segment, segments
from human_eval_rust.reading.introductions import MISTAKE, introduction
from human_eval_rust.reading.needed import Kept, keep_needed
from human_eval_rust.reading.readings import WHOLE, Piece, Reading, read
from human_eval_rust.reading.turn import Turn, answer_in
from human_eval_rust.reading.versions import Version, in_order, is_unfinished
from human_eval_rust.rust.items import Item, cut_items
from human_eval_rust.rust.tree import is_code
from sigil_common.rust_text import line_of, plain_spaces

_QUOTED = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")


@dataclass(frozen=True)
class Code:
    """The code of an answer.

    `body` continues the prompt, with its closing brace; it is `None` where the entry point is among
    `items`. `path` leads to a nested entry point, as `Solution::solve`. `clean`: tree-sitter sees no error.
    `strangers` as in `needed.Kept`; `number`, `of` and `why` as in `versions.Version`.
    """

    shape: str
    dropped: tuple[str, ...]
    clean: bool
    body: Piece | None = None
    items: tuple[Item, ...] = ()
    path: str = ""
    strangers: tuple[tuple[str, int], ...] = ()
    number: int = 1
    of: int = 1
    why: str = ""

    @property
    def found(self) -> bool:
        """Whether there is any code at all."""
        return self.body is not None or bool(self.items)


def extract_versions(
    completion: str,
    entry_point: str,
    given: AbstractSet[str] = frozenset(),
    crates: AbstractSet[str] = frozenset(),
    further: AbstractSet[str] = frozenset(),
) -> tuple[Code, ...]:
    """Return the complete versions of the code of `completion`, the most preferred first; at least one, maybe of none.

    `given` are the names that the prompt declares, `crates` those it imports, `further` other items that tests use.
    """
    turn = _turn(completion)
    whole = Segment(plain_spaces(turn.text), turn.line, fenced=False)
    parts = _parts(turn)
    readings = _readings(whole, parts, entry_point)
    if not any(one.clean for one in readings):
        readings = _quoted(whole, entry_point) or readings
    prose = {part.line: parts[i - 1].text for i, part in enumerate(parts) if i and not parts[i - 1].fenced}
    versions = in_order(readings, prose, entry_point)
    keep = partial(keep_needed, entry_point=entry_point, given=given, crates=crates, further=further)
    codes = tuple(_code(version, parts, turn.dropped, keep) for version in versions)
    return codes or (Code("none", turn.dropped, clean=False),)


def rust_in(completion: str) -> tuple[Piece, ...]:
    """Return all Rust of an answer, taken or not: whole segments that parse, the items of others."""
    pieces: list[Piece] = []
    for part in _parts(_turn(completion)):
        cut = cut_items(part.text) if part.rust else None
        if cut and (cut.clean or is_code(part.text)):
            pieces.append(Piece(part.text, part.line))
        elif cut:
            pieces += [Piece(item.text, item.below(part.line).line) for item in cut.items]
    return tuple(pieces)


def _turn(completion: str) -> Turn:
    return answer_in(completion.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n"))


def _parts(turn: Turn) -> list[Segment]:
    found = segments(turn.text)
    return [replace(part, text=plain_spaces(part.text), line=part.line + turn.line - 1) for part in found]


def _readings(whole: Segment, parts: list[Segment], entry_point: str) -> list[Reading]:
    of_all = read(whole, entry_point)
    if of_all and len(parts) <= 1 and not any(part.fenced for part in parts):
        return of_all
    found = [one for part in parts if part.rust for one in read(part, entry_point)]
    # A body that closes the prompt's brace, or nothing but items: no fence can then be part of the code.
    if any(one.rank >= WHOLE and not is_unfinished(one, entry_point) for one in of_all):
        return of_all
    return found if any(one.is_function and one.rank > 1 for one in found) else [*of_all, *found]


def _quoted(whole: Segment, entry_point: str) -> list[Reading]:
    """Return the complete functions that a text without any other code quotes within a line, but for mistakes."""
    found: list[Reading] = []
    done = 0
    for quote in _QUOTED.finditer(whole.text):
        line = whole.line + line_of(whole.text, quote.start()) - 1
        versions = [one for one in read(Segment(quote[1], line, fenced=True), entry_point) if one.is_function]
        if versions:
            intro = whole.text[done : quote.start()].rstrip().rpartition("\n")[2]
            found += [replace(one, intro=intro) for one in versions if introduction(intro) != MISTAKE]
            done = quote.end()
    return [one for one in found if one.clean]


def _code(version: Version, parts: list[Segment], dropped: tuple[str, ...], keep: Callable[..., Kept]) -> Code:
    one, fenced = version.reading, version.reading.segment.fenced
    others = [part for part in parts if part.rust and part is not one.segment]
    others = others if fenced and any(part is one.segment for part in parts) else []
    spare = [item.below(part.line) for part in others for item in cut_items(part.text).items]
    kept = keep(one.items, spare, one.body.text if one.body else "", path=one.path)
    prose = ("prose",) if any(not other.fenced for other in others) else ()
    left = tuple(dict.fromkeys((*one.dropped, *kept.dropped, *sorted(dropped), *prose)))
    clean = one.clean and all(item.kind != "broken" for item in kept.items)
    of = (version.number, version.of, version.why)
    return Code(_shape(one), left, clean, one.body, kept.items, one.path, kept.strangers, *of)


def _shape(one: Reading) -> str:
    shape = f"fenced {one.kind}" if one.segment.fenced else one.kind
    if one.segment.fenced and not one.segment.closed:
        shape += ", fence not closed"
    return shape if one.closed else shape + ", closing brace added"
