"""A study file says what it means, or what is wrong with it and where."""

from pathlib import Path

import pytest
import yaml
from lift.run import choose
from lift.study import load

from sigil_common.errors import InputError
from sigil_common.settings import load_settings
from sigilderg_finetuner.checks import check_together
from sigilderg_finetuner.settings import Settings

ROOT = Path(__file__).resolve().parents[3]
PLAIN = {
    "base": "model",
    "config": "train.yml",
    "budgets": [0, 100, 200],
    "seeds": [1, 2],
    "sets": {"practice": {"problems": "a.jsonl"}},
    "final": {"humaneval": {"problems": "b.jsonl"}},
    "recipes": {"one": {"data": [{"file": "d.jsonl"}]}, "two": {"data": [{"file": "d.jsonl"}], "horizon": 100}},
}


def written(tmp_path, **changes):
    path = tmp_path / "study.yml"
    path.write_text(yaml.safe_dump(PLAIN | changes))
    return path


def recipe(**changes):
    return {"one": {"data": [{"file": "d.jsonl"}]} | changes}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"buget": [0]}, "`buget`: Extra inputs"),
        ({"budgets": [100, 0]}, "`budgets` must rise"),
        ({"budgets": [0]}, "`budgets` must rise"),
        ({"sampling": {"max_new_tokens": 0}}, "`sampling.max_new_tokens`"),
        ({"sets": {"humaneval": {"problems": "a.jsonl"}}}, "both in `sets` and in `final`"),
        ({"sets": {"a": {"problems": "a", "pairs": "b", "likelihood": False}}}, "set `a` has `pairs`"),
        ({"recipes": {"base": PLAIN["recipes"]["one"]}}, "a recipe cannot be called `base`"),
        ({"recipes": {"a b": PLAIN["recipes"]["one"]}}, "`recipes.a b"),
        ({"recipes": recipe(data=[])}, "`recipes.one.data`"),
        ({"recipes": recipe(data=[{"rows": 3}])}, "needs `file` or `own`"),
        ({"recipes": recipe(data=[{"file": "d", "own": {"problems": "p"}}])}, "and not both"),
        ({"recipes": recipe(data=[{"own": {"problems": "p", "between": 9}}])}, "`between` is for more than one"),
        ({"recipes": recipe(data=[{"file": "d", "tasks": ["nothing"]}])}, "`recipes.one.data.0.tasks.0`"),
        ({"recipes": recipe(set={"train.num_steps": 3})}, "`train.num_steps` is set by the study itself"),
        ({"set": {"train.max_tokens": 3}}, "recipe `one`: `train.max_tokens` is set by the study itself"),
        ({"recipes": recipe(set={"misc.output_dir": "x"})}, "`misc.output_dir` is set by the study itself"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(tmp_path, changes, words):
    path = written(tmp_path, **changes)
    with pytest.raises(InputError) as caught:
        load(path)
    assert words in str(caught.value)
    assert str(path) in str(caught.value)


def test_a_line_is_named_where_there_is_one(tmp_path):
    path = written(tmp_path, seeds="many")
    line = path.read_text().splitlines().index("seeds: many") + 1
    with pytest.raises(InputError, match=f":{line}: `seeds`"):
        load(path)


def test_options_leave_a_part_of_the_study_in_its_own_order(tmp_path):
    study = load(written(tmp_path))
    everything = choose(study, False)
    assert (everything.recipes, everything.seeds, everything.budgets) == (["one", "two"], [1, 2], [0, 100, 200])
    assert list(everything.sets) == ["practice"]
    assert list(choose(study, True).sets) == ["practice", "humaneval"]
    some = choose(study, True, recipes="two, one", budgets="200,0", seeds="2", sets="humaneval")
    assert (some.recipes, some.seeds, some.budgets) == (["one", "two"], [2], [0, 200])
    assert list(some.sets) == ["humaneval"]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"recipes": "three"}, "--recipes: the study has no `three`"),
        ({"budgets": "300"}, "--budgets: the study has no `300`"),
        ({"sets": "mbpp"}, "--sets: the study has no `mbpp`"),
        ({"sets": "humaneval"}, "--sets: `humaneval` is for recipes that are chosen"),
    ],
)
def test_what_a_study_does_not_hold_is_refused(tmp_path, given, words):
    with pytest.raises(InputError, match=words):
        choose(load(written(tmp_path)), False, **given)


def test_a_horizon_is_the_largest_budget_unless_study_or_recipe_have_one(tmp_path):
    for changes, expected in (({}, [200, 100]), ({"horizon": 150}, [150, 100])):
        study = load(written(tmp_path, **changes))
        assert [study.horizon_of(study.recipes[name]) for name in ("one", "two")] == expected


@pytest.mark.parametrize(("name", "recipes"), [("study", 28), ("local", 6)])
def test_the_trainer_takes_the_settings_of_every_recipe_that_is_shipped(name, recipes):
    study = load(ROOT / f"benchmarks/lift/{name}.yml")
    assert len(study.recipes) == recipes
    for recipe in study.recipes.values():
        config = ROOT / (recipe.config or study.config)
        check_together(load_settings(Settings, file=config, overrides=study.settings(recipe)).settings)
