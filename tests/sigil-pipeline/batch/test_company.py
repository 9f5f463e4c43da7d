"""The result of a crate does not depend on which others it is compiled with, nor on what was compiled before."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sigil_common.cargo import Confined, host_triple
from sigil_common.rustc import find_toolchain
from sigil_common.sandbox import open_sandbox
from sigil_pipeline.batch import executors
from sigil_pipeline.batch.groups import Grouping, Unit
from sigil_pipeline.batch.state import CrateResult
from sigil_pipeline.compiler.ask import check
from sigil_pipeline.crates.crate_list import CrateSpec
from sigil_pipeline.crates.fetch import fetch
from sigil_pipeline.crates.resolve import Resolved, resolve
from sigil_pipeline.crates.workspace import build_workspace

from ..conftest import CRATES
from .test_process import reasons, results

ABOUT = '[package]\nname = "{name}"\nversion = "1.0.0"\nedition = "2021"\nlicense = "MIT"\n'
BELOW = "[dependencies]\nbelow = { path = '../below', features = FEATURES }\n"
CODE = "//! Documented.\n\n/// Returns one, as the crate below says.\npub fn one() -> u8 {\n    below::CALL()\n}\n"


def crate(folder: Path, name: str, code: str, rest: str = "") -> Path:
    place = folder / name
    (place / "src").mkdir(parents=True)
    (place / "Cargo.toml").write_text(ABOUT.format(name=name) + rest)
    (place / "src" / "lib.rs").write_text(code)
    return place


@pytest.fixture(scope="module")
def crates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A crate with a function that a feature brings, one that asks for it, one that needs it, and one that does not."""
    folder = tmp_path_factory.mktemp("crates")
    functions = 'pub fn always() -> u8 { 1 }\n#[cfg(feature = "more")]\npub fn more() -> u8 { 1 }\n'
    crate(folder, "below", functions, "[features]\nmore = []\n")
    for name, call, features in (("asks", "more", '["more"]'), ("needs", "more", "[]"), ("plain", "always", "[]")):
        crate(folder, name, CODE.replace("CALL", call), BELOW.replace("FEATURES", features))
    return folder


def resolved(folder: Path, place: Path) -> Resolved:
    toolchain = find_toolchain()
    spec = CrateSpec(place.name, path=place)
    found = resolve(spec, toolchain, folder / "fetch", triple=host_triple(toolchain), offline=True)
    assert isinstance(found, Resolved)
    return found


def test_crates_with_other_features_below_are_in_other_groups(crates: Path, tmp_path: Path) -> None:
    grouping = Grouping(2)
    full = [unit for name in ("asks", "needs", "plain") for unit in grouping.add(resolved(tmp_path, crates / name))]
    full += grouping.rest()
    assert [[one.spec.name for one in unit.crates] for unit in full] == [["needs", "plain"], ["asks"]]


@pytest.mark.slow
@pytest.mark.parametrize("apart", [True, False])
def test_a_crate_gets_no_feature_from_its_neighbours(
    crates: Path, apart: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not apart:  # as if nobody had looked before they were put together
        monkeypatch.setattr("sigil_pipeline.batch.groups.agree", lambda *_: True)
    found = results(tmp_path, crates / "asks", crates / "needs", crates / "plain")
    assert reasons(found) == {"needs": "compiles"}
    assert found["plain"].candidates


@pytest.mark.slow
def test_what_is_cached_is_not_compiled_and_the_rest_is_as_ever(
    crates: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shared = tmp_path / "shared"
    first = results(tmp_path / "one", crates / "plain", CRATES / "mini-num", cache_dir=shared)
    before = {file.name: file.read_bytes() for file in shared.iterdir()}
    compiled: list[list[str]] = []
    real = executors.process

    def process(unit: Unit, *rest: Any) -> list[CrateResult]:
        compiled.append([one.spec.name for one in unit.crates])
        return real(unit, *rest)

    monkeypatch.setattr(executors, "process", process)
    second = results(tmp_path / "two", crates / "asks", crates / "plain", CRATES / "mini-num", cache_dir=shared)
    assert compiled == [["asks"]]
    assert {name: second[name] for name in first} == first
    assert before.items() <= {file.name: file.read_bytes() for file in shared.iterdir()}.items()


@pytest.mark.slow
def test_what_a_killed_run_changed_is_not_taken_for_the_crate(tmp_path: Path) -> None:
    toolchain = find_toolchain()
    triple = host_triple(toolchain)
    confined = Confined(toolchain, open_sandbox(), 2, 600.0)
    spec = CrateSpec("mini-num", path=CRATES / "mini-num")
    (group,) = fetch([spec], toolchain, tmp_path / "fetch", triple=triple, offline=True).groups
    (package,) = group.packages

    def unused() -> set[str | None]:
        run = check(workspace, confined, clippy=True, incremental=False)
        return {finding.code for finding in run.findings[package.id]} & {"unused_variables"}

    workspace = build_workspace(group, tmp_path / "work", tmp_path / "target", toolchain, triple=triple)
    workspace.write(package, "src/lib.rs", b"pub fn changed() { let unused = 1; }\n")
    assert unused() == {"unused_variables"}
    workspace = build_workspace(group, tmp_path / "work", tmp_path / "target", toolchain, triple=triple)
    assert unused() == set()
