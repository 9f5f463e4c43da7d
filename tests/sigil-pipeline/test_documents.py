from __future__ import annotations

from pathlib import Path

import pytest

from sigil_common.rustc import find_toolchain
from sigil_common.settings import load_settings
from sigil_pipeline.analyse.clippy import lint_categories
from sigil_pipeline.crates.crate_list import read_crate_list
from sigil_pipeline.documents import DOCUMENTS
from sigil_pipeline.settings import Settings

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("name", sorted(DOCUMENTS))
def test_generated_documents_are_up_to_date(name: str) -> None:
    assert (ROOT / "docs" / name).read_text() == DOCUMENTS[name](), "run: python -m sigil_pipeline.documents docs"


@pytest.mark.parametrize("name", ["pipeline.yml", "pipeline-local.yml"])
def test_shipped_settings_are_valid(name: str) -> None:
    settings = load_settings(Settings, file=ROOT / "configs" / name).settings
    assert settings.create_train_val_split
    assert (ROOT / settings.crate_list).is_file()
    assert all((ROOT / file).is_file() for file in settings.problem_file)


def test_the_crate_list_is_long_and_pinned() -> None:
    specs = read_crate_list(ROOT / "data" / "crate_list.txt")
    assert len(specs) >= 40
    assert len({spec.name for spec in specs}) == len(specs)
    assert all(spec.version for spec in specs)


def test_the_installed_clippy_tells_its_categories() -> None:
    table = lint_categories(find_toolchain())
    assert table["clippy::len_zero"] == "style"
    assert table["clippy::absurd_extreme_comparisons"] == "correctness"
    assert len(table) > 500
