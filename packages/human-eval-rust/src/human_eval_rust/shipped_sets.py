"""The problem sets that come with the package, in one table."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ShippedSet:
    """One set: `<name>.jsonl`, cut from the sources in `data/problems/<folder>`, its task ids `<prefix>/<number>`.

    `levels` are the numbers of problems of each level, the easiest first; a set without levels has one.
    """

    name: str
    folder: str
    prefix: str
    levels: tuple[int, ...]

    @property
    def size(self) -> int:
        """Number of problems."""
        return sum(self.levels)


# The first is the default.
SETS = (
    ShippedSet("HumanEval_rust", "humaneval", "HumanEval", (164,)),
    ShippedSet("RustFirstSteps", "first_steps", "RustFirstSteps", (20, 20, 20, 20)),
    ShippedSet("RustPractice", "practice", "RustPractice", (16, 12, 8, 4)),
)
DEFAULT_SET = SETS[0].name
SHIPPED_SETS = tuple(one.name for one in SETS)
SHIPPED = ", ".join(SHIPPED_SETS)
