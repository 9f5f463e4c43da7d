"""Weights that give the tasks their shares, and hold down what is short or much alike."""

from __future__ import annotations

import dataclasses
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sigil_common.task_types import TASK_SHARES
from sigil_pipeline.choose.weights import MOST_OF_TASK, Balance, codes_of, reached_shares, sample_weights
from sigil_pipeline.tasks.candidates import Candidate

from .conftest import candidate

BALANCE = Balance(template=0.03, code=0.15, full_lines=8)


def sample(
    task: str, lines: int = 9, template: str = "t", rewrite: str | None = None, code: str | None = None
) -> Candidate:
    one = candidate("f", "\n".join(["x"] * lines), task, error_code=code, rewrite=rewrite)
    return dataclasses.replace(one, template=template)


SAMPLES = st.lists(
    st.builds(
        sample,
        st.sampled_from(list(TASK_SHARES)),
        st.integers(1, 12),
        st.sampled_from("abcdefgh"),
        st.sampled_from([None, "r", "s", "t"]),
        st.sampled_from([None, "E0308", "E0425", "E0308, E0425", "E0382"]),
    ),
    min_size=1,
    max_size=60,
)


def shares(
    samples: Sequence[Candidate], weights: Sequence[float], names: Callable[[Candidate], Iterable[str | None]]
) -> dict[str, float]:
    sums: dict[str, float] = defaultdict(float)
    for one, weight in zip(samples, weights, strict=True):
        for name in names(one):
            sums[name or ""] += weight
    return {name: value / sum(weights) for name, value in sums.items()}


@given(SAMPLES, st.sampled_from([Balance(), BALANCE]))
def test_weighted_shares_are_the_wanted_ones_and_no_sample_counts_less_than_once(
    samples: list[Candidate], balance: Balance
) -> None:
    weights = sample_weights(samples, TASK_SHARES, balance)
    assert min(weights) == 1
    found = shares(samples, weights, lambda one: [one.task_type])
    whole = sum(TASK_SHARES[name] for name in found)
    wanted = {name: TASK_SHARES[name] / whole for name in found}
    counts = Counter(one.task_type for one in samples)
    most = {name: MOST_OF_TASK * counts[name] / len(samples) for name in found}
    if all(wanted[name] <= most[name] for name in found):
        assert found == pytest.approx(wanted, rel=1e-4)
    for name, value in found.items():
        assert value <= most[name] * 1.0001
        assert value >= min(wanted[name], most[name]) * 0.9999


def test_few_samples_of_a_task_do_not_count_hundreds_of_times() -> None:
    samples = [sample("code_generation")] * 2 + [sample("explanations")] * 2998
    weights = sample_weights(samples, TASK_SHARES, Balance())
    assert max(weights) == weights[0] == pytest.approx(10.06, abs=0.01)
    assert reached_shares({"code_generation": 2, "explanations": 2998}, TASK_SHARES) == pytest.approx(
        {"code_generation": 20 / 3000, "explanations": 2980 / 3000}
    )


def test_what_one_task_lacks_goes_to_the_others_as_far_as_they_can_take_it() -> None:
    wanted = {"a": 0.7, "b": 0.2, "c": 0.1}
    found = reached_shares({"a": 2, "b": 20, "c": 978}, wanted)
    assert found == pytest.approx({"a": 0.02, "b": 0.2, "c": 0.78})
    assert reached_shares({"a": 5, "b": 5}, {"a": 1.0}) == {"a": 1.0, "b": 0.0}
    assert reached_shares({}, wanted) == {}


def test_samples_of_a_task_count_alike_without_limits() -> None:
    samples = [sample("transformations", lines, rewrite="r") for lines in (1, 20)] + [sample("explanations")] * 4
    assert sample_weights(samples, TASK_SHARES, Balance()) == [6.0, 6.0, 1.0, 1.0, 1.0, 1.0]


def test_short_answers_count_in_proportion_to_their_lines() -> None:
    samples = [sample("code_generation", lines) for lines in (2, 4, 8, 100)] + [sample("explanations", 1)]
    two, four, eight, hundred, _ = sample_weights(samples, TASK_SHARES, Balance(full_lines=8))
    assert [four / two, eight / two, hundred / two] == pytest.approx([2, 4, 4], rel=1e-4)


def test_no_wording_operator_or_code_has_more_than_its_share() -> None:
    samples = [sample("code_generation", template=f"t{number % 40 if number % 3 else 0}") for number in range(400)]
    names = [(f"u{number % 9 * (number % 2)}", f"r{number % 7 * (number % 3 > 0)}") for number in range(180)]
    samples += [sample("transformations", template=template, rewrite=rewrite) for template, rewrite in names]
    codes = ["E0308", "E0308, E0425", *(f"E{number:04}" for number in range(20))]
    samples += [sample("error_fixing", 9, f"v{n % 8}", f"m{n % 30}", codes[n % 22 if n % 2 else 0]) for n in range(200)]
    weights = sample_weights(samples, TASK_SHARES, BALANCE)
    assert max(shares(samples, weights, lambda one: [one.template]).values()) <= 0.0301
    operators = shares(samples, weights, lambda one: [one.rewrite] if one.rewrite else [])
    assert max(operators.values()) <= 0.0301
    errors = [(one, weight) for one, weight in zip(samples, weights, strict=True) if one.error_code]
    found = shares(*zip(*errors, strict=True), lambda one: codes_of(one.error_code))  # type: ignore[arg-type]
    assert max(found.values()) == found["E0308"] <= 0.1501


def test_a_limit_gives_way_where_there_is_little_else() -> None:
    samples = [sample("error_fixing", template="a", code="E0308")] * 99
    samples += [sample("error_fixing", template="b", code="E0382")]
    assert sample_weights(samples, TASK_SHARES, BALANCE)[-1] <= 2.1


def test_limits_that_exclude_one_another_make_nothing_vanish() -> None:
    samples = [sample("transformations", template="a", rewrite=f"r{number}") for number in range(9)]
    samples += [sample("transformations", template=f"t{number}", rewrite="r") for number in range(9)]
    assert max(sample_weights([*samples, sample("code_generation")], TASK_SHARES, BALANCE)[:18]) < 30


def test_codes_of_a_sample() -> None:
    assert codes_of(None) == ()
    assert codes_of("E0308") == ("E0308",)
    assert codes_of("E0308, E0425") == ("E0308", "E0425")
    assert codes_of("E0308, E0308") == ("E0308",)
