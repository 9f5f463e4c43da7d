"""Which requirements are read: those that cargo reads, asked of cargo itself."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sigil_common.cargo import fetch_side
from sigil_common.rustc import find_toolchain
from sigil_pipeline.crates import toml_text
from sigil_pipeline.crates.requirement import exact_version, read_requirement

READ = {
    "1": "1",
    "1.0": "1.0",
    "1.2.3": "1.2.3",
    "^1.5": "^1.5",
    "~1.2": "~1.2",
    "~1": "~1",
    "=1.2": "=1.2",
    "=1": "=1",
    ">=1, <2": ">=1, <2",
    " > 1.0 ,<= 1.9.9 ": ">1.0, <=1.9.9",
    "^0.0.0": "^0.0.0",
    "1.*": "1.*",
    "1.2.*": "1.2.*",
    "1.*.*": "1.*.*",
    "1.x": "1.x",
    "=1.2.X": "=1.2.X",
    ">=1.*": ">=1.*",
    "*": "*",
    " x ": "*",
    "1.2.3-alpha.1": "1.2.3-alpha.1",
    "^1.2.3-0.a-b.0x": "^1.2.3-0.a-b.0x",
    "=1.2.3+build.01": "=1.2.3+build.01",
    "1.2.3-rc+b, <3": "1.2.3-rc+b, <3",
    "9999999999999999999": "9999999999999999999",
    ",".join(["1"] * 32): ", ".join(["1"] * 32),
}
NOT_READ = [
    "",
    "1.",
    "01",
    "1.02",
    "v1",
    "1.2.3.4",
    "=",
    "==1",
    "=>1",
    "~>1",
    "!1",
    "1.2-alpha",
    "1.2.3-",
    "1.2.3-01",
    "1.2.3-a..b",
    "1.2.3+",
    "1.*.2",
    "*.1",
    "*, 1",
    "=*",
    "1,",
    ",1",
    ">=1 <2",
    "1 .2",
    "latest",
    "\u0661",
    "99999999999999999999",
    ",".join(["1"] * 33),
]


def cargo_reads(folder: Path, requirements: list[str]) -> bool:
    """Whether cargo takes a manifest in which a dependency has each of these requirements."""
    dependencies = {f"d{n}": {"package": "one", "version": text} for n, text in enumerate(requirements)}
    package = {"name": "x", "version": "0.0.0", "edition": "2021"}
    tables = {"package": package, "lib": {"path": "lib.rs"}, "dependencies": dependencies, "workspace": {}}
    (folder / "lib.rs").touch()
    (folder / "Cargo.toml").write_text(toml_text.dumps(tables))
    return fetch_side(find_toolchain(), ["metadata", "--no-deps", "--format-version", "1"], folder).ok


def test_what_is_read_cargo_reads_and_as_it_was_written(tmp_path: Path) -> None:
    assert {text: read_requirement(text) for text in READ} == READ
    assert cargo_reads(tmp_path, list(READ))
    assert cargo_reads(tmp_path, list(READ.values()))


@pytest.mark.parametrize("text", NOT_READ)
def test_what_is_not_read_cargo_refuses(text: str, tmp_path: Path) -> None:
    assert read_requirement(text) is None
    assert not cargo_reads(tmp_path, [text])


@pytest.mark.parametrize("text", ["1.2.3", "=1.2.3", "= 1.2.3", "0.0.1-a.1+b"])
def test_full_versions_are_exact(text: str) -> None:
    assert exact_version(text) == text.strip("= ")


@pytest.mark.parametrize("text", ["1.2", "=1", "^1.2.3", "1.2.3, <2", "*", "01.2.3", ""])
def test_nothing_else_is(text: str) -> None:
    assert exact_version(text) is None


@given(st.text(alphabet="0123456789.*xX^~<>=, -+ab", max_size=12))
def test_a_requirement_that_is_read_again_stays_as_it_is(text: str) -> None:
    plain = read_requirement(text)
    assert plain is None or read_requirement(plain) == plain
