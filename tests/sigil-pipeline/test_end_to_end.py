"""The whole pipeline on small local crates: real cargo, clippy, rustc and sandbox, no network."""

from __future__ import annotations

import json
import re
import shutil
import signal
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from sigil_common.records import Sample
from sigil_common.rustc import Compiler, Crate, find_toolchain
from sigil_common.sandbox import open_sandbox, workdir
from sigil_common.task_types import TASK_TYPES

from ..clock import running
from .conftest import CRATES, Ran, arguments, registry, run_pipeline

pytestmark = pytest.mark.slow

ALL = [f"path:{folder.name}" for folder in sorted(CRATES.iterdir())]
SMALL = ["path:mini-text", "path:mini-num"]


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    output = tmp_path_factory.mktemp("all") / "data.jsonl"
    return run_pipeline(output, "--crates", *ALL, "--create-train-val-split", "--max-threads", "1")


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    """Two crates, with every candidate wanted, so that there is much to check."""
    folder = tmp_path_factory.mktemp("small") / "a@b é%+[^|]"  # what a URL escapes, and what it does not
    folder.mkdir()
    config = folder / "config.yml"
    config.write_text("task_mix: {code_generation: 0.3, transformations: 0.3, error_fixing: 0.3, explanations: 0.1}\n")
    options = ["--config", str(config), "--checkpoint-interval", "1", "--max-threads", "2"]
    return run_pipeline(folder / "data.jsonl", "--crates", *SMALL, *options)


def test_every_sample_is_valid_and_all_tasks_are_there(everything: Ran) -> None:
    assert everything.returncode == 0, everything.stderr
    assert everything.stdout.strip() == str(everything.output)
    samples = [Sample.model_validate(row) for row in everything.rows]
    assert {sample.task_type for sample in samples} == set(TASK_TYPES)
    assert all(sample.source == "phase2" and sample.license and sample.verified for sample in samples)
    assert all(sample.template and f"rustc {sample.rustc_version}" in str(sample.verified) for sample in samples)
    assert {tuple(json.loads(line)) for line in everything.output.read_text().splitlines()} == {
        ("prompt", "gen", "split")
    }
    assert everything.summary["samples"]["total"] == len(samples) >= 15


def test_crates_are_rejected_for_the_right_reasons(everything: Ran) -> None:
    reasons = {row["crate"]: row["reason"] for row in everything.rejected if row["stage"] == "crate"}
    assert reasons == {
        "old-edition": "edition",
        "copyleft": "license",
        "broken": "compiles",
        "windows-only": "platform",
        "undocumented": "documentation",
    }


def test_build_scripts_find_nothing_outside_the_sandbox(everything: Ran) -> None:
    assert any(row["_source_crate"] == "nosy-build" for row in everything.rows)


def test_code_that_is_not_compiled_here_or_wrong_is_left_out(everything: Ran) -> None:
    dropped = {row["name"]: row["reason"] for row in everything.rejected if row["stage"] == "chunk"}
    assert dropped["separator"] == "not_compiled"
    assert dropped["smaller"] == "clippy"
    assert not any("fn separator" in row["gen"] or "fn smaller" in row["gen"] for row in everything.rows)
    assert everything.summary["chunks"]["dropped"]["clippy"] == 1


def test_crates_are_not_divided(everything: Ran) -> None:
    parts: dict[str, set[str]] = {}
    for row in everything.rows:
        parts.setdefault(row["_source_crate"], set()).add(row["split"])
    assert all(len(found) == 1 for found in parts.values())
    assert set.union(*parts.values()) == {"train", "val"}


def test_answers_are_the_crates_own_code(small: Ran) -> None:
    for row in small.rows:
        if row["_task_type"] != "explanations":
            source = (CRATES / row["_source_crate"] / row["_source_file"]).read_text()
            squeezed = re.sub(r"\s+", " ", source)
            own = shown(row) if follows_advice(row) else row["gen"]
            assert re.sub(r"\s+", " ", own) in squeezed


def follows_advice(row: dict[str, Any]) -> bool:
    """Whether the prompt shows the crate's own code, and the answer what clippy makes of it."""
    return str(row["_rewrite"]).startswith("clippy::")


def shown(row: dict[str, Any]) -> str:
    """Return the prompt's first code block."""
    code = re.search(r"```rust\n(.*?)\n```", str(row["prompt"]), re.DOTALL)
    assert code is not None
    return code.group(1)


@pytest.mark.parametrize(
    "options",
    [
        ["--n-workers", "4", "--max-threads", "1", "--checkpoint-interval", "1"],
        ["--n-workers", "2", "--max-threads", "2"],
    ],
)
def test_bytes_do_not_depend_on_workers_threads_or_groups(everything: Ran, options: list[str], tmp_path: Path) -> None:
    again = run_pipeline(tmp_path / "data.jsonl", "--crates", *ALL, "--create-train-val-split", *options)
    assert again.returncode == 0, again.stderr
    assert again.data == everything.data
    assert again.rejected == everything.rejected


def test_errors_are_those_that_rustc_gives_when_asked_alone(small: Ran) -> None:
    rows = [row for row in small.rows if row["_task_type"] == "error_fixing"]
    assert len(rows) >= 4
    for row in rows:
        said = re.search(r"```text\n(.*?)\n```", row["prompt"], re.DOTALL)
        assert said is not None
        rendered = compile_changed(row)
        assert len(rendered) == len(row["_error_code"].split(", "))
        assert "\n\n".join(text.strip() for text in rendered) == said.group(1).strip()


def test_transformations_compile_when_asked_alone(small: Ran) -> None:
    rows = [row for row in small.rows if row["_task_type"] == "transformations"]
    assert len(rows) >= 4
    for row in rows:
        assert compile_changed(row) == []


@cache
def compiler() -> Compiler:
    """Return the compiler in its sandbox, which is tested once and not for every row."""
    return Compiler(find_toolchain(), open_sandbox())


def compile_changed(row: dict[str, Any]) -> list[str]:
    """Put what is not the crate's own in the place of what is, of prompt and answer; compile, and return the errors."""
    own, changed = (shown(row), row["gen"]) if follows_advice(row) else (row["gen"], shown(row))
    with workdir() as folder:
        source, out = folder / "source", folder / "out"
        shutil.copytree(CRATES / str(row["_source_crate"]) / "src", source / "src")
        out.mkdir()
        file = source / str(row["_source_file"])
        file.write_text(replaced(file.read_text(), own, changed))
        crate = Crate(root="src/lib.rs", emit="metadata", flags=("-Awarnings",))
        compiled = compiler().compile(source, out, crate)
        return [error.rendered for error in compiled.errors if error.code]


def replaced(source: str, old: str, new: str) -> str:
    """Replace an item that is indented in the file by one that stands at the margin."""
    for indent in ("", "    "):
        shifted = "\n".join(indent + line if line else line for line in old.split("\n"))
        if shifted in source:
            return source.replace(shifted, "\n".join(indent + line if line else line for line in new.split("\n")))
    raise AssertionError(f"not in the source: {old}")


def test_a_killed_run_continues_to_the_same_bytes(small: Ran, tmp_path: Path) -> None:
    config = small.output.parent / "config.yml"
    output = tmp_path / "data.jsonl"
    options = ["--config", str(config), "--checkpoint-interval", "1", "--max-threads", "2", "--crates", *SMALL]
    checkpoint = tmp_path / "data.jsonl.work" / "checkpoint.json"
    with running(arguments(output, *options), cwd=CRATES) as child:
        child.until(checkpoint.exists, "its first checkpoint")
        child.end(signal.SIGKILL)
    assert not output.exists()
    again = run_pipeline(output, *options)
    assert again.returncode == 0, again.stderr
    assert again.data == small.data


def stages(ran: Ran) -> set[str]:
    """Return the names of the stages that a run came through, as its log tells them with their times."""
    (line,) = re.findall(r"^stages: (.*)$", ran.stderr, re.MULTILINE)
    return set(re.findall(r"([a-z_]+) \d", line))


def test_a_second_run_does_nothing_again_and_a_changed_setting_starts_over(small: Ran, tmp_path: Path) -> None:
    mine = shutil.copytree(small.output.parent, tmp_path / "mine") / small.output.name
    options = ["--config", str(mine.parent / "config.yml"), "--checkpoint-interval", "1", "--crates", *SMALL]
    again = run_pipeline(mine, *options, "--max-threads", "2")
    assert stages(again) == {"choose"}
    assert stages(small) > {"choose", "fetch", "lint"}
    assert again.data == small.data
    assert "starting from the beginning" not in again.stderr
    other = run_pipeline(mine, *options, "--max-sft-lines", "9")
    assert "max_sft_lines" in other.stderr
    assert all(row["gen"].count("\n") < 9 for row in other.rows if row["_task_type"] != "explanations")


def test_no_sample_is_a_bad_result_and_reasons_are_kept(tmp_path: Path) -> None:
    ran = run_pipeline(tmp_path / "data.jsonl", "--crates", "path:copyleft")
    assert ran.returncode == 1
    assert "these crates gave no sample" in ran.stderr
    assert "samples may resemble benchmarks" in ran.stderr, "no problem file is named"
    assert ran.rejected[0]["reason"] == "license"
    assert not ran.output.exists()


def test_a_requirement_is_met_and_the_version_taken_is_on_record(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    registry(tmp_path / "home", monkeypatch, "1.2.0", "1.5.2", "2.0.0")
    ran = run_pipeline(tmp_path / "data.jsonl", "--crates", "mini-num@^1.2")
    assert ran.returncode == 0, ran.stderr
    assert {row["_source_version"] for row in ran.rows} == {"1.5.2"}
    assert [(row["crate"], row["version"]) for row in ran.summary["per_crate"]] == [("mini-num", "1.5.2")]
    assert stages(run_pipeline(ran.output, "--crates", "mini-num@^1.2")) == {"choose"}
    other = run_pipeline(ran.output, "--crates", "mini-num@~1.2")
    assert {row["_source_version"] for row in other.rows} == {"1.2.0"}


def test_an_unknown_crate_offline_is_named(tmp_path: Path) -> None:
    ran = run_pipeline(tmp_path / "data.jsonl", "--crates", "no-such-crate-by-this-name", "path:mini-num")
    assert ran.returncode == 0, ran.stderr
    assert {row["crate"]: row["reason"] for row in ran.rejected if row["stage"] == "crate"} == {
        "no-such-crate-by-this-name": "not_found"
    }
