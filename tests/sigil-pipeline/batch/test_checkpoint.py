"""For which settings finished batches are used again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sigil_common.rustc import find_toolchain
from sigil_pipeline.batch.checkpoint import open_checkpoint
from sigil_pipeline.batch.state import CrateResult
from sigil_pipeline.crates.crate_list import CrateSpec
from sigil_pipeline.settings import Settings

from ..choose.conftest import candidate

SPECS = [CrateSpec("itoa", "1.0.0")]
HELD = {"heldout_problems": Path("h.jsonl")}


def is_used(folder: Path, before: dict[str, Any], after: dict[str, Any]) -> bool:
    first, second = (Settings(output=folder / "data.jsonl", **more) for more in (before, after))
    toolchain = find_toolchain()
    open_checkpoint(first, SPECS, toolchain).save(0, SPECS, [CrateResult("itoa@1.0.0", "itoa", "1.0.0")])
    return open_checkpoint(second, SPECS, toolchain).load(0, SPECS) is not None


@pytest.mark.parametrize(
    ("before", "after", "used"),
    [
        ({}, {}, True),
        ({}, {"exercises_per_crate": 3}, True),
        ({}, {"strict_mix": True, "remove_metadata": False}, True),
        ({}, {"test_levels": False}, False),
        ({}, {"exercises": Path("e.jsonl")}, False),
        ({"exercises": Path("e.jsonl")}, {}, False),
        ({"exercises": Path("e.jsonl")}, {"exercises": Path("f.jsonl"), "exercises_per_crate": 3}, True),
        ({"exercises": Path("e.jsonl")}, HELD, True),
        ({**HELD, "heldout_crates": Path("l.txt")}, {**HELD, "exercises": Path("e.jsonl")}, False),
    ],
)
def test_batches_are_used_by_runs_that_ask_their_crates_for_the_same(
    before: dict[str, Any], after: dict[str, Any], used: bool, tmp_path: Path
) -> None:
    assert is_used(tmp_path, before, after) is used


def test_another_requirement_is_another_batch(tmp_path: Path) -> None:
    checkpoint = open_checkpoint(Settings(output=tmp_path / "data.jsonl"), [], find_toolchain())
    wishes = [[CrateSpec("itoa", requirement=text)] for text in ("^1.0", "~1.0")] + [[CrateSpec("itoa")], SPECS]
    for wish in wishes:
        checkpoint.save(0, wish, [CrateResult(wish[0].text, "itoa", "1.0.0")])
        assert [checkpoint.load(0, other) is not None for other in wishes] == [other is wish for other in wishes]


def test_a_result_comes_back_as_it_was_saved(tmp_path: Path) -> None:
    sample = candidate("f", level="tests_pass")
    result = CrateResult("itoa@1.0.0", "itoa", "1.0.0", candidates=(sample,), examples={"fails": 2, "tests": 1})
    checkpoint = open_checkpoint(Settings(output=tmp_path / "data.jsonl"), SPECS, find_toolchain())
    checkpoint.save(0, SPECS, [result])
    assert checkpoint.load(0, SPECS) == [result]
