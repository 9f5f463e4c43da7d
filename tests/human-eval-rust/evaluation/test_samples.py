"""Sample files of other tools: other names for the same fields."""

from __future__ import annotations

from pathlib import Path

import pytest

from human_eval_rust.evaluation.samples import read_samples
from sigil_common.errors import InputError
from sigil_common.jsonl import write_jsonl

KNOWN = {"HumanEval_3_halves": None, "17": None}


def read(tmp_path: Path, *rows: dict) -> list:
    path = tmp_path / "x.jsonl"
    write_jsonl(path, rows)
    return [(one.task_id, one.completion, one.index) for one in read_samples(path, KNOWN, Path("p.jsonl"))]


def test_solution_and_generation_are_read_as_the_completion_and_said(tmp_path, caplog):
    caplog.set_level("INFO")
    rows = [
        {"task_id": "17", "solution": "a", "_identifier": "x"},
        {"task_id": "17", "generation": "b"},
        {"task_id": "17", "generation": "c", "solution": "not this"},
        {"task_id": "17", "completion": "d", "generation": "nor this", "name": "HumanEval_3_halves"},
        {"name": "HumanEval_3_halves", "generation": "e", "prompt": "fn halves() {"},
    ]
    assert read(tmp_path, *rows) == [
        ("17", "a", 0),
        ("17", "b", 1),
        ("17", "c", 2),
        ("17", "d", 3),
        ("HumanEval_3_halves", "e", 0),
    ]
    path = tmp_path / "x.jsonl"
    assert caplog.messages == [
        f"{path}: `solution` is read as `completion` in 1 of 5 lines",
        f"{path}: `generation` is read as `completion` in 3 of 5 lines",
        f"{path}: `name` is read as `task_id` in 1 of 5 lines",
    ]


def test_nothing_is_said_of_our_own_names(tmp_path, caplog):
    caplog.set_level("INFO")
    assert read(tmp_path, {"task_id": "17", "completion": "a"}) == [("17", "a", 0)]
    assert caplog.messages == []


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"task_id": "17", "generation": ["a"]}, "field `completion`: Input should be a valid string"),
        ({"task_id": "17", "solution": None}, "field `completion`: Input should be a valid string"),
        ({"task_id": "17", "canonical_solution": "a"}, "field `completion`: Field required"),
        ({"name": "18", "solution": "a"}, "no problem `18` in p.jsonl"),
    ],
)
def test_what_is_wrong_in_them_is_told_as_of_our_own(tmp_path, row, message):
    with pytest.raises(InputError, match=r"x.jsonl:1: ") as caught:
        read(tmp_path, row)
    assert message in str(caught.value)
