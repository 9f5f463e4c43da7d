"""What becomes of a crate over which the pipeline itself falls."""

from __future__ import annotations

import errno
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from sigil_common.errors import MissingError
from sigil_pipeline.analyse.report import first_report
from sigil_pipeline.batch import guard, process, results
from sigil_pipeline.batch.state import Batch
from sigil_pipeline.compiler.ask import TimeLimitError
from sigil_pipeline.crates.crate_list import CrateSpec
from sigil_pipeline.crates.packages import Package
from sigil_pipeline.filters import Rejection
from sigil_pipeline.filters.spdx import accepted
from sigil_pipeline.settings import Settings
from sigil_pipeline.tools import open_tools

NAMES = ("good", "odd", "fine")
DEEP = "(" * 5_000 + "MIT" + ")" * 5_000


def package(name: str, license_text: str = "MIT") -> Package:
    return Package(
        name, "1.0.0", Path("/nowhere"), "2021", license_text, None, None, None, None, Path("src/lib.rs"), name, False,
        (), {}, (),
    )  # fmt: skip


@pytest.fixture
def batch(tmp_path: Path) -> Batch:
    tools: Any = SimpleNamespace(platform=(), toolchain=None, triple="")
    return Batch(Settings(), tools, tmp_path, specs={name: name for name in NAMES})


def license_of(one: Package) -> bool:
    return accepted(one.license or "", ["MIT"])


def test_a_crate_over_which_we_fall_is_rejected_and_the_others_are_not(batch: Batch) -> None:
    packages = [package("good"), package("odd", DEEP), package("fine")]
    assert guard.each(batch, packages, license_of) == {"good-1.0.0": True, "fine-1.0.0": True}
    assert set(batch.results) == {"odd"}


def test_the_rejection_says_what_and_where_and_the_report_has_the_traceback(batch: Batch) -> None:
    guard.each(batch, [package("odd", DEEP)], license_of)
    result = batch.results["odd"]
    assert result.rejection is not None
    assert result.report is not None
    assert result.rejection.reason == "internal"
    assert result.rejection.detail.startswith("RecursionError: maximum recursion depth exceeded")
    assert " at sigil_pipeline/filters/spdx.py:" in result.rejection.detail
    assert result.report["crate"] == "odd"
    assert result.report["edition"] == "2021"
    assert result.report["traceback"].startswith("Traceback (most recent call last):")
    assert result.report["traceback"].count("in _either") > 10


def test_what_no_crate_is_to_blame_for_ends_the_run(batch: Batch) -> None:
    full = OSError(errno.ENOSPC, "No space left on device", "/somewhere")
    several = OSError([("a", "b", str(full))])
    for error in (MissingError("no compiler"), MemoryError(), full, several):
        with pytest.raises(type(error)):
            guard.each(batch, [package("good")], raising(error))
    guard.each(batch, [package("odd")], raising(FileNotFoundError(errno.ENOENT, "No such file or directory", "x.rs")))
    assert set(batch.results) == {"odd"}


def raising(error: Exception) -> Any:
    def work(_: Package) -> None:
        raise error

    return work


def test_of_several_crates_only_those_that_raise_alone_are_rejected(
    batch: Batch, monkeypatch: pytest.MonkeyPatch
) -> None:
    def offer(_batch: Batch, materials: Any, _workspace: Any) -> None:
        asked.append([one.package.name for one in materials])
        if any(one.package.name == "odd" for one in materials):
            raise KeyError("odd")

    asked: list[list[str]] = []
    monkeypatch.setattr(process, "_offer", offer)
    materials: Any = [SimpleNamespace(package=package(name)) for name in NAMES]
    process._propose(batch, materials, None)  # type: ignore[arg-type]
    assert asked == [list(NAMES), ["good"], ["odd"], ["fine"]]
    assert {name: one.rejection.reason for name, one in batch.results.items() if one.rejection} == {"odd": "internal"}


def test_a_crate_over_which_fetching_falls_is_rejected(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def fall(*_: Any, **__: Any) -> None:
        raise ValueError("'/b.rs' is not in the subpath of '/a'")

    monkeypatch.setattr(results, "resolve", fall)
    settings = Settings(output=tmp_path / "data.jsonl")
    ((found, _),) = results.results_of([CrateSpec("odd", "1.0.0")], settings, open_tools(settings))
    assert found.rejection is not None
    assert found.rejection.reason == "internal"
    assert found.report is not None
    assert "ValueError" in found.report["traceback"]


def test_a_crate_without_end_is_rejected_and_the_others_are_asked_again(
    batch: Batch, monkeypatch: pytest.MonkeyPatch
) -> None:
    def offer(_batch: Batch, materials: Any, _workspace: Any) -> None:
        asked.append([one.package.name for one in materials])
        if "odd" in asked[-1]:
            raise TimeLimitError(["odd-1.0.0"])

    asked: list[list[str]] = []
    monkeypatch.setattr(process, "_offer", offer)
    packages = [package(name) for name in NAMES]
    batch.reports |= {one.id: first_report(one, (), None) for one in packages}
    materials: Any = [SimpleNamespace(package=one) for one in packages]
    process._propose(batch, materials, None)  # type: ignore[arg-type]
    assert asked == [list(NAMES), ["good", "fine"]]
    assert batch.results["odd"].rejection == Rejection("time_limit", "not compiled within 600 seconds")
