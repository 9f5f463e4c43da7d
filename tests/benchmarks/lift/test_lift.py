"""The whole instrument in small: a tiny random model, two recipes, killed, continued and extended."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from ...clock import is_free, running, until
from ...end_to_end.conftest import tiny_model  # noqa: F401

ROOT = Path(__file__).resolve().parents[3]
LIFT = [sys.executable, str(ROOT / "benchmarks/lift.py")]
PROBLEMS = [("add", "a + b", "assert_eq!(add(2, 3), 5);"), ("less", "a - b", "assert_eq!(less(2, 3), -1);")]
TEST = "#[cfg(test)]\nmod tests {{\n    use super::*;\n\n    #[test]\n    fn works() {{\n        {}\n    }}\n}}\n"


def lift(place, *args, **options):
    argv = [*LIFT, str(place / "study.yml"), "--work", str(place / "work"), *args]
    return subprocess.run(argv, capture_output=True, text=True, check=False, **options)


@pytest.fixture
def place(tmp_path, tiny_model):  # noqa: F811
    problems = [
        {
            "task_id": f"T/{number}",
            "entry_point": name,
            "prompt": f"/// Computes.\npub fn {name}(a: i64, b: i64) -> i64 {{\n",
            "canonical_solution": f"    {body}\n}}\n",
            "test": TEST.format(check),
        }
        for number, (name, body, check) in enumerate(PROBLEMS)
    ]
    rows = [
        {
            "prompt": f"Write a function that adds {number}.",
            "gen": f"pub fn add_{number}(a: i64) -> i64 {{\n    a + {number}\n}}",
            "split": "val" if number % 8 == 7 else "train",
            "_source_crate": f"crate{number % 4}",
            "_task_type": "code_generation",
            "_self_contained": number % 2 == 0,
        }
        for number in range(32)
    ]
    for name, found in (("problems", problems), ("data", rows)):
        (tmp_path / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in found))
    (tmp_path / "train.yml").write_text(
        "quantization: none\n"
        "dataset: {names: ['local:set-by-the-study'], min_length: 8, max_length: 2000}\n"
        "train: {micro_batch_size: 1, gradient_accumulation: 1, max_seq_len: 128, lr: 1.0e-3, warmup_steps: 1,\n"
        "  dataloader_num_workers: 0, grad_checkpointing: false}\n"
        "lora: {r: 4, alpha: 8, dropout: 0.0}\n"
    )
    study = {
        "base": str(tiny_model),
        "config": str(tmp_path / "train.yml"),
        "budgets": [0, 300, 600],
        "seeds": [1],
        "sets": {"practice": {"problems": str(tmp_path / "problems.jsonl")}},
        "sampling": {"max_new_tokens": 8, "batch_size": 2},
        "resamples": 200,
        "recipes": {
            "plain": {"data": [{"file": str(tmp_path / "data.jsonl")}]},
            "alone": {"data": [{"file": str(tmp_path / "data.jsonl"), "self_contained": True}], "horizon": 300},
            "missing": {"data": [{"file": str(tmp_path / "nothing.jsonl")}]},
        },
    }
    (tmp_path / "study.yml").write_text(json.dumps(study))
    return tmp_path


def times(place):
    """When each run of each step was recorded, by name."""
    found = (place / "work/steps").glob("*/step-*.json")
    return {str(path.relative_to(place)): path.stat().st_mtime_ns for path in found}


def kinds(names):
    """The steps by kind; one that went further in a second run counts once."""
    return sorted(step.partition("-")[0] for step in {name.split("/")[2] for name in names})


@pytest.mark.slow
def test_a_study_from_its_file_to_its_table(place):
    planned = lift(place, "--plan", "--recipes", "plain,alone")
    assert planned.returncode == 0, planned.stderr
    assert [line.split(" | ")[:3] for line in planned.stdout.splitlines()[2:6]] == [
        ["| sample", "4", "8"],
        ["| judge", "4", "8"],
        ["| likelihood", "4", "8"],
        ["| train", "2", "900"],
    ]
    assert not (place / "work/steps").exists()
    incomplete = lift(place, "--plan", "--recipes", "missing")
    assert incomplete.returncode == 1
    assert "not in the plan: missing, seed 1: no such file" in incomplete.stdout

    # Killed while it trains, the study goes on with what is done and what was begun.
    argv = [*LIFT, str(place / "study.yml"), "--work", str(place / "work"), "--recipes", "plain", "--budgets", "0,300"]
    with running(argv) as child:
        child.until(lambda: list((place / "work/steps").glob("train-*/checkpoints/metrics.jsonl")), "training began")
        child.end(signal.SIGKILL)
    before = times(place)
    assert kinds(before) == ["judge", "likelihood", "sample"]
    until(lambda: is_free(place / "work/.lock"), "the training has ended, too")
    resumed = lift(place, "--recipes", "plain", "--budgets", "0,300")
    assert resumed.returncode == 0, resumed.stderr
    small = times(place)
    assert kinds(small) == ["judge"] * 2 + ["likelihood"] * 2 + ["sample"] * 2 + ["train"]
    assert before.items() <= small.items()
    first = rows(place)
    assert {(row["recipe"], row["budget"]) for row in first} == {("base", 0), ("plain", 300)}

    # Wanted further, the training goes on; a recipe more costs its own steps only; one that fails stops nothing.
    whole = lift(place, "--jobs", "2")
    assert whole.returncode == 1, whole.stderr
    done = times(place)
    assert small.items() <= done.items()
    assert kinds(done) == ["judge"] * 4 + ["likelihood"] * 4 + ["sample"] * 4 + ["train"] * 2
    text = (place / "work/results/lift.md").read_text()
    assert "| missing | 1 | no such file" in text
    assert "![Shares over tokens of training, practice](lift-practice.svg)" in text
    assert (place / "work/results/lift-practice.svg").stat().st_size > 1000
    found = rows(place)
    assert [row for row in found if (row["recipe"], row["budget"]) in {("base", 0), ("plain", 300)}] == first
    assert {row["tokens"] >= row["budget"] for row in found} == {True}

    # Once more, nothing is run, and the same bytes are written.
    again = lift(place, "--output", str(place / "again"))
    assert again.returncode == 1
    assert times(place) == done
    for name in ("lift.md", "lift-rows.jsonl", "lift-points.jsonl", "lift-costs.jsonl", "lift-practice.svg"):
        assert (place / "again" / name).read_bytes() == (place / "work/results" / name).read_bytes()


def rows(place):
    return [json.loads(line) for line in (place / "work/results/lift-rows.jsonl").read_text().splitlines()]


def test_without_arguments_it_says_what_it_takes():
    found = subprocess.run(LIFT, capture_output=True, text=True, check=False)
    assert found.returncode == 0
    assert found.stdout.startswith("Usage: lift.py [OPTIONS] STUDY")


def test_a_study_that_is_not_there_is_named(tmp_path):
    found = lift(tmp_path)
    assert found.returncode == 2
    assert found.stderr.startswith("error: no such config file: ")
