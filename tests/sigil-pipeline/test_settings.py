"""The shipped settings files."""

from __future__ import annotations

from pathlib import Path

import pytest

from sigil_common.settings import load_settings
from sigil_pipeline.settings import Settings

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("name", ["pipeline.yml", "pipeline-phase1.yml", "pipeline-local.yml"])
def test_shipped_settings_are_valid(name: str) -> None:
    settings = load_settings(Settings, file=ROOT / "configs" / name).settings
    assert settings.create_train_val_split
    assert (ROOT / settings.crate_list).is_file()
    assert all((ROOT / file).is_file() for file in settings.problem_file)
    assert settings.solution_file == [Path("data/solutions.jsonl")]
