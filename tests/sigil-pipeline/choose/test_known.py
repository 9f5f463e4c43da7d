"""Files of problems and of known solutions, read into what is compared."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sigil_common.errors import InputError
from sigil_common.jsonl import read_objects
from sigil_pipeline.choose.known import SHORTEST_BODY, read_problems

DATA = Path(__file__).parents[3] / "data"
BENCHMARKS = [DATA / "HumanEval_rust.jsonl", DATA / "RustFirstSteps.jsonl"]
GOOD = {"task_id": "T/1", "entry_point": "f", "solution": "fn f(x: u8) -> u8 { x }"}


def file_of(tmp_path: Path, *rows: object) -> Path:
    file = tmp_path / "solutions.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return file


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ([1], "expected a JSON object"),
        ({**GOOD, "task_id": None}, "field `task_id` is missing"),
        ({**GOOD, "entry_point": 5}, "field `entry_point` must be text that is not blank"),
        ({**GOOD, "solution": " \n"}, "field `solution` must be text that is not blank"),
        ({"task_id": "T/1", "entry_point": "f", "prompt": "fn f() {"}, "field `solution` is missing"),
        ({**GOOD, "entry_point": "g"}, "`solution` has no function `g` with a body"),
        ({**GOOD, "solution": "fn f(x: u8);"}, "`solution` has no function `f` with a body"),
        ({**GOOD, "solution": "impl S { fn f(&self) {} }"}, "`solution` has no function `f` with a body"),
    ],
)
def test_a_line_that_is_no_solution_is_named(tmp_path: Path, row: object, message: str) -> None:
    with pytest.raises(InputError) as caught:
        read_problems([], [file_of(tmp_path, GOOD, row)])
    assert str(caught.value).startswith(f"{tmp_path / 'solutions.jsonl'}:2: ")
    assert message in str(caught.value)


def test_the_function_that_is_asked_for_is_the_one_outside_of_an_impl(tmp_path: Path) -> None:
    code = "struct S;\nimpl S { fn f(&self) {} }\nfn f(x: &[u8]) -> u8 { h(x) }\nfn h(x: &[u8]) -> u8 { x[0] }"
    found = read_problems([], [file_of(tmp_path, {**GOOD, "solution": code})])
    assert found.signatures == {"f": {"f([int]) -> int": "T/1"}}


def test_bodies_that_say_what_everyone_says_are_left_out(tmp_path: Path) -> None:
    short, long = "x.parse().ok()", "x.chars().rev().collect()"
    rows = [{**GOOD, "solution": f"fn f(x: &str) -> R {{ {body} }}"} for body in (short, long)]
    found = read_problems([], [file_of(tmp_path, *rows)])
    assert found.bodies == {"{ #0 . chars ( ) . rev ( ) . collect ( ) }": "T/1"}
    assert found.body_sizes == {SHORTEST_BODY}


def test_a_problem_without_an_entry_point_still_counts(tmp_path: Path) -> None:
    statement = "/// Says " + " ".join(f"word{number}" for number in range(20)) + "\nfn f() {"
    found = read_problems([file_of(tmp_path, {"prompt": statement})])
    assert found.signatures == found.bodies == {}
    assert len(found.prose) == 9


def test_the_shipped_solutions_are_two_of_each_problem_of_the_benchmarks() -> None:
    tasks = [(row["task_id"], row["entry_point"]) for file in BENCHMARKS for _, row in read_objects(file)]
    rows = [row for _, row in read_objects(DATA / "solutions.jsonl")]
    for kind in ("reference", "alternative"):
        assert [(row["task_id"], row["entry_point"]) for row in rows if row["kind"] == kind] == tasks
    assert len(rows) == 2 * len(tasks) == 488
