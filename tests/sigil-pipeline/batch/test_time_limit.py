"""Who is suspected when the compiler was stopped."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from sigil_pipeline.batch.time_limit import suspicion
from sigil_pipeline.compiler.ask import CheckRun
from sigil_pipeline.compiler.diagnostics import Built, Finding

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
        (stopped(running="b"), "acd", "", "b"),
        (stopped(running="bc", built="a"), "ad", "bc", ""),
        (stopped(built="abc"), "abc", "", "d"),
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


def test_nobody_is_suspected_when_all_had_ended() -> None:
    packages: Any = [SimpleNamespace(id=name) for name in NAMES]
    assert suspicion(packages, stopped(built="abc", failed="d")) is None
