"""Duplicates."""

from __future__ import annotations

from sigil_pipeline.choose.dedup import drop_duplicates

from .conftest import LONG, candidate


def test_copies_in_another_crate_are_dropped_whatever_their_comments() -> None:
    copies = [
        candidate("x", LONG, crate="a"),
        candidate("y", LONG.replace(" // the sum", ""), crate="b"),
        candidate("y", "Adds.", "explanations", crate="b"),
    ]
    kept, dropped = drop_duplicates(copies, 0.85)
    assert [item.crate for item in kept] == ["a"]
    assert [(item.candidate.task_type, item.reason, item.of) for item in dropped] == [
        ("code_generation", "duplicate", "a/x"),
        ("explanations", "duplicate", "a/x"),
    ]


def test_near_copies_are_dropped_and_different_code_stays() -> None:
    near = LONG.replace("sum -= 1;", "sum *= 1;")
    other = LONG.replace("for number in numbers", "for number in numbers.iter().rev()").replace("sum", "total_of_all")
    items = [candidate("x", LONG), candidate("y", near, crate="b"), candidate("z", other, crate="c")]
    kept, dropped = drop_duplicates(items, 0.8)
    assert [item.chunk for item in kept] == ["a/x", "c/z"]
    assert [item.reason for item in dropped] == ["near_duplicate"]
    assert len(drop_duplicates(items, 1.0)[0]) == 3


def test_equal_answers_of_one_task_are_dropped() -> None:
    items = [candidate("x", "Says hello.", "explanations"), candidate("y", "Says  hello.", "explanations")]
    kept, dropped = drop_duplicates(items, 0.85)
    assert len(kept) == 1
    assert dropped[0].reason == "duplicate_answer"


def test_one_answer_serves_several_tasks_of_one_function_and_none_of_another() -> None:
    tasks = ("code_generation", "error_fixing")
    items = [candidate("f", "fn f() {}", task, crate="p") for task in tasks]
    other = candidate("g", "fn f() {}", "explanations", crate="q")  # not compared as code
    kept, dropped = drop_duplicates([*items, other], 0.85)
    assert kept == items
    assert [(one.candidate, one.reason, one.of) for one in dropped] == [(other, "duplicate_answer", "p/f")]
