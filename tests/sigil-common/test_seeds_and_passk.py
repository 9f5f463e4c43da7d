"""Seeds and pass@k: what must hold for every input."""

import itertools
import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sigil_common.passk import pass_at_k
from sigil_common.seeds import derive_seed

PARTS = st.lists(
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=8) | st.integers(), min_size=1, max_size=4
)


@given(PARTS)
def test_a_seed_is_the_same_everywhere_and_fits_63_bits(parts):
    assert derive_seed(*parts) == derive_seed(*map(str, parts))
    assert 0 <= derive_seed(*parts) < 2**63


@given(PARTS, PARTS)
def test_other_parts_give_another_seed(one, other):
    same = list(map(str, one)) == list(map(str, other))
    assert (derive_seed(*one) == derive_seed(*other)) is same


def test_seeds_of_earlier_results_still_hold():
    assert derive_seed(42, "order", 0) == 6_779_314_443_711_320_597
    assert derive_seed("HumanEval/0", 3) == 1_081_015_473_094_728_202


def test_seeds_of_neighbours_are_spread_evenly():
    draws = [derive_seed(1, "row", number) / 2**63 for number in range(4_000)]
    shares = [sum(low / 4 <= draw < (low + 1) / 4 for draw in draws) for low in range(4)]
    assert all(900 < share < 1_100 for share in shares)


@pytest.mark.parametrize("n", range(1, 8))
def test_it_is_the_share_of_subsets_that_hold_a_pass(n):
    for c, k in itertools.product(range(n + 1), range(1, n + 1)):
        passed = [number < c for number in range(n)]
        subsets = list(itertools.combinations(passed, k))
        assert pass_at_k(n, c, k) == pytest.approx(sum(any(subset) for subset in subsets) / len(subsets), abs=1e-12)


CASES = st.integers(1, 400).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n), st.integers(1, n)))


@given(CASES)
def test_it_agrees_with_exact_binomials(case):
    n, c, k = case
    exact = 1 - Fraction(math.comb(n - c, k), math.comb(n, k))
    assert pass_at_k(n, c, k) == pytest.approx(float(exact), abs=1e-12)


@given(CASES)
def test_its_borders(case):
    n, c, k = case
    assert pass_at_k(n, c, 1) == pytest.approx(c / n)
    assert pass_at_k(n, 0, k) == 0.0
    assert pass_at_k(n, n, k) == 1.0
    assert pass_at_k(n, c, n) == (1.0 if c else 0.0)


@given(CASES)
def test_more_passes_or_more_tries_never_lower_it(case):
    n, c, k = case
    found = pass_at_k(n, c, k)
    assert 0.0 <= found <= 1.0
    assert c == n or pass_at_k(n, c + 1, k) >= found - 1e-12
    assert k == n or pass_at_k(n, c, k + 1) >= found - 1e-12
