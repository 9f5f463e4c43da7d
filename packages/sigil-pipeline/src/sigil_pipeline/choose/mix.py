"""Choose from the candidates: all that the limits allow, or so many that the task types stand in proportion.

All are taken unless a limit on samples is set, which is then filled as near to the proportion as there are candidates.
A strict mix is as large as the scarcest type allows, and uses no chunk twice. Quotas are whole numbers by largest
remainder.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from sigil_common.seeds import derive_seed
from sigil_pipeline.tasks import TASKS
from sigil_pipeline.tasks.candidates import Candidate

# Types that have few alternatives choose first; the last takes what is left.
_ORDER = tuple(maker.name for maker in TASKS)
_LAST = _ORDER[-1]


@dataclass(frozen=True)
class Mix:
    """The chosen candidates, and what kept their number from being larger.

    `shares` are those that weights have to give; none where the choice itself did.
    """

    chosen: tuple[Candidate, ...]
    limited_by: str
    shares: Mapping[str, float] = field(default_factory=dict)


def quotas(total: int, shares: Mapping[str, float]) -> dict[str, int]:
    """Divide `total` by largest remainder; ties go to the type that is named first."""
    whole = sum(shares.values())
    exact = {name: total * share / whole for name, share in shares.items()}
    result = {name: math.floor(value) for name, value in exact.items()}
    by_remainder = sorted(exact, key=lambda name: exact[name] - result[name], reverse=True)
    for name in by_remainder[: total - sum(result.values())]:
        result[name] += 1
    return result


def filled(total: int, shares: Mapping[str, float], available: Mapping[str, int]) -> dict[str, int]:
    """Divide `total` like `quotas`, but give no type more than there is of it: the others have what it cannot take."""
    result: dict[str, int] = {}
    missing = dict(shares)
    left = min(total, sum(available.get(name, 0) for name in shares))
    while missing:
        found = quotas(left, missing)
        short = [name for name in missing if found[name] >= available.get(name, 0)]
        if not short:
            return result | found
        for name in short:
            result[name] = available.get(name, 0)
            left -= result[name]
            del missing[name]
    return result


def choose_all(
    candidates: Sequence[Candidate],
    shares: Mapping[str, float],
    *,
    max_samples: int | None,
    max_per_crate: int | None,
    seed: int,
) -> Mix:
    """Return all candidates of types that have a share; where a limit cuts them, as near to the shares as may be."""
    pools = _pools(candidates, None, seed)
    wanted = {name: share for name, share in shares.items() if share > 0 and pools.get(name)}
    if not wanted:
        return Mix((), "no candidates")
    taken = {name: pools[name] for name in wanted}
    limited_by = "nothing"
    if max_per_crate is not None and (cut := _cut_crates(taken, wanted, max_per_crate)) != taken:
        taken, limited_by = cut, "max_per_crate"
    if max_samples is not None and max_samples < sum(map(len, taken.values())):
        numbers = filled(max_samples, wanted, {name: len(pool) for name, pool in taken.items()})
        taken, limited_by = {name: taken[name][: numbers[name]] for name in wanted}, "max_samples"
    return Mix(tuple(item for name in _ORDER for item in taken.get(name, ())), limited_by, wanted)


def _cut_crates(
    pools: Mapping[str, list[Candidate]], shares: Mapping[str, float], limit: int
) -> dict[str, list[Candidate]]:
    """Leave each crate `limit` candidates; the order of the pools stays."""
    available: dict[str, Counter[str]] = defaultdict(Counter)
    for name, pool in pools.items():
        for item in pool:
            available[item.crate][name] += 1
    numbers = {crate: filled(limit, shares, counts) for crate, counts in available.items()}
    return {
        name: _best_of_each_crate(pool, {crate: found[name] for crate, found in numbers.items()}, ranked=name == _LAST)
        for name, pool in pools.items()
    }


def choose_strict(
    candidates: Sequence[Candidate],
    shares: Mapping[str, float],
    *,
    max_samples: int | None,
    max_per_crate: int | None,
    seed: int,
) -> Mix:
    """Return the largest mix in the strict proportion; types without any candidate are left out of it."""
    pools = _pools(candidates, max_per_crate, seed)
    wanted = {name: share for name, share in shares.items() if share > 0 and pools.get(name)}
    if not wanted:
        return Mix((), "no candidates")
    low, high = 0, min(max_samples or len(candidates), len(candidates))
    while low < high:
        middle = (low + high + 1) // 2
        fits = _take(pools, quotas(middle, wanted), max_per_crate) is not None
        low, high = (middle, high) if fits else (low, middle - 1)
    numbers = quotas(low, wanted)
    chosen = _take(pools, numbers, max_per_crate) or []
    limit = "max_samples" if low == max_samples else _scarcest(pools, quotas(low + 1, wanted))
    return Mix(tuple(chosen), limit)


def _pools(candidates: Sequence[Candidate], max_per_crate: int | None, seed: int) -> dict[str, list[Candidate]]:
    """Group by type, in a seeded order; derived samples lean on undocumented code, and on all operators alike."""
    described = {item.chunk for item in candidates if item.task_type == _LAST}
    pools: dict[str, list[Candidate]] = defaultdict(list)
    for candidate in sorted(candidates, key=lambda item: derive_seed(seed, item.task_type, item.chunk)):
        pools[candidate.task_type].append(candidate)
    for name, pool in pools.items():
        if name != _LAST:
            pools[name] = _balanced(pool, described)
        elif max_per_crate is not None:
            limits = dict.fromkeys((item.crate for item in pool), max_per_crate)
            pools[name] = _best_of_each_crate(pool, limits, ranked=True)
    return pools


def _best_of_each_crate(pool: Sequence[Candidate], limits: Mapping[str, int], *, ranked: bool) -> list[Candidate]:
    """Keep so many of each crate, the best-ranked or the first ones, in the order of the pool."""
    count: Counter[str] = Counter()
    kept = set()
    for item in sorted(pool, key=lambda item: (item.rank, item.chunk)) if ranked else pool:
        if count[item.crate] < limits[item.crate]:
            count[item.crate] += 1
            kept.add(item.chunk)
    return [item for item in pool if item.chunk in kept]


def _balanced(pool: Sequence[Candidate], described: Collection[str]) -> list[Candidate]:
    """Deal the operators out in turn, so that a frequent one does not crowd out the others."""
    turns: Counter[tuple[bool, str | None]] = Counter()
    keyed = []
    for item in pool:
        group = (item.chunk in described, item.rewrite)
        keyed.append(((group[0], turns[group]), item))
        turns[group] += 1
    return [item for _, item in sorted(keyed, key=lambda pair: pair[0])]


def _take(
    pools: Mapping[str, Sequence[Candidate]], numbers: Mapping[str, int], max_per_crate: int | None
) -> list[Candidate] | None:
    """Fill the quotas, each chunk once and no crate beyond its limit; `None` if one cannot be filled."""
    used: set[str] = set()
    per_crate: Counter[str] = Counter()
    chosen: list[Candidate] = []
    for name in _ORDER:
        missing = numbers.get(name, 0)
        for item in pools.get(name, ()):
            if missing and item.chunk not in used and per_crate[item.crate] < (max_per_crate or math.inf):
                used.add(item.chunk)
                per_crate[item.crate] += 1
                chosen.append(item)
                missing -= 1
        if missing:
            return None
    return chosen


def _scarcest(pools: Mapping[str, Sequence[Candidate]], numbers: Mapping[str, int]) -> str:
    slack = Counter({name: -len(pools[name]) / max(1, numbers[name]) for name in numbers})
    return slack.most_common(1)[0][0]
