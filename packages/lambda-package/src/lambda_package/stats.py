"""Paired statistics of two models on the same problems.

Problems are the units that vary: all samples of one problem share its difficulty, so samples are
never pooled (Miller 2024, arXiv:2411.00640, sections 2.2 and 4.2). For each problem i a rate is
computed for both models, and all inference is about the differences d_i = tuned_i - base_i.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Rates = NDArray[np.float64]

# Two-sided level 5% and power 80%: z(0.975) + z(0.8).
POWER_FACTOR = 1.959964 + 0.841621
_CHUNK = 1_000


@dataclass(frozen=True)
class Interval:
    """A confidence interval, in the unit of the estimate."""

    low: float
    high: float


@dataclass(frozen=True)
class PairedResult:
    """Difference of two mean rates over problems, tuned minus base, all in [−1, 1].

    `detectable` is the difference that a run of this size and spread would find with 80% power.
    """

    base: float
    tuned: float
    base_interval: Interval
    tuned_interval: Interval
    difference: float
    interval: Interval
    p: float
    detectable: float
    gained: int
    lost: int


def compare_paired(base: Rates, tuned: Rates, *, seed: int, resamples: int, confidence: float) -> PairedResult:
    """Compare per-problem rates of shape (problems,), matched by position."""
    if base.shape != tuned.shape or base.ndim != 1 or not base.size:
        raise ValueError(f"rates must be two equal, non-empty vectors, got {base.shape} and {tuned.shape}")
    difference = tuned - base
    spread = float(difference.std(ddof=1)) if difference.size > 1 else 0.0
    means = _bootstrap_means(np.stack([base, tuned, difference]), seed, resamples)
    base_ci, tuned_ci, difference_ci = (_percentile(row, confidence) for row in means)
    return PairedResult(
        base=float(base.mean()),
        tuned=float(tuned.mean()),
        base_interval=base_ci,
        tuned_interval=tuned_ci,
        difference=float(difference.mean()),
        interval=difference_ci,
        p=paired_p(base, tuned, seed=seed, resamples=resamples),
        detectable=POWER_FACTOR * spread / float(np.sqrt(difference.size)),
        gained=int((difference > 0).sum()),
        lost=int((difference < 0).sum()),
    )


def paired_p(base: Rates, tuned: Rates, *, seed: int, resamples: int) -> float:
    """Return the two-sided p-value of no difference.

    With one sample a problem all rates are 0 or 1 and the exact McNemar test applies (McNemar 1947,
    as a binomial test of the discordant problems); else a sign-flip permutation test on the mean
    difference, with the observed arrangement counted (Phipson and Smyth 2010).
    """
    difference = tuned - base
    if not difference.any():
        return 1.0
    if set(np.unique(np.concatenate([base, tuned]))) <= {0.0, 1.0}:
        return mcnemar_p(gained=int((difference > 0).sum()), lost=int((difference < 0).sum()))
    rng = np.random.default_rng([seed, 1])
    observed = abs(difference.sum())
    # Rounding in the sums must not make an equal arrangement look smaller.
    bound = observed * (1 - 1e-12)
    extreme = 0
    for start in range(0, resamples, _CHUNK):
        signs = rng.choice([-1.0, 1.0], size=(min(_CHUNK, resamples - start), difference.size))
        extreme += int((np.abs(signs @ difference) >= bound).sum())
    return (extreme + 1) / (resamples + 1)


def mcnemar_p(*, gained: int, lost: int) -> float:
    """Return the exact two-sided McNemar p-value for discordant counts."""
    if gained + lost == 0:
        return 1.0
    from scipy.stats import binomtest

    return float(binomtest(min(gained, lost), gained + lost).pvalue)


def holm(p_values: list[float]) -> list[float]:
    """Return p-values adjusted for several tests (Holm 1979), in the order given."""
    order = sorted(range(len(p_values)), key=lambda i: p_values[i])
    adjusted = [0.0] * len(p_values)
    largest = 0.0
    for rank, i in enumerate(order):
        largest = max(largest, min(1.0, p_values[i] * (len(p_values) - rank)))
        adjusted[i] = largest
    return adjusted


def _bootstrap_means(rows: Rates, seed: int, resamples: int) -> Rates:
    """Return means of shape (rows, resamples) over problems drawn with replacement, the same for all rows."""
    rng = np.random.default_rng([seed, 0])
    problems = rows.shape[1]
    parts = []
    for start in range(0, resamples, _CHUNK):
        draw = rng.integers(0, problems, size=(min(_CHUNK, resamples - start), problems))
        parts.append(rows[:, draw].mean(axis=2))
    return np.concatenate(parts, axis=1)


def _percentile(means: Rates, confidence: float) -> Interval:
    tail = 100 * (1 - confidence) / 2
    low, high = np.percentile(means, [tail, 100 - tail])
    return Interval(float(low), float(high))
