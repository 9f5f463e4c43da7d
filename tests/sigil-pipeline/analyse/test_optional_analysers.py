"""Outdated dependencies and cargo-deny: what they say is read from their own output."""

from __future__ import annotations

import dataclasses
import os
from pathlib import Path

import pytest

from sigil_common.cargo import CargoRun
from sigil_common.errors import MissingError
from sigil_pipeline.analyse import dependencies
from sigil_pipeline.crates.packages import Dependency, Package

from ..conftest import run_pipeline

PACKAGE = Package(
    name="x",
    version="1.0.0",
    root=Path("/x"),
    edition="2021",
    license="MIT",
    repository=None,
    checksum=None,
    links=None,
    build_script=None,
    library=Path("src/lib.rs"),
    library_name="x",
    proc_macro=False,
    dependencies=(),
    features={},
    active_features=(),
)
UPDATE = """    Updating crates.io index
     Locking 0 packages to latest compatible versions
   Unchanged hyper v0.14.32 (available: v1.12.0)
   Unchanged itoa v1.0.1 (available: v1.0.19, requires Rust 1.99)
   Unchanged log v0.4.35
warning: not updating lockfile due to dry run
"""


def dependency(name: str, version: str, *, build: bool = False) -> Dependency:
    return Dependency(name, None, "^1", build, None, False, True, (), None, (version,))


def test_outdated_dependencies_are_read_from_cargo(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dependencies, "fetch_side", lambda *_: CargoRun(True, b"", UPDATE))
    newest = dependencies.newest_versions(Path("/w"), None, offline=True)  # type: ignore[arg-type]
    assert newest == {("hyper", "0.14.32"): "1.12.0", ("itoa", "1.0.1"): "1.0.19"}
    wanted = (dependency("hyper", "0.14.32"), dependency("log", "0.4.35"), dependency("itoa", "1.0.1", build=True))
    package = dataclasses.replace(PACKAGE, dependencies=wanted)
    assert dependencies.outdated_dependencies(package, newest) == ("hyper 0.14.32 -> 1.12.0",)


def test_a_failing_update_is_not_no_outdated_dependency(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dependencies, "fetch_side", lambda *_: CargoRun(False, b"", "error: no index"))
    with pytest.raises(MissingError, match="outdated"):
        dependencies.newest_versions(Path("/w"), None, offline=True)  # type: ignore[arg-type]


def stand_in(folder: Path, stderr: str, code: int) -> str:
    """Put a `cargo-deny` first on PATH that prints what the real one prints with `--format json`."""
    program = folder / "cargo-deny"
    program.write_text(f"#!/bin/sh\ncat >&2 <<'END'\n{stderr}\nEND\nexit {code}\n")
    program.chmod(0o755)
    return f"{folder}{os.pathsep}{os.environ['PATH']}"


BANNED = (
    '{"fields":{"code":"banned","graphs":[],"labels":[],"message":"crate \'x = 1.0.0\' is explicitly banned",'
    '"severity":"error"},"type":"diagnostic"}\n'
    '{"fields":{"code":"duplicate","message":"2 versions","severity":"warning"},"type":"diagnostic"}\n'
    '{"fields":{"bans":{"errors":1}},"type":"summary"}'
)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("stderr", "code", "returncode", "said"),
    [
        (BANNED, 1, 1, "cargo-deny: banned: crate 'x = 1.0.0' is explicitly banned"),
        ('{"fields":{},"type":"summary"}', 0, 0, None),
        ("error: something else went wrong", 2, 3, None),
    ],
)
def test_cargo_deny_decides_when_it_is_required(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stderr: str, code: int, returncode: int, said: str | None
) -> None:
    monkeypatch.setenv("PATH", stand_in(tmp_path, stderr, code))
    ran = run_pipeline(tmp_path / "d.jsonl", "--crates", "path:mini-num", "--deny", "require")
    assert ran.returncode == returncode, ran.stderr
    if said is not None:
        assert [(row["reason"], row["detail"]) for row in ran.rejected] == [("deny", said)]


def test_a_missing_cargo_deny_is_found_before_the_work(tmp_path: Path) -> None:
    ran = run_pipeline(tmp_path / "d.jsonl", "--crates", "path:mini-num", "--deny", "report")
    assert "cargo-deny is not installed" in ran.stderr
    assert ran.returncode == 3
