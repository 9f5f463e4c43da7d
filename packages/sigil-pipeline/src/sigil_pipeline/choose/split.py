"""Divide the samples into `train` and `val`, by crate: code of one crate is never on both sides.

Crates of the same repository count as one, since they share code and style.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from sigil_common.seeds import derive_seed


def validation_crates(
    counts: Mapping[str, int], repositories: Mapping[str, str | None], *, ratio: float, seed: int
) -> frozenset[str]:
    """Return the crates of `val`; `counts` is samples per crate.

    Groups are taken in a seeded order as long as each brings the share of samples nearer to `ratio`. With
    two groups or more neither side is empty.
    """
    group_of = {crate: home_of(crate, repositories.get(crate)) for crate in counts}
    sizes: Counter[str] = Counter()
    for crate, count in counts.items():
        sizes[group_of[crate]] += count
    order = sorted(sizes, key=lambda group: derive_seed(seed, "split", group))
    chosen = _nearest(order, sizes, ratio * sum(counts.values()))
    if not chosen and len(order) > 1:
        chosen = {min(order, key=lambda group: (sizes[group], order.index(group)))}
    return frozenset(crate for crate in counts if group_of[crate] in chosen)


def home_of(crate: str, repository: str | None) -> str:
    """Return what crates that are developed together have in common."""
    return (repository or crate).lower().rstrip("/").removesuffix(".git")


def _nearest(order: list[str], sizes: Mapping[str, int], wanted: float) -> set[str]:
    chosen: set[str] = set()
    taken = 0
    for group in order:
        after = taken + sizes[group]
        if abs(after - wanted) < abs(taken - wanted) and len(chosen) + 1 < len(order):
            chosen.add(group)
            taken = after
    return chosen
