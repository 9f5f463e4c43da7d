"""Who is suspected when the compiler was stopped."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest

from sigil_pipeline.batch import process
from sigil_pipeline.batch.time_limit import Suspicion, suspicion
from sigil_pipeline.compiler.ask import CheckRun, TimeLimitError
from sigil_pipeline.compiler.diagnostics import Built, Finding

if TYPE_CHECKING:
    from sigil_pipeline.batch.state import Batch
    from sigil_pipeline.crates.workspace import Workspace

NAMES = ("a", "b", "c", "d")


def stopped(*, built: str = "", failed: str = "", running: str = "") -> CheckRun:
    error = Finding(Path("Cargo.toml"), "error", "E0308", "mismatched types", "", ())
    warning = Finding(Path("Cargo.toml"), "warning", None, "unused", "", ())
    findings = {name: [warning, error] if name in failed else [warning] for name in NAMES}
    made: Any = {name: Built(Path("Cargo.toml"), None) for name in built}
    run: Any = SimpleNamespace(timed_out=True)
    return CheckRun(findings, made, frozenset(running), run)


@pytest.mark.parametrize(
    ("check", "together", "alone", "guilty"),
    [
        (stopped(running="b"), "acd", "b", ""),
        (stopped(running="bc", built="a"), "ad", "bc", ""),
        (stopped(built="abc"), "abc", "d", ""),
        (stopped(built="a", failed="d"), "ad", "bc", ""),
        (stopped(), "", "abcd", ""),
    ],
)
def test_whose_build_script_was_at_work_is_suspected_first(
    check: CheckRun, together: str, alone: str, guilty: str
) -> None:
    packages: Any = [SimpleNamespace(id=name) for name in NAMES]
    found = suspicion(packages, check)
    assert found is not None
    shown = tuple("".join(one.id for one in part) for part in (found.together, found.alone, found.guilty))
    assert shown == (together, alone, guilty)


@pytest.mark.parametrize("running", ["", "b"])
def test_only_who_had_all_the_time_is_guilty(running: str) -> None:
    alone: Any = [SimpleNamespace(id="b")]
    assert suspicion(alone, stopped(running=running)) == Suspicion((), (), tuple(alone))


@pytest.mark.parametrize("late", ["ab", "b"])
def test_crates_that_were_late_together_are_asked_alone(late: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def offer(_batch: object, materials: Sequence[Any], _workspace: object) -> None:
        names = "".join(one.package.id for one in materials)
        asked.append(names)
        if "b" in names:
            raise TimeLimitError(set(late) & set(names))

    asked: list[str] = []
    rejected: list[str] = []
    monkeypatch.setattr(process, "_offer", offer)
    monkeypatch.setattr(process, "_reject_late", lambda _batch, package: rejected.append(package.id))
    materials: Any = [SimpleNamespace(package=SimpleNamespace(id=name)) for name in "abc"]
    process._propose(cast("Batch", None), materials, cast("Workspace", None))
    assert asked == (["abc", "c", "a", "b"] if late == "ab" else ["abc", "ac"])
    assert rejected == ["b"]


def test_nobody_is_suspected_when_all_had_ended() -> None:
    packages: Any = [SimpleNamespace(id=name) for name in NAMES]
    assert suspicion(packages, stopped(built="abc", failed="d")) is None
