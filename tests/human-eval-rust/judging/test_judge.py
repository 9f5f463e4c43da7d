"""What a verdict must not depend on: other threads of the same judge, and other answers that are odd."""

from __future__ import annotations

from dataclasses import replace

import pytest

from human_eval_rust.building.module_compiler import ModuleCompiler
from human_eval_rust.judging import batch
from human_eval_rust.judging.finding import Answer
from human_eval_rust.judging.judge import Judge
from human_eval_rust.judging.prepare import prepare
from sigil_common.records import FailureClass
from sigil_common.rustc import Compiler, find_toolchain
from sigil_common.sandbox import open_sandbox

from ...clock import growth
from ..conftest import patient


@pytest.mark.slow
def test_tests_that_are_shared_meanwhile_change_nothing(parsed, monkeypatch):
    task = parsed["running_max"]
    judge = Judge(patient(), Compiler(find_toolchain(), open_sandbox()))
    build = ModuleCompiler.build

    def build_while_another_thread_shares(self, modules, built=None):
        done = build(self, modules, built)
        if self.crate.kind == "bin":
            judge.library.add([task])
        return done

    monkeypatch.setattr(ModuleCompiler, "build", build_while_another_thread_shares)
    (found,) = judge.run([Answer(task, "    Vec::new()\n}\n")])
    assert judge.library.find(task) is not None
    assert found.finding.failure.kind is FailureClass.TEST


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
def test_odd_answers_take_nobody_along(parsed, judge_with):
    task = parsed["running_max"]
    right = task.problem.canonical_solution
    found = judge_with(
        [Answer(task, right), *(Answer(task, text) for text in ODD.values()), Answer(task, "// 2\n" + right)]
    )
    assert [one.failure is None for one in found] == [True, *(False for _ in ODD), True]
    assert not any(one.failure.kind is FailureClass.SANDBOX for one in found if one.failure)


@pytest.mark.parametrize("name", LONG)
def test_reading_takes_no_square_of_the_length(parsed, name):
    size, make = LONG[name]
    answers = {length: Answer(parsed["running_max"], make(length)) for length in (size, 8 * size)}
    assert growth(lambda length: prepare("answer", answers[length], policy=True), size, times=8) < 24  # linear: 8


@pytest.mark.slow
def test_an_answer_that_breaks_our_reader_is_told_and_not_judged(parsed, judge_with, monkeypatch):
    prepare = batch.prepare

    def stumble(name, answer, *, policy):
        if "stumble" in answer.completion:
            raise IndexError("no such place")
        return prepare(name, answer, policy=policy)

    monkeypatch.setattr(batch, "prepare", stumble)
    task = parsed["running_max"]
    found = judge_with([Answer(task, "// stumble"), Answer(task, task.problem.canonical_solution)])
    assert found[0].failure.kind is FailureClass.SANDBOX
    assert found[1].failure is None


@pytest.mark.slow
@pytest.mark.parametrize(("copies", "said"), [(2, "answer 0 was reported twice"), (0, "1 answers were never reported")])
def test_an_answer_that_is_reported_twice_or_never_is_seen(parsed, monkeypatch, copies, said):
    build_units = batch.build_units

    def broken(*args, **named):
        made = build_units(*args, **named)
        return replace(made, groups=made.groups * copies)

    monkeypatch.setattr(batch, "build_units", broken)
    task = parsed["running_max"]
    judge = Judge(patient(), Compiler(find_toolchain(), open_sandbox()))
    with pytest.raises(RuntimeError, match=said):
        list(judge.run([Answer(task, task.problem.canonical_solution)]))
