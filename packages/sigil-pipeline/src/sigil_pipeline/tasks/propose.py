"""All candidates of one batch."""

from __future__ import annotations

from sigil_pipeline.tasks import TASKS
from sigil_pipeline.tasks.candidates import Candidate
from sigil_pipeline.tasks.maker import Workbench


def propose(bench: Workbench) -> dict[str, list[Candidate]]:
    """Return what all types of tasks propose, by package id; of equal code the first to be named is kept."""
    found = [maker.propose(bench) for maker in reversed(TASKS)]
    return {
        material.package.id: [item for proposals in found for item in proposals[material.package.id]]
        for material in bench.materials
    }
