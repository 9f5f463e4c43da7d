"""Problems of small local crates, with the real compiler: what is written, and what it does to the samples."""

from __future__ import annotations

import json
import signal
from pathlib import Path

import pytest

from sigil_common.errors import InputError
from sigil_common.records import Problem, sets_of
from sigil_common.rustc import Compiler, Unit, check_units, find_toolchain
from sigil_common.sandbox import open_sandbox
from sigil_pipeline.checks import check_settings
from sigil_pipeline.crates.crate_list import heldout_crates, wanted_crates
from sigil_pipeline.settings import Settings

from ...clock import running
from ..conftest import CRATES, Ran, arguments, run_pipeline


def rows_of(file: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in file.read_text().splitlines()]


@pytest.fixture(scope="module")
def held_list(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("lists") / "held.txt"
    file.write_text(f"path:{CRATES / 'mini-text'}\npath:{CRATES / 'old-edition'}\n")
    return file


def options(folder: Path, held_list: Path) -> list[str]:
    apart = ["--heldout-crates", str(held_list), "--heldout-problems", str(folder / "held.jsonl")]
    apart += ["--exercises", str(folder / "exercises.jsonl"), "--exercises-per-crate", "3"]
    return ["--crates", "path:mini-num", "path:nosy-build", *apart, "--max-threads", "2", "--checkpoint-interval", "1"]


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory, held_list: Path) -> Ran:
    folder = tmp_path_factory.mktemp("held")
    done = run_pipeline(folder / "data.jsonl", *options(folder, held_list))
    assert done.returncode == 0, done.stderr
    return done


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "kind", "per_crate", "some"),
    [
        ("held.jsonl", "HeldOut", {"mini-text": 7}, {"longest_line", "letter_counts", "is_palindrome"}),
        ("exercises.jsonl", "Exercise", {"mini-num": 3, "nosy-build": 1}, {"sum_to"}),
    ],
)
def test_every_problem_is_one_and_compiles_with_nothing_but_itself(
    ran: Ran, name: str, kind: str, per_crate: dict[str, int], some: set[str]
) -> None:
    rows = rows_of(ran.output.with_name(name))
    problems = [Problem.model_validate(row) for row in rows]
    assert some <= {one.entry_point for one in problems}
    assert set(sets_of(one.task_id for one in problems).values()) == {kind}
    ids = [f"{kind}/{crate}-{at}" for crate, count in per_crate.items() for at in range(count)]
    assert [one.task_id for one in problems] == ids
    assert all(one.kind == "compile" and one.prompt.endswith("{\n") for one in problems)
    assert all(f"/{row['_source_crate']}-" in row["task_id"] and row["_license"] for row in rows)
    units = [Unit(f"unit_{at}", one.prompt + one.canonical_solution) for at, one in enumerate(problems)]
    results = check_units(units, Compiler(find_toolchain(), open_sandbox()))
    assert all(result.ok for result in results.values())


@pytest.mark.slow
def test_problems_change_no_sample_and_held_out_crates_give_none(ran: Ran, tmp_path: Path) -> None:
    plain = run_pipeline(tmp_path / "data.jsonl", "--crates", "path:mini-num", "path:nosy-build")
    assert plain.data == ran.data
    assert ran.summary.keys() - plain.summary.keys() == {"heldout", "exercises"}
    assert {name: ran.summary[name] for name in plain.summary} == plain.summary


@pytest.mark.slow
def test_what_was_left_out_is_counted_and_listed(ran: Ran) -> None:
    counts = ran.summary["heldout"]
    assert counts["rejected"] == {"edition": 1}
    assert counts["by_crate"] == {"mini-text": counts["problems"], "old-edition": 0}
    assert counts["functions"] == counts["problems"] + sum(counts["dropped"].values())
    listed = {row["name"]: row["reason"] for row in ran.rejected if row["stage"] == "heldout"}
    assert (listed["parse_pairs"], listed["feed"]) == ("leans_on_crate", "method")
    assert [row["crate"] for row in ran.rejected if row["stage"] == "crate"] == ["old-edition"]
    assert "rejected by `edition`: 1 (old-edition)" in ran.stderr
    counts = ran.summary["exercises"]
    assert (counts["functions"], counts["dropped"]) == (5, {"over_limit": 1})
    assert [row["crate"] for row in ran.rejected if row["stage"] == "exercises"] == ["mini-num"]
    assert f"wrote {counts['problems']} exercises to {ran.output.with_name('exercises.jsonl')}" in ran.stderr


@pytest.mark.slow
def test_a_killed_run_continues_to_the_same_problems(ran: Ran, held_list: Path, tmp_path: Path) -> None:
    output, words = tmp_path / "data.jsonl", options(tmp_path, held_list)
    cache = tmp_path / "data.jsonl.work" / "cache"
    with running(arguments(output, *words), cwd=CRATES) as child:
        child.until(lambda: any(cache.glob("mini-text-*.json")), "its result of a held-out crate")
        child.end(signal.SIGKILL)
    again = run_pipeline(output, *words)
    assert again.returncode == 0, again.stderr
    for name in ("held.jsonl", "exercises.jsonl"):
        assert (tmp_path / name).read_bytes() == ran.output.with_name(name).read_bytes()


@pytest.mark.slow
def test_without_a_list_the_validation_crates_give_them(tmp_path: Path) -> None:
    held = tmp_path / "held.jsonl"
    words = ["--crates", "path:mini-num", "path:mini-text", "--create-train-val-split", "--val-ratio", "0.5"]
    done = run_pipeline(tmp_path / "data.jsonl", *words, "--heldout-problems", str(held))
    assert done.returncode == 0, done.stderr
    val = {row["_source_crate"] for row in done.rows if row["split"] == "val"}
    assert {row["_source_crate"] for row in rows_of(held)} == val
    assert len(val) == 1


def test_a_crate_is_never_held_out_and_trained_on(tmp_path: Path) -> None:
    held = tmp_path / "held.txt"
    held.write_text("heck@0.5.0\nBit_Vec@0.8.0\n")
    settings = Settings(crates=["itoa", "bit-vec"], heldout_crates=held)
    with pytest.raises(InputError, match="`Bit_Vec` is held out and trained on"):
        heldout_crates(settings, wanted_crates(settings))


def test_held_out_crates_are_touched_only_for_problems(tmp_path: Path) -> None:
    held = tmp_path / "held.txt"
    held.write_text("heck@0.5.0\n")
    assert heldout_crates(Settings(heldout_crates=held), []) == []
    (spec,) = heldout_crates(Settings(heldout_crates=held, heldout_problems=tmp_path / "p"), [])
    assert (spec.text, spec.held_out) == ("heck@0.5.0", True)


def test_problems_need_crates_that_are_not_trained_on(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no crate is held out"):
        check_settings(Settings(heldout_problems=tmp_path / "p"))


def test_the_shipped_lists_are_pinned_and_share_no_crate(pytestconfig: pytest.Config) -> None:
    lists = [pytestconfig.rootpath / "data" / name for name in ("crate_list.txt", "heldout_list.txt")]
    settings = Settings(crate_list=lists[0], heldout_crates=lists[1], heldout_problems=Path("p.jsonl"))
    held = heldout_crates(settings, wanted_crates(settings))
    assert len(held) >= 6
    assert all(spec.version for spec in held)
