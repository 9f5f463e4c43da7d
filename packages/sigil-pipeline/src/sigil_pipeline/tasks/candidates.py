"""A candidate: a sample before the data set decides which candidates it takes."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from sigil_common.records import Level
from sigil_pipeline.chunk.chunks import Chunk
from sigil_pipeline.tasks.material import Material
from sigil_pipeline.tasks.wording import Prompt


@dataclass(frozen=True)
class Candidate:
    """One possible sample. In a strict mix those with the same `chunk` exclude one another; low `rank` goes first.

    `formatted` says of code that was derived whether its layout is rustfmt's.
    """

    task_type: str
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
    template: str | None = None
    rustc_version: str | None = None
    error_code: str | None = None
    rewrite: str | None = None
    self_contained: bool | None = None
    level: Level = "in_crate"
    formatted: bool | None = None

    @property
    def place(self) -> dict[str, str | int]:
        """Where its code begins, as lists of what was left out have it."""
        return {"crate": self.crate, "file": self.file, "line": self.lines[0]}

    def to_row(self) -> dict[str, Any]:
        """Return the form kept in the work directory."""
        return asdict(self)


def candidate_from_row(row: dict[str, Any]) -> Candidate:
    """Read what `to_row` gave."""
    return Candidate(**{**row, "lines": tuple(row["lines"])})


def candidate_of(
    task_type: str, material: Material, chunk: Chunk, prompt: Prompt, gen: str, verified: str
) -> Candidate:
    """Return the candidate that a chunk of a crate gives; `verified` says what the compiler confirmed."""
    return Candidate(
        task_type=task_type,
        chunk=material.key(chunk),
        kind=chunk.kind,
        rank=round(_rank(chunk), 4),
        prompt=prompt.text,
        template=prompt.template,
        gen=gen,
        crate=material.package.name,
        version=material.package.version,
        file=chunk.file,
        lines=(chunk.first_line, chunk.last_line),
        verified=verified,
    )


def _rank(chunk: Chunk) -> float:
    """Short code that leans on little goes first when a crate's samples are capped."""
    leaning = 0.5 * bool(chunk.context.owner_header) + 0.25 * bool(chunk.context.imports)
    return leaning + 0.25 * (not chunk.docs) + min(chunk.lines, 100) / 100
