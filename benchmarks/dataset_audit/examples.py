"""Whether an example in docs tests a place: it holds in the crate, and no longer when the function panics."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from typing import TYPE_CHECKING

from dataset_audit.crates import Copy
from dataset_audit.place import Place, insert
from dataset_audit.syntax import parse, walk

if TYPE_CHECKING:
    from tree_sitter import Node

    from dataset_audit.unit_tests import UnitTests

_PANIC = ' panic!("sigil audit"); '


def held_in(copy: Copy, files: Mapping[str, bytes], places: Iterable[Place]) -> dict[str, set[int]]:
    """Return the lines of the examples in the docs of places that hold, by file; those of a file run together."""
    lines: dict[str, set[int]] = {}
    for place in places:
        lines.setdefault(place.file, set()).update(fences_in(files[place.file], place))
    ran = {file: copy.examples(file, sorted(some), {}) for file, some in lines.items()}
    return {file: {line for line, ok in endings.items() if ok} for file, endings in ran.items()}


def example_faults(copy: Copy, source: bytes, place: Place, held: Set[int]) -> list[str]:
    """Return why no example tests a place, by rustdoc's own running of them; nothing if one does."""
    own = sorted(held.intersection(fences_in(source, place)))
    if not own:
        return ["no example in its docs runs and holds"]
    stopped = copy.examples(place.file, own, {place.file: insert(source, {place.body: _PANIC})})
    if not stopped:
        return ["the crate does not compile with a panic in its place"]
    return [] if not all(stopped.values()) else ["its examples hold even when it panics"]


def side_faults(copy: Copy, source: bytes, place: Place, given: str, tests: UnitTests) -> list[str]:
    """Return why examples and unit tests of the crate do not hold with both sides of a transformation; nothing if any
    tells that they do.
    """
    held = {key for key, ok in copy.all_examples({}).items() if ok}
    stopped = copy.all_examples({place.file: insert(source, {place.body: _PANIC})})
    reached = {key for key in held if stopped.get(key) is False}
    needed = tests.needing(place)
    if not reached and not needed:
        return ["no example or unit test of its crate needs it"]
    body = next((node.child_by_field_name("body") for node in walk(parse(given.encode())) if _is_function(node)), None)
    if body is None:
        return ["its changed code is no function"]
    inside = given.encode()[body.start_byte + 1 : body.end_byte]
    failing = tests.failing(place, inside, needed) if needed else []
    faults = [f"its changed code fails the unit test {name}" for name in failing]
    if not reached:
        return faults
    changed = source[: place.body] + inside + source[place.end :]
    moved, end = changed.count(b"\n") - source.count(b"\n"), source.count(b"\n", 0, place.end)
    lines = {(file, at): at + (moved if file == place.file and at > end else 0) for file, at in reached}
    ran = copy.all_examples({place.file: changed}, sorted(set(lines.values())))
    failed = sorted(key for key in reached if not ran.get((key[0], lines[key])))
    return [*faults, *(f"its changed code fails the example in line {line} of {file}" for file, line in failed)]


def _is_function(node: Node) -> bool:
    return node.type == "function_item"


def fences_in(source: bytes, place: Place) -> list[int]:
    """Return the lines, from 1, of a place's docs that may open or close an example."""
    first = source.count(b"\n", 0, place.start) + 1
    docs = source[place.start : place.item].split(b"\n")
    return [number for number, line in enumerate(docs, start=first) if b"```" in line or b"~~~" in line]
