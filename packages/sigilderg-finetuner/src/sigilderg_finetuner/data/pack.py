"""Put samples of different lengths into rows of at most `capacity` tokens; never cut one.

Best fit, longest first, inside windows of the training order: each sample goes into the fullest row that
still holds it. Rows are then put into the order of their first (longest) samples in the plan, so the
shuffle of the plan survives.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sigilderg_finetuner.data.mix import Indices

WINDOW = 10_000


def best_fit(lengths: Sequence[int], capacity: int) -> list[list[int]]:
    """Return rows of item numbers; no row's lengths add up to more than `capacity`.

    Raises `ValueError` for an item that is longer than a row.
    """
    rows: list[list[int]] = []
    free: list[tuple[int, int]] = []  # (tokens left, row), sorted
    for item in sorted(range(len(lengths)), key=lambda i: (-lengths[i], i)):
        length = lengths[item]
        if length > capacity:
            raise ValueError(f"item {item} has {length} tokens, a row holds {capacity}")
        place = bisect_left(free, (length, -1))
        if place == len(free):
            rows.append([item])
            insort(free, (capacity - length, len(rows) - 1))
        else:
            left, row = free.pop(place)
            rows[row].append(item)
            insort(free, (left - length, row))
    return sorted(rows, key=lambda row: row[0])


def packed_rows(
    orders: Iterable[Indices], lengths: Sequence[int], capacity: int, *, packing: bool = True, window: int = WINDOW
) -> Iterator[list[int]]:
    """Yield rows of example numbers, pass after pass; windows never reach over the end of a pass."""
    for order in orders:
        examples = order.tolist()
        if not packing:
            yield from ([example] for example in examples)
            continue
        for start in range(0, len(examples), window):
            part = examples[start : start + window]
            for row in best_fit([lengths[example] for example in part], capacity):
                yield [part[item] for item in row]


def batched(rows: Iterator[list[int]], size: int, *, skip: int = 0) -> Iterator[list[list[int]]]:
    """Yield lists of `size` rows, the first `skip` lists left out."""
    next(islice(rows, skip * size, skip * size), None)
    while batch := list(islice(rows, size)):
        yield batch
