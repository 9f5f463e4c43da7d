"""Which functions of crates that are trained on become exercises, and what that keeps out of the held-out problems."""

from __future__ import annotations

from pathlib import Path

import pytest

from sigil_common.errors import InputError
from sigil_pipeline.batch.state import CrateResult
from sigil_pipeline.checks import check_settings
from sigil_pipeline.choose.known import Problems
from sigil_pipeline.flow import assemble, exercises_of, hold_out
from sigil_pipeline.heldout.choose import choose_exercises
from sigil_pipeline.heldout.propose import Proposal
from sigil_pipeline.output.dataset import Dataset
from sigil_pipeline.output.files import write_outputs
from sigil_pipeline.output.heldout import problem_rows
from sigil_pipeline.settings import Settings

from ..choose.conftest import LONG, candidate
from .test_choose import PERIMETER, SIDES, proposal

NOTHING = Problems()


def result(name: str, *proposals: Proposal, code: str = "", repository: str | None = None) -> CrateResult:
    report = {"repository": repository, "license": "MIT"}
    samples = (candidate("f", code, crate=name),) if code else ()
    return CrateResult(name, name, "1.0.0", report=report, candidates=samples, proposals=proposals)


def area(crate: str, line: int = 1, name: str = "area") -> Proposal:
    return proposal(name, line, SIDES, PERIMETER, crate=crate)


def with_exercises(results: list[CrateResult], settings: Settings, val: set[str] | None = None) -> Dataset:
    dataset = assemble(results, NOTHING, settings)
    dataset = dataset if val is None else dataset.with_validation(frozenset(val))
    return dataset.with_exercises(exercises_of(dataset, NOTHING, settings))


def test_samples_may_be_exercises_and_equal_exercises_count_once() -> None:
    ours = result("ours", proposal("total", 1, crate="ours"), area("ours", 20), code=LONG)
    other = result("other", area("other", name="rim"), proposal("x", 9, crate="other", objection="trivial"))
    found = with_exercises([ours, other], Settings()).exercises
    assert found is not None
    rows = list(problem_rows(found))
    assert [(row["task_id"], row["entry_point"]) for row in rows] == [
        ("Exercise/ours-0", "total"),
        ("Exercise/ours-1", "area"),
    ]
    assert {row["kind"] for row in rows} == {"compile"}
    assert (rows[0]["_source_crate"], rows[0]["_license"], rows[0]["_source_lines"]) == ("ours", "MIT", [1, 10])
    assert {one.proposal.name: one.reason for one in found.dropped} == {"rim": "renamed", "x": "trivial"}


def test_nothing_of_the_validation_part_is_an_exercise() -> None:
    val = result("val", area("val"), code=LONG, repository="https://example.org/mono")
    sister = result("sister", area("sister"), repository="https://example.org/Mono.git")
    copies = result("ours", proposal("total", 1, crate="ours"), area("ours", 20), code="fn f() -> u8 { 1 }")
    found = with_exercises([val, sister, copies], Settings(), {"val"}).exercises
    assert found is not None
    assert [(one.crate, one.name) for one in found.problems] == [("ours", "area")]
    assert {(one.proposal.crate, one.reason) for one in found.dropped} == {
        ("sister", "same_repository"),
        ("ours", "near_duplicate"),
    }


def test_no_crate_gives_more_than_its_most_by_a_seed_of_its_own() -> None:
    many = [
        proposal(f"f{at}", 20 * at + 1, body=f"    let mut x = {'1 + ' * at}2;\n    x {op}= x * x;\n    x\n}}\n")
        for at, op in enumerate("+-*/%&|^")
    ]
    settings = Settings(exercises_per_crate=3, heldout_per_crate=1)
    kept, dropped = choose_exercises(many, [], NOTHING, settings)
    assert (len(kept), {one.reason for one in dropped}) == (3, {"over_limit"})
    dataset = with_exercises([result("held", *many)], settings)
    by_seed = {
        tuple(one.name for one in choose_exercises(many, [], NOTHING, Settings(exercises_per_crate=3, seed=seed))[0])
        for seed in range(5)
    }
    assert len(by_seed) > 1
    assert dataset.exercises is not None
    assert dataset.exercises.problems == tuple(kept)


def test_held_out_problems_repeat_no_exercise_and_share_no_repository_with_one() -> None:
    settings = Settings(heldout_crates=Path("held.txt"), heldout_problems=Path("h"), exercises=Path("e"))
    dataset = with_exercises([result("ours", area("ours"), repository="https://example.org/mono")], settings)
    copy = result("copy", area("copy", name="rim"), proposal("total", 20, crate="copy"))
    sister = result("sister", proposal("mean", 1, SIDES, crate="sister"), repository="https://example.org/mono")
    found = hold_out(dataset, [copy, sister], NOTHING, settings)
    assert [one.name for one in found.problems] == ["total"]
    assert {one.proposal.name: one.reason for one in found.dropped} == {"rim": "renamed", "mean": "same_repository"}
    without = hold_out(assemble([], NOTHING, settings), [copy, sister], NOTHING, settings)
    assert [one.name for one in without.problems] == ["rim", "total", "mean"]


def test_exercises_have_a_file_of_their_own(tmp_path: Path) -> None:
    output = tmp_path / "data.jsonl"
    for name in ("output", "heldout_problems"):
        settings = Settings(
            **{"heldout_crates": Path("held.txt"), name: output}, exercises=tmp_path / "x/../data.jsonl"
        )
        with pytest.raises(InputError, match=f"`exercises` and `{name}` are the same file"):
            check_settings(settings)
    check_settings(Settings(output=output, exercises=tmp_path / "exercises.jsonl"))


def test_without_exercises_nothing_is_said_of_them(tmp_path: Path) -> None:
    settings = Settings(output=tmp_path / "data.jsonl")
    summary = write_outputs(assemble([result("ours", area("ours"), code=LONG)], NOTHING, settings), settings)
    assert "exercises" not in summary.to_row()
    assert "exercises" not in (tmp_path / "data.jsonl.rejected.jsonl").read_text()
