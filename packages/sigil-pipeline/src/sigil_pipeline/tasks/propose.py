"""All candidates of one batch."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

from sigil_common.records import Level
from sigil_pipeline.chunk.chunks import Chunk
from sigil_pipeline.tasks import NOT_IN_CODE, TASKS
from sigil_pipeline.tasks.blocks import shows_rust
from sigil_pipeline.tasks.candidates import Candidate
from sigil_pipeline.tasks.code_generation.contained import is_whole
from sigil_pipeline.tasks.maker import Workbench
from sigil_pipeline.tasks.material import Material
from sigil_pipeline.tasks.suffice import unshown
from sigil_pipeline.tasks.whole_files import MAKER as WHOLE_FILES
from sigil_pipeline.tasks.whole_files import not_standing


@dataclass(frozen=True)
class Refused:
    """A candidate whose prompt will not do, and why."""

    candidate: Candidate
    reason: str


@dataclass(frozen=True)
class Proposed:
    """What the types of tasks propose of one crate, and what of it was refused.

    `uses_known` says whether the compiler could tell which of its items the crate uses where; `None` if it was not
    asked.
    """

    candidates: tuple[Candidate, ...] = ()
    refused: tuple[Refused, ...] = ()
    uses_known: bool | None = None


def propose(bench: Workbench) -> dict[str, Proposed]:
    """Return what the types of tasks propose, by package id; of equal code the first to be named is kept.

    A type without a share in the mix is not asked: errors and rewrites are most of what the compiler has to do.
    """
    wanted = bench.settings.wanted_tasks
    makers = TASKS if bench.settings.mode == "phase2" else (WHOLE_FILES,)
    found = [maker.propose(bench) for maker in reversed(makers) if maker.name in wanted]
    return {
        material.package.id: _sifted(
            material, [item for proposals in found for item in proposals[material.package.id]], bench.rustc_version
        )
        for material in bench.materials
    }


def _sifted(material: Material, candidates: Sequence[Candidate], rustc_version: str) -> Proposed:
    chunks = {material.key(chunk): chunk for chunk in material.chunks}
    kept: list[Candidate] = []
    refused: list[Refused] = []
    for candidate in candidates:
        level = _level(candidate, chunks[candidate.chunk], material)
        if not shows_rust(candidate.prompt):
            refused.append(Refused(candidate, "prompt_not_rust"))
        elif level is None:
            refused.append(Refused(candidate, "insufficient"))
        else:
            kept.append(dataclasses.replace(candidate, level=level, rustc_version=rustc_version))
    # Only phase 1 has chunks that are files, and each of them has to be proposed.
    refused += [Refused(one, "file_not_compiled") for one in not_standing(material, {one.chunk for one in candidates})]
    return Proposed(tuple(kept), tuple(refused), material.uses_known)


def _level(candidate: Candidate, chunk: Chunk, material: Material) -> Level | None:
    """Return what is proven of a candidate; `None` if it asks for code with names that its prompt hides."""
    if candidate.self_contained:
        return "self_contained" if is_whole(chunk) else "sufficient"
    if material.uses is None or candidate.task_type in NOT_IN_CODE:
        return "in_crate"
    if unshown(chunk, candidate.prompt, material.uses):
        return None
    # Code that is shown to be changed can be worked on without all of it; code that is asked for cannot be written.
    if candidate.chunk in material.insufficient:
        return None if candidate.task_type == "code_generation" else "in_crate"
    return "sufficient"
