"""Crates that are programs without a library, from a folder and from a registry, beside a library."""

from __future__ import annotations

import shutil
import tomllib
from pathlib import Path

import pytest

from sigil_pipeline.batch.state import CrateResult
from sigil_pipeline.crates.crate_list import wanted_crates
from sigil_pipeline.crates.vendor import without_test_dependencies
from sigil_pipeline.flow import crate_results
from sigil_pipeline.settings import Settings

from ..conftest import CRATES, registry

MANIFEST = """\
[package]
name = "counts"
version = "0.3.1"
edition = "2021"
license = "MIT"

[[bin]]
name = "other"
path = "src/other.rs"

[[bin]]
name = "counts"
path = "src/main.rs"

[dependencies]
mini-num = "1"

[dev-dependencies.not-to-be-had]
version = "1"

[target.'cfg(unix)'.dev-dependencies]
neither = "2"

[features]
more = []
"""
MAIN = """\
//! Counts.

mod text;

/// Prints how many words there are in each of the words that the program is called with, and their common divisor.
fn main() {
    let counts: Vec<u64> = std::env::args().skip(1).map(|one| text::words(&one)).collect();
    let common = counts.iter().fold(0, |known, &next| mini_num::gcd(known, next));
    println!("{counts:?} {common}");
}
"""
TEXT = """\
/// Returns how many words there are in a text, which are parted by white space.
///
/// ```
/// assert_eq!(counts::text::words("a b"), 2);
/// assert_eq!(counts::text::words("a b c"), 3);
/// ```
pub fn words(text: &str) -> u64 {
    let mut count = 0;
    for _ in text.split_whitespace() {
        count += 1;
    }
    count
}
"""
OTHER = 'fn main() {\n    let never: u8 = missing();\n    println!("{never}");\n}\n'


@pytest.fixture
def program(tmp_path: Path) -> Path:
    root = tmp_path / "counts"
    (root / "src").mkdir(parents=True)
    (root / "Cargo.toml").write_text(MANIFEST)
    for name, code in (("main", MAIN), ("text", TEXT), ("other", OTHER)):
        (root / "src" / f"{name}.rs").write_text(code)
    return root


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A registry that is a folder, where the sandbox lets programs read what cargo has downloaded."""
    home = tmp_path / "home"
    registry(home, monkeypatch, "1.2.0")
    (home / "registry").mkdir()
    folder = (home / "crates").rename(home / "registry" / "crates")
    config = (home / "config.toml").read_text()
    (home / "config.toml").write_text(config.replace(str(home / "crates"), str(folder)))
    return folder


def results(output: Path, *crates: str) -> dict[str, CrateResult]:
    settings = Settings(crates=list(crates), output=output, offline=True, task_mix={"code_generation": 1.0})
    return {result.name: result for result in crate_results(wanted_crates(settings), settings)}


@pytest.mark.slow
@pytest.mark.usefixtures("shelf")
def test_a_program_gives_samples_as_a_library_does(
    program: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    found = results(tmp_path / "data.jsonl", f"path:{program}", f"path:{CRATES / 'mini-text'}")
    assert {name: result.rejection for name, result in found.items()} == {"counts": None, "mini-text": None}
    counts = found["counts"]
    assert counts.report is not None
    assert counts.report["files"] == ["src/main.rs", "src/text.rs"]
    assert {one.file for one in counts.candidates} == {"src/main.rs", "src/text.rs"}
    assert {one.level for one in counts.candidates if one.file == "src/text.rs"} == {"self_contained"}
    assert counts.examples == {}  # which could use a library only
    assert not (program / "Cargo.lock").exists()
    assert "of its programs `counts` is taken, not `other`" in caplog.text


@pytest.mark.slow
def test_a_local_program_may_lean_on_what_lies_beside_it(program: Path, tmp_path: Path) -> None:
    for name in ("counts", "a|b"):
        (tmp_path / "below" / name).mkdir(parents=True)
    program = program.rename(tmp_path / "below" / "counts" / "counts")
    shutil.copytree(CRATES / "mini-num", tmp_path / "below" / "a|b" / "mini-num")
    beside = '[workspace.dependencies]\nmini-num = { path = "../../a|b/mini-num" }\n'
    beside += "[dependencies]\nmini-num.workspace = true\n"
    given = MANIFEST.replace('[dependencies]\nmini-num = "1"\n', beside)
    (program / "Cargo.toml").write_text(given)
    output = tmp_path / "data.jsonl"
    assert results(output, f"path:{program}")["counts"].rejection is None
    assert (program / "Cargo.toml").read_text() == given
    (tmp_path / "below" / "a|b" / "mini-num" / "src" / "lib.rs").write_text("//! Nothing left.\n")
    again = results(output, f"path:{program}")["counts"]
    assert again.rejection is not None
    assert again.rejection.reason == "compiles"


@pytest.mark.slow
def test_a_program_of_a_registry_is_vendored(program: Path, shelf: Path, tmp_path: Path) -> None:
    published = program.rename(shelf / "counts-0.3.1")
    (published / "Cargo.toml").write_text(without_test_dependencies(MANIFEST))
    (published / ".cargo-checksum.json").write_text('{"files": {}, "package": null}')
    found = results(tmp_path / "data.jsonl", "counts", "mini-num")
    assert {name: result.rejection for name, result in found.items()} == {"counts": None, "mini-num": None}
    assert (found["counts"].report or {})["version"] == "0.3.1"
    assert {one.file for one in found["counts"].candidates} == {"src/main.rs", "src/text.rs"}


def test_dependencies_of_tests_are_taken_out_of_a_manifest() -> None:
    left = tomllib.loads(without_test_dependencies(MANIFEST))
    wanted = tomllib.loads(MANIFEST)
    del wanted["dev-dependencies"], wanted["target"]
    assert left == wanted


@pytest.mark.parametrize(
    "manifest",
    [
        "",
        "[package]\nname = 'a'\n",
        "dev-dependencies = { a = '1' }\n[package]\nname = 'a'\n",
        "[package]\ndescription = '''\n[dev-dependencies]\n'''\n[lib]\n",
        "[package]\n[dev-dependencies]\na = {\n",
    ],
)
def test_a_manifest_of_another_shape_stays(manifest: str) -> None:
    assert without_test_dependencies(manifest) == manifest
