"""A candidate: a sample before the data set decides which candidates it takes."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from sigil_common.records import TaskType


@dataclass(frozen=True)
class Candidate:
    """One possible sample. Candidates with the same `chunk` exclude one another; low `rank` goes first."""

    task_type: TaskType
    chunk: str
    kind: str
    rank: float
    prompt: str
    gen: str
    crate: str
    version: str
    file: str
    lines: tuple[int, int]
    verified: str
    error_code: str | None = None
    rewrite: str | None = None
    self_contained: bool | None = None

    def to_row(self) -> dict[str, Any]:
        """Return the form kept in the work directory."""
        return asdict(self)


def candidate_from_row(row: dict[str, Any]) -> Candidate:
    """Read what `to_row` gave."""
    return Candidate(**{**row, "lines": tuple(row["lines"])})
