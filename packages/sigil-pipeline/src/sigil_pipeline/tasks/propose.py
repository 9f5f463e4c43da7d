"""All candidates of one batch."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass

from sigil_common.records import Level
from sigil_pipeline.chunk.chunks import Chunk
from sigil_pipeline.tasks import TASKS
from sigil_pipeline.tasks.blocks import shows_rust
from sigil_pipeline.tasks.candidates import Candidate
from sigil_pipeline.tasks.code_generation.contained import is_whole
from sigil_pipeline.tasks.maker import Workbench
from sigil_pipeline.tasks.material import Material


@dataclass(frozen=True)
class Refused:
    """A candidate whose prompt will not do, and why."""

    candidate: Candidate
    reason: str


@dataclass(frozen=True)
class Proposed:
    """What the types of tasks propose of one crate, and what of it was refused."""

    candidates: tuple[Candidate, ...] = ()
    refused: tuple[Refused, ...] = ()


def propose(bench: Workbench) -> dict[str, Proposed]:
    """Return what the types of tasks propose, by package id; of equal code the first to be named is kept.

    A type without a share in the mix is not asked: errors and rewrites are most of what the compiler has to do.
    """
    wanted = bench.settings.wanted_tasks
    found = [maker.propose(bench) for maker in reversed(TASKS) if maker.name in wanted]
    return {
        material.package.id: _sifted(material, [item for proposals in found for item in proposals[material.package.id]])
        for material in bench.materials
    }


def _sifted(material: Material, candidates: Iterable[Candidate]) -> Proposed:
    chunks = {material.key(chunk): chunk for chunk in material.chunks}
    kept: list[Candidate] = []
    refused: list[Refused] = []
    for candidate in candidates:
        if shows_rust(candidate.prompt):
            kept.append(dataclasses.replace(candidate, level=_level(candidate, chunks[candidate.chunk])))
        else:
            refused.append(Refused(candidate, "prompt_not_rust"))
    return Proposed(tuple(kept), tuple(refused))


def _level(candidate: Candidate, chunk: Chunk) -> Level:
    """Return what is proven of a candidate."""
    if not candidate.self_contained:
        return "in_crate"
    return "self_contained" if is_whole(chunk) else "sufficient"
