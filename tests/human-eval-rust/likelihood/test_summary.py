"""What the rows come to."""

import pytest

from human_eval_rust.commands.likelihood import line
from human_eval_rust.likelihood.summary import summarise
from sigil_common.records import Likelihood, PairLikelihood, TextLikelihood


def text(nats: float, bits: float = 1.0) -> TextLikelihood:
    return TextLikelihood(log_likelihood=nats, tokens=1, bytes=1, bits_per_byte=bits)


def row(task: str, bits: float = 1.0, margins: tuple[float, ...] = (), other: float | None = None) -> Likelihood:
    pairs = tuple(PairLikelihood(operator="twin", right=text(-1.0), wrong=text(-1.0 - margin)) for margin in margins)
    alternative = None if other is None else text(-1.0, other)
    return Likelihood(
        task_id=task,
        model="m",
        prompt_sha256="",
        prompt_tokens=1,
        reference=text(-1.0, bits),
        alternative=alternative,
        pairs=pairs,
    )


ROWS = [
    row("A/0", 0.5, (1.0, -0.5), 2.0),
    row("A/1", 1.5, (2.5,)),
    row("A/2", 1.0, (0.0,), 1.0),
    row("B/0", 3.0),
]


def test_means_are_over_problems_and_shares_over_pairs():
    first, second, every = summarise(ROWS)
    assert [one.set for one in (first, second, every)] == ["A", "B", "all"]
    assert first.reference_bits_per_byte.value == 1.0
    assert (first.alternatives, first.alternative_bits_per_byte.value) == (2, 1.5)
    assert (first.pairs, first.problems_with_pairs) == (4, 3)
    # An equal pair counts against the model.
    assert first.right_likelier.value == 0.5
    assert first.margin.value == 0.75
    assert every.reference_bits_per_byte.value == 1.5
    assert every.right_likelier == first.right_likelier
    assert second.right_likelier is second.margin is second.alternative_bits_per_byte is None


def test_an_interval_needs_two_problems():
    first, second, _ = summarise(ROWS)
    assert second.reference_bits_per_byte.interval is None
    for found in (first.reference_bits_per_byte, first.right_likelier, first.margin):
        assert found.interval.low < found.value < found.interval.high


def test_pairs_of_one_problem_are_drawn_together():
    """Ten equal pairs of one problem tell as much as one: the interval is that of two problems."""
    many, one = (summarise([row("A/0", 1.0, (1.0,) * n), row("A/1", 1.0, (-1.0,) * n)])[0] for n in (10, 1))
    assert many.right_likelier == one.right_likelier
    assert (one.right_likelier.interval.low, one.right_likelier.interval.high) == (0.0, 1.0)


def test_the_interval_covers_as_often_as_it_says():
    import random

    chance = random.Random(0)
    covered = 0
    for _ in range(100):
        rows = [row(f"A/{i}", chance.gauss(2.0, 0.5)) for i in range(30)]
        interval = summarise(rows)[0].reference_bits_per_byte.interval
        covered += interval.low <= 2.0 <= interval.high
    assert 88 <= covered <= 99


def test_the_order_of_the_rows_changes_nothing():
    assert summarise(ROWS[::-1]) == summarise(ROWS) == summarise([ROWS[i] for i in (2, 3, 0, 1)])


def test_a_line_says_all_figures():
    first, second, _ = summarise(ROWS)
    assert line(second) == "B: 1 problem, reference 3.000 bits a byte"
    said = line(first)
    assert said.startswith("A: 3 problems, reference 1.000 (")
    assert "other solutions 1.500 (" in said
    assert "right one likelier in 50.0% (" in said
    assert "of 4 pairs" in said
    assert "nats on average" in said


def test_margins_are_right_minus_wrong():
    assert ROWS[1].pairs[0].margin == pytest.approx(2.5)
