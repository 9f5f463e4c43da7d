"""Problems of kind `compile`: an answer passes when it compiles and is the function that was asked for; none is run."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from pydantic import ValidationError

from human_eval_rust.evaluate import evaluate
from human_eval_rust.evaluation.settings import EvaluateSettings
from human_eval_rust.judging.finding import Answer
from human_eval_rust.problems.files import load
from human_eval_rust.problems.formats import UnknownFormatError, imports_left_out, recognise
from human_eval_rust.problems.parsed import parse_problem
from human_eval_rust.rewards import reward_function
from human_eval_rust.strength.check import check_file
from human_eval_rust.strength.measure import measure
from sigil_common.errors import InputError
from sigil_common.jsonl import write_jsonl
from sigil_common.records import FailureClass, Problem, sets_of

from ...clock import HANG_S
from ..conftest import patient

PROMPT = """use std::collections::HashMap;

const LEAST: usize = 2;

#[derive(Debug, Clone)]
pub struct Word {
    text: String,
}

/// Counts the words that occur at least `LEAST` times.
pub fn frequent(words: &[Word]) -> HashMap<String, usize> {
"""
BODY = """    let mut counts = HashMap::new();
    for word in words {
        *counts.entry(word.text.clone()).or_insert(0) += 1;
    }
    counts.retain(|_, count| *count >= LEAST);
    counts
}
"""
PROBLEM = Problem(
    task_id="HeldOut/words-0", prompt=PROMPT, canonical_solution=BODY, entry_point="frequent", kind="compile"
)
SIMPLE = Problem(
    task_id="HeldOut/words-1",
    prompt="/// Adds up all numbers.\npub fn total(numbers: &[u32]) -> u32 {\n",
    canonical_solution="    numbers.iter().sum()\n}\n",
    entry_point="total",
    kind="compile",
)
HEAD = "pub fn total(numbers: &[u32]) -> u32 {"
# Answers to `SIMPLE` with the failure that is expected, `None` for those that pass.
ANSWERS = {
    "the body": ("    numbers.iter().sum()\n}\n", None),
    "the function": (f"{HEAD}\n    numbers.iter().sum()\n}}\n", None),
    "a wrong result compiles": ("    42\n}\n", None),
    "nothing is run": ('    panic!("never")\n}\n', None),
    "a vector for a slice": ("fn total(numbers: Vec<u32>) -> u32 {\n    numbers.iter().sum()\n}\n", None),
    "inside an impl": (f"struct S;\nimpl S {{ {HEAD} numbers.iter().sum() }} }}\n", None),
    "another type": ("    numbers.len()\n}\n", FailureClass.COMPILE),
    "another signature": ("pub fn total(numbers: &[u32], start: u32) -> u32 {\n    start\n}\n", FailureClass.COMPILE),
    "a function of another name": ("pub fn sum(numbers: &[u32]) -> u32 {\n    1\n}\n", FailureClass.COMPILE),
    "a bracket too many": ("    (numbers.len() as u32))\n}\n", FailureClass.SYNTAX),
    "prose": ("I cannot help with that.", FailureClass.NO_CODE),
    "files": ('    std::fs::read("/etc/passwd").unwrap().len() as u32\n}\n', FailureClass.POLICY),
    "unsafe": ("    unsafe { *numbers.as_ptr() }\n}\n", FailureClass.POLICY),
}


def test_an_answer_passes_when_it_compiles_and_is_what_was_asked_for(judge_with):
    tasks = [parse_problem(SIMPLE)] * len(ANSWERS)
    texts = [text for text, _ in ANSWERS.values()]
    found = judge_with([Answer(task, text) for task, text in zip(tasks, texts, strict=True)])
    failures = {name: one.failure and one.failure.kind for name, one in zip(ANSWERS, found, strict=True)}
    assert failures == {name: kind for name, (_, kind) in ANSWERS.items()}
    assert all(one.compiles for one in found if one.failure is None)
    assert not any(one.tests.declared for one in found)


def test_types_and_constants_of_the_prompt_are_there_and_no_other_answer_matters(judge_with):
    words, numbers = parse_problem(PROBLEM), parse_problem(SIMPLE)
    answers = [Answer(words, BODY), Answer(numbers, "    x\n}\n"), Answer(words, "    words.len()\n}\n")]
    assert [one.failure is None for one in judge_with(answers)] == [True, False, False]
    assert judge_with(answers, one_by_one=True) == judge_with(answers)


def test_clippy_can_be_required_of_an_answer_that_is_not_run(judge_with):
    task = parse_problem(SIMPLE)
    (found,) = judge_with([Answer(task, "    return numbers.iter().sum();\n}\n")], patient(clippy="require"))
    assert found.failure.kind is FailureClass.CLIPPY


def test_the_two_kinds_are_different_problems():
    parsed = parse_problem(SIMPLE)
    tested = replace(parsed, problem=SIMPLE.model_copy(update={"kind": "tests"}))
    assert parsed.key != tested.key
    assert sets_of([SIMPLE.task_id]) == {SIMPLE.task_id: "HeldOut"}


def test_rows_say_only_what_is_unusual(tmp_path):
    row = PROBLEM.to_row()
    assert row.keys() == {"task_id", "prompt", "canonical_solution", "entry_point", "kind"}
    usual = Problem(task_id="a/0", prompt="fn f() {\n", canonical_solution="}\n", test="", entry_point="f").to_row()
    assert "kind" not in usual
    assert usual["test"] == ""
    file = tmp_path / "p.jsonl"
    write_jsonl(file, [row])
    assert load(file)[PROBLEM.task_id] == PROBLEM


def test_a_test_is_never_ignored_and_never_missing():
    with pytest.raises(ValidationError, match="has no `test`"):
        Problem.model_validate({**PROBLEM.to_row(), "test": "mod tests {}"})
    for wrong in ({}, {"kind": "compile", "test": None}):
        with pytest.raises(UnknownFormatError, match="`test`"):
            recognise({"task_id": "a/0", "prompt": "fn f() {\n", **wrong})
    with pytest.raises(ValidationError, match="kind"):
        Problem.model_validate({**PROBLEM.to_row(), "kind": "guess"})
    for wrong in ("compiles", "Compile", None, 1, ["compile"]):
        with pytest.raises(UnknownFormatError, match="field `kind`: Input should be `tests` or `compile`"):
            recognise({**PROBLEM.to_row(), "kind": wrong})
    assert imports_left_out({**PROBLEM.to_row(), "declaration": "fn f() {\n"}, "humaneval-x") == frozenset()


@pytest.fixture
def mixed(problems, tmp_path):
    """A file that holds both kinds."""
    file = tmp_path / "mixed.jsonl"
    write_jsonl(file, [PROBLEM.to_row(), problems["running_max"].to_row(), SIMPLE.to_row()])
    return file


@pytest.mark.slow
def test_one_evaluation_takes_both_kinds(mixed, problems, tmp_path, caplog):
    samples, tested = tmp_path / "s.jsonl", problems["running_max"]
    answers = {PROBLEM.task_id: BODY, tested.task_id: "    Vec::new()\n}\n", SIMPLE.task_id: "    todo!()\n}\n"}
    write_jsonl(samples, ({"task_id": task, "completion": text} for task, text in answers.items()))
    summary = evaluate(samples, EvaluateSettings(problem_file=mixed, k="1", timeout=HANG_S))
    assert (summary.judged, summary.passed, summary.compile_rate) == (3, 2, 1.0)
    assert summary.only_compiled == 2
    assert summary.pass_at_k["pass@1"] == pytest.approx(2 / 3)
    rows = [json.loads(line) for line in (tmp_path / "s.jsonl_results.jsonl").read_text().splitlines()]
    assert [row["result"] for row in rows] == ["passed", "failed", "passed"]
    assert [row.get("idle") for row in rows] == [None, "makes nothing of its parameters", "never comes to a result"]
    assert "of the answers that pass, 1 do nothing" in caplog.text


@pytest.mark.slow
def test_a_reference_that_does_not_compile_makes_the_problem_useless(tmp_path):
    file, samples = tmp_path / "p.jsonl", tmp_path / "s.jsonl"
    broken = SIMPLE.model_copy(update={"canonical_solution": "    numbers\n}\n"})
    write_jsonl(file, [broken.to_row(), PROBLEM.to_row()])
    rows = [{"task_id": one.task_id, "completion": "    todo!()\n}\n"} for one in (broken, PROBLEM)]
    write_jsonl(samples, rows)
    summary = evaluate(samples, EvaluateSettings(problem_file=file, k="1", timeout=HANG_S))
    assert list(summary.unusable_problems) == [broken.task_id]
    assert (summary.judged, summary.passed) == (1, 1)


@pytest.mark.slow
def test_the_check_asks_for_the_reference_alone(mixed, tmp_path):
    assert check_file(mixed, 2, patient()) == []
    broken = tmp_path / "broken.jsonl"
    wrong = [
        SIMPLE.model_copy(update={"canonical_solution": "    numbers\n}\n"}),
        SIMPLE.model_copy(update={"task_id": "HeldOut/words-2", "prompt": SIMPLE.prompt.replace("u32", "Lost")}),
        SIMPLE.model_copy(update={"task_id": "HeldOut/words-3", "canonical_solution": ""}),
    ]
    write_jsonl(broken, [one.to_row() for one in wrong])
    first, second, third = (str(fault) for fault in check_file(broken, 2, patient()))
    assert "the reference solution fails: compile" in first
    assert "its prompt does not compile" in second
    assert "it has no reference solution" in third


def test_no_reward_for_compiling_alone(mixed):
    with pytest.raises(InputError, match="2 problems are of kind `compile`") as raised:
        reward_function(mixed)
    assert "write nothing" in raised.value.cause


def test_tests_that_are_not_there_are_not_measured(tmp_path):
    file = tmp_path / "p.jsonl"
    write_jsonl(file, [SIMPLE.to_row()])
    with pytest.raises(InputError, match="no problem has tests"):
        measure(file, journal=tmp_path / "journal.jsonl")
