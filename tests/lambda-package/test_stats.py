"""The statistics against values computed by hand or by scipy."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats as scipy_stats

from lambda_package.intervals import few_changes, fewest_changes, rate_interval
from lambda_package.signflip import sign_flips
from lambda_package.stats import compare_paired, holm, paired_difference

QUICK = {"seed": 1, "resamples": 2_000}


def compared(base, tuned, confidence=0.95, **how):
    return compare_paired(
        np.array(base, dtype=float), np.array(tuned, dtype=float), confidence=confidence, **QUICK | how
    )


@pytest.mark.parametrize(("gained", "lost", "same"), [(8, 1, 0), (8, 1, 155), (3, 3, 9), (0, 6, 14), (30, 20, 114)])
def test_with_one_sample_a_problem_the_test_is_mcnemars(gained, lost, same):
    changes = np.repeat([1.0, -1.0, 0.0], [gained, lost, same])
    exact = scipy_stats.binomtest(gained, gained + lost).pvalue
    assert sign_flips(changes, **QUICK).p() == pytest.approx(exact)


def test_sampled_rates_use_a_sign_flip_test():
    rng = np.random.default_rng(0)
    base = rng.uniform(0, 0.9, 30)
    tuned = base + rng.normal(0.05, 0.1, 30)
    theirs = scipy_stats.permutation_test(
        (tuned, base), lambda a, b: np.mean(a - b), permutation_type="samples", n_resamples=10_000, rng=4
    ).pvalue
    assert sign_flips(tuned - base, seed=3, resamples=10_000).p() == pytest.approx(theirs, abs=0.02)


def every_p(differences, mean):
    """Return the p-value of a mean by going through all arrangements."""
    rest = np.array(differences) - mean
    signs = np.array(list(itertools.product((-1, 1), repeat=len(rest))))
    return float((np.abs(signs @ rest) >= abs(rest.sum()) - 1e-12).mean())


@pytest.mark.parametrize("problems", [1, 2, 5, 6, 10, 13])
@pytest.mark.parametrize("alpha", [0.05, 0.2])
def test_thirteen_problems_and_fewer_are_enumerated_and_the_interval_is_the_test_inverted(problems, alpha):
    differences = np.random.default_rng(problems).normal(0.1, 0.3, problems)
    flips = sign_flips(differences, seed=1, resamples=100)
    assert flips.p() == pytest.approx(every_p(differences, 0))
    assert flips.p() == sign_flips(differences, seed=2, resamples=100).p()
    low, high = flips.lowest(alpha), flips.highest(alpha)
    if 2 / 2**problems >= alpha:  # nothing can be rejected
        assert (low, high) == (-np.inf, np.inf)
    else:
        assert low < differences.mean() < high
        for end, outwards in ((low, -1e-6), (high, 1e-6)):
            assert every_p(differences, end - outwards) >= alpha > every_p(differences, end + outwards)


def test_random_arrangements_come_to_what_all_of_them_do():
    changes = np.repeat([1.0, -1.0, 0.0], [20, 9, 30])
    exact = sign_flips(changes, **QUICK)
    # Differences that are all different by nothing that matters are not enumerated.
    drawn = sign_flips(changes + np.linspace(0, 1e-10, 59), seed=1, resamples=20_000)
    assert drawn.p() == pytest.approx(exact.p(), abs=0.01)
    assert drawn.lowest(0.05) == pytest.approx(exact.lowest(0.05), abs=0.02)
    assert drawn.highest(0.05) == pytest.approx(exact.highest(0.05), abs=0.02)


def test_no_arrangement_that_is_as_extreme_is_left_out_for_being_rare():
    assert sign_flips(np.ones(60), **QUICK).p() == pytest.approx(2.0**-59)
    assert sign_flips(np.repeat([1.0, 0.0], [60, 10]), **QUICK).p() == pytest.approx(2.0**-59, rel=0.01)
    assert 0 < sign_flips(np.ones(1_200), **QUICK).p() < 1e-300


def test_the_observed_arrangement_is_counted():
    changes = np.linspace(0.1, 0.9, 40)
    assert sign_flips(changes, seed=1, resamples=999).p() == pytest.approx(1 / 1000)


CHANGES = st.integers(1, 5).flatmap(
    lambda samples: st.lists(
        st.tuples(*[st.integers(0, samples).map(lambda passed: passed / samples)] * 2), min_size=1, max_size=40
    )
)


@given(CHANGES, st.sampled_from([0.5, 0.8, 0.9, 0.95, 0.99]), st.integers(0, 9))
def test_interval_and_p_value_never_contradict_each_other(pairs, confidence, seed):
    base, tuned = zip(*pairs, strict=True)
    found = compared(base, tuned, confidence, seed=seed, resamples=100)
    assert (found.p < 1 - confidence) == (not found.interval.low <= 0 <= found.interval.high)
    assert -1 <= found.interval.low <= found.difference + 1e-9
    assert found.difference - 1e-9 <= found.interval.high <= 1
    assert found.detectable is None or found.gained + found.lost >= fewest_changes(1 - confidence)


def test_rounding_of_equal_sums_does_not_move_an_end_over_zero():
    base = [0.1, 0.3, 0.7, 0.2, 0.6, 0.9] * 3
    tuned = [0.2, 0.2, 0.8, 0.1, 0.7, 0.8] * 3  # plus and minus a tenth, as floats have them
    found = compared(base, tuned)
    assert found.p == 1.0
    assert found.interval.low <= 0 <= found.interval.high


def test_no_change_at_all_still_has_an_interval():
    found = compared([0.0, 0.5, 1.0] * 10, [0.0, 0.5, 1.0] * 10)
    assert (found.p, found.difference, found.detectable) == (1.0, 0.0, None)
    assert found.interval.low == pytest.approx(-found.interval.high)
    assert found.interval.high == pytest.approx(1 - 0.025 ** (1 / 30))  # as of 0 of 30


def test_an_interval_that_leaves_out_zero_is_widened_too():
    found = compared([0.0] * 16, [1.0] * 15 + [0.0])
    test_alone = sign_flips(np.repeat([1.0, 0.0], [15, 1]), **QUICK).lowest(0.05)
    assert 0 < found.interval.low < test_alone - 0.1
    assert found.interval.high == 1.0


def test_a_widened_end_stays_beside_a_rejected_zero():
    gain, loss = (compared(*sides) for sides in (([0.0] * 16, [0.2] * 16), ([0.2] * 16, [0.0] * 16)))
    assert gain.p == loss.p == 2.0**-15
    assert 0 < gain.interval.low < 1e-6
    assert -1e-6 < loss.interval.high < 0


def test_equal_differences_are_not_known_exactly():
    found = compared([0.0] * 16, [1.0] * 16)
    assert found.interval.low == pytest.approx(2 / 3)  # as if one problem of 18 had gone the other way
    assert (found.interval.high, found.detectable) == (1.0, None)
    tenths = compared([0.1, 0.2, 0.7] * 6, [0.2, 0.3, 0.8] * 6)  # a tenth each, but for rounding
    few = few_changes(np.full(18, 0.1), 0.05)
    assert tenths.interval.high == pytest.approx(few.high)
    assert tenths.detectable is None


@pytest.mark.parametrize("problems", [16, 50])
def test_a_gain_that_nearly_all_problems_show_is_held(problems):
    rng = np.random.default_rng(problems)
    runs = [compared(np.zeros(problems), rng.random(problems) < 0.95, seed=run).interval for run in range(200)]
    assert sum(one.low <= 0.95 <= one.high for one in runs) >= 0.93 * 200


def test_a_clear_difference_is_found_and_its_interval_excludes_zero():
    base = np.full(40, 0.2)
    found = compared(base, base + np.linspace(0.1, 0.3, 40))
    assert found.difference == pytest.approx(0.2)
    assert 0.15 < found.interval.low < 0.2 < found.interval.high < 0.25
    assert found.p < 0.001
    assert (found.gained, found.lost) == (40, 0)


@pytest.mark.parametrize(("alpha", "least"), [(0.5, 3), (0.1, 5), (0.0625, 6), (0.05, 6), (0.01, 8), (0.001, 11)])
def test_fewer_changes_can_never_be_told_from_chance(alpha, least):
    assert fewest_changes(alpha) == least
    assert 2 / 2**least < alpha <= 2 / 2 ** (least - 1)


def test_few_changes_by_hand():
    two = few_changes(np.array([1.0, 1.0, *[0.0] * 18]), 0.05)
    wide = scipy_stats.binomtest(2, 20).proportion_ci()
    none = scipy_stats.binomtest(0, 20).proportion_ci()
    assert two.high == pytest.approx(wide.high)
    assert two.low == pytest.approx(0.1 - np.hypot(0.1 - wide.low, none.high))


@pytest.mark.parametrize(("solved", "problems"), [(0, 16), (1, 16), (62, 164), (164, 164)])
def test_a_rate_of_one_sample_a_problem_has_the_exact_interval(solved, problems):
    found = rate_interval(np.repeat([1.0, 0.0], [solved, problems - solved]), 0.05)
    exact = scipy_stats.binomtest(solved, problems).proportion_ci()
    assert (found.low, found.high) == pytest.approx((exact.low, exact.high), rel=0.02)


def test_no_rate_is_known_exactly():
    for rates in ([0.0] * 16, [1.0] * 16, [0.5] * 16, [0.25]):
        found = rate_interval(np.array(rates), 0.05)
        assert found.high - found.low > 0.15


def test_of_many_samples_a_problem_a_rate_is_known_better():
    rng = np.random.default_rng(5)
    rates = rng.uniform(0, 1, 164)
    half = 1.96 * rates.std(ddof=1) / np.sqrt(164)
    found = rate_interval(rates, 0.05)
    assert found.high - found.low == pytest.approx(2 * half, rel=0.1)
    once = rate_interval((rates > 0.5).astype(float), 0.05)
    assert found.high - found.low < 0.7 * (once.high - once.low)


def test_same_seed_same_numbers():
    base, tuned = np.linspace(0, 1, 25), np.linspace(0.3, 0.8, 25)
    assert compared(base, tuned) == compared(base, tuned)
    assert compared(base, tuned) != compared(base, tuned, seed=2)


@pytest.mark.parametrize(
    ("base", "tuned"), [(np.zeros(2), np.zeros(3)), (np.zeros(0), np.zeros(0)), (np.zeros((2, 2)), np.zeros((2, 2)))]
)
def test_values_are_two_equal_vectors_and_not_empty(base, tuned):
    with pytest.raises(ValueError, match="two equal, non-empty"):
        compare_paired(base, tuned, confidence=0.95, **QUICK)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_values_are_finite(value):
    for base, tuned in (([0.0, value], [0.0, 1.0]), ([0.0, 1.0], [value, 1.0])):
        with pytest.raises(ValueError, match="finite"):
            paired_difference(np.array(base), np.array(tuned), confidence=0.95, rates=False, **QUICK)


@pytest.mark.parametrize("confidence", [0.8, 0.95, 0.99])
def test_the_detectable_difference_by_hand(confidence):
    found = compared([0.0] * 16, [0.0, 0.5, 0.5, 1.0] * 4, confidence)
    spread = np.sqrt(16 / 15 * 0.125)
    z = scipy_stats.norm.ppf(1 - (1 - confidence) / 2) + scipy_stats.norm.ppf(0.8)
    assert found.detectable == pytest.approx(z * spread / 4, rel=1e-6)
    assert (found.gained, found.lost) == (12, 0)


def test_what_could_be_seen_is_not_said_of_few_changes():
    assert compared([0.0] * 16, [1.0] * 5 + [0.0] * 11).detectable is None
    assert compared([0.0] * 16, [1.0] * 6 + [0.0] * 10).detectable > 0.3


def test_one_problem_says_nothing():
    found = compared([0.25], [0.75])
    assert (found.difference, found.detectable, found.interval.low, found.interval.high) == (0.5, None, -1.0, 1.0)
    assert found.p == 1.0
    bits = paired_difference(np.array([2.5]), np.array([4.0]), confidence=0.95, rates=False, **QUICK)
    assert (bits.difference, bits.interval.low, bits.interval.high) == (1.5, -np.inf, np.inf)


RATES = st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=12)


@given(RATES)
def test_exchanging_the_models_turns_the_difference_round(pairs):
    base, tuned = zip(*pairs, strict=True)
    one, other = (compared(*sides, 0.9, resamples=200) for sides in ((base, tuned), (tuned, base)))
    assert (one.base_interval, one.gained, one.detectable) == (other.tuned_interval, other.lost, other.detectable)
    assert one.difference == -other.difference
    assert (one.interval.low, one.interval.high) == pytest.approx((-other.interval.high, -other.interval.low))
    assert one.p == pytest.approx(other.p)
    assert 0 < one.p <= 1


def test_holm_by_hand():
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert holm([]) == []


@given(st.lists(st.floats(0, 1), min_size=1, max_size=8))
def test_holm_never_lowers_a_p_value_and_keeps_their_order(p_values):
    adjusted = holm(p_values)
    assert all(new >= old and new <= 1 for new, old in zip(adjusted, p_values, strict=True))


@given(st.lists(st.floats(0, 1), min_size=1, max_size=20))
def test_holm_agrees_with_its_definition(p_values):
    ranked = sorted(p_values)
    bounds = [min(1.0, max(p * (len(ranked) - j) for j, p in enumerate(ranked[: i + 1]))) for i in range(len(ranked))]
    assert sorted(holm(p_values)) == pytest.approx(bounds)
