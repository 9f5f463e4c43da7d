"""Benchmark problems and their solutions among the candidates."""

from __future__ import annotations

import dataclasses
import json
import re
from pathlib import Path

import pytest

from sigil_common.errors import InputError
from sigil_common.jsonl import read_objects
from sigil_pipeline.choose.decontaminate import drop_contaminated
from sigil_pipeline.choose.known import Problems, read_problems

from .conftest import LONG, candidate

DATA = Path(__file__).parents[3] / "data"
BENCHMARKS = [DATA / "HumanEval_rust.jsonl", DATA / "RustFirstSteps.jsonl"]
PRACTICE = [DATA / "RustPractice.jsonl"]
SOLUTIONS = [DATA / "solutions.jsonl"]


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


PAIR = """pub fn ends(items: &[i64]) -> Option<(i64, i64)> {
    let first = items.first()?;
    let last = items.last()?;
    Some((*first, *last))
}"""
OTHER_BODY = "{ match x { [a, .., b] => Some((*a, *b)), [a] => Some((*a, *a)), [] => None } }"


def known(tmp_path: Path, **more: str) -> Problems:
    file = tmp_path / "solutions.jsonl"
    file.write_text(json.dumps({"task_id": "T/2", "entry_point": "ends", "solution": PAIR} | more) + "\n")
    return read_problems([], [file])


@pytest.mark.parametrize(
    ("head", "hit"),
    [
        ("fn ends(x: &[i64]) -> Option<(i64, i64)>", True),
        ("pub fn ends(x: Vec<u8>) -> Option<(u8, u8)>", True),
        ("fn bounds(x: &[i64]) -> Option<(i64, i64)>", False),
        ("fn ends(x: &[char]) -> Option<(char, char)>", False),
        ("fn ends(x: &[i64]) -> (i64, i64)", False),
        ("fn ends(&self, x: &[i64]) -> Option<(i64, i64)>", False),
    ],
)
def test_name_and_types_that_a_problem_asks_for(tmp_path: Path, head: str, hit: bool) -> None:
    code = f"impl S {{\n    fn new() -> S {{ S }}\n    {head} {OTHER_BODY}\n}}"
    kept, hits = drop_contaminated([candidate("x", code)], known(tmp_path))
    assert len(kept) == (not hit)
    shared = "ends([int]) -> Option<(int, int)>"
    assert [(one.problem, one.reason, one.shared) for one in hits] == [("T/2", "contaminated_signature", shared)] * hit


@pytest.mark.parametrize(
    ("change", "hit"),
    [
        ({"first": "a", "last": "b", "items": "xs"}, True),
        ({"&[i64]": "&Deque<u8>", "(i64, i64)": "(u8, u8)"}, True),
        ({".last()": ".get(1)"}, False),
        ({"*first, *last": "*last, *first"}, False),
    ],
)
def test_a_body_under_other_names(tmp_path: Path, change: dict[str, str], hit: bool) -> None:
    code = PAIR.replace("fn ends", "fn bounds")
    for old, new in change.items():
        code = code.replace(old, new).replace(f".{new}()", f".{old}()")
    problems = dataclasses.replace(known(tmp_path), code={}, code_sizes=())
    kept, hits = drop_contaminated([candidate("x", code)], problems)
    assert len(kept) == (not hit)
    assert [(one.problem, one.reason) for one in hits] == [("T/2", "contaminated_body")] * hit
    assert all(one.shared.startswith("body of bounds: { let #0 = #1 . first ( ) ? ;") for one in hits)


def test_an_explanation_counts_by_the_code_that_it_explains(tmp_path: Path) -> None:
    items = [
        candidate(name, "It returns both ends.", "explanations", prompt=f"Explain.\n\n````rust\n{code}\n````")
        for name, code in (("x", PAIR), ("y", "fn other() {}"))
    ]
    kept, hits = drop_contaminated(items, known(tmp_path))
    assert [one.chunk for one in kept] == ["a/y"]
    assert hits[0].reason == "contaminated_signature"


def shipped(kind: str) -> list[tuple[str, str, str]]:
    rows = [row for _, row in read_objects(SOLUTIONS[0])]
    return [(row["task_id"], row["entry_point"], row["solution"]) for row in rows if row["kind"] == kind]


def test_the_problem_files_alone_catch_every_other_solution_by_its_signature() -> None:
    problems = Problems(signatures=read_problems(BENCHMARKS).signatures)
    items = [candidate(task, code) for task, _, code in shipped("alternative")]
    kept, hits = drop_contaminated(items, problems)
    assert len(hits) == 244
    assert kept == []
    assert {hit.reason for hit in hits} == {"contaminated_signature"}


def test_known_solutions_are_caught_under_another_name() -> None:
    problems = dataclasses.replace(read_problems(BENCHMARKS, SOLUTIONS), prose={})
    missed = []
    for kind in ("reference", "alternative"):
        items = [
            candidate(task, re.sub(rf"(?<![.:])\b{name}\b", f"{name}_of_mine", code))
            for task, name, code in shipped(kind)
        ]
        kept, hits = drop_contaminated(items, problems)
        assert {hit.reason for hit in hits} <= {"contaminated_code", "contaminated_body"}
        missed += [item.chunk for item in kept]
    # Bodies of a few tokens that call a method of the function's own name: `text.is_empty()`.
    assert missed == [f"a/RustFirstSteps/{number}" for number in (5, 7, 10, 12)]


def test_of_a_long_solution_no_run_counts_and_of_a_short_one_the_whole(tmp_path: Path) -> None:
    changed = PAIR.replace("fn ends", "fn bounds").replace("items.last()", "items.get(1)")
    assert drop_contaminated([candidate("x", changed)], known(tmp_path))[1] == []
    short = known(tmp_path, entry_point="f", solution="pub fn f(n: i32) -> bool { n & 1 == 0 }")
    kept, hits = drop_contaminated(
        [
            candidate("x", "pub fn g(m: i32) -> bool { m & 1 == 0 }"),
            candidate("y", "pub fn g(m: i32) -> bool { m == 0 }"),
        ],
        short,
    )
    assert [one.chunk for one in kept] == ["a/y"]
    assert [one.reason for one in hits] == ["contaminated_code"]


def test_the_practice_set_and_the_benchmarks_share_nothing() -> None:
    names = []
    for these, others, solutions in ((PRACTICE, BENCHMARKS, SOLUTIONS), (BENCHMARKS, PRACTICE, [])):
        rows = [row for file in these for _, row in read_objects(file)]
        code = {row["task_id"]: row["prompt"] + row["canonical_solution"] for row in rows}
        items = [candidate(task, text, prompt=text) for task, text in code.items()]
        assert drop_contaminated(items, read_problems(others, solutions)) == (items, [])
        names.append({row["entry_point"] for row in rows})
    assert len(names[0]) == 40
    assert not names[0] & names[1]


def test_deep_code_costs_no_stack(tmp_path: Path) -> None:
    depth = 20_000
    deep = f"fn deep(x: {'&' * depth}u8) -> u8 {{ {'(' * depth}x{')' * depth} }}"
    macro = f"fn deep() {{ m!({'(a.b ' * depth}{')' * depth}) }}"
    nested = "fn deep() { " * 500 + "}" * 500
    items = [candidate(str(number), code) for number, code in enumerate((deep, macro, nested))]
    assert drop_contaminated(items, known(tmp_path)) == (items, [])


def test_a_file_of_something_else_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "x.jsonl"
    file.write_text('{"task_id": "T/1"}\n')
    with pytest.raises(InputError, match=r"x\.jsonl:1"):
        read_problems([file])
