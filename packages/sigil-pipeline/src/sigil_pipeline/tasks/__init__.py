"""The types of tasks: one folder for each name in `sigil_common.task_types`, with a `TaskMaker` called `MAKER`."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from sigil_common.task_types import TASK_TYPES

if TYPE_CHECKING:
    from sigil_pipeline.tasks.maker import TaskMaker


def _maker(name: str) -> TaskMaker:
    maker: TaskMaker = import_module(f"{__name__}.{name}").MAKER
    return maker


# In the order in which they choose.
TASKS: tuple[TaskMaker, ...] = tuple(sorted(map(_maker, TASK_TYPES), key=lambda maker: maker.turn))
# Types whose answers are something else than the chunk's own code.
NOT_IN_CODE = frozenset(maker.name for maker in TASKS if not maker.answers_in_code)
