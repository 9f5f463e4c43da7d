"""Write code from a description. The answer is the crate's own code, which compiles where it stands."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Sequence

from sigil_pipeline.chunk.chunks import Chunk
from sigil_pipeline.chunk.gates import can_describe
from sigil_pipeline.observe import stage
from sigil_pipeline.tasks.candidates import Candidate, candidate_of
from sigil_pipeline.tasks.code_generation.contained import self_contained
from sigil_pipeline.tasks.code_generation.prompt import prompt_for
from sigil_pipeline.tasks.maker import TaskMaker, Workbench
from sigil_pipeline.tasks.material import Material
from sigil_pipeline.tasks.wording import chooser

# Share of the impl blocks and modules that are taken whole instead of function by function.
_BLOCK_SHARE = 0.2
# What code that compiles only in its crate is ranked behind, when a crate is capped.
_LEANING_RANK = 2.0


def propose(bench: Workbench) -> dict[str, list[Candidate]]:
    """Return a candidate for every function or block whose docs say enough to write it from."""
    with stage("alone"):
        alone = self_contained(_described(bench.materials), bench.confined)
    proposed = {
        material.package.id: [_marked(item, alone) for item in _from_docs(material, bench)]
        for material in bench.materials
    }
    if not bench.settings.only_self_contained:
        return proposed
    return {package: [item for item in items if item.self_contained] for package, items in proposed.items()}


def _described(materials: Sequence[Material]) -> dict[str, tuple[Chunk, str]]:
    """Return the documented functions of a batch by their global key, each with its crate's edition."""
    return {
        material.key(chunk): (chunk, material.package.edition)
        for material in materials
        for chunk in material.chunks
        if chunk.kind == "function" and can_describe(chunk)
    }


def _from_docs(material: Material, bench: Workbench) -> list[Candidate]:
    seed = bench.settings.seed
    blocks = [chunk for chunk in material.chunks if chunk.kind != "function" and _takes_block(chunk, material, seed)]
    inside = {(chunk.file, start) for chunk in blocks for start in chunk.functions_inside}
    verified = f"compiles in its crate with {bench.compiler}"
    candidates = []
    for chunk in material.chunks:
        wanted = chunk in blocks if chunk.kind != "function" else (chunk.file, chunk.start) not in inside
        if wanted and can_describe(chunk):
            prompt = prompt_for(chunk, seed, bench.settings.completion_share)
            candidates.append(candidate_of("code_generation", material, chunk, prompt, chunk.code, verified))
    return candidates


def _takes_block(chunk: Chunk, material: Material, seed: int) -> bool:
    """Whether a block is taken whole rather than function by function: a seeded minority is."""
    roll = chooser(seed, "block", material.package.id, chunk.key).random()
    return roll < _BLOCK_SHARE and can_describe(chunk)


def _marked(candidate: Candidate, alone: Collection[str]) -> Candidate:
    """Note whether the answer compiles by itself, and let such answers go first."""
    contained = candidate.chunk in alone
    rank = candidate.rank if contained else round(candidate.rank + _LEANING_RANK, 4)
    return dataclasses.replace(candidate, self_contained=contained, rank=rank)


MAKER = TaskMaker(
    "code_generation",
    propose,
    turn=4,
    prompt_holds="a description, often a signature, and what the code leans on",
    answer_is="the crate's own code",
    confirmed="it is compiled in its crate on this platform, and the prompt shows what it names of that, see `_level`; "
    "`_self_contained`: it also compiles alone with the context shown",
)
