"""The statistics against values computed by hand or by scipy."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats as scipy_stats

from lambda_package.stats import compare_paired, holm, mcnemar_p, paired_p

QUICK = {"seed": 1, "resamples": 2_000}


def test_mcnemar_is_the_exact_binomial_test():
    # 1 of 9 discordant problems against the trend: 2 * (C(9,0) + C(9,1)) / 2**9
    assert mcnemar_p(gained=8, lost=1) == pytest.approx(2 * 10 / 512)
    assert mcnemar_p(gained=0, lost=0) == 1.0


def test_greedy_rates_use_mcnemar():
    base, tuned = np.zeros(20), np.array([1.0] * 6 + [0.0] * 14)
    assert paired_p(base, tuned, **QUICK) == pytest.approx(2 / 2**6)


def test_sampled_rates_use_a_sign_flip_test():
    rng = np.random.default_rng(0)
    base = rng.uniform(0, 0.9, 30)
    tuned = base + rng.normal(0.05, 0.1, 30)
    ours = paired_p(base, tuned, seed=3, resamples=10_000)
    theirs = scipy_stats.permutation_test(
        (tuned, base), lambda a, b: np.mean(a - b), permutation_type="samples", n_resamples=10_000, rng=4
    ).pvalue
    assert ours == pytest.approx(theirs, abs=0.02)


def test_no_difference_has_p_one_and_an_interval_of_zero():
    rates = np.array([0.0, 0.5, 1.0])
    result = compare_paired(rates, rates, confidence=0.95, **QUICK)
    assert (result.p, result.difference, result.interval.low, result.interval.high) == (1.0, 0.0, 0.0, 0.0)


def test_a_clear_difference_is_found_and_its_interval_excludes_zero():
    base = np.full(40, 0.2)
    tuned = base + np.linspace(0.1, 0.3, 40)
    result = compare_paired(base, tuned, confidence=0.95, **QUICK)
    assert result.difference == pytest.approx(0.2)
    assert 0.15 < result.interval.low < 0.2 < result.interval.high < 0.25
    assert result.p < 0.001
    assert (result.gained, result.lost) == (40, 0)


def test_interval_of_the_mean_agrees_with_theory():
    rng = np.random.default_rng(5)
    base = rng.uniform(0, 1, 164)
    result = compare_paired(base, base, confidence=0.95, seed=2, resamples=10_000)
    half = 1.96 * base.std(ddof=1) / np.sqrt(164)
    assert result.base_interval.high - result.base_interval.low == pytest.approx(2 * half, rel=0.05)


def test_same_seed_same_numbers():
    base, tuned = np.linspace(0, 1, 25), np.linspace(0.3, 0.8, 25)
    first = compare_paired(base, tuned, confidence=0.9, **QUICK)
    assert first == compare_paired(base, tuned, confidence=0.9, **QUICK)
    assert first != compare_paired(base, tuned, confidence=0.9, seed=2, resamples=2_000)


def test_vectors_must_match():
    with pytest.raises(ValueError, match="two equal, non-empty"):
        compare_paired(np.zeros(2), np.zeros(3), confidence=0.95, **QUICK)


def test_holm_by_hand():
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert holm([]) == []


@given(st.lists(st.floats(0, 1), min_size=1, max_size=8))
def test_holm_never_lowers_a_p_value_and_keeps_their_order(p_values):
    adjusted = holm(p_values)
    assert all(new >= old and new <= 1 for new, old in zip(adjusted, p_values, strict=True))
    order = sorted(range(len(p_values)), key=lambda i: p_values[i])
    assert [adjusted[i] for i in order] == sorted(adjusted)
