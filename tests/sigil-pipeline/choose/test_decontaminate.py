"""Benchmark problems among the candidates."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sigil_common.errors import InputError
from sigil_common.jsonl import read_objects
from sigil_pipeline.choose.decontaminate import drop_contaminated, read_problems

from .conftest import LONG, candidate

DATA = Path(__file__).parents[3] / "data"


def problem(tmp_path: Path, **more: str) -> Path:
    file = tmp_path / "problems.jsonl"
    statement = "/// Return the sum of the even numbers above ten, three times each, and one less for all the others.\n"
    row = {"task_id": "T/1", "prompt": statement + LONG.split("\n")[0], "canonical_solution": LONG.split("\n", 1)[1]}
    file.write_text(json.dumps(row | more) + "\n")
    return file


def test_a_renamed_solution_and_a_quoted_statement_are_found(tmp_path: Path) -> None:
    renamed = LONG.replace("numbers", "values").replace("sum", "acc").replace("number", "v").replace("total", "work")
    quoted = "Please return the sum of the even numbers above ten, three times each, and one less for all the others!"
    items = [candidate("x", renamed), candidate("y", prompt=quoted), candidate("z")]
    kept, hits = drop_contaminated(items, read_problems([problem(tmp_path)]))
    assert [item.chunk for item in kept] == ["a/z"]
    assert [(hit.problem, hit.reason) for hit in hits] == [("T/1", "contaminated_code"), ("T/1", "contaminated_text")]


def test_a_short_solution_counts_as_a_whole(tmp_path: Path) -> None:
    solution = {"prompt": "/// Adds.\npub fn sum(a: i64, b: i64) -> i64 {", "canonical_solution": " a + b }"}
    copies = [
        candidate("x", "pub fn plus(one: i64, two: i64) -> i64 { one + two }"),
        candidate("y", "pub fn plus(one: i64, two: i64) -> i64 { one * two }"),
    ]
    kept, hits = drop_contaminated(copies, read_problems([problem(tmp_path, **solution)]))
    assert [item.chunk for item in kept] == ["a/y"]
    assert hits[0].reason == "contaminated_code"


def test_the_practice_set_and_the_benchmarks_share_nothing() -> None:
    benchmarks = [DATA / "HumanEval_rust.jsonl", DATA / "RustFirstSteps.jsonl"]
    practice = [DATA / "RustPractice.jsonl"]
    names = []
    for these, others in ((practice, benchmarks), (benchmarks, practice)):
        rows = [row for file in these for _, row in read_objects(file)]
        solutions = {row["task_id"]: row["prompt"] + row["canonical_solution"] for row in rows}
        items = [candidate(task, code, prompt=code) for task, code in solutions.items()]
        assert drop_contaminated(items, read_problems(others)) == (items, [])
        names.append({row["entry_point"] for row in rows})
    assert len(names[0]) == 40
    assert not names[0] & names[1]


def test_a_file_of_something_else_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "x.jsonl"
    file.write_text('{"task_id": "T/1"}\n')
    with pytest.raises(InputError, match=r"x\.jsonl:1"):
        read_problems([file])
