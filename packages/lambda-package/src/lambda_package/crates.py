"""Crates in a set of problems: where its change comes from, and the same test with crates as the units.

Functions of one crate are alike, so problems as units say something about functions of these crates only. Where the
signs of a crate's differences flip together, as in the wild cluster bootstrap (Cameron, Gelbach and Miller 2008,
"Bootstrap-based improvements for inference with clustered errors"), the crates are what varies.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from lambda_package.measures import rate_named, tested_in
from lambda_package.primary import ATTEMPTS, PASS
from lambda_package.signflip import sign_flips
from lambda_package.verdicts import ByProblem, sets_in
from sigil_common.records import CrateChange, crate_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Values = NDArray[np.float64]


@dataclass(frozen=True)
class CrateUnits:
    """How many crates problems are of, how many of them are of the largest, and the p-value with crates as units."""

    crates: int
    largest_crate: int
    p_by_crate: float


def crates_by_task(tasks: Sequence[str]) -> dict[str, str]:
    """Return the crate of each problem of a set; nothing where one has none, or all are of one crate."""
    found = {task: crate for task in tasks if (crate := crate_of(task)) is not None}
    return found if len(found) == len(tasks) and len(set(found.values())) > 1 else {}


def crates_as_units(differences: Values, crates: Sequence[str], *, seed: int, resamples: int) -> CrateUnits:
    """Test the mean of the problems' differences with the signs of each crate's flipped together.

    `crates` are matched by position. The mean over problems is the sum of the crates' sums, over a number that no
    flip changes, so the test is that of these sums. Crates are taken in the order of their names and summed without
    rounding: the order of the problems does not matter.
    """
    own: dict[str, list[float]] = {}
    for crate, difference in zip(crates, differences.tolist(), strict=True):
        own.setdefault(crate, []).append(difference)
    sums = np.array([math.fsum(own[crate]) for crate in sorted(own)])
    return CrateUnits(len(own), max(map(len, own.values())), sign_flips(sums, seed=seed, resamples=resamples).p())


def by_crate(base: ByProblem, tuned: ByProblem) -> Iterator[CrateChange]:
    """Yield for each crate of a set of several what passes, or compiles and does something where tests are missing."""
    sets = sets_in(base)
    for problem_set in dict.fromkeys(sets.values()):
        chosen = [task for task in base if sets[task] == problem_set]
        crates = crates_by_task(chosen)
        all_tested = len(tested_in(chosen, base, tuned)) == len(chosen)
        name = PASS if all_tested else ATTEMPTS
        rate = rate_named(name)
        for crate in dict.fromkeys(crates.values()):
            pairs = [(rate(base[task]), rate(tuned[task])) for task in chosen if crates[task] == crate]
            yield CrateChange(
                set=problem_set,
                crate=crate,
                metric=name,
                problems=len(pairs),
                base=sum(before for before, _ in pairs) / len(pairs),
                tuned=sum(after for _, after in pairs) / len(pairs),
                gained=sum(after > before for before, after in pairs),
                lost=sum(after < before for before, after in pairs),
            )
