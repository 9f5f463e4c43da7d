"""Phase 1: from a crate's source to the files that are written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sigil_common.errors import InputError
from sigil_pipeline.checks import check_settings
from sigil_pipeline.flow import run
from sigil_pipeline.output.files import full_rows
from sigil_pipeline.settings import Settings
from sigil_pipeline.tasks.whole_files import PROMPT

FUNCTION = """\
/// Returns the {0}-fold of a number, and nothing where that is too large.
pub fn times_{0}(number: u32) -> Option<u32> {{
    let product = number.checked_mul({0})?;
    Some(product)
}}
"""
TESTS = "\n#[cfg(test)]\nmod tests {\n    #[test]\n    fn a() {}\n}\n"
LIBRARY = (
    "//! Products.\n\npub mod large;\npub mod macros;\nmod placed;\n\n"
    + "\n".join(map(FUNCTION.format, range(2, 6)))
    + TESTS
)
LARGE = "//! Larger products.\n\n" + "\n".join(map(FUNCTION.format, range(20, 220)))
# What a macro of the crate removes is not seen by us, but by the compiler.
MACROS = """\
//! Products.

macro_rules! only {
    ($($item:item)*) => { $(#[cfg(any())] $item)* };
}

only! {
    fn never(x: u8) -> Nothing {
        let y = x;
        y
    }
}

""" + "\n".join(map(FUNCTION.format, range(7, 11)))
# What compiles only with the tests before it.
PLACED = f"//! Products.\n{TESTS}\npub const PLACE: [u8; 9] = [0; line!() as usize];\n\n" + "\n".join(
    map(FUNCTION.format, range(3000, 3004))
)


@pytest.fixture(scope="module")
def crate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("products")
    (root / "src").mkdir()
    manifest = '[package]\nname = "products"\nversion = "1.0.0"\nedition = "2021"\nlicense = "MIT"\n'
    (root / "Cargo.toml").write_text(manifest)
    for name, code in (("lib", LIBRARY), ("large", LARGE), ("macros", MACROS), ("placed", PLACED)):
        (root / "src" / f"{name}.rs").write_text(code)
    return root


@pytest.mark.slow
def test_files_that_compile_as_shown_under_one_prompt(crate: Path, tmp_path: Path) -> None:
    settings = Settings(mode="phase1", crates=[f"path:{crate}"], output=tmp_path / "data.jsonl", offline=True)
    dataset = run(settings)
    rows = {row["_source_file"]: row for row in full_rows(dataset, settings)}
    assert set(rows) == {"src/lib.rs", "src/macros.rs"}
    assert {row["prompt"] for row in rows.values()} == {PROMPT}
    library = rows["src/lib.rs"]
    assert library["gen"] == LIBRARY.removesuffix(TESTS).rstrip("\n")
    assert (library["_source"], library["_task_type"], library["_template"]) == ("phase1", "code_generation", "phase1")
    assert (library["_level"], library["_source_lines"]) == ("in_crate", [1, LIBRARY.count("\n")])
    assert library["_verified"].startswith("compiles in its crate as shown with rustc ")
    trained = [json.loads(line) for line in settings.output.read_text().splitlines()]
    assert {tuple(row) for row in trained} == {("prompt", "gen", "split")}
    rejected = [json.loads(line) for line in (tmp_path / "data.jsonl.rejected.jsonl").read_text().splitlines()]
    assert {row["reason"] for row in rejected if row.get("file") == "src/large.rs"} == {"too_many_lines"}
    assert {row["reason"] for row in rejected if row.get("file") == "src/placed.rs"} == {"file_not_compiled"}


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"only_self_contained": True}, "only_self_contained"),
        ({"completion_share": 0.5}, "completion_share"),
        ({"task_mix": {"explanations": 1.0}}, "task_mix"),
    ],
)
def test_settings_that_belong_to_phase_2_are_refused(tmp_path: Path, changes: dict[str, object], named: str) -> None:
    with pytest.raises(InputError, match=f"`{named}` cannot be had with `mode` phase1"):
        check_settings(Settings(mode="phase1", output=tmp_path / "data.jsonl", **changes))  # type: ignore[arg-type]


def test_output_and_source_are_named_after_the_mode() -> None:
    assert Settings(mode="phase1").output == Path("output/sigil_phase1_dataset.jsonl")
    assert Settings(mode="phase1", output=Path("mine.jsonl")).output == Path("mine.jsonl")
    assert (Settings(mode="phase1").source, Settings().source) == ("phase1", "phase2")
    assert Settings(mode="phase1", source_name="own").source == "own"
