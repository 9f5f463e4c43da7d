"""The order of problems: every one in every pass, and the same from any step on."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from sigilderg_finetuner.reinforcement.course import problems_of_step, steps


@given(st.integers(1, 9), st.integers(1, 7), st.integers(1, 20), st.integers(0, 3))
def test_every_problem_comes_once_in_a_pass(count, size, last, seed):
    problems = list(range(count))
    drawn = [one for step in range(1, last + 1) for one in problems_of_step(problems, step, size=size, seed=seed)]
    whole = len(drawn) // count
    for turn in range(whole):
        assert Counter(drawn[turn * count : (turn + 1) * count]) == Counter(problems)
    assert max(Counter(drawn).values()) <= whole + 1


@given(st.integers(1, 6), st.integers(0, 9), st.integers(1, 3))
def test_a_run_that_goes_on_finds_the_same_steps(size, done, repeats):
    make = {"last": 10, "size": size, "repeats": repeats, "seed": 1}
    whole = list(steps("abcd", done=0, **make))
    assert list(steps("abcd", done=done, **make)) == whole[done:]
    assert all(len(chosen) == size * repeats for _, chosen in whole)
    assert whole[0][1][:repeats] == [whole[0][1][0]] * repeats


def test_passes_and_seeds_have_orders_of_their_own():
    problems = list(range(40))
    first = problems_of_step(problems, 1, size=40, seed=1)
    assert first != problems_of_step(problems, 2, size=40, seed=1)
    assert first != problems_of_step(problems, 1, size=40, seed=2)
