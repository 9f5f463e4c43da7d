"""What is said of crates that cannot be built, or not in time."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from sigil_common.cargo import CargoRun, host_triple
from sigil_common.rustc import find_toolchain
from sigil_pipeline.batch import process
from sigil_pipeline.batch import results as batch_results
from sigil_pipeline.batch.process import _lint, _words_of
from sigil_pipeline.batch.state import Batch
from sigil_pipeline.compiler import ask
from sigil_pipeline.compiler.memory import MemoryLimitError
from sigil_pipeline.crates.crate_list import parse_spec, wanted_crates
from sigil_pipeline.crates.fetch import Unfetched, fetch
from sigil_pipeline.crates.group import Group
from sigil_pipeline.crates.workspace import Workspace, WorkspaceError, build_workspace
from sigil_pipeline.filters import Rejection
from sigil_pipeline.flow import crate_results
from sigil_pipeline.settings import Settings

from ..conftest import CRATES, run_pipeline

GOOD = "//! Documented.\n\n/// Gives one.\npub fn one() -> u8 {\n    1\n}\n"
IDLE = "fn main() {}"
SOURCES = {
    "loops": (GOOD, "fn main() { loop { std::thread::sleep(std::time::Duration::from_secs(1)); } }"),
    "panics": (GOOD, 'fn main() { panic!("no such library"); }'),
    "leans": (GOOD, IDLE),
    "below": ('compile_error!("not today");', IDLE),
}


@pytest.fixture
def crates(tmp_path: Path) -> Path:
    """Crates with a build script that loops, one that panics, and one whose dependency does not compile."""
    for name, (library, script) in SOURCES.items():
        folder = tmp_path / name
        (folder / "src").mkdir(parents=True)
        (folder / "src" / "lib.rs").write_text(library)
        (folder / "build.rs").write_text(script)
        dependencies = '[dependencies]\nbelow = { path = "../below" }\n' if name == "leans" else ""
        about = f'name = "{name}"\nversion = "1.0.0"\nedition = "2021"\nlicense = "MIT"\n'
        (folder / "Cargo.toml").write_text(f"[package]\n{about}{dependencies}")
    return tmp_path


@pytest.mark.slow
def test_builds_that_fail_or_do_not_end_have_reasons_of_their_own(crates: Path) -> None:
    names = ["path:loops", "path:panics", "path:leans", f"path:{CRATES / 'mini-num'}"]
    ran = run_pipeline(crates / "out" / "data.jsonl", "--compile-timeout", "5", "--crates", *names, cwd=crates)
    assert ran.returncode == 0, ran.stderr
    assert {row["_source_crate"] for row in ran.rows} == {"mini-num"}
    rejected = {row["crate"]: row for row in ran.rejected if row["stage"] == "crate"}
    reasons = {name: row["reason"] for name, row in rejected.items()}
    assert reasons == {"loops": "time_limit", "panics": "build_failed", "leans": "build_failed"}
    assert {name: row["detail"] for name, row in rejected.items()} == {
        "loops": "not compiled within 5 seconds",
        "panics": "its build script failed (exit status: 101)",
        "leans": "a dependency does not build here",
    }


HUNGRY = """\
fn main() {
    let mut kept = Vec::new();
    for _ in 0..640 {
        kept.push(vec![1u8; 1 << 20]);
    }
    println!("{}", kept.len());
}
"""


@pytest.mark.slow
def test_a_build_without_enough_memory_is_rejected_alone_and_asked_again(
    crates: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (crates / "panics" / "build.rs").write_text(HUNGRY)
    settings = Settings(
        crates=[f"path:{crates / 'panics'}", f"path:{crates / 'loops'}"], output=crates / "data.jsonl", offline=True
    )
    (crates / "loops" / "build.rs").write_text(IDLE)
    found = []
    for gib in (1, 2):  # a build has half of it
        monkeypatch.setattr("sigil_common.sandbox.memory_of_machine", partial(lambda gib: gib << 30, gib))
        found.append({one.name: one.rejection for one in crate_results(wanted_crates(settings), settings)})
    assert found[0]["panics"] == Rejection("memory_limit", "not compiled within 0.5 GiB of memory")
    assert found[0]["loops"] is None
    assert found[1] == {"panics": None, "loops": None}


def test_a_later_build_without_enough_memory_is_the_crates_own_rejection(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whichever crates are asked for their samples together."""

    def offer(_batch: object, materials: Sequence[Any], _workspace: object) -> None:
        asked.append([one.package.id for one in materials])
        if any(one.package.id == "b" for one in materials):
            raise MemoryLimitError(3 << 29)

    asked: list[list[str]] = []
    rejected = []
    monkeypatch.setattr(process, "_offer", offer)
    batch: Any = SimpleNamespace(
        reports={"a": None, "b": None}, reject=lambda package, why, _report: rejected.append((package.id, why))
    )
    materials: Any = [SimpleNamespace(package=SimpleNamespace(id=name)) for name in "ab"]
    process._propose(batch, materials, cast("Workspace", None))
    assert asked == [["a", "b"], ["a"], ["b"]]
    assert rejected == [("b", Rejection("memory_limit", "not compiled within 1.5 GiB of memory"))]


@pytest.mark.slow
def test_a_failed_build_has_the_same_reason_whatever_is_built_beside_it(crates: Path) -> None:
    names = ["path:panics", "path:leans", f"path:{CRATES / 'mini-num'}"]
    together = run_pipeline(crates / "one" / "data.jsonl", "--crates", *names, cwd=crates)
    apart = run_pipeline(crates / "two" / "data.jsonl", "--checkpoint-interval", "1", "--crates", *names, cwd=crates)
    assert [row["reason"] for row in together.rejected if row["stage"] == "crate"] == ["build_failed"] * 2
    assert apart.rejected == together.rejected


@pytest.mark.slow
def test_a_local_crate_that_could_not_be_resolved_is_asked_again(crates: Path) -> None:
    manifest = (crates / "below" / "Cargo.toml").read_text()
    (crates / "below" / "Cargo.toml").write_text("no manifest")
    words = ["--no-offline", "--crates", "path:leans", f"path:{CRATES / 'mini-num'}"]
    first = run_pipeline(crates / "out" / "data.jsonl", *words, cwd=crates)
    assert [row["reason"] for row in first.rejected if row["stage"] == "crate"] == ["unresolvable"]
    (crates / "below" / "Cargo.toml").write_text(manifest)
    (crates / "below" / "src" / "lib.rs").write_text(GOOD)
    again = run_pipeline(crates / "out" / "data.jsonl", *words, cwd=crates)
    assert [row["reason"] for row in again.rejected if row["stage"] == "crate"] != ["unresolvable"]


def test_a_crate_that_could_not_be_fetched_is_asked_for_at_every_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(crates=["itoa@1.0.0"], output=tmp_path / "data.jsonl")
    for reason in ("not_found", "yanked"):
        lost = Unfetched(wanted_crates(settings)[0], reason, "no such crate today")
        monkeypatch.setattr(batch_results, "resolve", partial(lambda lost, *_, **__: lost, lost))
        (found,) = crate_results(wanted_crates(settings), settings)
        assert found.rejection == Rejection(reason, "no such crate today")


def test_what_cargo_cannot_resolve_stays_unresolvable(tmp_path: Path) -> None:
    toolchain = find_toolchain()
    triple = host_triple(toolchain)
    spec = parse_spec(f"path:{CRATES / 'mini-num'}", where="here", base=tmp_path)
    (group,) = fetch([spec], toolchain, tmp_path / "fetch", triple=triple, offline=True).groups
    broken = Group(group.packages, "no lock file")
    with pytest.raises(WorkspaceError, match="lock") as caught:
        build_workspace(broken, tmp_path / "work", tmp_path / "target", toolchain, triple=triple)
    assert caught.value.reason == "unresolvable"


END = b'{"reason":"build-finished","success":false}\n'


@pytest.mark.parametrize(
    ("run", "reason"),
    [
        (CargoRun(False, b"", "error: failed to select a version"), "unresolvable"),
        (CargoRun(False, b'{"reason":"compiler-artifact"}\n', ""), "build_failed"),
        (CargoRun(False, END, "error: could not compile `x`"), None),
    ],
)
def test_how_cargo_ended_gives_the_reason(
    run: CargoRun, reason: str | None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(ask, "check", lambda *_, **__: ask.CheckRun({}, {}, frozenset(), run))
    batch = cast("Batch", SimpleNamespace(settings=Settings(), confined_for=lambda _: None))
    workspace = Workspace(tmp_path, tmp_path, ())
    if reason is None:
        assert _lint(batch, workspace).run == run
        return
    with pytest.raises(WorkspaceError) as caught:
        _lint(batch, workspace)
    assert caught.value.reason == reason
    assert str(caught.value)


@pytest.mark.parametrize("group", ["group-0", "group-12-1"])
def test_the_reason_does_not_say_what_was_built_beside(group: str, tmp_path: Path) -> None:
    said = WorkspaceError(f"error: failed to load\n  {tmp_path}/{group}/members/a-1.0.0/Cargo.toml")
    assert _words_of(said, tmp_path) == "error: failed to load members/a-1.0.0/Cargo.toml"
