"""At which level the interval of each look is made, so that all looks together hold at the level that was asked for.

Who looks at an interval after 4 samples, goes on, and looks again has several chances to be misled. Of the error that
is allowed in all, a spending function says how much may be used up by each look (Lan and DeMets 1983, "Discrete
sequential boundaries for clinical trials", Biometrika 70). Here it is the one whose boundaries come near those of
Pocock (1977), alpha * ln(1 + (e - 1) t), for a look is taken in order to stop at it: a spending like that of O'Brien
and Fleming (1979) makes early intervals so wide that none would suffice. Its time t is the number of the look over that
of all, fixed before the run (Lan and DeMets 1989, "Group sequential procedures: calendar versus information time").

How looks hang together is taken as if samples alone varied: the correlation of n samples with the m that they are part
of is sqrt(n / m). Problems differ as well, so looks agree more than that, all levels are on the safe side, and nothing
is estimated from the data.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from sigil_common.errors import InputError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Values = NDArray[np.float64]

FIRST = 4
_POINTS = 401
_DIGITS = 4


def sizes_up_to(limit: int) -> tuple[int, ...]:
    """Return the samples of each look: 4, 8, 16 and so on, and at last the limit."""
    sizes = [FIRST]
    while sizes[-1] * 2 < limit:
        sizes.append(sizes[-1] * 2)
    return (*(size for size in sizes if size < limit), limit)


def spent(time: float, alpha: float) -> float:
    """Return the error that may be used up until `time`, between 0 and 1."""
    return alpha * math.log1p((math.e - 1) * time)


@lru_cache
def levels(sizes: tuple[int, ...], confidence: float) -> tuple[float, ...]:
    """Return the level of the interval at each look, to four digits, never lower than it has to be.

    A sum of n samples moves on from look to look by independent normal steps. What of it has stayed between the bounds
    so far is followed on a grid, and each bound is put where as much leaves as may be spent. Raises `InputError` where
    a level would be 1.
    """
    alpha, found = 1 - confidence, []
    inside: tuple[Values, Values] | None = None
    for number, size in enumerate(sizes):
        share = spent((number + 1) / len(sizes), alpha) - spent(number / len(sizes), alpha)
        step = math.sqrt(size - (sizes[number - 1] if number else 0))
        own, bound = _bound(inside, step, math.sqrt(size), share)
        found.append(math.ceil((1 - own) * 10**_DIGITS) / 10**_DIGITS)
        if found[-1] >= 1:
            raise InputError(
                f"samples cannot be added in looks at a confidence of {confidence}",
                hint="set `stats.confidence` to 0.999 or less, or `sample.n_samples` to a number",
            )
        grid = np.linspace(-bound, bound, _POINTS)
        inside = grid, _density(inside, grid, step) * (grid[1] - grid[0])
    return tuple(found)


def _bound(inside: tuple[Values, Values] | None, step: float, spread: float, share: float) -> tuple[float, float]:
    """Return the two-sided error of a bound, were this the only look, and the bound beyond which `share` leaves."""
    low, high = 0.0, 12.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if _leaves(inside, middle * spread, step) > share else (low, middle)
    return 2 * float(_beyond(np.array([high]))[0]), high * spread


def _leaves(inside: tuple[Values, Values] | None, bound: float, step: float) -> float:
    if inside is None:
        return 2 * float(_beyond(np.array([bound / step]))[0])
    places, weights = inside
    return float(weights @ (_beyond((bound - places) / step) + _beyond((bound + places) / step)))


def _density(inside: tuple[Values, Values] | None, grid: Values, step: float) -> Values:
    if inside is None:
        return _normal(grid / step) / step
    places, weights = inside
    found: Values = _normal((grid[:, None] - places[None, :]) / step) @ weights / step
    return found


def _normal(values: Values) -> Values:
    return np.exp(-0.5 * values**2) / math.sqrt(2 * math.pi)


def _beyond(values: Values) -> Values:
    """Return the normal probability above each value."""
    from scipy.special import ndtr

    found: Values = ndtr(-values)
    return found
