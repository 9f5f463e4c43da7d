"""Every problem admits its reference solution and a second correct one that goes about it differently."""

from __future__ import annotations

from pathlib import Path

import pytest

from human_eval_rust.judging.finding import Answer
from human_eval_rust.judging.judge import Judge, usable_workers
from human_eval_rust.problems.parsed import parse_problem
from human_eval_rust.problems.sources import build
from human_eval_rust.shipped_sets import SETS
from human_eval_rust.strength.mutation.mutants import with_solution
from sigil_common.records import Problem
from sigil_common.rustc import Compiler, find_toolchain
from sigil_common.sandbox import open_sandbox

from ..conftest import patient

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
def test_reference_solutions_and_alternatives_pass(folder: str) -> None:
    problems = build(ROOT / "data" / "problems" / folder)
    answers = [(one, "reference", one.canonical_solution) for one in problems]
    answers += [(one, "alternative", alternative(folder, one)) for one in problems]
    judge = Judge(patient(), Compiler(find_toolchain(), open_sandbox()), usable_workers())
    failed: list[str] = []
    passed: list[str] = []
    for judged in judge.run([Answer(parse_problem(problem), body) for problem, _, body in answers]):
        problem, name, _ = answers[judged.position]
        listed = passed if judged.finding.failure is None else failed
        listed.append(f"{problem.task_id} {name}: {judged.finding.failure}")
    assert failed == []
    assert len(passed) == 2 * SIZES[folder]
