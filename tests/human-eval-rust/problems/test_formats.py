"""What is put right in rows of other projects: opening braces, entry points, editions."""

from __future__ import annotations

from pathlib import Path

import pytest

from human_eval_rust.problems.files import load
from human_eval_rust.problems.formats import recognise, to_problem

FOREIGN = Path(__file__).parents[1] / "corpus" / "foreign"


@pytest.mark.parametrize(
    ("prompt", "opened"),
    [
        ("fn f(x: i32) -> i32", "fn f(x: i32) -> i32 {\n"),
        ("/* fn g() { */\npub fn f() \n\n", "/* fn g() { */\npub fn f() {\n"),
        ("fn f<T>(x: T)\nwhere\n    T: Copy,", "fn f<T>(x: T)\nwhere\n    T: Copy, {\n"),
        ("fn f() // comes: {\n", "fn f() // comes: {\n{\n"),
        ("fn g() {}\nfn f() -> [u8; 2] /* two */", "fn g() {}\nfn f() -> [u8; 2] /* two */\n{\n"),
        ("fn f() {", "fn f() {"),
        ("fn f() {\n    // go on\n", "fn f() {\n    // go on\n"),
        ("fn f() {}\n", "fn f() {}\n"),
        ("/// Only words about f", "/// Only words about f"),
        ("struct S", "struct S"),
        ("use std::fmt;\n", "use std::fmt;\n"),
    ],
)
def test_a_prompt_that_ends_with_the_signature_gets_its_brace(prompt, opened):
    row = {"task_id": "a", "prompt": prompt, "test": "t", "entry_point": "f", "canonical_solution": "{\n    1\n}"}
    problem = to_problem(row, recognise(row))
    assert problem.prompt == opened
    assert problem.canonical_solution == ("{\n    1\n}" if opened == prompt else "\n    1\n}")


@pytest.mark.parametrize(
    ("given", "test", "taken"),
    [
        ("first", "second(1)", "first"),
        ("second", "first(1)", "second"),
        ("python", "first(1)", "first"),
        ("python", "first(1); second(2)", "second"),
        ("python", "python(1)", "python"),
        ("", "first(1)", "first"),
        (None, "neither(1)", "second"),
    ],
)
def test_an_entry_point_that_is_not_declared_is_the_declared_one_that_the_tests_call(given, test, taken):
    row = {"task_id": "a", "prompt": "fn first() {}\nfn second() {\n", "test": test, "entry_point": given}
    assert to_problem(row, recognise(row)).entry_point == taken


def test_other_entry_points_are_told_once_for_the_file(caplog):
    assert load(FOREIGN / "other_entry_points.jsonl")
    (said,) = (line for line in caplog.messages if "entry point" in line)
    assert said.partition("2 of 3 ")[2] == (
        "problems name an entry point that their prompt does not declare, and are read with the declared one that "
        "their tests call (Rust/61: `correct_nesting_square` for `correct_nesting`, Rust/116: `sort_by_ones` for "
        "`sort_array`)"
    )


@pytest.mark.parametrize("edition", ["2018", 2021, "2024", 2024])
def test_the_edition_is_that_of_the_row(edition):
    row = {"task_id": "a", "prompt": "fn f() {\n", "test": "f()", "edition": edition}
    assert to_problem(row, recognise(row)).edition == str(edition)
