"""Problem files of other projects."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from human_eval_rust.evaluate import evaluate
from human_eval_rust.evaluation.settings import EvaluateSettings
from human_eval_rust.judging.finding import Answer
from human_eval_rust.problems.files import load, read, shipped
from human_eval_rust.problems.formats import UnknownFormatError, imports_left_out, recognise, to_problem
from human_eval_rust.problems.parsed import UnusableProblemError, parse_problem
from human_eval_rust.rust.imports import imports_of, without
from human_eval_rust.rust.items import Item, cut_items
from human_eval_rust.strength.check import check_file
from sigil_common.errors import InputError
from sigil_common.jsonl import read_objects, write_jsonl
from sigil_common.records import Problem

from ...clock import HANG_S
from ..conftest import patient

FOREIGN = Path(__file__).parents[1] / "corpus" / "foreign"
# Each row of these carries answers of ours besides: `right` ones, and `wrong` ones with the class of their failure.
ANSWERED = {
    "multipl_e_copy": "multipl-e",
    "multipl_e_twice": "multipl-e",
    "signature_only": "humaneval",
    "signature_around": "humaneval",
    "other_entry_points": "humaneval-x",
    "second_function": "humaneval-x",
    "reached_function": "humaneval-x",
    "second_type": "humaneval-x",
    "editions": "humaneval",
    "plain_ids": "humaneval",
}


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("humaneval_x", "humaneval-x"),
        ("multipl_e", "multipl-e"),
        ("humaneval_style", "humaneval"),
        *ANSWERED.items(),
    ],
)
def test_formats_are_recognised(name, form):
    assert {recognise(row) for _, row in read_objects(FOREIGN / f"{name}.jsonl")} == {form}


@pytest.mark.slow
@pytest.mark.parametrize("name", ["humaneval_x", "multipl_e"])
def test_all_reference_solutions_pass_and_empty_ones_do_not(name, judge_with):
    problems = list(load(FOREIGN / f"{name}.jsonl").values())
    parsed = [parse_problem(problem) for problem in problems]
    right = [Answer(task, problem.canonical_solution) for task, problem in zip(parsed, problems, strict=True)]
    assert [finding.failure for finding in judge_with(right)] == [None] * len(right)
    wrong = judge_with([Answer(task, "    Default::default()\n}\n") for task in parsed])
    assert all(finding.failure for finding in wrong)


@pytest.mark.slow
@pytest.mark.parametrize("name", ANSWERED)
def test_answers_are_judged_as_a_careful_human_would(name, judge_with):
    problems = load(FOREIGN / f"{name}.jsonl")
    answers: list[Answer] = []
    wanted: list[str | None] = []
    for (_, row), problem in zip(read_objects(FOREIGN / f"{name}.jsonl"), problems.values(), strict=True):
        right = [*row["right"], *([problem.canonical_solution] if problem.canonical_solution else [])]
        texts = [*((None, text) for text in right), *row["wrong"]]
        answers += [Answer(parse_problem(problem), text) for _, text in texts]
        wanted += [kind for kind, _ in texts]
    found = judge_with(answers)
    assert [one.unusable for one in found] == [None] * len(found)
    assert [one.failure and one.failure.kind for one in found] == wanted, [one.failure for one in found]


@pytest.mark.slow
@pytest.mark.parametrize("name", ANSWERED)
def test_the_validator_finds_no_fault_with_them_but_undeclared_entry_points(name):
    others = {"multipl_e_twice": ["count_digits"], "other_entry_points": ["correct_nesting", "sort_array"]}
    wanted = [f"its prompt does not declare `fn {other}`" for other in others.get(name, [])]
    assert [fault.what for fault in check_file(FOREIGN / f"{name}.jsonl", 2, patient())] == wanted


@pytest.mark.slow
def test_an_evaluation_of_a_foreign_file_names_what_cannot_be_scored(tmp_path):
    problems = FOREIGN / "humaneval_style.jsonl"
    samples = tmp_path / "x.jsonl"
    write_jsonl(
        samples,
        ({"task_id": row["task_id"], "completion": row["canonical_solution"]} for _, row in read_objects(problems)),
    )
    found = evaluate(samples, EvaluateSettings(problem_file=problems, k="1", timeout=HANG_S)).to_row()
    assert found["pass@1"] == 1.0
    assert (found["problem_format"], found["imports_left_out"]) == ("humaneval", {})
    assert found["unusable_problems"] == {"CodeGen/1": "its test is cut off, or its brackets do not match"}
    rows = [row for _, row in read_objects(tmp_path / "x.jsonl_results.jsonl")]
    assert [(row["passed"], row["result"]) for row in rows] == [(True, "passed"), (False, "not judged")]


@pytest.mark.slow
def test_tests_that_do_not_compile_are_the_problems_fault(problems, tmp_path):
    row = problems["running_max"].to_row()
    row["test"] = row["test"].replace("use super::*;", "use super::*;\n    use no_such_crate::Thing;")
    path, samples = tmp_path / "p.jsonl", tmp_path / "x.jsonl"
    write_jsonl(path, [row])
    write_jsonl(
        samples, ({"task_id": row["task_id"], "completion": row["canonical_solution"] + " " * i} for i in range(3))
    )
    found = evaluate(samples, EvaluateSettings(problem_file=path, k="1", timeout=HANG_S)).to_row()
    assert (found["not_judged"], found["passed"], found["pass@1"]) == (3, 0, None)
    assert "no_such_crate" in found["unusable_problems"]["problems/0"]


def test_imports_of_crates_that_are_not_there_are_left_out():
    row = next(row for _, row in read_objects(FOREIGN / "humaneval_x.jsonl"))
    row["prompt"] = row["prompt"].replace("use rand", "use serde::Serialize;\nextern crate rayon;\nuse rand")
    problem = to_problem(row, recognise(row))
    assert imports_left_out(row, recognise(row)) == {"serde", "rayon"}
    assert "extern crate" not in problem.prompt
    assert "use serde" not in problem.prompt
    assert "use rand::Rng;" in problem.prompt  # this one can be there, see test_crates.py
    assert "use std::any::{Any, TypeId};" in problem.prompt
    assert problem.entry_point == "even_sum"


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("use std::collections::HashMap;", ""),
        ("use std::collections::{BTreeMap, HashMap};", "use {std::collections::BTreeMap};"),
        (
            "use std::{\n    cmp::{self, Ordering::*},\n    fmt::{self, Write as _},\n};",
            "use {std::cmp::Ordering::*, std::fmt, std::fmt::Write as _};\n\n\n",
        ),
        ("use ::std::cmp;", ""),
        ("use std::collections::HashMap as Map;", "use std::collections::HashMap as Map;"),
        ("use other::HashMap;", "use other::HashMap;"),
        ("use std::collections::*;", "use std::collections::*;"),
        ("use std::{collections::HashMap;", "use std::{collections::HashMap;"),
    ],
)
def test_what_the_prompt_imports_may_be_imported_again(text, left):
    given = imports_of(
        cut_items("use std::{cmp::{max, self}, collections::{HashSet, HashMap}};\nuse std::io::*;").items
    )
    item = Item(text, 0, 1, "use", "")
    assert without(item, given) == left


@pytest.mark.slow
def test_an_answer_that_repeats_the_prompts_imports_is_judged_by_what_it_does(judge_with):
    task = parse_problem(load(FOREIGN / "humaneval_x.jsonl")["Rust/2"])
    body = task.problem.canonical_solution
    function = f"fn letters(text: &str) -> HashMap<char, usize> {{\n{body}"
    heads = [
        "use std::collections::HashMap;\n",
        "use std::collections::{BTreeMap, HashMap};\nuse std::cmp::{self, max};\n",
    ]
    found = judge_with([Answer(task, head + function) for head in heads])
    assert [one.failure for one in found] == [None, None]


def test_main_of_a_foreign_program_becomes_a_test():
    problem = load(FOREIGN / "multipl_e.jsonl")["HumanEval_3_halves"]
    assert [case.path for case in parse_problem(problem).tests] == ["tests::test_main"]


def test_main_becomes_a_test_with_what_stands_around_it():
    row = next(row for _, row in read_objects(FOREIGN / "multipl_e.jsonl"))
    row["tests"] = (
        "}\n\nuse serde::Serialize;\n/// The main one.\nfn main() {\n    main_check();\n}\nfn main_check() {}\n"
    )
    problem = to_problem(row, recognise(row))
    assert "use super::*;\n" in problem.test
    assert "/// The main one.\nfn test_main() {\n    main_check();\n}\n" in problem.test
    assert "serde" not in problem.test
    assert imports_left_out(row, recognise(row)) == {"serde"}


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({}, "task_id"),
        ({"name": "a"}, "task_id"),
        ({"task_id": "a"}, "prompt"),
        ({"task_id": "a", "prompt": "b"}, "test"),
        ({"task_id": "a", "prompt": "b", "declaration": "c"}, "test"),
        ({"name": "a", "prompt": "b", "stop_tokens": []}, "tests"),
        ({"name": "a", "tests": "b"}, "prompt"),
    ],
)
def test_rows_of_no_known_format(row, message, tmp_path):
    with pytest.raises(UnknownFormatError, match=message):
        recognise(row)
    path = tmp_path / "p.jsonl"
    path.write_text(json.dumps(row))
    with pytest.raises(InputError, match=rf"p.jsonl:1: (read as [a-z-]+: )?field `{message}`"):
        load(path)


def test_the_entry_point_is_found_where_it_is_not_given():
    row = {"task_id": "a", "prompt": "fn main() {}\nfn helper() {}\n/// fn no()\nfn wanted(x: i32) {\n", "test": "t"}
    assert to_problem(row, recognise(row)).entry_point == "wanted"


def test_formats_and_imports_that_are_left_out_are_told(tmp_path, caplog):
    caplog.set_level("INFO")
    rows = [row for name in ("humaneval_x", "multipl_e") for _, row in read_objects(FOREIGN / f"{name}.jsonl")]
    rows[0]["prompt"] = "use serde::Serialize;\n" + rows[0]["prompt"]
    rows[1]["prompt"] = "use serde::Serialize;\nuse rayon::prelude::*;\n" + rows[1]["prompt"]
    path = tmp_path / "p.jsonl"
    write_jsonl(path, rows)
    found = read(path)
    assert found.summary() == {"problem_format": "humaneval-x, multipl-e", "imports_left_out": {"rayon": 1, "serde": 2}}
    said = caplog.messages
    assert said == [
        f"{path}: read as humaneval-x, multipl-e",
        f"{path}: imports of crates that are not offered (rayon, serde) are left out of 2 of {len(rows)} problems",
    ]
    caplog.clear()
    assert load(FOREIGN / "humaneval_style.jsonl")
    assert caplog.messages == []
    assert load(shipped())
    assert caplog.messages == []


@pytest.mark.slow
def test_a_format_without_references_is_no_fault(caplog, tmp_path):
    path = tmp_path / "p.jsonl"
    rows = [row for _, row in read_objects(FOREIGN / "multipl_e.jsonl")]
    for row in rows[1:]:
        row.pop("canonical_solution", None)
    write_jsonl(path, rows)
    assert check_file(path, 2, patient()) == []
    assert f"{path}: {len(rows) - 1} of {len(rows)} problems are checked without a reference solution" in caplog.text
    rows[1]["tests"] = rows[1]["tests"].replace("assert_eq!", "no_such_macro!")
    write_jsonl(path, rows)
    (fault,) = check_file(path, 2, patient())
    assert (fault.place, fault.what.partition(": ")[0]) == (f"{path}:2", "its tests do not compile")


@pytest.mark.parametrize(
    "prompt", ["/// Adds.\nfn add(a: i32, b: i32) -> i32;\n", "/// Adds.\nfn add(a: i32, b: i32) -> i32 ; // so\n"]
)
def test_a_mere_declaration_is_opened(prompt):
    row = {
        "task_id": "a/1",
        "prompt": prompt,
        "canonical_solution": "    a + b\n}\n",
        "test": "#[cfg(test)]\nmod tests {\n use super::*;\n #[test]\n fn adds() { assert_eq!(add(1, 2), 3); }\n}\n",
    }
    found = to_problem(row, recognise(row))
    assert parse_problem(found).signature.name == "add"
    assert found.prompt.rstrip().endswith("{")


def test_a_declaration_that_stays_one_is_no_internal_error():
    problem = Problem(
        task_id="a/1",
        prompt="fn add(a: i32, b: i32) -> i32;\n",
        canonical_solution="",
        test="mod tests { #[test] fn t() {} }",
        entry_point="add",
    )
    with pytest.raises(UnusableProblemError, match="only declares"):
        parse_problem(problem)
