"""Problems whose own reference solution fails are reported before the samples are judged, and count neither way."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from human_eval_rust.evaluate import _say_aloud, _say_unusable, evaluate
from human_eval_rust.evaluation import metrics, references
from human_eval_rust.evaluation.results import Files
from human_eval_rust.evaluation.settings import EvaluateSettings
from human_eval_rust.judging.failure import Failure
from human_eval_rust.judging.finding import Finding, Judged
from human_eval_rust.judging.judge import Judge
from human_eval_rust.problems.files import load, shipped
from human_eval_rust.problems.parsed import parse_problem
from sigil_common.jsonl import read_objects, write_jsonl
from sigil_common.records import FailureClass, Metrics, Problem

from ...clock import HANG_S

TESTS = "#[cfg(test)]\nmod tests {\n    use super::*;\n    #[test]\n    fn t() { assert_eq!(f(2), 4); }\n}\n"
BODIES = {
    "sound": "    x * 2\n}\n",
    "wrong": "    x * 3\n}\n",
    "broken": "    y\n}\n",
    "prompt": "    x * 2\n}\n",
    "unsafe": "    unsafe { *(&x as *const i32) * 2 }\n}\n",
    "none": "",
}


@pytest.fixture
def files(tmp_path):
    """A problem file, and samples that pass all its tests."""
    problems, samples = tmp_path / "p.jsonl", tmp_path / "s.jsonl"
    row = {"prompt": "/// Doubles.\npub fn f(x: i32) -> i32 {\n", "test": TESTS, "entry_point": "f"}
    rows = {name: {**row, "task_id": f"p/{name}", "canonical_solution": BODIES[name]} for name in BODIES}
    rows["prompt"]["prompt"] = "/// Doubles.\npub fn f(x: NoSuchType) -> i32 {\n"
    write_jsonl(problems, rows.values())
    write_jsonl(samples, ({"task_id": f"p/{name}", "completion": BODIES["sound"]} for name in BODIES))
    return problems, samples


def run(files: tuple[Path, Path], out: Path, **changes: object) -> tuple[dict, bytes]:
    problems, samples = files
    found = evaluate(
        samples, EvaluateSettings(problem_file=problems, k="1", timeout=HANG_S, output_dir=out, **changes)
    ).to_row()
    written = Files.beside(samples, out, None)
    assert json.loads(written.metrics.read_text()) == found
    return found, written.metrics.read_bytes() + written.results.read_bytes() + written.references.read_bytes()


@pytest.mark.slow
def test_a_problem_whose_reference_fails_is_told_once_and_its_samples_count_neither_way(files, tmp_path, caplog):
    found, _ = run(files, tmp_path)
    assert list(found["unusable_problems"]) == ["p/wrong", "p/broken", "p/prompt", "p/unsafe"]
    why = found["unusable_problems"]
    assert why["p/wrong"].startswith("its reference solution fails: test: assertion `left == right` failed")
    assert why["p/broken"].startswith("its reference solution fails: compile: line 1: cannot find value `y`")
    assert why["p/unsafe"].startswith("its reference solution fails: policy: ")
    assert why["p/prompt"] == "its prompt does not compile: cannot find type `NoSuchType` in this scope"
    assert "--no-enforce-policy" in why["p/unsafe"]
    assert (found["judged"], found["not_judged"], found["passed"], found["pass@1"]) == (2, 4, 2, 1.0)
    assert found["failures"] == {}
    said = [line for line in caplog.messages if "cannot be scored" in line]
    assert len(said) == 4
    assert said[0].startswith("1 problem (p/wrong) cannot be scored: its reference solution fails: test: assertion")
    assert caplog.messages[-1].startswith("only 2 of the 6 problems with samples can be scored")
    found, _ = run(files, tmp_path / "off", enforce_policy=False)
    assert list(found["unusable_problems"]) == ["p/wrong", "p/broken", "p/prompt"]


def test_problems_that_cannot_be_scored_are_told_once_for_each_reason(caplog):
    _say_unusable(
        {
            "a": "its reference solution fails: compile: line 1: cannot find value `y`",
            "b": "the prompt does not declare `fn one`",
            "c": "its reference solution fails: compile: line 7: mismatched types: see above",
            "d": "the prompt does not declare `fn two`",
            "e": "its reference solution fails: test: assertion `left == right` failed",
            "f": "its tests do not compile: cannot find `x`",
        }
    )
    assert caplog.messages == [
        "2 problems (a, c) cannot be scored: its reference solution fails: compile: line 1: cannot find value `y`",
        "2 problems (b, d) cannot be scored: the prompt does not declare `fn one`",
        "1 problem (e) cannot be scored: its reference solution fails: test: assertion `left == right` failed",
        "1 problem (f) cannot be scored: its tests do not compile: cannot find `x`",
    ]


def test_why_samples_were_not_judged_is_told_as_it_is(caplog):
    busy, broken = "the machine was too busy to give it its CPU time", "bwrap: no permission"
    rows = [
        Finding(Failure(FailureClass.SANDBOX, None, why)).verdict("p/1", at, "")
        for at, why in enumerate([busy, broken, busy])
    ]
    counted = metrics.summary(rows, ["p/1"], [1], {})
    _say_aloud(Metrics.model_construct(**counted), rows)
    assert [line for line in caplog.messages if "judged" in line][-3:] == [
        "3 samples were not judged and count neither way",
        f"2 samples were not judged: {busy}",
        f"1 samples were not judged: {broken}",
    ]


@pytest.mark.slow
def test_the_exit_code_is_1_where_less_than_half_can_be_scored(files, tmp_path):
    problems, samples = files
    options = {
        "all": [],  # 4 of 6 are unusable
        "half": ["--no-enforce-policy"],  # 3 of 6
        "few": ["--task-id", "p/wrong"],
        "sound": ["--task-id", "p/sound"],
    }
    codes = {}
    for name, given in options.items():
        (out := tmp_path / name).mkdir()
        argv = [
            str(samples),
            "--problem_file",
            str(problems),
            "--timeout",
            str(HANG_S),
            "--output-dir",
            str(out),
            *given,
        ]
        command = [sys.executable, "-m", "human_eval_rust.commands.evaluate", *argv]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        codes[name] = done.returncode
        written = Files.beside(samples, out, None)
        counted = json.loads(written.metrics.read_text())
        assert counted["samples"] == len(list(read_objects(written.results)))
        last = done.stderr.splitlines()[-1]
        assert last.startswith("error: only ") == bool(done.returncode), last
    assert codes == {"all": 1, "half": 0, "few": 1, "sound": 0}


@pytest.mark.slow
def test_nothing_depends_on_workers_and_a_repeated_run_judges_no_reference_again(files, tmp_path, monkeypatch):
    monkeypatch.setattr("human_eval_rust.judging.judge._LEAST", 1)
    made = [run(files, tmp_path / str(workers), n_workers=workers)[1] for workers in (1, 2, 24)]
    assert made[0] == made[1] == made[2]
    part, _ = run(files, tmp_path / "1", task_id=["p/wrong"])
    assert part["not_judged"] == 1
    monkeypatch.setattr(Judge, "_start", lambda *_: pytest.fail("judged again"))
    assert run(files, tmp_path / "1")[1] == made[0]


@pytest.mark.slow
def test_an_interrupted_run_goes_on_with_the_references_that_are_left(files, tmp_path, monkeypatch):
    whole, made = run(files, tmp_path)
    written = Files.beside(files[1], tmp_path, None)
    lines = written.references.read_text().splitlines(keepends=True)
    for path in (written.results, written.metrics):
        path.unlink()
    written.references.write_text("".join(lines[:2]) + lines[2][:9])
    asked: list[int] = []
    start = Judge._start
    monkeypatch.setattr(Judge, "_start", lambda *all_: asked.append(len(all_[1])) or start(*all_))
    assert run(files, tmp_path) == (whole, made)
    assert sum(asked) == len(lines) - 2 + whole["judged"]


@pytest.mark.slow
def test_a_ray_cluster_finds_the_same(files, tmp_path):
    pytest.importorskip("ray")
    assert run(files, tmp_path / "ray", executor="ray", n_workers=2)[1] == run(files, tmp_path / "local")[1]


def test_trouble_of_ours_is_no_fault_and_is_tried_again(files, tmp_path, caplog):
    parsed = {task: parse_problem(problem) for task, problem in load(files[0]).items() if "sound" in task}

    class Failing:
        def attempt(self, samples, parsed, *, again):
            for sample in samples:
                yield sample, Judged(0, Finding(Failure(FailureClass.SANDBOX, None, "no sandbox")), late=not again)

    written = Files.beside(files[1], tmp_path, None)
    for _ in range(2):
        assert references.faults(parsed, written, "same", Failing(), None, resume=True) == {}
    assert [line for line in caplog.messages if "not be judged" in line] == [
        "1 reference solutions could not be judged (p/sound: no sandbox)"
    ] * 2


def test_shipped_problems_are_not_judged_again_but_changed_ones_are():
    known = {task: parse_problem(one) for task, one in list(load(shipped()).items())[:3]}
    assert references.not_shipped(known) == {}
    task, one = next(iter(known.items()))
    changed = parse_problem(Problem(**{**one.problem.model_dump(), "canonical_solution": "    todo!()\n}\n"}))
    assert references.not_shipped({**known, task: changed}) == {task: changed}


@pytest.mark.slow
def test_the_file_of_references_is_readable(files, tmp_path):
    run(files, tmp_path)
    rows = [row for _, row in read_objects(Files.beside(files[1], tmp_path, None).references)]
    assert [(row["task_id"], row["fault"] is None) for row in rows] == [
        ("p/broken", False),
        ("p/prompt", False),
        ("p/sound", True),
        ("p/unsafe", False),
        ("p/wrong", False),
    ]
