"""Rewards: credit for progress alone, the shapes of completions that trainers hand over, one sandbox for all calls."""

from __future__ import annotations

import logging

import pytest

from human_eval_rust.judging.failure import Failure
from human_eval_rust.judging.finding import Finding
from human_eval_rust.rewards import DEFAULT_CREDIT, Credit, reward_function, text_of
from human_eval_rust.rewards.credit import Ground, credit_of, ground_of, probes
from human_eval_rust.strength.wrong_bodies import parameters
from sigil_common.errors import InputError
from sigil_common.jsonl import write_jsonl
from sigil_common.records import FailureClass, Problem, TestReport

from ..conftest import patient

ABOVE_ONE = Ground(trivial=1)
HEAD = "pub fn running_max(numbers: &[i64]) -> Vec<i64> {\n"
ATTEMPT = f"{HEAD}    let mut sorted = numbers.to_vec();\n    sorted.sort();\n    sorted\n}}\n"
IDLE = f"{HEAD}    numbers.to_vec()\n}}\n"
RIGHT = "    let mut best = i64::MIN;\n    numbers.iter().map(|&n| { best = best.max(n); best }).collect()\n}\n"


@pytest.fixture
def paid(parsed):
    """A function that returns what a finding about `running_max` is paid."""

    def paid(failure, passed=0, source=ATTEMPT, ground=ABOVE_ONE, credit=DEFAULT_CREDIT, detail=None, **known):
        found = Finding(
            failure and Failure(failure, None, detail),
            tests=TestReport(declared=4, passed=passed),
            source=source,
            **{"compiles": True, **known},
        )
        return credit_of(found, parsed["running_max"], ground, credit)

    return paid


def test_more_progress_is_worth_more(paid):
    steps = [
        paid(FailureClass.NO_CODE, has_code=False, parses=False, compiles=None, source=""),
        paid(FailureClass.SYNTAX, parses=False, compiles=False),
        paid(FailureClass.COMPILE, compiles=False),
        paid(FailureClass.TEST, 0),
        paid(FailureClass.TEST, 2),
        paid(FailureClass.PANIC, 3),
        paid(None, 4),
    ]
    assert steps == pytest.approx([0.0, 0.05, 0.1, 0.3, 0.3 + 0.7 / 3, 0.3 + 1.4 / 3, 1.0])


def test_tests_that_a_trivial_body_passes_too_are_worth_nothing(paid):
    assert paid(FailureClass.TEST, 1) == paid(FailureClass.TEST, 0) == 0.3
    assert paid(FailureClass.TEST, 1, ground=Ground(0)) == pytest.approx(0.3 + 0.7 / 4)


@pytest.mark.parametrize("known", [{"compiles": True}, {"compiles": False}, {"compiles": False, "parses": False}])
def test_an_answer_that_attempts_nothing_gets_nothing_however_far_it_comes(paid, known):
    failure = FailureClass.TEST if known["compiles"] else FailureClass.COMPILE
    assert paid(failure, 1, source=IDLE, **known) == 0.0
    assert paid(failure, 1, source=f"{HEAD}    todo!()\n}}\n", **known) == 0.0
    assert paid(None, 4, source=IDLE) == 1.0


def test_an_unfinished_attempt_is_worth_less_than_one_with_a_type_error(paid):
    unfinished = "panic (unfinished): not yet implemented"
    assert paid(FailureClass.PANIC, 1, detail=unfinished) == 0.05 < paid(FailureClass.COMPILE, compiles=False)
    assert paid(FailureClass.PANIC, 2, detail=unfinished) > 0.3


def test_cheating_is_worth_nothing_and_trouble_of_ours_is_left_out(paid):
    assert paid(FailureClass.POLICY, compiles=None) == 0.0
    assert paid(FailureClass.FORGED, 3) == 0.0
    assert paid(FailureClass.SANDBOX, compiles=None) is None
    assert paid(FailureClass.TEST, 3, unusable="its tests do not compile") is None
    assert paid(None, 4, ground=Ground(0, "its reference solution fails")) is None


def test_the_weights_are_a_setting_and_never_make_a_later_step_worth_less(paid):
    credit = Credit(has_code=0.0, parses=0.2, compiles=0.5)
    assert paid(FailureClass.COMPILE, compiles=False, credit=credit) == 0.2
    assert paid(FailureClass.TEST, 2, credit=credit) == pytest.approx(0.5 + 0.5 / 3)
    for wrong in ({"parses": 0.4}, {"has_code": -0.1}, {"compiles": 1.5}):
        with pytest.raises(InputError, match="pays less for a later step"):
            Credit(**wrong)


def found_with(passed, failure=FailureClass.TEST):
    return Finding(failure and Failure(failure), tests=TestReport(declared=4, passed=passed))


def test_the_ground_is_the_best_body_that_solves_nothing(parsed):
    task = parsed["running_max"]
    reference, *trivial = probes(task)
    assert reference == task.problem.canonical_solution
    assert "    numbers.to_vec()\n}\n" in trivial
    assert "    Default::default()\n}\n" in trivial
    found = {reference: found_with(4, None), **dict.fromkeys(trivial, found_with(1))}
    assert ground_of(task, found) == Ground(1)
    assert ground_of(task, {**found, trivial[-1]: found_with(2)}) == Ground(2)
    assert ground_of(task, {**found, "    numbers.to_vec()\n}\n": found_with(4, None)}) == Ground(1)
    assert ground_of(task, {**found, trivial[0]: found_with(0, FailureClass.SANDBOX)}) is None
    failing = ground_of(task, {**found, reference: found_with(3)})
    assert failing.fault == "its reference solution fails: test: None"
    accepting = ground_of(task, {**found, "    Default::default()\n}\n": found_with(4, None)})
    assert accepting.fault == "its tests accept `Default::default()`, whatever they call it with"


@pytest.mark.parametrize(
    ("signature", "expected"),
    [
        ("a: i32, b: i64) -> i32", ["a", "b as i32"]),
        ("text: &str) -> String", ["text.to_string()"]),
        ("text: &'a str) -> &'a str", ["text"]),
        ("letter: char, n: u8) -> Option<String>", ["Some(letter.to_string())", "Some(n.to_string())"]),
        ("v: &[Vec<i32>]) -> Vec<Vec<i32>>", ["v.to_vec()"]),
        ("q: &mut Vec<u8>, n: u8) -> Vec<u8>", ["q.clone()", "vec![n]"]),
        ("n: &Node) -> Result<Node, String>", ["Ok(n.clone())"]),
        ("v: &[f64]) -> bool", []),
        ("v: &mut [i32])", []),
    ],
)
def test_parameters_in_another_form(signature, expected):
    from human_eval_rust.problems.parsed import parse_problem

    lifetimes = "<'a>" if "'a" in signature else ""
    problem = Problem(
        task_id="A/0",
        prompt=f"pub fn f{lifetimes}({signature} {{\n",
        canonical_solution="}\n",
        test="#[cfg(test)]\nmod tests {\n    #[test]\n    fn one() {}\n}\n",
        entry_point="f",
    )
    assert parameters(parse_problem(problem)) == expected


def test_completions_are_texts_or_chats():
    assert text_of("a") == "a"
    assert text_of([{"role": "assistant", "content": "b"}]) == "b"
    with pytest.raises(TypeError, match="got int"):
        text_of(1)


@pytest.mark.slow
def test_the_reward_of_a_batch(problems, tmp_path):
    path = tmp_path / "p.jsonl"
    write_jsonl(path, (problem.to_row() for problem in problems.values()))
    reward = reward_function(path, options=patient())
    assert reward.__name__ == "rust_tests_reward"
    attempt = "    let mut sorted = numbers.to_vec();\n    sorted.sort();\n    sorted\n}\n"
    mistyped = "    text.chars().rev().collect::<Vec<String>>()\n}\n"
    texts = [
        RIGHT,
        "no",
        [{"role": "assistant", "content": f"```rust\n{RIGHT}```"}],
        "    vec![]\n}\n",
        attempt,
        mistyped,
    ]
    for _ in range(2):
        found = reward(prompts=["p"] * 6, completions=texts, task_id=["problems/0"] * 5 + ["problems/2"], seed=[1] * 6)
        assert found == [1.0, 0.0, 1.0, 0.0, 0.3, 0.1]
    with pytest.raises(InputError, match="1 completions came with 0 task ids"):
        reward(completions=["a"])
    with pytest.raises(InputError, match="no problem `nope`"):
        reward(completions=["a"], task_id=["nope"])


@pytest.mark.slow
def test_a_problem_whose_reference_fails_gives_no_reward_and_is_named_once(problems, tmp_path, caplog):
    path = tmp_path / "p.jsonl"
    broken = problems["running_max"].model_copy(update={"canonical_solution": "    numbers.to_vec()\n}\n"})
    write_jsonl(path, [broken.to_row(), problems["decode"].to_row()])
    reward = reward_function(path, options=patient())
    with caplog.at_level(logging.WARNING, "sigil.rewards"):
        for _ in range(2):
            found = reward(
                completions=[RIGHT, problems["decode"].canonical_solution], task_id=["problems/0", "problems/2"]
            )
            assert found == [None, 1.0]
    (said,) = [record.message for record in caplog.records if record.name == "sigil.rewards"]
    assert said.startswith("problems/0 gives no rewards: its reference solution fails: test: ")
