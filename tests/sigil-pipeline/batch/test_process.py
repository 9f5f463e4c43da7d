"""Several crates in one batch, one of which is a trap: the others give what they give alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sigil_pipeline.batch import process
from sigil_pipeline.batch.state import CrateResult
from sigil_pipeline.choose.mix import Mix
from sigil_pipeline.compiler import ask
from sigil_pipeline.crates.crate_list import wanted_crates
from sigil_pipeline.flow import crate_results
from sigil_pipeline.output.dataset import Dataset
from sigil_pipeline.output.files import write_outputs
from sigil_pipeline.settings import Settings

from ..conftest import CRATES

UNENDING = CRATES.parent / "unending"
ENOUGH_S = 10.0

pytestmark = pytest.mark.slow


# Sums as deep as generated code has them; the second is longer than a sample may be.
DEEP_SUM = """\
//! Trees that nobody may walk by recursion.

/// Returns three hundred times the sum of four numbers, or `None` when the first of them is missing.
pub fn three_hundred_fold(first: Option<u64>, b: u64, c: u64, d: u64) -> Option<u64> {{
    let a = first?;
    let sum = {four};
    Some(sum)
}}

/// Returns three thousand times a number, in more characters than a sample may have.
pub fn three_thousand_fold(a: u64) -> u64 {{
    {one}
}}

/// Returns the larger of two numbers, and the first one when they are equal.
pub fn larger(a: u64, b: u64) -> u64 {{
    if b > a {{
        b
    }} else {{
        a
    }}
}}
"""


def results(folder: Path, *places: Path, **more: Any) -> dict[str, CrateResult]:
    settings = settings_of(folder, *places, **more)
    return {one.name: one for one in crate_results(wanted_crates(settings), settings)}


def settings_of(folder: Path, *places: Path, **more: Any) -> Settings:
    crates = [f"path:{place}" for place in places]
    return Settings(crates=crates, output=folder / "data.jsonl", offline=True, max_threads=2, **more)


def reasons(found: dict[str, CrateResult]) -> dict[str, str]:
    return {name: one.rejection.reason for name, one in found.items() if one.rejection is not None}


@pytest.fixture(scope="module")
def deep_sum(tmp_path_factory: pytest.TempPathFactory) -> Path:
    crate = tmp_path_factory.mktemp("crates") / "deep-sum"
    (crate / "src").mkdir(parents=True)
    (crate / "Cargo.toml").write_text(
        '[package]\nname = "deep-sum"\nversion = "1.0.0"\nedition = "2021"\nlicense = "MIT"\n'
    )
    four = "\n        + ".join([" + ".join("abcd" * 8)] * 37 + [" + ".join("abcd" * 4)])
    (crate / "src/lib.rs").write_text(DEEP_SUM.format(four=four, one="\n        + ".join([" + ".join("a" * 30)] * 100)))
    return crate


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> CrateResult:
    return results(tmp_path_factory.mktemp("alone"), CRATES / "mini-num")["mini-num"]


def test_a_deep_sum_is_code_like_any_other(alone: CrateResult, deep_sum: Path, tmp_path: Path) -> None:
    found = results(tmp_path, deep_sum, CRATES / "mini-num")
    assert found["mini-num"].candidates == alone.candidates
    deep = found["deep-sum"]
    assert deep.rejection is None
    assert [(row["name"], row["reason"]) for row in deep.dropped] == [("three_thousand_fold", "too_many_chars")]
    tasks = {one.task_type for one in deep.candidates if "three_hundred_fold" in one.gen}
    assert {"code_generation", "transformations"} <= tasks


def test_an_exception_in_one_crate_is_its_rejection(
    alone: CrateResult, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def material_of(batch: Any, package: Any, *rest: Any) -> Any:
        if package.name == "mini-text":
            raise RecursionError("maximum recursion depth exceeded")
        return material(batch, package, *rest)

    material = process.material_of
    monkeypatch.setattr(process, "material_of", material_of)
    found = results(tmp_path, CRATES / "mini-text", CRATES / "mini-num")
    assert found["mini-num"].candidates == alone.candidates
    fallen = found["mini-text"]
    assert fallen.rejection is not None
    assert fallen.rejection.reason == "internal"
    assert fallen.candidates == ()
    assert fallen.dropped == ()

    settings = settings_of(tmp_path)
    write_outputs(Dataset(tuple(found.values()), 0, (), (), 0, Mix((), "")), settings)
    report = (settings.reports / "mini-text-0.3.1.json").read_text()
    assert "in material_of" in report
    assert "RecursionError: maximum recursion depth exceeded" in report
    rejected = settings.output.with_name("data.jsonl.rejected.jsonl").read_text()
    assert rejected.count('"mini-text"') == 1


@pytest.fixture
def stopped(monkeypatch: pytest.MonkeyPatch) -> list[set[str]]:
    """The packages of every compiler run that was stopped at its time limit."""
    found: list[set[str]] = []
    check = ask.check

    def counted(workspace: Any, *rest: Any, **more: Any) -> ask.CheckRun:
        done = check(workspace, *rest, **more)
        if done.run.timed_out:
            found.append({package.name for package in workspace.packages})
        return done

    monkeypatch.setattr(ask, "check", counted)
    return found


def test_crates_that_never_end_take_nothing_from_the_others(
    alone: CrateResult, deep_sum: Path, stopped: list[set[str]], tmp_path: Path
) -> None:
    bad = [UNENDING / "forking-build", UNENDING / "looping-build", deep_sum]
    good = [CRATES / name for name in ("mini-num", "mini-text", "nosy-build")]
    found = results(tmp_path, *bad, *good, compile_timeout=ENOUGH_S)
    assert reasons(found) == {"forking-build": "time_limit", "looping-build": "time_limit"}
    # Each costs its time with the others, and once more alone.
    assert 3 <= len(stopped) <= 4
    assert sorted(name for one in stopped if len(one) == 1 for name in one) == ["forking-build", "looping-build"]
    assert found["mini-num"].candidates == alone.candidates
    assert found["mini-text"].candidates
    assert found["nosy-build"].candidates
    assert [row["reason"] for row in found["deep-sum"].dropped] == ["too_many_chars"]
