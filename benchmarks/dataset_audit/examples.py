"""Whether an example in the docs of a place tests it: it holds in the crate, and no longer when the function panics."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set

from dataset_audit.crates import Copy
from dataset_audit.place import Place, insert

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


def fences_in(source: bytes, place: Place) -> list[int]:
    """Return the lines, from 1, of a place's docs that may open or close an example."""
    first = source.count(b"\n", 0, place.start) + 1
    docs = source[place.start : place.item].split(b"\n")
    return [number for number, line in enumerate(docs, start=first) if b"```" in line or b"~~~" in line]
