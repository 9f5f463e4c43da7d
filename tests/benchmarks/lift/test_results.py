"""From rows of known answers to table and curves.

After a change that is meant, write them anew: `SIGIL_GOLDEN=write pytest tests/benchmarks`.
"""

import dataclasses
import os
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
import yaml
from lift.crates import crate_table
from lift.curves import curves
from lift.points import BITS, PREFERS, Statistics, by_problem, points
from lift.rows import Row, likelihoods
from lift.study import Study, load
from lift.table import Cost, Failure, document, recipe_table

from sigil_common.errors import InputError
from sigil_common.jsonl import write_jsonl
from sigil_common.records import Likelihood, PairLikelihood, TextLikelihood

GOLDEN = Path(__file__).parent / "golden"
HOW = Statistics(resamples=500, confidence=0.95)
SETS = ("practice", "heldout")
STUDY = {
    "base": "models/Tiny",
    "config": "train.yml",
    "budgets": [0, 10_000, 20_000],
    "seeds": [1, 2],
    "sets": {name: {"problems": f"{name}.jsonl"} for name in SETS},
    "recipes": {
        "worse": {"data": [{"file": "d.jsonl"}], "set": {"train.lr": 0.5}, "notes": "too hot | on purpose"},
        "better": {
            "data": [
                {"file": "d.jsonl", "self_contained": True, "max_lines": 20},
                {"own": {"problems": "p.jsonl"}, "repeat": 2},
            ],
            "horizon": 20_000,
        },
        "unused": {"data": [{"file": "d.jsonl"}]},
    },
}


def rows_of(recipe, seed, budget, good, name="practice", likelihood=False):
    """Twenty problems, of which the first `good` are right and the last five never end."""
    return [
        Row(
            recipe=recipe,
            seed=seed,
            budget=budget,
            tokens=budget and budget + 7,
            problem_set=name,
            task_id=f"{name}/{number}",
            ends=number < 15,
            parses=number < good + 4,
            compiles=number < good + 2,
            idle=number == good + 1,
            passes=number < good if name == "practice" else None,
            bits_per_byte=0.5 + good / 100 if likelihood else None,
            pairs=2 if likelihood and number % 2 else None,
            right_likelier=1 + (number < good) if likelihood and number % 2 else None,
        )
        for number in range(20)
    ]


@pytest.fixture
def rows():
    found = []
    for name in SETS:
        found += rows_of("base", None, 0, 6, name, likelihood=name == "practice")
        for seed in (1, 2):
            for budget in (10_000, 20_000):
                found += rows_of("worse", seed, budget, 2, name)
                found += rows_of("better", seed, budget, 8 + seed + budget // 10_000, name, name == "practice")
    return found


@pytest.fixture
def study(tmp_path):
    path = tmp_path / "study.yml"
    path.write_text(yaml.safe_dump(STUDY, sort_keys=False))
    return load(path)


def same_as_golden(name, text):
    if os.environ.get("SIGIL_GOLDEN") == "write":
        (GOLDEN / name).write_text(text)
    assert text == (GOLDEN / name).read_text()


def test_the_document_is_the_one_on_record(rows, study):
    spent = [
        Cost("base", None, "sample", 40.4, True),
        Cost("base", None, "judge", 3.0, True),
        Cost("worse", 1, "train", 1200.0, True),
        Cost("worse", 1, "train", 34.0, False),
        Cost("others", None, "sample", 99.0, True),
    ]
    failures = [Failure("worse", 2, "train ended with a bad result: the loss is infinite")]
    pictures = {name: f"lift-{name}.svg" for name in SETS}
    same_as_golden(
        "lift.md", document(study, points(rows, HOW), spent, failures, pictures, {"heldout": "| by crate |"})
    )


def test_answers_are_counted_by_crate_where_there_are_several(rows):
    assert crate_table(rows) is None  # ids that name no crate
    named = [row.model_copy(update={"task_id": f"H/{'ab'[int(row.task_id.rpartition('/')[2]) % 2]}-1"}) for row in rows]
    of_one = [row.model_copy(update={"task_id": "H/a-1"}) for row in rows]
    assert crate_table(of_one) is None
    base = [row for row in named if row.recipe == "base" and row.problem_set == "heldout"]
    lines = crate_table(base).splitlines()
    assert lines[0] == "| recipe | seed | tokens | a (1) | b (1) |"
    assert lines[2:] == ["| base |  | 0 | 4 (4) | 3 (4) |"]  # compiling 0 to 7, idle 7


def test_the_curves_are_those_on_record(rows):
    own = [point for point in points(rows, HOW) if point.problem_set == "practice"]
    text = curves("Tiny & practice", own)
    same_as_golden("lift-practice.svg", text)
    root = ET.fromstring(text)
    titles = [element.text for element in root.iter("{http://www.w3.org/2000/svg}title")]
    assert "better, 20,007 tokens: 57.5%" in titles  # the mean of both seeds
    assert titles.count("base") == 7


def test_differences_are_paired_by_problem_and_the_base_has_none(rows):
    found = {(p.problem_set, p.recipe, p.seed, p.budget): p for p in points(rows, HOW)}
    assert all(e.against is None for e in found["practice", "base", None, 0].estimates.values())
    worse = found["practice", "worse", 1, 10_000].estimates["passes"]
    assert (worse.value, worse.problems) == (0.1, 20)
    assert worse.against.difference == pytest.approx(-0.2)
    assert worse.against.interval.low < -0.2 < 0 < worse.against.interval.high
    assert not worse.against.clear
    assert worse.against.p == 0.125  # four lost, none gained
    compiles = found["practice", "worse", None, 10_000].estimates["compiles"]
    assert compiles.against.p == 0.125
    ends = found["practice", "worse", 1, 10_000].estimates["ends by itself"]
    assert (*vars(ends.against.interval).values(), ends.against.p) == pytest.approx((-0.168, 0.168, 1.0), abs=0.001)
    assert not ends.against.clear


def test_the_mean_of_seeds_is_taken_problem_by_problem(rows):
    found = {(p.problem_set, p.recipe, p.seed, p.budget): p for p in points(rows, HOW)}
    seeds = [found["practice", "better", seed, 10_000].estimates["passes"].value for seed in (1, 2)]
    both = found["practice", "better", None, 10_000].estimates["passes"]
    assert seeds == [0.5, 0.55]
    assert both.value == pytest.approx(0.525)
    assert both.problems == 20


def test_likelihood_is_compared_where_both_models_have_it(rows):
    found = {(p.problem_set, p.recipe, p.seed, p.budget): p for p in points(rows, HOW)}
    better = found["practice", "better", 1, 10_000].estimates
    assert better[BITS].against.difference == pytest.approx(0.04)
    assert better[PREFERS].problems == 10
    assert better[PREFERS].value == pytest.approx((5 * 1.0 + 5 * 0.5) / 10)
    assert BITS not in found["heldout", "better", 1, 10_000].estimates


def test_a_mean_is_over_the_rows_that_have_the_measure(rows):
    some = [row for row in rows if row.recipe == "base" and row.problem_set == "practice"]
    assert set(by_problem(some, lambda row: row.pairs)) == {f"practice/{n}" for n in range(1, 20, 2)}


def test_models_with_other_problems_are_not_compared(rows):
    with pytest.raises(InputError) as caught:
        points(rows[:-1], HOW)
    assert caught.value.cause == "better, 20,000 tokens, heldout: heldout/19"


def test_one_seed_has_no_mean(rows):
    found = points([row for row in rows if row.seed in (None, 1)], HOW)
    assert {point.seed for point in found if point.recipe != "base"} == {1}
    assert dataclasses.asdict(found[0])["recipe"] == "base"


def text(nats: float, bits: float = 1.0) -> TextLikelihood:
    return TextLikelihood(log_likelihood=nats, tokens=1, bytes=1, bits_per_byte=bits)


def test_rows_of_a_likelihood_file(tmp_path):
    pairs = [PairLikelihood(operator="x", right=text(-right), wrong=text(-wrong)) for right, wrong in ((3, 4), (5, 5))]
    about = {"model": "m", "prompt_sha256": "p", "prompt_tokens": 1}
    rows = [
        Likelihood(task_id="T/0", reference=text(-1, 0.5), pairs=tuple(pairs), **about),
        Likelihood(task_id="T/1", reference=text(-1, 0.25), **about),
    ]
    write_jsonl(tmp_path / "likelihood.jsonl", (row.to_row() for row in rows))
    assert likelihoods(tmp_path / "likelihood.jsonl") == {
        "T/0": {"bits_per_byte": 0.5, "pairs": 2, "right_likelier": 1},
        "T/1": {"bits_per_byte": 0.25},
    }


def test_rounds_of_own_answers_stand_in_the_list_of_recipes():
    own = {"problems": "p.jsonl", "rounds": 2, "between": 9000, "max_new_tokens": 48}
    study = Study.model_validate(STUDY | {"recipes": {"again": {"data": [{"own": own}]}}})
    assert "per_problem=1, rounds=2, between=9000, max_new_tokens=48" in recipe_table(study, ["again"])
