"""Which crates share a compiler run: those that have the same dependencies in it as alone.

So the result of a crate does not depend on which others it is built with, and crates may be grouped as they come: those
that are cached already are in no group.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sigil_pipeline.crates.closure import agree, slots
from sigil_pipeline.crates.resolve import Resolved


@dataclass(frozen=True)
class Unit:
    """A piece of work: crates to be built together. All of them are held out, or none is."""

    crates: tuple[Resolved, ...]

    @property
    def held_out(self) -> bool:
        """Whether its crates give problems only."""
        return self.crates[0].spec.held_out


class Grouping:
    """Groups of at most `size` crates, filled in the order in which these come."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._open: list[_Open] = []

    def add(self, crate: Resolved) -> Iterator[Unit]:
        """Put a crate into the first group that it fits into; yield that if it is full now."""
        own = slots(crate.needs)
        for group in self._open:
            if group.held_out == crate.spec.held_out and agree(group.slots, own):
                break
        else:
            group = _Open([], {}, crate.spec.held_out)
            self._open.append(group)
        group.crates.append(crate)
        group.slots.update(own)
        if len(group.crates) == self._size:
            self._open.remove(group)
            yield Unit(tuple(group.crates))

    def rest(self) -> Iterator[Unit]:
        """Yield the groups that did not become full."""
        yield from (Unit(tuple(group.crates)) for group in self._open)
        self._open.clear()


@dataclass(eq=False)
class _Open:
    crates: list[Resolved]
    slots: dict[tuple[str, str], frozenset[tuple[str, str]]]
    held_out: bool
