"""Which of several readings of an answer to take: the order of preference, and what speaks against the others."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from tree_sitter import Node

from human_eval_rust.reading.introductions import CORRECTION, FIRST_TRY, MISTAKE, introduction
from human_eval_rust.reading.readings import WHOLE, Reading
from human_eval_rust.rust.tree import name_of, nodes_in, text_of, walk
from sigil_common.rust_text import mask

_BROKEN, _UNFINISHED, _IN_TESTS, _USAGE = "does not parse", "is unfinished", "is inside a test module", "is no answer"
_LAST = {_BROKEN: 1, _UNFINISHED: 1, _IN_TESTS: 2, _USAGE: 3}
_OBJECTIONS = {FIRST_TRY: 1, MISTAKE: 2}
_UNWRITTEN = re.compile(
    r"\A(?:todo|unimplemented)\s*!|\Apanic\s*!.*\b(?:todo|(?:not (?:yet )?|un)implemented)\b", re.IGNORECASE | re.DOTALL
)
_BEFORE_VALUE = re.compile(r"\A(?:let\b[^=]*=|return\b)\s*")
# Not its documentation, which speaks of what it does.
_LEADING_COMMENT = re.compile(r"\A(?:\s*//(?![/!])[^\n]*\n)+")
# No answer has more versions than these compiled.
_MOST = 8


@dataclass(frozen=True)
class Version:
    """A reading as one of `of` versions, the `number`th in the answer; `why` tells why it comes before the others."""

    reading: Reading
    number: int = 1
    of: int = 1
    why: str = ""


@dataclass(frozen=True)
class _Rated:
    reading: Reading
    place: int
    flaw: str
    said: str
    starts: bool  # it is the first version of its segment, or corrects the one before it

    def key(self, group: int) -> tuple[int | bool, ...]:
        """Return what to sort by, the most preferred first; of functions, a later group, and its first version."""
        one = self.reading
        rank = WHOLE if one.is_function and one.rank > 1 else one.rank
        spoken = _LAST.get(self.flaw, 0), _OBJECTIONS.get(self.said, 0)
        later = -group if one.is_function else 0
        return *spoken, -rank, not one.segment.fenced, not one.is_function, later, self.place


def in_order(readings: Sequence[Reading], prose: dict[int, str], entry_point: str) -> list[Version]:
    """Return the complete versions among `readings`, the most preferred first, or the best if none is complete.

    `prose` is what stands before a segment, by the segment's line.
    """
    if len(readings) < 2:
        return [Version(one) for one in readings]
    rated = [_rated(readings, place, prose, entry_point) for place in range(len(readings))]
    groups = list(accumulate(one.starts for one in rated))
    rated = _distinct(sorted(rated, key=lambda one: one.key(groups[one.place])))
    best = rated[0]
    versions = [one for one in rated if one is best or _is_version(one, best)]
    taken = [one for one in versions if one is best or _may_replace(one, best)][:_MOST]
    numbers = {id(one): i for i, one in enumerate(sorted(versions, key=lambda one: one.place), start=1)}
    return [Version(one.reading, numbers[id(one)], len(versions), _why(one, versions, numbers)) for one in taken]


def _rated(readings: Sequence[Reading], place: int, prose: dict[int, str], entry_point: str) -> _Rated:
    one = readings[place]
    first = not place or readings[place - 1].segment is not one.segment
    tops = (one.entry.text if one.entry else "", one.segment.text if first else "")
    comments = (_LEADING_COMMENT.match(top) for top in tops)
    modules = one.path.rpartition("::")[0].replace("::", " ").replace("_", " ")
    own = next((said for found in comments if found and (said := introduction(found.group()))), "")
    own = own or introduction(modules) or introduction(one.intro)
    said = own or ("" if one.intro.strip() else introduction(prose.get(one.segment.line, "")))
    return _Rated(one, place, _flaw(one, entry_point), said, first or own == CORRECTION)


def _distinct(rated: list[_Rated]) -> list[_Rated]:
    first: dict[tuple[str, ...], _Rated] = {}
    for one in rated:
        text = one.reading.entry.text if one.reading.entry else one.reading.segment.text
        first.setdefault((one.reading.path, *text.split()), one)
    return list(first.values())


def _is_version(one: _Rated, best: _Rated) -> bool:
    """Whether to count a reading as a version: no body that only calls a function of the answer, or helps it."""
    return one.reading.is_function or one.flaw == _UNFINISHED or (not best.reading.is_function and not one.flaw)


def _may_replace(one: _Rated, best: _Rated) -> bool:
    """Whether a version is the answer where the best one does not compile."""
    if one.flaw or best.flaw or one.reading.is_function != best.reading.is_function:
        return False
    return one.said != MISTAKE or best.said == MISTAKE


def _why(one: _Rated, versions: list[_Rated], numbers: dict[int, int]) -> str:
    later = [other for other in versions if other.place > one.place and (other.flaw or other.said in _OBJECTIONS)]
    if later and not one.flaw:
        return "; ".join(f"version {numbers[id(other)]} {other.flaw or other.said}" for other in later)
    return one.flaw or ("the last" if numbers[id(one)] == len(versions) else "the first")


def _flaw(one: Reading, entry_point: str) -> str:
    if one.rank < 3:
        return _BROKEN
    if one.path and one.entry and _is_test(one):
        return _IN_TESTS
    if is_unfinished(one, entry_point):
        return _UNFINISHED
    return _USAGE if not one.is_function and _is_usage(one, entry_point) else ""


def _is_test(one: Reading) -> bool:
    attributes = "".join("".join(one.entry.attributes).split()) if one.entry else ""
    return "#[cfg(test)]" in attributes or not {"test", "tests"}.isdisjoint(one.path.split("::")[:-1])


def is_unfinished(one: Reading, entry_point: str) -> bool:
    """Whether a version says nothing, or that it is not written yet: in the end, or in the middle of its way there."""
    statements = _statements(one, entry_point)
    if not statements:
        return statements is not None
    *earlier, last = statements
    if _UNWRITTEN.search(text_of(last)):
        return not any(node.type == "return_expression" for each in earlier for node in walk(each))
    return any(_UNWRITTEN.search(_BEFORE_VALUE.sub("", text_of(each))) for each in statements)


def _is_usage(one: Reading, entry_point: str) -> bool:
    """Whether a body only calls the function, or helps it. One that closes the prompt's brace may call itself."""
    called = rf"\b{entry_point}\s*\("
    if one.body and one.rank < WHOLE and re.search(called, mask(one.body.text).code):
        return True
    return _is_only_items(one, entry_point)


def _is_only_items(one: Reading, entry_point: str) -> bool:
    kinds = [node.type for node in _statements(one, entry_point) or ()]
    return all(kind.endswith(("_item", "_declaration", "_definition")) and kind != "let_declaration" for kind in kinds)


def _statements(one: Reading, entry_point: str) -> list[Node] | None:
    """Return what a version's function consists of, `None` where it is not written down as such."""
    text, name = ("fn f() {" + one.body.text, "f") if one.body else (one.entry.text if one.entry else "", entry_point)
    if one.path:
        name = one.path.rsplit("::", 1)[-1]
    nodes = nodes_in(text, "function_item", "function_signature_item")
    function = next((node for node in nodes if name_of(node).removeprefix("r#") == name), None)
    body = function.child_by_field_name("body") if function is not None else None
    if body is None:
        return [] if function is not None else None
    return [node for node in body.named_children if "comment" not in node.type]
