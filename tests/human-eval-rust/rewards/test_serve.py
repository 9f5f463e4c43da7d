"""The judge that stays: what it offers, lines in and lines out, and what it refuses."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import threading

import pytest

from human_eval_rust.problems.files import load, shipped
from human_eval_rust.rewards.serve import offer_of, serve
from human_eval_rust.sampling.prompt import asked
from sigil_common.errors import InputError
from sigil_common.jsonl import write_jsonl
from sigil_common.records import Problem, RewardAnswer, RewardOffer, RewardReply, RewardRequest

RIGHT = "    let mut best = i64::MIN;\n    numbers.iter().map(|&n| { best = best.max(n); best }).collect()\n}\n"


def problem(name: str, **changes: str) -> Problem:
    row = {"task_id": f"own/{name}", "prompt": f"/// Doc.\npub fn {name}(a: u8) -> u8 {{\n", "entry_point": name}
    row |= {"test": "#[cfg(test)]\nmod tests {}\n", "canonical_solution": "    a\n}\n"}
    return Problem.model_validate(row | changes)


def of(*names: str) -> dict[str, Problem]:
    return {f"own/{name}": problem(name) for name in names}


def request(number: int, *answers: tuple[str, str]) -> bytes:
    rows = tuple(RewardAnswer(task_id=task, completion=text) for task, text in answers)
    return json.dumps(RewardRequest(number=number, answers=rows).to_row()).encode() + b"\n"


def length(completions, task_id):
    """A reward that is the length of the text; none for an empty one."""
    return [len(text) / 10 or None for text in completions]


def answers_of(offer: RewardOffer, *lines: bytes) -> list[dict]:
    out = io.StringIO()
    serve(offer, length, lines, out)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_a_model_is_asked_as_when_it_is_measured():
    problems = load(shipped("RustPractice"))
    for style in ("chat", "completion"):
        offer = offer_of(problems, {}, style, "rustc 1")
        assert [(one.instruction, one.opening) for one in offer.problems] == [
            asked(p, style) for p in problems.values()
        ]
        assert all(one.trains for one in offer.problems)


def test_problems_that_are_measured_alone_are_told_apart_and_each_is_there_once():
    offer = offer_of(of("a", "b"), of("c"), "chat", "rustc 1")
    assert [(one.task_id, one.trains) for one in offer.problems] == [("own/a", True), ("own/b", True), ("own/c", False)]


@pytest.mark.parametrize("style", ["chat", "completion"])
@pytest.mark.parametrize(
    ("task", "changes", "where"),
    [
        ("own/b", {}, ""),
        ("own/b", {"prompt": "/// Another.\npub fn b(a: u8) -> u8 {\n"}, ""),
        ("own/z", {}, ", where it is `own/b`"),
    ],
)
def test_a_problem_that_is_trained_on_is_not_measured(style, task, changes, where):
    measured = of("c") | {task: problem("b", task_id=task, **changes)}
    with pytest.raises(InputError) as caught:
        offer_of(of("a", "b"), measured, style, "rustc 1")
    assert caught.value.what == f"problem `{task}` is to be measured and is among those that are trained on{where}"


def test_another_test_is_another_problem():
    one, other = (offer_of({"own/a": p}, {}, "chat", "").problems[0] for p in (problem("a"), problem("a", test="x")))
    assert one.sha256 != other.sha256
    assert (one.instruction, one.opening) == (other.instruction, other.opening)


def test_every_line_is_answered_in_its_order_and_a_missing_reward_keeps_its_place():
    offer = offer_of(of("a", "b"), {}, "chat", "")
    first, *rest = answers_of(offer, request(3, ("own/a", "12"), ("own/b", ""), ("own/a", "1")), b"\n", request(4))
    assert RewardOffer.model_validate(first) == offer
    assert [(row["number"], row["rewards"]) for row in rest] == [(3, [0.2, None, 0.1]), (4, [])]
    assert [RewardReply.model_validate(row).number for row in rest] == [3, 4]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (b"{broken\n", "line 1: not a request"),
        (b"[1]\n", "line 1: not a request"),
        (b'{"number": 1}\n', "line 1: not a request"),
        (b'{"number": -1, "answers": []}\n', "line 1: not a request"),
        (b"\xff\n", "line 1: not a request"),
        (
            b'{"number": 1, "answers": [], "number": 2}\n',
            "line 1: not a request\n  cause: field `number` is given twice",
        ),
        (request(0, ("own/a", ""), ("own/z", "")), "line 1: no problem `own/z`"),
    ],
)
def test_lines_that_are_refused(line, message):
    with pytest.raises(InputError) as caught:
        answers_of(offer_of(of("a"), {}, "chat", ""), line)
    assert str(caught.value).startswith(message)


def test_lines_are_read_ahead_while_answers_are_judged():
    """A trainer that writes its next answers must not wait until the last ones are judged."""
    read, judged = threading.Event(), []

    def lines():
        yield request(0, ("own/a", "1"))
        yield request(1, ("own/a", "12"))
        read.set()

    def slow(completions, task_id):
        read.wait()
        judged.extend(completions)
        return [0.0 for _ in completions]

    serve(offer_of(of("a"), {}, "chat", ""), slow, lines(), io.StringIO())
    assert judged == ["1", "12"]


def run(*words: str, lines: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    argv = [sys.executable, "-m", "human_eval_rust.commands.main", "reward", *words]
    return subprocess.run(argv, input=lines, capture_output=True, check=False)


@pytest.mark.slow
def test_answers_are_judged_by_a_process_that_stays(tmp_path, problems):
    file = tmp_path / "p.jsonl"
    task = problems["running_max"]
    write_jsonl(file, [task.to_row()])
    lines = request(0, (task.task_id, RIGHT), (task.task_id, "    todo!()\n}\n")) + request(1, (task.task_id, RIGHT))
    done = run("--problem-file", str(file), lines=lines)
    assert done.returncode == 0, done.stderr
    offer, *replies = [json.loads(line) for line in done.stdout.splitlines()]
    assert [one["task_id"] for one in offer["problems"]] == [task.task_id]
    assert offer["versions"]["rustc"].startswith("rustc 1.")
    assert offer["rules"] == {
        "compile_timeout": 10.0, "run_timeout": 10.0, "memory_bytes": 2**32,
        "has_code": 0.05, "parses": 0.1, "compiles": 0.3,
    }  # fmt: skip
    assert [row["rewards"] for row in replies] == [[1.0, 0.0], [1.0]]


@pytest.mark.slow
@pytest.mark.parametrize("ended", [False, True], ids=["by a wrong line", "by a signal"])
def test_it_ends_by_itself_while_more_could_come(tmp_path, problems, ended):
    """Its stdin stays open, and a thread waits there."""
    file = tmp_path / "p.jsonl"
    write_jsonl(file, [problems["running_max"].to_row()])
    argv = [sys.executable, "-m", "human_eval_rust.commands.main", "reward", "--problem-file", str(file)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(argv, **pipes) as judge:
        assert judge.stdout.readline().startswith(b'{"schema_version"')
        if ended:
            judge.terminate()
        else:
            judge.stdin.write(request(0, ("own/none", "")))
            judge.stdin.flush()
        assert judge.wait() == (4 if ended else 2)
        assert (b"interrupted" if ended else b"error: line 1: no problem `own/none`") in judge.stderr.read()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--problem-file", "RustFirstSteps"), b"holds 80 problems of a benchmark"),
        (("--problem-file", "RustPractise"), b"there is no problem set `RustPractise`"),
        (("--problem-file", "RustPractice", "--measure", "none.jsonl"), b"no such problem file: none.jsonl"),
        ((), b"Missing option '--problem-file'"),
    ],
)
def test_what_is_refused_before_anything_is_said(words, message):
    done = run(*words)
    assert (done.returncode, done.stdout) == (2, b"")
    assert message in done.stderr
