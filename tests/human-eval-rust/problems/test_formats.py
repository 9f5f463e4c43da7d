"""What is put right in rows of other projects: opening braces, entry points, editions."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from human_eval_rust.problems.files import ProblemFile, load
from human_eval_rust.problems.formats import UnknownFormatError, recognise, to_problem
from human_eval_rust.strength.check import check_file
from sigil_common.errors import InputError

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


def test_a_field_without_a_value_counts_as_not_there():
    row = {"task_id": "a", "prompt": "fn f() {\n", "test": "f()", "entry_point": "f"}
    empty = dict.fromkeys(("edition", "canonical_solution", "kind", "declaration", "anything"))
    assert ProblemFile().convert(row | empty) == ProblemFile().convert(row)
    with pytest.raises(UnknownFormatError, match="field `prompt`: Field required"):
        ProblemFile().convert(row | {"prompt": None})


@pytest.mark.parametrize(
    ("form", "field"),
    [
        *(("humaneval", field) for field in ("task_id", "prompt", "canonical_solution", "test", "entry_point")),
        ("humaneval-x", "declaration"),
        ("multipl-e", "tests"),
    ],
)
def test_half_a_character_is_refused_with_its_place_by_all_that_reads_problems(tmp_path, form, field):
    row = {"task_id": "a", "prompt": "fn f() {\n", "canonical_solution": "}", "test": "f()", "entry_point": "f"}
    row |= {"humaneval-x": {"declaration": "fn f() {\n"}, "multipl-e": {"name": "a", "tests": "f()"}}.get(form, {})
    assert recognise(row) == form
    row[field] += "// \ud83d"
    path = tmp_path / "x.jsonl"
    path.write_text(json.dumps(row))
    with pytest.raises(InputError) as caught:
        load(path)
    assert caught.value.what == f"{path}:1: field `{field}` holds a lone surrogate"
    (fault,) = check_file(path, 1)
    assert str(fault).endswith(f": field `{field}` holds a lone surrogate")
    assert str(fault).isascii()


def test_a_whole_character_that_is_escaped_in_two_halves_is_none_of_them(tmp_path):
    path = tmp_path / "x.jsonl"
    path.write_text(json.dumps({"task_id": "a", "prompt": "fn f() { // 🦀\n", "test": "f()", "entry_point": "f"}))
    assert "\\ud83e\\udd80" in path.read_text()
    assert load(path)["a"].prompt.endswith("🦀\n")
