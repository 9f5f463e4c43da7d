"""What a verdict must not depend on: other threads of the same judge, and other answers that are odd."""

from __future__ import annotations

import pytest

from human_eval_rust import judging
from human_eval_rust.finding import Answer
from human_eval_rust.judging import Judge
from human_eval_rust.modules import ModuleCompiler
from human_eval_rust.prepare import prepare
from sigil_common.records import FailureClass
from sigil_common.rustc import find_toolchain
from sigil_common.sandbox import open_sandbox

from ..clock import growth
from .conftest import patient


@pytest.mark.slow
def test_tests_that_are_shared_meanwhile_change_nothing(frames, monkeypatch):
    task = frames["running_max"]
    judge = Judge(patient(), find_toolchain(), open_sandbox())
    build = ModuleCompiler.build

    def build_while_another_thread_shares(self, modules, built=None):
        done = build(self, modules, built)
        if self.crate.kind == "bin":
            judge.library.add([task])
        return done

    monkeypatch.setattr(judging.ModuleCompiler, "build", build_while_another_thread_shares)
    found = []
    judge.batch([Answer(task, "    Vec::new()\n}\n")], lambda _at, finding, _seconds: found.append(finding))
    assert judge.library.find(task) is not None
    assert found[0].blame.failure is FailureClass.TEST


OTHER = "pub fn running_max(n: &[i64]) -> Vec<i64> { vec![] }"
# By a size, at which reading takes some milliseconds.
LONG = {
    "a token repeated": (1000, lambda size: "    vec![]\n}\n" + "<unk> " * size + "x"),
    "closing tags": (1000, lambda size: "</think>" * size),
    "spaces": (4000, lambda size: "    vec![]\n}\n" + " " * size + "x"),
    "empty lines": (1000, lambda size: "let a = 1" + "\n" * size + "x"),
}
ODD = {
    "a main without a body": f"fn main();\nfn other() {{ {OTHER} }}",
    "a deeply nested import": f"use {'{' * 1500}a{'}' * 1500};\n{OTHER}",
    **{name: make(4 * size) for name, (size, make) in LONG.items()},
}


@pytest.mark.slow
def test_odd_answers_take_nobody_along(frames, judge_with):
    task = frames["running_max"]
    right = task.problem.canonical_solution
    found = judge_with(
        [Answer(task, right), *(Answer(task, text) for text in ODD.values()), Answer(task, "// 2\n" + right)]
    )
    assert [one.blame is None for one in found] == [True, *(False for _ in ODD), True]
    assert not any(one.blame.failure is FailureClass.SANDBOX for one in found if one.blame)


@pytest.mark.parametrize("name", LONG)
def test_reading_takes_no_square_of_the_length(frames, name):
    size, make = LONG[name]
    answers = {length: Answer(frames["running_max"], make(length)) for length in (size, 8 * size)}
    assert growth(lambda length: prepare("answer", answers[length], policy=True), size, times=8) < 24  # linear: 8


@pytest.mark.slow
def test_an_answer_that_breaks_our_reader_is_told_and_not_judged(frames, judge_with, monkeypatch):
    prepare = judging.prepare

    def stumble(name, answer, *, policy):
        if "stumble" in answer.completion:
            raise IndexError("no such place")
        return prepare(name, answer, policy=policy)

    monkeypatch.setattr(judging, "prepare", stumble)
    task = frames["running_max"]
    found = judge_with([Answer(task, "// stumble"), Answer(task, task.problem.canonical_solution)])
    assert found[0].blame.failure is FailureClass.SANDBOX
    assert found[1].blame is None
