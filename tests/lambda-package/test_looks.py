"""Samples are added until an interval suffices: levels of the looks, and which stages there are."""

from itertools import pairwise
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambda_package.looks import planned_looks
from lambda_package.spending import levels, sizes_up_to, spent
from sigil_common.errors import InputError


@given(limit=st.integers(4, 5_000))
def test_looks_double_up_to_the_limit(limit):
    sizes = sizes_up_to(limit)
    assert (sizes[0], sizes[-1]) == (4, limit)
    assert all(later == 2 * before for before, later in pairwise(sizes[:-1]))
    assert len(sizes) == 1 or sizes[-2] < limit <= 2 * sizes[-2]


def test_all_that_is_allowed_is_spent_in_the_end_and_nothing_before():
    assert (spent(0, 0.05), spent(1, 0.05)) == (0, pytest.approx(0.05))
    assert levels((4,), 0.95) == (0.95,)
    with pytest.raises(InputError, match="at a confidence of"):
        levels((4, 8, 16, 20), 0.9999)


@pytest.mark.parametrize("confidence", [0.8, 0.95, 0.999])
@pytest.mark.parametrize("limit", [4, 20, 100])
def test_sums_that_only_chance_moves_leave_all_bounds_as_often_as_is_allowed(limit, confidence):
    sizes = sizes_up_to(limit)
    rng, number = np.random.default_rng(limit), 200_000
    total, left, before = np.zeros(number), np.zeros(number, dtype=bool), 0
    for size, level in zip(sizes, levels(sizes, confidence), strict=True):
        total += rng.standard_normal(number) * np.sqrt(size - before)
        left |= np.abs(total) > NormalDist().inv_cdf((1 + level) / 2) * np.sqrt(size)
        before = size
    allowed = 1 - confidence
    error = 4 * np.sqrt(allowed / number)
    assert allowed * 0.9 - error < left.mean() < allowed + error


@pytest.mark.parametrize(("limit", "confidence"), [(4, 0.5), (5, 0.95), (33, 0.999), (400, 0.9)])
def test_every_look_is_at_the_level_of_all_or_above_it(limit, confidence):
    looks = planned_looks("auto", limit, confidence)
    assert [look.number for look in looks] == list(range(1, len(looks) + 1))
    assert all(confidence <= look.confidence < 1 for look in looks)


def test_a_given_number_of_samples_needs_no_look():
    assert planned_looks(20, 100, 0.95) == ()
