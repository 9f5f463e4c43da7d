"""How often functions and how often crates as the units reject, where crates have effects of their own.

Functions are those of a population, and each crate moves its own by another amount, the same
for all of them: what training does to one crate it need not do to the next.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from lambda_package.crates import crates_as_units
from lambda_package.populations import LARGE, SMALL, Population
from lambda_package.signflip import sign_flips

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Values = NDArray[np.float64]

ALPHA = 0.05
# Functions of each crate: those of the local profile's held-out crates, and as many of more crates.
SIZES = (
    (76, 31, 23, 17, 5, 2),
    (40, 25, 17, 13, 10, 8, 7, 6, 5, 4, 4, 3, 3, 2, 2, 1, 1, 1, 1, 1),
)
# Of a crate's effect: whether there is one on average, and its standard deviation in log odds.
EFFECTS = ((False, 0.0), (False, 1.0), (True, 0.0), (True, 1.0))


@dataclass(frozen=True)
class Rejected:
    """The shares of runs in which either test rejects, of one population, sizes of crates and kind of effects."""

    population: Population
    sizes: tuple[int, ...]
    effect: bool
    spread: float
    by_function: float
    by_crate: float


def all_rejected(runs: int, resamples: int) -> list[Rejected]:
    """Return a line for each population, sizes and effects."""
    return [
        simulate_crates(population, sizes, effect, spread, runs=runs, resamples=resamples)
        for population in (LARGE, SMALL)
        for sizes in SIZES
        for effect, spread in EFFECTS
    ]


def simulate_crates(
    population: Population, sizes: tuple[int, ...], effect: bool, spread: float, *, runs: int, resamples: int
) -> Rejected:
    """Return how often runs of one sample a function reject that there is no effect on average."""
    rng = np.random.default_rng([len(sizes), effect, round(10 * spread)])
    crates = [f"crate-{number:02}" for number, size in enumerate(sizes) for _ in range(size)]
    by_function, by_crate = 0, 0
    for run in range(runs):
        differences = _draw(population, rng, sizes, population.shift if effect else 0.0, spread)
        by_function += sign_flips(differences, seed=run, resamples=resamples).p() < ALPHA
        by_crate += crates_as_units(differences, crates, seed=run, resamples=resamples).p_by_crate < ALPHA
    return Rejected(population, sizes, effect, spread, by_function / runs, by_crate / runs)


def _draw(
    population: Population, rng: np.random.Generator, sizes: Sequence[int], shift: float, spread: float
) -> Values:
    """Return the differences of one run: half of a crate's effect is the base's loss, half the tuned model's gain.

    So without a shift both models are alike but for their names, and the mean difference of rates is 0, not only that
    of log odds.
    """
    number = sum(sizes)
    own = np.repeat(spread * rng.standard_normal(len(sizes)), sizes)
    shared = population.mean + population.spread * rng.standard_normal(number)
    odds = shared + population.noise * rng.standard_normal((2, number)) + [-own / 2, own / 2 + shift]
    base, tuned = rng.random((2, number)) < 1 / (1 + np.exp(-odds))
    differences: Values = tuned.astype(np.float64) - base
    return differences


def crate_lines(rows: Sequence[Rejected], runs: int) -> Iterator[str]:
    """Yield the part of the page on crates as the units."""
    largest = ", and ".join(f"{sizes[0]} of {sum(sizes)} functions where there are {len(sizes)}" for sizes in SIZES)
    nothing = [row for row in rows if not row.effect]
    function, crate = max(row.by_function for row in nothing), max(row.by_crate for row in nothing)
    few = max(row.by_crate for row in rows if row.effect and len(row.sizes) == len(SIZES[0]))
    yield ""
    yield "## Functions or crates as the units"
    yield ""
    yield (
        "Crates with effects of their own, in log odds by a normal law around the average effect, which is 0 or that "
        "of the tables above; one sample a function, crates of unequal sizes (the largest has "
        f"{largest}). **By function** and **by crate** are the shares of {runs:,} runs whose p-value is below {ALPHA}, "
        f"the standard error of {ALPHA} being {math.sqrt(ALPHA * (1 - ALPHA) / runs):.3f}. Without an average effect "
        f"functions as the units reject in up to {function:.1%} of runs, where crates differ: what they find is there, "
        f"in these crates. Crates as the units reject in {crate:.1%} at most. Of {len(SIZES[0])} crates they hardly "
        f"ever can: with an average effect in {few:.1%} of runs at most. Why both are shown: "
        "[ADR 90](../adr/0090-crates-as-units.md)."
    )
    yield ""
    yield "| population | crates | average effect | standard deviation of effects | by function | by crate |"
    yield "|---|--:|---|--:|--:|--:|"
    for row in rows:
        effect = "as above" if row.effect else "none"
        shares = f"{row.by_function:.3f} | {row.by_crate:.3f}"
        yield f"| {row.population.name} | {len(row.sizes)} | {effect} | {row.spread:g} | {shares} |"
