"""Made-up problems and models, whose true rates are known: what intervals and plans are tried out on."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np

from lambda_package.intervals import fewest_changes
from lambda_package.stats import detectable

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Rates = NDArray[np.float64]

_MANY = 20_000


@dataclass(frozen=True)
class Population:
    """Problems whose log odds of an answer that passes are normal, and two models.

    `shift` is what every problem gains by training, and `noise` how much the models differ on it besides. Without a
    shift neither model is better.
    """

    name: str
    mean: float
    spread: float
    shift: float
    noise: float

    @property
    def truth(self) -> tuple[float, float]:
        """Rates of both models over all problems that there could be."""
        spread = math.hypot(self.spread, self.noise)
        return _mean_rate(self.mean, spread), _mean_rate(self.mean + self.shift, spread)

    def draw(self, rng: np.random.Generator, problems: int, samples: int) -> tuple[Rates, Rates]:
        """Return both models' rates on problems drawn at random, of so many answers to each."""
        return next(self.draw_more(rng, problems, [samples]))

    def draw_more(self, rng: np.random.Generator, problems: int, sizes: Iterable[int]) -> Iterator[tuple[Rates, Rates]]:
        """Yield both models' rates on the same problems, of one number of answers after the other, larger and larger.

        Answers that were there are kept, and others come to them.
        """
        shared = self.mean + self.spread * rng.standard_normal(problems)
        own = shared + self.noise * rng.standard_normal((2, problems)) + [[0.0], [self.shift]]
        passed, before = np.zeros((2, problems)), 0
        for size in sizes:
            passed += rng.binomial(size - before, _logistic(own))
            before = size
            base, tuned = passed / size
            yield base, tuned


LARGE = Population("large model", 0.3, 2.5, 0.5, 0.6)
SMALL = Population("small model", -5.0, 2.5, 0.8, 0.7)


def detectable_before(population: Population, problems: int, samples: int, alpha: float) -> float | None:
    """Return the smallest mean difference that so many problems and samples find with 80% power, before a run.

    It is that of `stats.detectable` for the spread that the population's differences have. None where so few problems
    would change that no test could tell them from chance.
    """
    base, tuned = population.draw(np.random.default_rng([problems, samples]), _MANY, samples)
    difference = tuned - base
    if problems < 2 or problems * float((difference != 0).mean()) < fewest_changes(alpha):
        return None
    return detectable(difference, alpha) * math.sqrt(_MANY / problems)


def width_before(population: Population, problems: int, samples: int, alpha: float) -> float:
    """Return how wide the interval of the mean difference comes out about, by the normal law, before a run.

    Intervals of few problems or of skewed differences are wider (docs/benchmarks/statistics.md).
    """
    base, tuned = population.draw(np.random.default_rng([problems, samples]), _MANY, samples)
    factor = NormalDist().inv_cdf(1 - alpha / 2)
    return 2 * factor * float((tuned - base).std(ddof=1)) / math.sqrt(problems)


def _logistic(odds: Rates) -> Rates:
    return 1 / (1 + np.exp(-odds))


def _mean_rate(mean: float, spread: float) -> float:
    """Return the mean of the logistic function over a normal law, by Gauss-Hermite quadrature."""
    places, weights = np.polynomial.hermite_e.hermegauss(101)
    return float(weights @ _logistic(mean + spread * places) / weights.sum())
