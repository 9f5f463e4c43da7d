"""Choose from the candidates so that the task types stand in the wanted proportion.

The data set is as large as the scarcest type allows. Quotas are whole numbers by largest remainder; no
chunk is used twice.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sigil_common.seeds import derive_seed
from sigil_pipeline.tasks.candidates import Candidate

# Types that have few alternatives choose first; code generation takes what is left.
_ORDER = ("error_fixing", "transformations", "explanations", "code_generation")


@dataclass(frozen=True)
class Mix:
    """The chosen candidates, and what kept their number from being larger."""

    chosen: tuple[Candidate, ...]
    quotas: Mapping[str, int]
    limited_by: str


def quotas(total: int, shares: Mapping[str, float]) -> dict[str, int]:
    """Divide `total` by largest remainder; ties go to the type that is named first."""
    whole = sum(shares.values())
    exact = {name: total * share / whole for name, share in shares.items()}
    result = {name: math.floor(value) for name, value in exact.items()}
    by_remainder = sorted(exact, key=lambda name: exact[name] - result[name], reverse=True)
    for name in by_remainder[: total - sum(result.values())]:
        result[name] += 1
    return result


def choose(
    candidates: Sequence[Candidate], shares: Mapping[str, float], *, max_samples: int | None, seed: int
) -> Mix:  # fmt: skip
    """Return the largest mix in the wanted proportion; types without any candidate are left out of it."""
    pools = _pools(candidates, seed)
    wanted = {name: share for name, share in shares.items() if share > 0 and pools.get(name)}
    if not wanted:
        return Mix((), {}, "no candidates")
    low, high = 0, min(max_samples or len(candidates), len(candidates))
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if _take(pools, quotas(middle, wanted)) is not None else (low, middle - 1)
    numbers = quotas(low, wanted)
    chosen = _take(pools, numbers) or []
    limit = "max_samples" if low == max_samples else _scarcest(pools, quotas(low + 1, wanted))
    return Mix(tuple(chosen), numbers, limit)


def cap_per_crate(candidates: Sequence[Candidate], shares: Mapping[str, float], limit: int | None) -> list[Candidate]:
    """Keep at most `limit` samples' worth of each crate, the best-ranked of each type first."""
    if limit is None:
        return list(candidates)
    numbers = quotas(limit, shares)
    by_crate: dict[tuple[str, str], list[Candidate]] = defaultdict(list)
    for candidate in candidates:
        by_crate[candidate.crate, candidate.task_type].append(candidate)
    kept: set[int] = set()
    for (_, task), items in by_crate.items():
        # Rewrites and errors compete for the same chunks, so a few more than the quota stay eligible.
        spare = 2 * numbers.get(task, 0) if task != "code_generation" else numbers.get(task, 0)
        kept.update(id(item) for item in sorted(items, key=lambda item: (item.rank, item.chunk))[:spare])
    return [candidate for candidate in candidates if id(candidate) in kept]


def _pools(candidates: Sequence[Candidate], seed: int) -> dict[str, list[Candidate]]:
    """Group by type, in a seeded order; what is no code-generation candidate goes first, then by rank."""
    described = {item.chunk for item in candidates if item.task_type == "code_generation"}
    pools: dict[str, list[Candidate]] = defaultdict(list)
    for candidate in sorted(candidates, key=lambda item: derive_seed(seed, item.task_type, item.chunk)):
        pools[candidate.task_type].append(candidate)
    for name, pool in pools.items():
        if name != "code_generation":
            pool.sort(key=lambda item: (item.rank >= 1.5 and name == "transformations", item.chunk in described))
    return pools


def _take(pools: Mapping[str, Sequence[Candidate]], numbers: Mapping[str, int]) -> list[Candidate] | None:
    """Fill the quotas, each chunk once; `None` if one cannot be filled."""
    used: set[str] = set()
    chosen: list[Candidate] = []
    for name in (*_ORDER, *sorted(set(numbers) - set(_ORDER))):
        free = [item for item in pools.get(name, ()) if item.chunk not in used][: numbers.get(name, 0)]
        if len(free) < numbers.get(name, 0):
            return None
        used.update(item.chunk for item in free)
        chosen += free
    return chosen


def _scarcest(pools: Mapping[str, Sequence[Candidate]], numbers: Mapping[str, int]) -> str:
    slack = Counter({name: -len(pools[name]) / max(1, numbers[name]) for name in numbers})
    return slack.most_common(1)[0][0]
