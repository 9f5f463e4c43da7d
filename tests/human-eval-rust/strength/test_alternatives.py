"""Every problem admits a second correct solution that goes about it differently.

That it admits its reference solution is what the validator finds of the shipped files.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from human_eval_rust.judging.finding import Answer
from human_eval_rust.problems.parsed import parse_problem
from human_eval_rust.problems.sources import build
from human_eval_rust.shipped_sets import SETS
from human_eval_rust.strength.mutation.mutants import with_solution
from sigil_common.records import Problem

ROOT = Path(__file__).parents[3]
ALTERNATIVES = Path(__file__).parents[1] / "alternatives"
SIZES = {one.folder: one.size for one in SETS}


def alternative(folder: str, problem: Problem) -> str:
    return with_solution(problem, ALTERNATIVES / folder).canonical_solution


@pytest.mark.parametrize(("folder", "size"), SIZES.items())
def test_there_is_one_alternative_for_each_problem_and_it_differs(folder: str, size: int) -> None:
    problems = build(ROOT / "data" / "problems" / folder)
    assert len(problems) == len(list((ALTERNATIVES / folder).glob("*.rs"))) == size
    squeezed = [
        ("".join(alternative(folder, one).split()), "".join(one.canonical_solution.split())) for one in problems
    ]
    assert [other for other, canonical in squeezed if other == canonical] == []


@pytest.mark.slow
@pytest.mark.parametrize("folder", SIZES)
def test_alternatives_pass(folder: str, judge_with) -> None:
    problems = build(ROOT / "data" / "problems" / folder)
    answers = [Answer(parse_problem(one), alternative(folder, one)) for one in problems]
    found = judge_with(answers)
    failed = [
        f"{one.task_id}: {finding.failure}" for one, finding in zip(problems, found, strict=True) if finding.failure
    ]
    assert failed == []
    assert len(found) == SIZES[folder]
