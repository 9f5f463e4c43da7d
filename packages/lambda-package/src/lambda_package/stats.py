"""Paired statistics of two models on the same problems.

Problems are the units that vary: all samples of one problem share its difficulty, so samples are
never pooled (Miller 2024, arXiv:2411.00640, sections 2.2 and 4.2). For each problem i a rate is
computed for both models, and all inference is about the differences d_i = tuned_i - base_i.
How often the intervals hold is in docs/benchmarks/statistics.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np

from lambda_package.intervals import Interval, few_changes, fewest_changes, rate_interval
from lambda_package.signflip import SignFlips, sign_flips

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Values = NDArray[np.float64]

POWER = 0.8
# An end that the widening would move over a rejected 0; shown as +0.0 and -0.0.
_BESIDE_ZERO = 1e-9


@dataclass(frozen=True)
class Difference:
    """Difference of two means over problems, tuned minus base.

    The interval leaves out 0 exactly where `p` is below 1 minus the confidence. An end that the problems do not
    limit, for there are too few, is infinite, or -1 and 1 of rates. `detectable` is the difference that a run of this
    size and spread would find with 80% power, None where too few problems changed to tell, or all by as much.
    """

    difference: float
    interval: Interval
    p: float
    detectable: float | None
    gained: int
    lost: int


@dataclass(frozen=True)
class PairedResult(Difference):
    """The same of rates, with the rates of both models."""

    base: float
    tuned: float
    base_interval: Interval
    tuned_interval: Interval


def compare_paired(base: Values, tuned: Values, *, seed: int, resamples: int, confidence: float) -> PairedResult:
    """Compare per-problem rates of shape (problems,), matched by position."""
    found = paired_difference(base, tuned, seed=seed, resamples=resamples, confidence=confidence, rates=True)
    return PairedResult(
        **vars(found),
        base=float(base.mean()),
        tuned=float(tuned.mean()),
        base_interval=rate_interval(base, 1 - confidence),
        tuned_interval=rate_interval(tuned, 1 - confidence),
    )


def paired_difference(
    base: Values, tuned: Values, *, seed: int, resamples: int, confidence: float, rates: bool
) -> Difference:
    """Compare values of shape (problems,), matched by position; `rates`: they lie between 0 and 1.

    Raises `ValueError` for values of other shapes and for those that are not finite.
    """
    if base.shape != tuned.shape or base.ndim != 1 or not base.size:
        raise ValueError(f"values must be two equal, non-empty vectors, got {base.shape} and {tuned.shape}")
    if not (np.isfinite(base).all() and np.isfinite(tuned).all()):
        raise ValueError("values must be finite")
    difference, alpha = tuned - base, 1 - confidence
    flips = sign_flips(difference, seed=seed, resamples=resamples)
    gained, lost = int((difference > 0).sum()), int((difference < 0).sum())
    # Without a spread, which rounding alone does not make, problems show as little as too few of them.
    enough = gained + lost >= fewest_changes(alpha) and float(np.ptp(difference)) > _BESIDE_ZERO
    interval = _widened(difference, flips, alpha, seed=seed, resamples=resamples, few=rates and not enough)
    if rates:
        interval = Interval(max(interval.low, -1.0), min(interval.high, 1.0))
    return Difference(
        difference=float(difference.mean()),
        interval=interval,
        p=flips.p(),
        detectable=detectable(difference, alpha) if enough else None,
        gained=gained,
        lost=lost,
    )


def detectable(difference: Values, alpha: float) -> float:
    """Return the mean difference that a two-sided test at level `alpha` finds with 80% power, by the normal law.

    Miller 2024, section 5.
    """
    normal = NormalDist()
    factor = normal.inv_cdf(1 - alpha / 2) + normal.inv_cdf(POWER)
    return factor * float(difference.std(ddof=1)) / float(np.sqrt(difference.size))


def _widened(difference: Values, flips: SignFlips, alpha: float, *, seed: int, resamples: int, few: bool) -> Interval:
    """Return the interval of the test, wider where small samples of skewed differences make it too narrow.

    Most problems of a weak model do not change, and a few change much: a sample that happens to have few of these has
    a mean and a spread that are both too small. So an end is taken as if the largest change had been seen once more,
    in its direction. There is no paper for this; docs/benchmarks/statistics.md shows what it does. An end that would
    move over a 0 that the test has rejected stays beside it.
    """
    low, high = flips.lowest(alpha), flips.highest(alpha)
    largest = float(np.abs(difference).max())
    further = (np.append(difference, change) for change in (-largest, largest))
    down, up = (sign_flips(one, seed=seed, resamples=resamples) for one in further)
    wide = Interval(min(low, down.lowest(alpha)), max(high, up.highest(alpha)))
    if few:
        other = few_changes(difference, alpha)
        wide = Interval(min(wide.low, other.low), max(wide.high, other.high))
    return Interval(
        max(wide.low, _BESIDE_ZERO) if low > 0 else wide.low,
        min(wide.high, -_BESIDE_ZERO) if high < 0 else wide.high,
    )


def holm(p_values: list[float]) -> list[float]:
    """Return p-values adjusted for several tests (Holm 1979), in the order given."""
    order = sorted(range(len(p_values)), key=lambda i: p_values[i])
    adjusted = [0.0] * len(p_values)
    largest = 0.0
    for rank, i in enumerate(order):
        largest = max(largest, min(1.0, p_values[i] * (len(p_values) - rank)))
        adjusted[i] = largest
    return adjusted
