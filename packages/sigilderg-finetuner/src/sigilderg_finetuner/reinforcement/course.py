"""Which problems each step draws for: a function of seed and step, so that a run that is continued finds them again."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from typing import TypeVar

from sigil_common.seeds import derive_seed

T = TypeVar("T")


def problems_of_step(problems: Sequence[T], step: int, *, size: int, seed: int) -> list[T]:
    """Return the `size` problems of a step, counted from 1: pass after pass over all, each in an order of its own."""
    first = (step - 1) * size
    return [_at(problems, place, seed) for place in range(first, first + size)]


def _at(problems: Sequence[T], place: int, seed: int) -> T:
    turn, number = divmod(place, len(problems))
    order = list(range(len(problems)))
    random.Random(derive_seed(seed, "problems", turn)).shuffle(order)  # noqa: S311
    return problems[order[number]]


def steps(
    problems: Sequence[T], *, done: int, last: int, size: int, repeats: int, seed: int
) -> Iterator[tuple[int, list[T]]]:
    """Yield the number and the problems, each `repeats` times in a row, of every step that is left."""
    for step in range(done + 1, last + 1):
        chosen = problems_of_step(problems, step, size=size, seed=seed)
        yield step, [one for one in chosen for _ in range(repeats)]
