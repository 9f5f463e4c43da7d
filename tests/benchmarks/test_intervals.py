"""A small simulation of what docs/benchmarks/statistics.md shows, and that the page is made of it."""

import dataclasses

import pytest
from intervals import ALARMS, NOMINAL, POPULATIONS, document, simulate, simulate_looks
from simulated.crate_units import SIZES, Rejected, simulate_crates

LARGE, _, SMALL, SAME, SMALLEST, ALWAYS = POPULATIONS


@pytest.mark.parametrize(
    ("population", "problems", "samples"),
    [
        (LARGE, 16, 1),
        (LARGE, 16, 20),
        (SMALL, 16, 1),
        (SMALL, 16, 20),
        (SAME, 16, 4),
        (SMALLEST, 50, 4),
        (ALWAYS, 16, 1),
    ],
)
def test_intervals_hold_the_truth_in_small_runs_too(population, problems, samples):
    cell = simulate(population, problems, samples, runs=100, resamples=200)
    assert min(cell.difference, cell.base, cell.tuned) >= NOMINAL


@pytest.mark.parametrize(("population", "problems", "points"), [(LARGE, 16, 40.0), (SAME, 50, 15.0)])
def test_intervals_hold_the_truth_where_samples_are_added_until_one_is_narrow(population, problems, points):
    looked = simulate_looks(population, problems, points, runs=60, resamples=200)
    assert min(looked.held, looked.all_held) >= NOMINAL
    assert 4 < looked.samples < 100


@pytest.mark.parametrize("sizes", SIZES)
def test_crates_with_effects_of_their_own_mislead_functions_as_units_and_not_crates(sizes):
    found = simulate_crates(LARGE, sizes, False, 2.0, runs=100, resamples=200)
    assert found.by_crate <= ALARMS
    assert found.by_function > 4 * ALARMS
    alike = simulate_crates(LARGE, sizes, False, 0.0, runs=100, resamples=200)
    assert max(alike.by_function, alike.by_crate) <= 2 * ALARMS


def test_the_page_has_a_line_for_every_size(pytestconfig):
    cell = simulate(SMALL, 16, 1, runs=2, resamples=100)
    looked = [simulate_looks(SMALL, 16, 100.0, runs=2, resamples=100)]
    rejected = [Rejected(SMALL, sizes, effect, 1.0, 0.5, 0.25) for sizes in SIZES for effect in (False, True)]
    cells = [cell, dataclasses.replace(cell, problems=50)]
    page = document(cells, looked, rejected, runs=2, looked_runs=2, resamples=100)
    assert "| small model | 20 | none | 1 | 0.500 | 0.250 |" in page
    assert "Solves 5.7% before and 9.1% after: +3.4 points." in page
    kept = (pytestconfig.rootpath / "docs/benchmarks/statistics.md").read_text()
    assert {line for line in page.splitlines() if line.startswith(("|--", "##"))} <= set(kept.splitlines())


def test_true_rates_are_those_of_many_problems():
    import numpy as np

    base, tuned = SMALL.draw(np.random.default_rng(1), 200_000, 50)
    assert (base.mean(), tuned.mean()) == pytest.approx(SMALL.truth, abs=0.001)
