"""Which rows a recipe learns from, and in which words."""

import json

import pytest
from lift import data
from lift.study import Source

from human_eval_rust.sampling import prompt
from sigil_common.errors import InputError
from sigil_common.records import Problem

STUB = "Finish this Rust function:\n\n```rust\n/// Doubles.\npub fn double(n: i64) -> i64 {\n```"
CONTEXT = "\n\nContext:\n\n```rust\nuse std::fmt;\n```"
SPOKEN = "Write `half` in Rust.\n\nIt belongs here:\n\n```rust\npub struct S {\n    a: u8,\n}\n```"


def row(prompt=STUB, gen="pub fn double(n: i64) -> i64 {\n    2 * n\n}", **more):
    return {"prompt": prompt, "gen": gen, "split": "train", "_task_type": "code_generation"} | more


def source(**given):
    return Source(file="d.jsonl", **given)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ({}, "abcd"),
        ({"tasks": ["explanations"]}, "b"),
        ({"self_contained": True}, "c"),
        ({"self_contained": False}, "abd"),
        ({"max_lines": 3}, "abc"),
        ({"min_lines": 4}, "d"),
        ({"max_prompt_chars": 20}, "bd"),
        ({"min_share": 0.5}, "bd"),
    ],
)
def test_a_source_restricts_by_what_it_gives(given, kept):
    rows = {
        "a": row(),
        "b": row(prompt="Explain.", _task_type="explanations"),
        "c": row(_self_contained=True),
        "d": row(prompt="Write it.", gen="fn f() {\n    let a = 1;\n    let b = 2;\n}", _self_contained=False),
    }
    found = data.selected(rows.values(), source(**given), seed=1)
    assert found == [rows[name] for name in kept]


def test_validation_rows_all_stay_and_only_others_are_chosen_and_repeated():
    rows = [row(prompt=f"Write {number}.", split="val" if number % 4 == 3 else "train") for number in range(16)]
    found = data.selected(rows, source(rows=3, repeat=2), seed=1)
    learned, checked = found[:6], found[6:]
    assert checked == [one for one in rows if one["split"] == "val"]
    assert learned[:3] == learned[3:]
    assert learned[:3] == sorted(learned[:3], key=rows.index)
    assert data.selected(rows, source(rows=3, repeat=2), seed=1) == found
    assert data.selected(rows, source(rows=3, repeat=2), seed=2) != found


def test_a_recipe_that_drops_everything_is_refused():
    with pytest.raises(InputError, match=r"d\.jsonl: no row to learn from is left"):
        data.selected([row(split="val")], source(), seed=1)


def test_the_evaluators_words_are_those_of_generate():
    problem = Problem(
        task_id="T/0",
        prompt="/// Doubles.\npub fn double(n: i64) -> i64 {\n",
        canonical_solution="    2 * n\n}\n",
        test="#[cfg(test)]\nmod tests {}\n",
        entry_point="double",
    )
    assert data.worded(row(), "evaluator")["prompt"] == prompt.instruction(problem)


def test_code_around_a_function_comes_first_and_a_prompt_without_a_beginning_stays():
    asked = data.worded(row(prompt=STUB + CONTEXT), "evaluator")["prompt"]
    assert asked.endswith("\n\nuse std::fmt;\n\n/// Doubles.\npub fn double(n: i64) -> i64")
    assert data.worded(row(prompt=SPOKEN), "evaluator") == row(prompt=SPOKEN)
    assert data.worded(row(prompt="Say it."), "evaluator") == row(prompt="Say it.")


def test_text_has_no_prompt():
    found = data.worded(row(_source_crate="c"), "text")
    assert found == {
        "text": row()["gen"],
        "split": "train",
        "_task_type": "code_generation",
        "_source_crate": "c",
    }


def test_a_row_without_an_answer_is_named(tmp_path):
    path = tmp_path / "d.jsonl"
    path.write_text(json.dumps(row()) + "\n" + json.dumps({"text": "fn f() {}"}) + "\n")
    with pytest.raises(InputError, match=r"d\.jsonl:2: needs `prompt` and `gen`"):
        list(data.dataset_rows(path))
