"""The table of task types: names, folders, turns."""

from __future__ import annotations

from pathlib import Path

import sigil_pipeline.tasks
from sigil_common.task_types import TASK_SHARES, TASK_TYPES
from sigil_pipeline.tasks import NOT_IN_CODE, TASKS


def test_every_name_has_a_folder_and_every_folder_a_name() -> None:
    folders = Path(sigil_pipeline.tasks.__file__).parent.glob("*/__init__.py")
    assert {folder.parent.name for folder in folders} == set(TASK_TYPES)
    assert {maker.name for maker in TASKS} == set(TASK_TYPES)
    assert {maker.name: maker.share for maker in TASKS} == TASK_SHARES


def test_each_has_a_turn_of_its_own_and_writing_code_takes_what_is_left() -> None:
    turns = [maker.turn for maker in TASKS]
    assert turns == sorted(set(turns))
    assert TASKS[-1].name == "code_generation"
    assert "explanations" in NOT_IN_CODE
    assert "code_generation" not in NOT_IN_CODE
