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


@pytest.mark.parametrize(("gained", "lost"), [(0, 3), (5, 5), (17, 4), (1, 0)])
def test_mcnemar_agrees_with_scipy_and_does_not_care_which_model_won(gained, lost):
    exact = scipy_stats.binomtest(gained, gained + lost, 0.5).pvalue
    assert mcnemar_p(gained=gained, lost=lost) == pytest.approx(exact)
    assert mcnemar_p(gained=lost, lost=gained) == pytest.approx(exact)


def test_sign_flips_by_hand():
    # Differences 0.5, 0.5 and 0.5: of 8 arrangements only two are as extreme, so p nears 1/4.
    base, tuned = np.array([0.0, 0.5, 0.25]), np.array([0.5, 1.0, 0.75])
    assert paired_p(base, tuned, seed=1, resamples=20_000) == pytest.approx(0.25, abs=0.01)
    assert paired_p(tuned, base, seed=1, resamples=20_000) == pytest.approx(0.25, abs=0.01)


def test_a_permutation_p_value_is_never_zero():
    base = np.linspace(0.1, 0.3, 30)
    assert paired_p(base, base + 0.5, seed=1, resamples=999) == 1 / 1000


def test_the_detectable_difference_by_hand():
    result = compare_paired(np.zeros(4), np.array([0.0, 0.5, 0.5, 1.0]), confidence=0.95, **QUICK)
    spread = np.sqrt((0.25 + 0 + 0 + 0.25) / 3)
    z = scipy_stats.norm.ppf(0.975) + scipy_stats.norm.ppf(0.8)
    assert result.detectable == pytest.approx(z * spread / 2, rel=1e-6)
    assert (result.gained, result.lost) == (3, 0)


def test_the_interval_agrees_with_scipy():
    rng = np.random.default_rng(3)
    base = rng.uniform(0, 1, 60)
    tuned = np.clip(base + rng.normal(0.1, 0.2, 60), 0, 1)
    ours = compare_paired(base, tuned, confidence=0.9, seed=1, resamples=10_000).interval
    theirs = scipy_stats.bootstrap(
        (tuned - base,), np.mean, confidence_level=0.9, n_resamples=10_000, method="percentile", rng=2
    ).confidence_interval
    assert (ours.low, ours.high) == pytest.approx(tuple(theirs), abs=0.005)


def test_one_problem_has_no_spread():
    result = compare_paired(np.array([0.25]), np.array([0.75]), confidence=0.95, **QUICK)
    assert (result.difference, result.detectable, result.interval.low, result.interval.high) == (0.5, 0.0, 0.5, 0.5)
    assert result.p == 1.0


RATES = st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=12)


@given(RATES)
def test_exchanging_the_models_turns_the_difference_round(pairs):
    base, tuned = (np.array(side) for side in zip(*pairs, strict=True))
    one = compare_paired(base, tuned, confidence=0.9, seed=1, resamples=200)
    other = compare_paired(tuned, base, confidence=0.9, seed=1, resamples=200)
    assert (one.base_interval, one.gained, one.detectable) == (other.tuned_interval, other.lost, other.detectable)
    assert one.difference == -other.difference
    assert (one.interval.low, one.interval.high) == pytest.approx((-other.interval.high, -other.interval.low))
    assert 0 < one.p <= 1


@given(st.lists(st.floats(0, 1), min_size=1, max_size=20))
def test_holm_agrees_with_its_definition(p_values):
    ranked = sorted(p_values)
    bounds = [min(1.0, max(p * (len(ranked) - j) for j, p in enumerate(ranked[: i + 1]))) for i in range(len(ranked))]
    assert sorted(holm(p_values)) == pytest.approx(bounds)


@pytest.mark.parametrize("rates", [np.zeros(0), np.zeros((2, 2))])
def test_rates_are_a_vector_and_not_empty(rates):
    with pytest.raises(ValueError, match="two equal, non-empty"):
        compare_paired(rates, rates, confidence=0.95, **QUICK)
