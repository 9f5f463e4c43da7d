"""The results of crates as they are kept on disk."""

from __future__ import annotations

import dataclasses
from typing import Any

from sigil_pipeline.batch.state import CrateResult
from sigil_pipeline.filters import Rejection
from sigil_pipeline.heldout.propose import proposal_from_row
from sigil_pipeline.tasks.candidates import candidate_from_row


def result_to_row(result: CrateResult) -> dict[str, Any]:
    """Return the form of a result that is kept."""
    apart = ("rejection", "candidates", "dropped", "proposals", "refused")
    row = {name: value for name, value in vars(result).items() if name not in apart}
    row["rejection"] = dataclasses.asdict(result.rejection) if result.rejection else None
    row["dropped"] = list(result.dropped)
    row["refused"] = list(result.refused)
    row["candidates"] = [candidate.to_row() for candidate in result.candidates]
    row["proposals"] = [proposal.to_row() for proposal in result.proposals]
    return row


def result_from_row(row: dict[str, Any]) -> CrateResult:
    """Read what `result_to_row` gave."""
    rejection = Rejection(**row["rejection"]) if row["rejection"] else None
    candidates = tuple(candidate_from_row(item) for item in row["candidates"])
    proposals = tuple(proposal_from_row(item) for item in row["proposals"])
    lists = {"dropped": tuple(row["dropped"]), "refused": tuple(row["refused"])}
    return CrateResult(**{**row, **lists, "rejection": rejection, "candidates": candidates, "proposals": proposals})
