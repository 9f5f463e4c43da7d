"""Which steps a recipe consists of; nothing is run."""

import json
from collections import Counter

import pytest
from lift import data
from lift.chain import Chain
from lift.steps import Steps
from lift.study import load

PROBLEM = {"task_id": "T/0", "prompt": "fn f() {\n", "canonical_solution": "}\n", "entry_point": "f", "kind": "compile"}


@pytest.fixture
def planned(tmp_path):
    """Return the steps, by kind, that a recipe takes from its answers to its models."""

    def planned(**own):
        for name, content in (("base", "b"), ("train.yml", "{}"), ("asked.jsonl", json.dumps(PROBLEM) + "\n")):
            (tmp_path / name).write_text(content)
        source = {"own": {"problems": str(tmp_path / "asked.jsonl"), "samples": 1, **own}}
        values = {
            "base": str(tmp_path / "base"),
            "config": str(tmp_path / "train.yml"),
            "budgets": [0, 300],
            "sets": {"asked": {"problems": str(tmp_path / "asked.jsonl")}},
            "recipes": {"it": {"data": [source]}},
        }
        (tmp_path / "study.yml").write_text(json.dumps(values))
        steps = Steps(tmp_path / "work", dry=True)
        chain = Chain(load(tmp_path / "study.yml"), steps)
        planned.chain = chain
        list(chain.states("it", 1, [300]))
        return list(steps.missing.values())

    return planned


def upto(step):
    (found,) = (word for word in step.argv if word.startswith("train.max_tokens="))
    return int(found.partition("=")[2])


def test_the_base_answers_once_before_the_training(planned):
    assert Counter(step.kind for step in planned()) == {"sample": 1, "judge": 1, "accept": 1, "train": 1}


def test_in_a_further_round_a_model_answers_that_learned_from_the_rounds_before(planned):
    once, found = planned(), planned(rounds=3, between=100)
    assert [step.kind for step in found] == ["sample", "judge", "accept", "train"] * 3
    assert [step.key for step in found[:3]] == [step.key for step in once[:3]]
    assert [upto(step) for step in found if step.kind == "train"] == [100, 100, 300]
    assert len({step.inputs["model"].sha256 for step in found if step.kind == "sample"}) == 3
    accepted = [step for step in found if step.kind == "accept"]
    assert [step.argv[2:5] for step in accepted] == [
        ("{results}", "--problem-file", "{problems}"),
        ("{results}", "{results1}", "--problem-file"),
        ("{results}", "{results1}", "{results2}"),
    ]


def test_the_training_between_is_as_long_as_the_last_where_nothing_else_is_said(planned):
    assert [upto(step) for step in planned(rounds=2) if step.kind == "train"] == [300, 300]


def test_rows_that_two_recipes_learn_from_are_written_by_one_at_a_time(planned, monkeypatch):
    found = planned()[-1].inputs["data0"]
    alone = []

    def selected(rows, source, seed):
        alone.append(planned.chain._writing.locked())
        return [{"prompt": "p", "gen": "g"}]

    monkeypatch.setattr(data, "selected", selected)
    assert found.path() == found.path()
    assert alone == [True]
