"""How much a sample of each task counts, so that the tasks have the wanted shares though all samples are kept."""

from __future__ import annotations

from collections.abc import Mapping

_DIGITS = 6


def weights_of(counts: Mapping[str, int], shares: Mapping[str, float]) -> dict[str, float]:
    """Return the weight of a sample of each task, of which there are `counts`.

    The least weight is 1: a trainer that takes a sample as often as its weight says leaves none out. Tasks without
    a sample or without a share are not named, and those that are divide the whole.
    """
    needed = {name: shares[name] / count for name, count in counts.items() if count and shares.get(name)}
    least = min(needed.values(), default=1.0)
    return {name: round(value / least, _DIGITS) for name, value in needed.items()}
