"""Whether an example in the docs of a place tests it: it holds in the crate, and no longer when the function panics."""

from __future__ import annotations

from dataset_audit.crates import Copy
from dataset_audit.place import Place, insert

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


def fences_in(source: bytes, place: Place) -> list[int]:
    """Return the lines, from 1, of a place's docs that may open or close an example."""
    first = source.count(b"\n", 0, place.start) + 1
    docs = source[place.start : place.item].split(b"\n")
    return [number for number, line in enumerate(docs, start=first) if b"```" in line or b"~~~" in line]
