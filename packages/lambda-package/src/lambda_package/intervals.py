"""Intervals of rates and of their differences where the observed spread alone says too little."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Values = NDArray[np.float64]


@dataclass(frozen=True)
class Interval:
    """A confidence interval, in the unit of the estimate."""

    low: float
    high: float


def fewest_changes(alpha: float) -> int:
    """Return how many differences other than 0 a sign-flip test needs, all in one direction, to be below `alpha`."""
    return math.floor(1 - math.log2(alpha)) + 1


def rate_interval(rates: Values, alpha: float) -> Interval:
    """Return the interval of the mean of per-problem rates: exact for yes or no of so many problems as they are worth.

    The ends are quantiles of Beta distributions (Clopper and Pearson 1934), for the number of yes-or-no problems that
    would vary as much (Korn and Graubard 1998, "Confidence intervals for proportions with small expected number of
    positive counts estimated from survey data"); each problem is worth at least one. The variance is taken with one
    more problem that is always solved and one that never is, after Agresti and Coull (1998), for a few equal rates do
    not show how much others vary.
    """
    mean, number = float(rates.mean()), rates.size
    spread = float(np.concatenate([rates, [0.0, 1.0]]).var(ddof=1))
    worth = max(number, number * mean * (1 - mean) / spread)
    return _beta(mean, worth, alpha)


def few_changes(differences: Values, alpha: float) -> Interval:
    """Return an interval of the mean difference of rates from how large a mean gain and a mean loss may be.

    For a few changed problems, whose spread says next to nothing. Both means have an interval as of so many yes or no,
    which is too wide for rates in between, and are put together by MOVER (Newcombe 1998; Zou and Donner 2008,
    "Construction of confidence limits about effect measures: a general approach").
    """
    gain, loss = np.maximum(differences, 0).mean(), np.maximum(-differences, 0).mean()
    gains, losses = (_beta(float(mean), differences.size, alpha) for mean in (gain, loss))
    return Interval(
        float(gain - loss) - math.hypot(gain - gains.low, losses.high - loss),
        float(gain - loss) + math.hypot(gains.high - gain, loss - losses.low),
    )


def _beta(mean: float, number: float, alpha: float) -> Interval:
    from scipy.special import betaincinv

    yes = mean * number
    no = number - yes
    low = float(betaincinv(yes, no + 1, alpha / 2)) if yes > 0 else 0.0
    high = float(betaincinv(yes + 1, no, 1 - alpha / 2)) if no > 0 else 1.0
    return Interval(low, high)
