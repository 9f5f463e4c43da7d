"""The sign-flip test of paired differences, and the interval that it leaves.

Were the mean difference t, each d_i - t would be as likely to have the other sign; t is rejected where few arrangements
of the signs give a sum at least as large as the observed one (Fisher 1935, "The Design of Experiments", section 21).
With differences of -1, 0 and 1, one sample a problem, it is the exact test of McNemar (1947).

An arrangement gives a sum at least as large exactly for the t between the mean of the differences that keep their sign
and the mean of those that do not, and the observed mean lies between these two as well (Hartigan 1969, "Using subsample
values as typical values"). So one set of arrangements gives the p-value of every t, and the values of t that are not
rejected are an interval (Tritchler 1984, "On inverting permutation tests") whose ends are quantiles of such means: the
interval leaves out 0 exactly where the test of 0 rejects.
"""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Values = NDArray[np.float64]

# Most arrangements that are enumerated: all of 13 different differences; and of -1, 0 and 1 all of at least 172.
_MOST, _MOST_OF_THREE = 10_000, 200_000
_CHUNK = 1_000
# Means that differ by less are equal, however their sums were rounded.
_TIE = 1e-9
_DIGITS = 12
# Less than this no sum of probabilities would show.
_NEVER = 1e-15


@dataclass(frozen=True)
class SignFlips:
    """What arrangements of the signs say about the mean.

    Of each, `low` and `high` are the means of its two parts, the smaller and the larger one, and `weight` is its share
    of all arrangements; `always` is the share of those of one sign, which are as extreme whatever the mean is.
    """

    mean: float
    low: Values
    high: Values
    weight: Values
    always: float

    def p(self) -> float:
        """Return the two-sided p-value of a mean of 0."""
        if abs(self.mean) <= _TIE:
            return 1.0
        ends, shares = self._from_below if self.mean > 0 else self._from_above
        return min(1.0, float(shares[np.searchsorted(ends, _TIE, side="right")]))

    def lowest(self, alpha: float) -> float:
        """Return the lowest mean with a p-value of at least `alpha`; infinite where there is none."""
        return _first(*self._from_below, alpha)

    def highest(self, alpha: float) -> float:
        """Return the highest one."""
        return 0.0 - _first(*self._from_above, alpha)

    @cached_property
    def _from_below(self) -> tuple[Values, Values]:
        return _ascending(self.low, self.weight, self.always)

    @cached_property
    def _from_above(self) -> tuple[Values, Values]:
        return _ascending(-self.high, self.weight, self.always)


def sign_flips(differences: Values, *, seed: int, resamples: int) -> SignFlips:
    """Arrange the signs in all ways where these are few enough, else in `resamples` random ones besides the observed.

    Counting the observed arrangement keeps a p-value from being too small (Phipson and Smyth 2010).
    """
    values, counts = np.unique(np.round(differences, _DIGITS), return_counts=True)
    if math.prod(int(count) + 1 for count in counts) <= (_MOST if len(values) > 3 else _MOST_OF_THREE):
        sums, kept, weights = _all(values, counts)
    else:
        sums, kept, weights = _some(differences, seed, resamples)
    total, size = float(differences.sum()), differences.size
    one_sign = (kept == 0) | (kept == size)
    # They are among the arrangements however many there are: no p-value is 0.
    always = max(float(weights[one_sign].sum()), sys.float_info.min)
    sums, kept, weights = sums[~one_sign], kept[~one_sign], weights[~one_sign]
    means = sums / kept, (total - sums) / (size - kept)
    return SignFlips(total / size, np.minimum(*means), np.maximum(*means), weights, always)


def _all(values: Values, counts: NDArray[np.int64]) -> tuple[Values, Values, Values]:
    """Return sum and number of the differences that keep their sign, and the weight, of all arrangements.

    Of equal differences only the number that keep it matters.
    """
    sums, kept, weights = np.zeros(1), np.zeros(1), np.ones(1)
    for value, count in zip(values, counts, strict=True):
        heads, chances = _binomial(int(count))
        sums = np.add.outer(sums, value * heads).ravel()
        kept = np.add.outer(kept, heads).ravel()
        weights = np.multiply.outer(weights, chances).ravel()
    return sums, kept, weights


@lru_cache(maxsize=256)
def _binomial(count: int) -> tuple[Values, Values]:
    """Return the numbers of heads and their probabilities, without those that never occur but for all and none.

    Only these two are as extreme as many equal differences.
    """
    chances = np.array([math.comb(count, heads) / 2**count for heads in range(count + 1)])
    kept = chances >= _NEVER
    kept[[0, -1]] = True
    (heads,) = np.nonzero(kept)
    return heads.astype(np.float64), chances[heads]


def _some(differences: Values, seed: int, resamples: int) -> tuple[Values, Values, Values]:
    """Return the same of the observed arrangement and of random ones."""
    rng = np.random.default_rng([seed, 1])
    sums, kept = [differences.sum(keepdims=True)], [np.full(1, differences.size, dtype=np.float64)]
    for start in range(0, resamples, _CHUNK):
        number = min(_CHUNK, resamples - start)
        bits = np.unpackbits(rng.integers(0, 256, size=(number, -(-differences.size // 8)), dtype=np.uint8), axis=1)
        keep = bits[:, : differences.size].astype(np.float64)
        sums.append(keep @ differences)
        kept.append(keep.sum(axis=1))
    return np.concatenate(sums), np.concatenate(kept), np.full(resamples + 1, 1 / (resamples + 1))


def _ascending(means: Values, weights: Values, always: float) -> tuple[Values, Values]:
    """Return the means in order, and what share of arrangements there is before the first and up to each."""
    order = np.argsort(means)
    return means[order], np.concatenate([[always], always + np.cumsum(weights[order])])


def _first(ascending: Values, shares: Values, alpha: float) -> float:
    """Return the first mean up to which there is a share of `alpha`."""
    place = int(np.searchsorted(shares, alpha))
    if place == 0 or not ascending.size:
        return -math.inf
    end = float(ascending[min(place, ascending.size) - 1])
    return 0.0 if abs(end) <= _TIE else end
