"""Which types of tasks there are, and the share of a data set that each usually has.

A type of task has a folder of its name in `sigil_pipeline/tasks`, and its name here. Data sets, their tools and
the trainer's task weights accept these names and no others. Nothing heavy is imported: settings are made of this.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

TASK_SHARES: dict[str, float] = {
    "code_generation": 0.70,
    "transformations": 0.15,
    "error_fixing": 0.10,
    "explanations": 0.05,
}
TASK_TYPES = tuple(TASK_SHARES)

if TYPE_CHECKING:
    TaskType = str
else:
    TaskType = Literal[*TASK_TYPES]
