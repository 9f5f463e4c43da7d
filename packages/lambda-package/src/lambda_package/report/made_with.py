"""What pages were made with: kept beside those of a run, so that the same pages can be made of it again, anywhere."""

from __future__ import annotations

from typing import Any

from lambda_package.provenance import environment
from lambda_package.report.deviations import surroundings
from sigil_common.records import Record


class MadeWith(Record):
    """`made-with.json`: interpreter, packages, compiler, machine and commit, and what of it is not as pinned."""

    environment: dict[str, Any]
    not_pinned: tuple[str, ...] = ()

    def to_row(self) -> dict[str, Any]:
        """Return the on-disk form; the environment keeps its nulls."""
        return self.model_dump(mode="json")


def made_with() -> MadeWith:
    """Return what a page would be made with here and now."""
    found = environment()
    return MadeWith(environment=found, not_pinned=tuple(surroundings(found)))
