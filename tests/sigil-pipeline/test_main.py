"""The command line: words after --crates, unknown keys, help."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

import sigil_pipeline.flow
from sigil_common.lock import only_run
from sigil_pipeline.main import command
from sigil_pipeline.settings import Settings

from .conftest import run_pipeline


@pytest.fixture
def captured(monkeypatch: pytest.MonkeyPatch) -> list[Settings]:
    seen: list[Settings] = []
    monkeypatch.setattr(sigil_pipeline.flow, "run", seen.append)
    return seen


@pytest.mark.parametrize(
    "words",
    [
        ["--crates", "a", "b", "c"],
        ["--crates", "a,b", "--crates", "c"],
        ["--crates", "a", "b,c"],
        ["--crates=a", "--crates", "b", "c", "--seed", "42"],
        ["--crates", "a", "--seed", "42", "--crates", "b", "c"],
    ],
)
def test_several_words_may_follow_crates(captured: list[Settings], words: list[str]) -> None:
    done = CliRunner().invoke(command, words, catch_exceptions=False)
    assert done.exit_code == 0
    assert ",".join(captured[0].crates) == "a,b,c"


def test_a_stray_word_is_refused(captured: list[Settings]) -> None:
    assert CliRunner().invoke(command, ["--seed", "1", "stray"]).exit_code == 2
    assert captured == []


def test_defaults_are_those_of_the_documentation(captured: list[Settings]) -> None:
    CliRunner().invoke(command, [], catch_exceptions=False)
    settings = captured[0]
    assert settings.crate_list == Path("data/crate_list.txt")
    assert settings.output == Path("output/sigil_phase2_dataset.jsonl")
    assert (settings.max_sft_lines, settings.max_sft_chars, settings.max_threads) == (200, 8000, 4)
    assert (settings.limit, settings.create_train_val_split, settings.val_ratio) == (None, False, 0.1)
    assert settings.checkpoint_interval == 10


def test_a_file_sets_and_an_option_wins(captured: list[Settings], tmp_path: Path) -> None:
    file = tmp_path / "c.json"
    file.write_text(json.dumps({"max_sft_lines": 50, "seed": 7, "task_mix": {"code_generation": 1.0}}))
    CliRunner().invoke(command, ["--config", str(file), "--max_sft_lines", "60"], catch_exceptions=False)
    assert (captured[0].max_sft_lines, captured[0].seed) == (60, 7)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("max_sft_line: 3\n", "did you mean `max_sft_lines`"),
        ("seed: 1\nmax_threads: 0\n", ":2"),
        ("max_threads: 100000\n", "`max_threads`: Input should be less than or equal to 256"),
        ("max_threads: true\n", "`max_threads`: Input should be a valid integer, not a truth value"),
        ("task_mix: {code_generation: 0.9, explanations: 0.9}\n", "add up to 1.8"),
        ("licenses: [Apache 2]\n", "did you mean `Apache-2.0`?"),
        ("val_ratio: much\n", "val_ratio"),
        ("task_mix: {poems: 1.0}\n", "poems"),
        ("- a\n", "mapping"),
        ("task_mix: {code_generation: 0}\n", "task_mix"),
        ("clippy_block: [corectness]\n", "corectness"),
    ],
)
def test_a_bad_file_is_refused_with_its_line(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "c.yml"
    file.write_text(text)
    ran = run_pipeline(tmp_path / "out.jsonl", "--config", str(file), "--crates", "path:mini-num")
    assert ran.returncode == 2, ran.stderr
    assert ran.stderr.startswith("error: ")
    assert said in ran.stderr
    assert not ran.output.exists()


def test_too_many_threads_are_refused_with_the_bound(tmp_path: Path) -> None:
    ran = run_pipeline(tmp_path / "out.jsonl", "--crates", "path:mini-num", "--max-threads", "100000")
    assert ran.returncode == 2
    assert "error: option --max-threads: `max_threads`: Input should be less than or equal to 256\n" in ran.stderr


def test_no_sandbox_needs_consent(tmp_path: Path) -> None:
    ran = run_pipeline(tmp_path / "out.jsonl", "--sandbox-mode", "none", "--crates", "path:mini-num")
    assert ran.returncode == 3
    assert "error: " in ran.stderr


def test_missing_rustc_is_named(tmp_path: Path) -> None:
    env = {**os.environ, "PATH": "/nonexistent", "CARGO_HOME": str(tmp_path), "HOME": str(tmp_path)}
    words = [sys.executable, "-m", "sigil_pipeline.main", "--crates", "itoa", "--output", str(tmp_path / "o.jsonl")]
    done = subprocess.run(words, capture_output=True, text=True, env=env)
    assert done.returncode == 3
    assert "rustc is not installed" in done.stderr
    assert "hint:" in done.stderr


def test_missing_problem_file_is_found_before_the_work(tmp_path: Path) -> None:
    missing = tmp_path / "none.jsonl"
    options = ["--crates", "path:mini-num", "--problem-file", str(missing)]
    ran = run_pipeline(tmp_path / "out.jsonl", *options)
    assert ran.returncode == 2
    assert str(missing) in ran.stderr
    assert "analysing" not in ran.stderr


def test_a_broken_file_of_solutions_is_one_sentence(tmp_path: Path) -> None:
    file = tmp_path / "solutions.jsonl"
    file.write_text('{"task_id": "T/1", "entry_point": "f", "solution": "fn g() {}"}\n')
    ran = run_pipeline(tmp_path / "out.jsonl", "--crates", "path:mini-num", "--solution-file", str(file))
    assert ran.returncode == 2
    assert f"error: {file}:1: `solution` has no function `f` with a body\n" in ran.stderr
    assert "Traceback" not in ran.stderr
    assert "analysing" not in ran.stderr


def test_a_second_run_does_not_build_where_one_is_at_work(tmp_path: Path) -> None:
    work = tmp_path / "out.jsonl.work"
    with only_run(work / ".lock", work):
        ran = run_pipeline(tmp_path / "out.jsonl", "--crates", "path:mini-num")
    assert ran.returncode == 2
    assert f"another run is writing {work}" in ran.stderr


def test_a_directory_of_the_users_is_not_built_in(tmp_path: Path) -> None:
    (tmp_path / "build").mkdir()
    (tmp_path / "build" / "notes.txt").touch()
    ran = run_pipeline(tmp_path / "out.jsonl", "--crates", "path:mini-num", "--work-dir", str(tmp_path))
    assert ran.returncode == 2
    assert "holds files that no run made" in ran.stderr
    assert (tmp_path / "build" / "notes.txt").exists()
