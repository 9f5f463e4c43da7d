"""`judge(problem, completions)`."""

from __future__ import annotations

import pytest

from human_eval_rust import judge
from human_eval_rust.problems.parsed import UnusableProblemError

from .conftest import patient

WRONG = "    numbers.to_vec()\n}\n"


@pytest.mark.slow
def test_verdicts_come_in_order_and_without_that_of_the_reference(problems):
    problem = problems["running_max"]
    found = judge(problem, [WRONG, problem.canonical_solution, WRONG], patient())
    assert [(one.passed, one.sample_index) for one in found] == [(False, 0), (True, 1), (False, 2)]


@pytest.mark.slow
def test_a_problem_whose_own_solution_fails_cannot_be_scored(problems):
    broken = problems["running_max"].model_copy(update={"canonical_solution": WRONG})
    with pytest.raises(UnusableProblemError, match="its reference solution fails: test: "):
        judge(broken, [problems["running_max"].canonical_solution], patient())
    unsolved = broken.model_copy(update={"canonical_solution": ""})
    assert judge(unsolved, [problems["running_max"].canonical_solution], patient())[0].passed


def test_one_text_is_not_taken_for_a_list(problems):
    with pytest.raises(TypeError, match="a list of texts"):
        judge(problems["running_max"], WRONG)
