"""Pairs of right and wrong solutions: how they are chosen, and that the shipped ones are what they say."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from human_eval_rust.judging.finding import Answer
from human_eval_rust.likelihood.pairs import read_pairs
from human_eval_rust.likelihood.run import plan
from human_eval_rust.likelihood.settings import LikelihoodSettings
from human_eval_rust.likelihood.texts import counted
from human_eval_rust.problems.files import load, shipped
from human_eval_rust.problems.parsed import parse_problem
from human_eval_rust.strength.mutation.mutants import mutants
from human_eval_rust.strength.pairs import changed, make_pairs, ranked, read_sources
from sigil_common.errors import InputError
from sigil_common.jsonl import read_models, write_jsonl
from sigil_common.records import LikelihoodPair, Problem

from ..conftest import patient

SETS = ("HumanEval_rust", "RustFirstSteps", "RustPractice")
TESTS = "#[cfg(test)]\nmod tests {\n    use super::f;\n    #[test]\n    fn t() {\n        %s\n    }\n}\n"


def problem(body: str, check: str = "assert_eq!(f(2, 3), 5);", number: int = 0) -> Problem:
    return Problem(
        task_id=f"T/{number}",
        prompt="pub fn f(a: i64, b: i64) -> i64 {\n",
        canonical_solution=f"    {body}\n}}\n",
        test=TESTS % check,
        entry_point="f",
    )


@pytest.mark.parametrize(
    ("one", "other", "distance"),
    [
        ("a + b", "a - b", 1),
        ("a + b", "a + b", 0),
        ("f ( a , b )", "f ( b , a )", 3),
        ("a + b", "a", 2),
        ("a", "a + b", 2),
        ("a a a", "a a", 1),
        ("", "a", 1),
    ],
)
def test_changed_tokens_are_those_between_what_is_common(one, other, distance):
    assert changed(one.split(), other.split()) == distance


def test_the_nearest_come_first_and_operators_take_turns():
    home = problem("if a > b { a - 1 } else { b + 10 }")
    order = ranked(home, 42)
    kinds = [one.operator for one in order]
    near = [kind for kind, one in zip(kinds, order, strict=True) if "(" not in one.mutated]
    assert set(near[:4]) == {"relational", "arithmetic", "constant", "wrong variable"}
    assert not {"argument", "constant result", "result", "edge"} & set(kinds)
    # Longer by an operand: the model would find them less likely for that alone.
    assert max(abs(len(one.body) - len(home.canonical_solution)) for one in order) <= 8


def test_only_the_function_itself_is_changed():
    """Texts are measured up to the function's end: pairs that differ below it alone would be the same text twice."""
    home = problem("g(a) + b\n}\n\nfn g(n: i64) -> i64 {\n    n * 3 - 1")
    assert {one.mutated.strip() for one in ranked(home, 42)}
    assert all(not one.body.startswith("    g(a) + b\n}") for one in ranked(home, 42))


def test_the_seed_chooses_among_equals():
    one = problem("a * 2 + b * 3 - a / 4")
    firsts = {ranked(one, seed)[0].mutated for seed in range(12)}
    assert len(firsts) > 3
    assert [found.name for found in ranked(one, 7)] == [found.name for found in ranked(one, 7)]


def test_only_what_the_tests_killed_is_taken(tmp_path):
    """Every mutant of the second survives, most of the first are killed, and one of the third only loops for ever."""
    few = [
        problem("a + b"),
        problem("a + b", check="let _ = f(2, 3);", number=1),
        problem("let mut n = a; while n < b { n += 1; } n + a", check="assert_eq!(f(2, 3), 5);", number=2),
    ]
    journal = tmp_path / "journal.jsonl"
    found = make_pairs(few, most=2, seed=42, journal=journal)
    assert Counter(pair.task_id for pair in found) == {"T/0": 2, "T/2": 2}
    for pair in found:
        (home,) = (one for one in few if one.task_id == pair.task_id)
        assert pair.right == home.canonical_solution
        assert pair.wrong in {one.body for one in mutants(home)}
        assert pair.killed_by in ("test", "panic")
    before = journal.read_bytes()
    assert make_pairs(few, most=2, seed=42, journal=journal) == found
    assert journal.read_bytes() == before
    assert make_pairs(few, most=1, seed=42, journal=journal) == [found[0], found[2]]
    turned = make_pairs(few[::-1], most=2, seed=42, journal=tmp_path / "other.jsonl", n_workers=2)
    assert turned == [*found[2:], *found[:2]]


def test_a_problem_in_two_sources_is_refused(tmp_path):
    write_jsonl(tmp_path / "one.jsonl", [problem("a + b").to_row()])
    write_jsonl(tmp_path / "two.jsonl", [problem("a - b").to_row(), problem("a - b", number=1).to_row()])
    with pytest.raises(InputError, match=r"two\.jsonl: task id `T/0` occurs in another source too"):
        read_sources([tmp_path / "one.jsonl", tmp_path / "two.jsonl"])
    assert len(read_sources([tmp_path / "two.jsonl", Path("RustFirstSteps")])) == 82


# The shipped file


@pytest.fixture(scope="module")
def shipped_pairs() -> list[LikelihoodPair]:
    return [pair for _, pair in read_models(shipped("likelihood_pairs"), LikelihoodPair)]


def test_the_shipped_pairs_are_those_of_the_shipped_problems(shipped_pairs):
    known = {task: one for name in SETS for task, one in load(shipped(name)).items()}
    counts = Counter(pair.task_id for pair in shipped_pairs)
    assert max(counts.values()) == 2
    assert list(counts) == [task for task in known if task in counts]
    assert len(counts) > 0.9 * len(known)
    mutated = {task: {one.body for one in ranked(known[task], 42)} for task in counts}
    for pair in shipped_pairs:
        problem = known[pair.task_id]
        assert pair.right == problem.canonical_solution
        assert pair.wrong in mutated[pair.task_id]
        assert counted(problem, pair.right) != counted(problem, pair.wrong)
    assert read_pairs(Path("likelihood_pairs"), known) == shipped_pairs
    planned = plan(LikelihoodSettings(problem_file=list(map(Path, SETS)), pairs=Path("likelihood_pairs")))
    assert sum(len(task.pairs) for task in planned.tasks) == len(shipped_pairs)
    link = Path(__file__).parents[3] / "data" / "likelihood_pairs.jsonl"
    assert link.is_symlink()
    assert link.resolve() == shipped("likelihood_pairs").resolve()


@pytest.mark.slow
def test_of_the_shipped_pairs_one_passes_and_the_other_compiles_and_fails(shipped_pairs, judge_with):
    known = {task: parse_problem(one) for name in SETS for task, one in load(shipped(name)).items()}
    some = shipped_pairs[::9]
    answers = [Answer(known[pair.task_id], text) for pair in some for text in (pair.right, pair.wrong)]
    found = judge_with(answers, patient(policy=False))
    for pair, right, wrong in zip(some, found[::2], found[1::2], strict=True):
        assert right.failure is None, pair.task_id
        assert wrong.compiles, pair.task_id
        assert wrong.failure is not None, pair.task_id
        assert wrong.failure.kind.value == pair.killed_by
