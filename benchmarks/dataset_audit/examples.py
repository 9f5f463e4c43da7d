"""Whether an example in docs tests a place: it holds in the crate, and no longer when the function panics."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dataset_audit.crates import Copy
from dataset_audit.place import Place, insert
from dataset_audit.syntax import parse, walk

if TYPE_CHECKING:
    from tree_sitter import Node

_PANIC = ' panic!("sigil audit"); '


def example_faults(copy: Copy, source: bytes, place: Place) -> list[str]:
    """Return why no example tests a place, by rustdoc's own running of them; nothing if one does."""
    lines = fences_in(source, place)
    held = {line for line, ok in copy.examples(place.file, lines, {}).items() if ok}
    if not held:
        return ["no example in its docs runs and holds"]
    stopped = copy.examples(place.file, sorted(held), {place.file: insert(source, {place.body: _PANIC})})
    if not stopped:
        return ["the crate does not compile with a panic in its place"]
    return [] if not all(stopped.values()) else ["its examples hold even when it panics"]


def side_faults(copy: Copy, source: bytes, place: Place, given: str) -> list[str]:
    """Return why examples of the crate do not hold with both sides of a transformation; nothing if any tells."""
    held = {key for key, ok in copy.all_examples({}).items() if ok}
    stopped = copy.all_examples({place.file: insert(source, {place.body: _PANIC})})
    reached = {key for key in held if stopped.get(key) is False}
    if not reached:
        return ["no example of its crate needs it"]
    body = next((node.child_by_field_name("body") for node in walk(parse(given.encode())) if _is_function(node)), None)
    if body is None:
        return ["its changed code is no function"]
    changed = source[: place.body] + given.encode()[body.start_byte + 1 : body.end_byte] + source[place.end :]
    moved, end = changed.count(b"\n") - source.count(b"\n"), source.count(b"\n", 0, place.end)
    lines = {(file, at): at + (moved if file == place.file and at > end else 0) for file, at in reached}
    ran = copy.all_examples({place.file: changed}, sorted(set(lines.values())))
    failed = sorted(key for key in reached if not ran.get((key[0], lines[key])))
    return [f"its changed code fails the example in line {line} of {file}" for file, line in failed]


def _is_function(node: Node) -> bool:
    return node.type == "function_item"


def fences_in(source: bytes, place: Place) -> list[int]:
    """Return the lines, from 1, of a place's docs that may open or close an example."""
    first = source.count(b"\n", 0, place.start) + 1
    docs = source[place.start : place.item].split(b"\n")
    return [number for number, line in enumerate(docs, start=first) if b"```" in line or b"~~~" in line]
