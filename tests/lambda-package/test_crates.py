"""The test with crates as the units: against all arrangements, against problems as units, and which rows have it."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambda_package.compare import Statistics, compare
from lambda_package.crates import CrateUnits, crates_as_units, crates_by_task
from lambda_package.primary import Primary
from lambda_package.signflip import sign_flips

QUICK = {"seed": 7, "resamples": 1_000}
# Of each crate, functions that passed before and after, and all: those of a run of the local profile.
LOCAL = {"a": (3, 18, 23), "b": (4, 10, 31), "c": (3, 9, 17), "d": (1, 4, 5), "e": (2, 2, 76), "f": (0, 0, 2)}

# Differences of rates of up to four samples, each with one of a few crates.
PROBLEMS = st.lists(
    st.tuples(st.integers(-12, 12).map(lambda twelfths: twelfths / 12), st.sampled_from("abcdefg")),
    min_size=1,
    max_size=30,
)


def every_p(differences, crates):
    """Return the p-value of the mean over problems by going through all signs of the crates."""
    names = sorted(set(crates))
    places = np.array([names.index(crate) for crate in crates])
    signs = np.array(list(itertools.product((-1, 1), repeat=len(names))))
    means = (signs[:, places] * np.array(differences)).mean(axis=1)
    return float((np.abs(means) >= abs(np.mean(differences)) - 1e-12).mean())


@given(PROBLEMS)
def test_few_crates_are_enumerated(problems):
    differences, crates = zip(*problems, strict=True)
    found = crates_as_units(np.array(differences), crates, **QUICK)
    assert found.p_by_crate == pytest.approx(every_p(differences, crates))
    sizes = [crates.count(crate) for crate in set(crates)]
    assert (found.crates, found.largest_crate) == (len(sizes), max(sizes))


@given(st.lists(st.floats(-1, 1), min_size=1, max_size=40), st.integers(0, 9))
def test_with_one_problem_a_crate_it_is_the_test_of_problems(differences, seed):
    values, crates = np.array(differences), [f"crate-{number:02}" for number in range(len(differences))]
    found = crates_as_units(values, crates, seed=seed, resamples=200)
    assert found == CrateUnits(len(values), 1, sign_flips(values, seed=seed, resamples=200).p())


@given(st.lists(st.tuples(st.floats(-1, 1), st.integers(0, 30)), min_size=1, max_size=60), st.randoms())
def test_the_order_of_the_problems_does_not_matter(problems, order):
    found = []
    for _ in range(2):
        differences, numbers = zip(*problems, strict=True)
        found.append(
            crates_as_units(np.array(differences), [f"c{number}" for number in numbers], seed=1, resamples=200)
        )
        order.shuffle(problems)
    assert found[0] == found[1]


def test_a_crate_counts_by_its_functions():
    # The mean over functions is what is tested: whatever the signs of five small crates, that of a large one decides.
    differences, crates = np.array([1.0] * 5 + [-1.0] * 10), [*"abcde", *"f" * 10]
    assert crates_as_units(differences, crates, **QUICK) == CrateUnits(6, 10, 1.0)


@pytest.mark.parametrize(
    ("tasks", "crates"),
    [
        (["H/a-b-0", "H/a-b-1", "H/c-0"], ["a-b", "a-b", "c"]),
        (["H/a-0", "H/a-1"], []),
        (["H/a-0", "H/0", "H/b-0"], []),
        (["HumanEval/0", "HumanEval/1"], []),
    ],
)
def test_only_sets_of_several_crates_have_them(tasks, crates):
    assert list(crates_by_task(tasks).values()) == crates


@pytest.fixture
def local(verdict_file):
    """A comparison of the figures of the local profile, beside a set without crates."""
    sides = [{"A/0": ["test"], "A/1": ["passed"]} for _ in range(2)]
    for crate, (*passed, functions) in LOCAL.items():
        for side, count in zip(sides, passed, strict=True):
            outcomes = {f"H/{crate}-{i}": ["passed" if i < count else "compile"] for i in range(functions)}
            side.update(outcomes)
    files = {(model, "off"): verdict_file(model, side) for model, side in zip(("base", "tuned"), sides, strict=True)}
    return compare(files, ks=[1], how=Statistics(7, 1_000, 0.95), primary=Primary("H", "compiles"))


def test_what_is_beyond_doubt_of_functions_may_be_chance_of_crates(local):
    row = local.primary_row()
    assert row.p < 0.0001
    assert (row.crates, row.largest_crate, row.p_by_crate) == (6, 76, 0.125)  # two crates show no change
    assert {one.p_by_crate for one in local.metrics if one.set == "A"} == {None}
    assert all(one.p_by_crate is not None for one in local.metrics if one.set == "H")


def test_rows_of_other_sets_are_written_as_before(local):
    without = [row.to_row() for row in local.metrics if row.set == "A"]
    assert all(not row.keys() & {"crates", "largest_crate", "p_by_crate"} for row in without)


def test_problems_with_tests_may_be_of_fewer_crates(verdict_file):
    base = verdict_file("b", {"A/a-0": ["test"], "A/a-1": ["test"], "A/untested-0": ["idle"]})
    tuned = verdict_file("t", {"A/a-0": ["passed"], "A/a-1": ["passed"], "A/untested-0": ["passed"]})
    found = compare({("base", "off"): base, ("tuned", "off"): tuned}, ks=[1], how=Statistics(7, 1_000, 0.95))
    rows = {row.metric: (row.crates, row.largest_crate, row.p_by_crate) for row in found.metrics}
    assert rows["compiles"] == (2, 2, 1.0)
    assert rows["pass@1"] == (1, 2, 1.0)


def test_it_is_the_same_under_both_policies(verdict_file):
    base = verdict_file("b", {f"H/{crate}-0": ["compile"] for crate in "abcdefgh"})
    tuned = verdict_file("t", {f"H/{crate}-0": ["passed"] for crate in "abcdefgh"})
    sides = {"base": base, "tuned": tuned}
    files = {(model, policy): path for policy in ("off", "on") for model, path in sides.items()}
    found = compare(files, ks=[1], how=Statistics(7, 1_000, 0.95))
    assert [row.p_by_crate for row in found.metrics if row.metric == "compiles"] == [2 / 2**8] * 2
