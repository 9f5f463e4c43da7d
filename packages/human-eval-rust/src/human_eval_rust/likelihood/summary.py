"""What the rows come to: means with intervals over problems, which are drawn again with all their pairs."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence

from sigil_common.records import Estimate, Interval, Likelihood, LikelihoodSet, PairLikelihood, sets_of
from sigil_common.seeds import derive_seed

CONFIDENCE = 0.95
RESAMPLES = 2_000
_DIGITS = 6
MEANING = (
    "Likelihood of texts that the model did not write. It decides nothing: such loss does not track verdicts, and can "
    "fall while fewer answers compile. Read it below the verdicts. Bits per byte also fall where only style is "
    "learned; both texts of a pair are of one style, so the share of pairs with the right one likelier is the measure "
    "where style cannot help. Damage to free writing shows in completions only."
)


def summarise(rows: Sequence[Likelihood]) -> tuple[LikelihoodSet, ...]:
    """Return the figures of each problem set by name, and where there are several, of all; in any order of rows."""
    sets: dict[str, list[Likelihood]] = {}
    names = sets_of(row.task_id for row in rows)
    for row in rows:
        sets.setdefault(names[row.task_id], []).append(row)
    found = [_set(name, inside) for name, inside in sorted(sets.items())]
    return (*found, _set("all", rows)) if len(found) > 1 else tuple(found)


def _set(name: str, rows: Sequence[Likelihood]) -> LikelihoodSet:
    others = [row.alternative.bits_per_byte for row in rows if row.alternative is not None]
    paired = [row.pairs for row in rows if row.pairs]
    return LikelihoodSet(
        set=name,
        problems=len(rows),
        reference_bits_per_byte=_estimate([[row.reference.bits_per_byte] for row in rows]),
        alternatives=len(others),
        alternative_bits_per_byte=_estimate([[one] for one in others]) if others else None,
        pairs=sum(map(len, paired)),
        problems_with_pairs=len(paired),
        right_likelier=_over_pairs(paired, lambda pair: float(pair.margin > 0)),
        margin=_over_pairs(paired, lambda pair: pair.margin),
    )


def _over_pairs(
    problems: Sequence[Sequence[PairLikelihood]], value: Callable[[PairLikelihood], float]
) -> Estimate | None:
    return _estimate([[value(pair) for pair in pairs] for pairs in problems]) if problems else None


def _estimate(problems: Sequence[Sequence[float]]) -> Estimate:
    """Return the mean over all values, which belong to problems, and a percentile interval over problems."""
    sums = sorted((math.fsum(values), len(values)) for values in problems)
    mean = math.fsum(total for total, _ in sums) / sum(count for _, count in sums)
    if len(sums) < 2:
        return Estimate(value=round(mean, _DIGITS))
    draw = random.Random(derive_seed("likelihood", "bootstrap", len(sums)))  # noqa: S311
    means = sorted(_mean(draw.choices(sums, k=len(sums))) for _ in range(RESAMPLES))
    edge = (1 - CONFIDENCE) / 2
    low, high = _quantile(means, edge), _quantile(means, 1 - edge)
    interval = Interval(low=round(low, _DIGITS), high=round(high, _DIGITS))
    return Estimate(value=round(mean, _DIGITS), interval=interval)


def _mean(sums: Sequence[tuple[float, int]]) -> float:
    return sum(total for total, _ in sums) / sum(count for _, count in sums)


def _quantile(ascending: Sequence[float], share: float) -> float:
    """Return the value below which `share` of the values lie, between neighbours by straight line."""
    place = share * (len(ascending) - 1)
    before = math.floor(place)
    after = min(before + 1, len(ascending) - 1)
    return ascending[before] + (place - before) * (ascending[after] - ascending[before])
