"""Likelihoods of two models on the same texts: known figures, who is refused, and that the verdict never sees them."""

import re

import pytest

from lambda_package.compare import Statistics, compare
from lambda_package.headline import verdict
from lambda_package.likelihood import BITS, RIGHT, summary_of, with_likelihood
from lambda_package.ran_on import manifest_of
from sigil_common.errors import InputError

BASE = {"A/0": (1.0, [1, -1]), "B/0": (0.5, []), "A/1": (2.0, [3, 0.0]), "A/2": (3.0, [])}
TUNED = {"A/1": (1.0, [1, 1]), "A/0": (0.5, [1, -1]), "A/2": (3.0, []), "B/0": (0.75, [])}


@pytest.fixture
def comparison(verdict_file):
    """The comparison of verdicts that differ, at some confidence."""
    sides = {"base": "test", "tuned": "passed"}
    files = {
        (model, policy): verdict_file(model, {f"A/{i}": [outcome] for i in range(12)})
        for model, outcome in sides.items()
        for policy in ("off", "on")
    }
    return lambda confidence=0.95: compare(files, ks=[1], how=Statistics(7, 1_000, confidence))


def test_known_likelihoods_give_known_rows(comparison, likelihood_file):
    found = with_likelihood(comparison(), likelihood_file("b", BASE), likelihood_file("t", TUNED))
    rows = [(row.set, row.measure, row.problems, row.base, row.tuned, row.difference) for row in found.likelihood]
    assert rows == [
        ("A", BITS, 3, 2.0, 1.5, -0.5),
        ("A", RIGHT, 2, 0.5, 0.75, 0.25),  # equal is not likelier; a mean over problems that have pairs
        ("B", BITS, 1, 0.5, 0.75, 0.25),
    ]
    assert found.likelihood_meaning == "It decides <nothing>."
    bits, right, alone = (row.interval for row in found.likelihood)
    assert bits is None  # too few problems
    assert (right.low, right.high) == (-1.0, 1.0)
    assert alone is None


def test_the_interval_is_of_the_difference_paired_by_problem(comparison, likelihood_file):
    spread = {f"A/{i}": (float(i), []) for i in range(20)}
    shifted = {task: (bits - 0.25, []) for task, (bits, _) in reversed(spread.items())}
    found = with_likelihood(comparison(), likelihood_file("b", spread), likelihood_file("t", shifted))
    (row,) = found.likelihood
    assert row.interval.low == -0.25
    assert -0.25 < row.interval.high < -0.15  # unpaired, it would span several bits


def test_level_and_seed_are_those_of_the_comparison(comparison, likelihood_file):
    files = [likelihood_file(name, {f"A/{i}": (i * by, []) for i in range(20)}) for name, by in (("b", 1), ("t", 1.25))]
    first, wider = (with_likelihood(comparison(level), *files).likelihood[0] for level in (0.8, 0.99))
    assert wider.interval.low < first.interval.low < first.difference < first.interval.high < wider.interval.high
    assert with_likelihood(comparison(0.8), *files).likelihood == (first,)
    other = comparison(0.8).model_copy(update={"seed": 8})
    assert with_likelihood(other, *files).likelihood[0].interval != first.interval


@pytest.mark.parametrize("turn", [1, -1])
def test_verdict_primary_measure_and_correction_never_see_a_likelihood(comparison, likelihood_file, turn):
    plain = comparison()
    base = {f"A/{i}": (2.0, [turn, turn]) for i in range(30)}
    tuned = {f"A/{i}": (2.0 + turn, [-turn, -turn]) for i in range(30)}
    found = with_likelihood(plain, likelihood_file("b", base), likelihood_file("t", tuned))
    assert {row.difference for row in found.likelihood} == {float(turn), float(-turn)}
    assert verdict(found) == verdict(plain)
    assert "likel" not in verdict(found)
    without = found.to_row()
    shown = [without.pop(name) for name in ("likelihood", "likelihood_meaning")]
    assert without == {key: value for key, value in plain.to_row().items() if key != "likelihood"}
    assert not any(key.startswith("p") and key != "problems" for row in shown[0] for key in row)  # nor has it a p


OTHERS = {
    "a problem less": ({task: TUNED[task] for task in ("A/0", "A/1", "A/2")}, {}, "B/0 is only in .*/b"),
    "a problem more": (TUNED | {"C/0": (1.0, [])}, {}, "C/0 is only in .*/t"),
    "a pair less": (TUNED | {"A/1": (1.0, [1])}, {}, "A/1: other texts in .*/b than in .*/t"),
    "other problems": (TUNED, {"problems": "x"}, "their summaries name other problem files, or other pairs"),
    "other pairs": (TUNED, {"pairs": "x"}, "their summaries name"),
    "no pairs": (TUNED, {"pairs": None}, "their summaries name"),
}


@pytest.mark.parametrize("name", OTHERS)
def test_files_about_other_texts_are_refused(comparison, likelihood_file, name):
    rows, options, cause = OTHERS[name]
    base, tuned = likelihood_file("b", BASE), likelihood_file("t", rows, **options)
    with pytest.raises(InputError, match="not measured on the same texts") as caught:
        with_likelihood(comparison(), base, tuned)
    assert re.match(cause, caught.value.cause)
    assert caught.value.hint == "measure both models with the same --problem_file and --pairs"


def test_other_number_types_are_refused(comparison, likelihood_file):
    base, tuned = likelihood_file("b", BASE), likelihood_file("t", TUNED, dtype="bfloat16")
    with pytest.raises(InputError, match="were measured on different kinds of machines") as caught:
        with_likelihood(comparison(), base, tuned)
    assert caught.value.hint == "measure both on one machine, with the same --dtype"


@pytest.mark.parametrize("beside", [summary_of, manifest_of, lambda file: file])
def test_a_file_that_is_not_there_is_named(comparison, likelihood_file, beside):
    base, tuned = likelihood_file("b", BASE), likelihood_file("t", TUNED)
    beside(tuned).unlink()
    with pytest.raises(InputError, match=f"(cannot read|no such file:) {beside(tuned)}"):
        with_likelihood(comparison(), base, tuned)


def test_an_empty_file_is_refused(comparison, likelihood_file):
    with pytest.raises(InputError, match="b holds no likelihoods"):
        with_likelihood(comparison(), likelihood_file("b", {}), likelihood_file("t", TUNED))
