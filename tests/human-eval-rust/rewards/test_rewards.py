"""Rewards: partial credit, the shapes of completions that trainers hand over, one sandbox for all calls."""

from __future__ import annotations

import pytest

from human_eval_rust.judging.failure import Failure
from human_eval_rust.judging.finding import Finding
from human_eval_rust.rewards import DEFAULT_CREDIT, credit_of, reward_function, text_of
from sigil_common.errors import InputError
from sigil_common.jsonl import write_jsonl
from sigil_common.records import FailureClass, TestReport

from .conftest import patient


def test_more_progress_is_never_worth_less():
    steps = [
        Finding(Failure(FailureClass.NO_CODE), has_code=False, parses=False),
        Finding(Failure(FailureClass.SYNTAX), parses=False, compiles=False),
        Finding(Failure(FailureClass.COMPILE), compiles=False),
        Finding(Failure(FailureClass.TEST), compiles=True, tests=TestReport(declared=4, passed=0)),
        Finding(Failure(FailureClass.TEST), compiles=True, tests=TestReport(declared=4, passed=3)),
        Finding(None, compiles=True, tests=TestReport(declared=4, passed=4)),
    ]
    found = [credit_of(step) for step in steps]
    assert found == sorted(found)
    assert len(set(found)) == len(found)
    assert (found[0], found[-1]) == (0.0, 1.0)


def test_an_unfinished_answer_is_worth_no_more_than_its_syntax():
    unfinished = Failure(FailureClass.PANIC, None, "panic (unfinished): not yet implemented")
    assert credit_of(Finding(unfinished, compiles=True, tests=TestReport(declared=3))) == DEFAULT_CREDIT.parses
    partly = Finding(unfinished, compiles=True, tests=TestReport(declared=3, passed=1))
    assert credit_of(partly) > DEFAULT_CREDIT.compiles


def test_cheating_is_worth_nothing_and_trouble_of_ours_is_left_out():
    assert credit_of(Finding(Failure(FailureClass.POLICY), compiles=None)) == 0.0
    assert (
        credit_of(Finding(Failure(FailureClass.FORGED), compiles=True, tests=TestReport(declared=1, passed=1))) == 0.0
    )
    assert credit_of(Finding(Failure(FailureClass.SANDBOX))) is None


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
    right = "    let mut best = i64::MIN;\n    numbers.iter().map(|&n| { best = best.max(n); best }).collect()\n}\n"
    texts = [right, "no", [{"role": "assistant", "content": f"```rust\n{right}```"}], "    vec![]\n}\n", right]
    for _ in range(2):
        found = reward(prompts=["p"] * 5, completions=texts, task_id=["problems/0"] * 4 + ["problems/2"], seed=[1] * 5)
        assert found[0] == found[2] == 1.0
        assert 0.0 <= found[1] <= DEFAULT_CREDIT.parses
        assert found[3] == DEFAULT_CREDIT.compiles
        assert found[4] == DEFAULT_CREDIT.parses
    with pytest.raises(InputError, match="1 completions came with 0 task ids"):
        reward(completions=["a"])
    with pytest.raises(InputError, match="no problem `nope`"):
        reward(completions=["a"], task_id=["nope"])
