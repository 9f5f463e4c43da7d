"""Several crates in one batch, one of which is a trap: the others give what they give alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sigil_pipeline.batch import process
from sigil_pipeline.batch.state import CrateResult
from sigil_pipeline.choose.mix import Mix
from sigil_pipeline.crates.crate_list import wanted_crates
from sigil_pipeline.flow import crate_results
from sigil_pipeline.output.dataset import Dataset
from sigil_pipeline.output.files import write_outputs
from sigil_pipeline.settings import Settings

from ..conftest import CRATES

pytestmark = pytest.mark.slow


def results(folder: Path, *names: str) -> dict[str, CrateResult]:
    settings = settings_of(folder, *names)
    return {one.name: one for one in crate_results(wanted_crates(settings), settings)}


def settings_of(folder: Path, *names: str) -> Settings:
    crates = [f"path:{CRATES / name}" for name in names]
    return Settings(crates=crates, output=folder / "data.jsonl", offline=True, max_threads=2)


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> CrateResult:
    return results(tmp_path_factory.mktemp("alone"), "mini-num")["mini-num"]


def test_a_deep_sum_is_code_like_any_other(alone: CrateResult, tmp_path: Path) -> None:
    found = results(tmp_path, "deep-sum", "mini-num")
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
    found = results(tmp_path, "mini-text", "mini-num")
    assert found["mini-num"].candidates == alone.candidates
    fallen = found["mini-text"]
    assert fallen.rejection is not None
    assert fallen.rejection.reason == "internal"
    assert fallen.candidates == ()
    assert fallen.dropped == ()

    settings = settings_of(tmp_path)
    write_outputs(Dataset(tuple(found.values()), 0, (), (), 0, Mix((), {}, "")), settings)
    report = (settings.reports / "mini-text-0.3.1.json").read_text()
    assert "in material_of" in report
    assert "RecursionError: maximum recursion depth exceeded" in report
    rejected = settings.output.with_name("data.jsonl.rejected.jsonl").read_text()
    assert rejected.count('"mini-text"') == 1
