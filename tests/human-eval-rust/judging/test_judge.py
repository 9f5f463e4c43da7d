"""What a verdict must not depend on: other threads of the same judge, and other answers that are odd."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field, replace

import pytest

from human_eval_rust.judging import batch, test_programs
from human_eval_rust.judging.finding import Answer
from human_eval_rust.judging.judge import Judge
from human_eval_rust.judging.prepare import prepare
from sigil_common.records import FailureClass
from sigil_common.rustc import Compiler, build_units, find_toolchain
from sigil_common.sandbox import open_sandbox

from ...clock import growth
from ..conftest import patient


@pytest.mark.slow
def test_tests_that_are_shared_meanwhile_change_nothing(parsed, monkeypatch):
    task = parsed["running_max"]
    judge = Judge(patient(), Compiler(find_toolchain(), open_sandbox()))

    def build_while_another_thread_shares(*args, **options):
        done = build_units(*args, **options)
        judge.library.add([task])
        return done

    monkeypatch.setattr(test_programs, "build_units", build_while_another_thread_shares)
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


def test_an_answer_that_is_nested_too_deeply_still_has_the_tests_of_its_problem(parsed, judge_with, monkeypatch):
    def stumble(name, answer, *, policy):
        raise RecursionError

    monkeypatch.setattr(batch, "prepare", stumble)
    (found,) = judge_with([Answer(parsed["running_max"], "    vec![]\n}\n")])
    assert (found.failure.kind, found.tests.declared) == (FailureClass.SYNTAX, len(parsed["running_max"].tests))


@pytest.mark.slow
@pytest.mark.parametrize(("copies", "said"), [(2, "answer 0 was reported twice"), (0, "1 answers were never reported")])
def test_an_answer_that_is_reported_twice_or_never_is_seen(parsed, monkeypatch, copies, said):
    test = batch.AnswerBatch._test

    def broken(*args):
        step = test(*args)
        return step._replace(then=list(step.then) * copies)

    monkeypatch.setattr(batch.AnswerBatch, "_test", broken)
    task = parsed["running_max"]
    judge = Judge(patient(), Compiler(find_toolchain(), open_sandbox()))
    with pytest.raises(RuntimeError, match=said):
        list(judge.run([Answer(task, task.problem.canonical_solution)]))


@dataclass
class Busy:
    """A sandbox whose first `times` test runs do not end in time; with `trouble`, as no CPU was free for them."""

    times: int
    trouble: str | None = None
    runs: Counter = field(default_factory=Counter)

    def __post_init__(self):
        self.inner = open_sandbox()
        self.name = self.inner.name

    def run(self, argv, spec, stdin=b""):
        ended = self.inner.run(argv, spec, stdin)
        if spec.system != "minimal":
            return ended
        self.runs[argv[1]] += 1
        late = sum(self.runs.values()) <= self.times
        return replace(ended, timed_out=True, stdout=b"", trouble=self.trouble) if late else ended


@pytest.mark.slow
@pytest.mark.parametrize(
    ("busy", "result", "runs"),
    [
        (Busy(1), "passed", 2),
        (Busy(2), "timed out", 2),
        (Busy(1, "too busy"), "passed", 2),
        (Busy(2, "too busy"), "not judged", 2),
    ],
    ids=["late once", "late twice", "busy once", "busy twice"],
)
def test_an_answer_that_was_late_is_tried_once_more(parsed, busy, result, runs):
    task = parsed["running_max"]
    judge = Judge(patient(), Compiler(find_toolchain(), busy), workers=1)
    (found,) = judge.run([Answer(task, task.problem.canonical_solution)])
    assert found.finding.verdict("T/0", 0, "").result == result
    assert sum(busy.runs.values()) == runs


@pytest.mark.parametrize(("workers", "at_once"), [(1, 1), (2, 1), (5, 2), (26, 13)])
def test_second_tries_leave_every_second_cpu_free(workers, at_once, monkeypatch):
    asked = []
    monkeypatch.setattr("human_eval_rust.judging.judge.work", lambda jobs, pool, most: asked.append(most) or _nothing())
    judge = Judge(patient(), Compiler(find_toolchain(), open_sandbox()), workers)
    assert list(judge.run([])) == []
    assert asked == [2 * workers, at_once]


def _nothing():
    yield from ()


@pytest.mark.slow
def test_an_answer_with_errors_is_not_called_late_for_its_neighbours_sake(parsed, judge_with):
    """Two of these keep the compiler busy for ever, one of which it has refused by then."""
    task = parsed["running_max"]
    right = (
        "fn running_max(numbers: &[i64]) -> Vec<i64> { let mut b = i64::MIN; numbers.iter().map(|&n| {b = b.max(n); b})"
    )
    right += ".collect() }\n"
    wrong = "    let _s: String = 5;\n"
    texts = [
        right,
        right.replace("{ let", f"{{{wrong} let", 1),
        right + _endless_match(),
        right.replace("{ let", f"{{{wrong} let", 1) + _endless_match(),
    ]
    texts = [text.replace(" let mut b", " other([true; 40]); let mut b") if "other" in text else text for text in texts]
    found = judge_with([Answer(task, text) for text in texts], patient(compile_timeout=1))
    kinds = [one.failure.kind if one.failure else None for one in found]
    assert kinds == [None, FailureClass.COMPILE, FailureClass.TIME, FailureClass.COMPILE]


def _endless_match() -> str:
    """Return a function whose patterns the compiler would compare until the end of time."""
    rng = random.Random(2)
    rows = [", ".join(rng.choice((*["_"] * 8, "true", "false")) for _ in range(40)) for _ in range(200)]
    arms = "".join(f"        [{row}] => {number},\n" for number, row in enumerate(rows))
    return f"fn other(a: [bool; 40]) -> u32 {{\n    match a {{\n{arms}        _ => 99,\n    }}\n}}\n"
