"""All candidates of one batch."""

from __future__ import annotations

from sigil_pipeline.tasks import TASKS
from sigil_pipeline.tasks.candidates import Candidate
from sigil_pipeline.tasks.maker import Workbench


def propose(bench: Workbench) -> dict[str, list[Candidate]]:
    """Return what the types of tasks propose, by package id; of equal code the first to be named is kept.

    A type without a share in the mix is not asked: errors and rewrites are most of what the compiler has to do.
    """
    wanted = bench.settings.wanted_tasks
    found = [maker.propose(bench) for maker in reversed(TASKS) if maker.name in wanted]
    return {
        material.package.id: [item for proposals in found for item in proposals[material.package.id]]
        for material in bench.materials
    }
