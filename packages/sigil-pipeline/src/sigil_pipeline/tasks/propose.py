"""All candidates of one batch: what the docs give, and what the compiler confirmed of what was derived."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING

from sigil_pipeline.chunk.chunks import Chunk
from sigil_pipeline.chunk.gates import can_describe
from sigil_pipeline.compiler.ask import Answer
from sigil_pipeline.compiler.edits import Variant, variant_code
from sigil_pipeline.observe import stage
from sigil_pipeline.tasks.candidates import Candidate
from sigil_pipeline.tasks.code_generation import prompt as code_generation
from sigil_pipeline.tasks.code_generation.contained import self_contained
from sigil_pipeline.tasks.error_fixing import prompt as error_fixing
from sigil_pipeline.tasks.error_fixing.find import find_errors
from sigil_pipeline.tasks.explanations import prompt as explanations
from sigil_pipeline.tasks.material import Material
from sigil_pipeline.tasks.transformations import prompt as transformations
from sigil_pipeline.tasks.transformations.find import find_rewrites
from sigil_pipeline.tasks.transformations.rewrites import REWRITES
from sigil_pipeline.tasks.wording import chooser

if TYPE_CHECKING:
    from sigil_common.cargo import Confined
    from sigil_pipeline.crates.workspace import Workspace
    from sigil_pipeline.settings import Settings

# Share of the impl blocks and modules that are taken whole instead of function by function.
_BLOCK_SHARE = 0.2
# What code that compiles only in its crate is ranked behind, when a crate is capped.
_LEANING_RANK = 2.0


def propose(
    materials: Sequence[Material], workspace: Workspace, confined: Confined, settings: Settings
) -> dict[str, list[Candidate]]:  # fmt: skip
    """Return the candidates of every crate of a batch, by package id."""
    sources = {material.package.id: material.files for material in materials}
    with stage("rewrites", crates=len(materials)):
        rewritten = find_rewrites(materials, workspace, confined, sources, settings)
    with stage("errors", crates=len(materials)):
        broken = find_errors(materials, workspace, confined, sources, settings)
    compiler = confined.toolchain.version.split(" (")[0]
    with stage("alone"):
        alone = self_contained(_described(materials), confined)
    proposed = {
        material.package.id: [
            *_from_docs(material, settings, compiler),
            *_from_rewrites(material, rewritten[material.package.id], settings, compiler),
            *_from_errors(material, broken[material.package.id], settings, compiler),
        ]
        for material in materials
    }
    return {package_id: [_marked(item, alone) for item in items] for package_id, items in proposed.items()}


def _described(materials: Sequence[Material]) -> dict[str, tuple[Chunk, str]]:
    """Return the documented functions of a batch by their global key, each with its crate's edition."""
    return {
        _key(material, chunk): (chunk, material.package.edition)
        for material in materials
        for chunk in material.chunks
        if chunk.kind == "function" and can_describe(chunk)
    }


def _key(material: Material, chunk: Chunk) -> str:
    return f"{material.package.id}/{chunk.file}:{chunk.start}"


def _marked(candidate: Candidate, alone: Collection[str]) -> Candidate:
    """Note whether the answer compiles by itself, and let such answers go first."""
    if candidate.task_type != "code_generation":
        return candidate
    contained = candidate.chunk in alone
    rank = candidate.rank if contained else round(candidate.rank + _LEANING_RANK, 4)
    return dataclasses.replace(candidate, self_contained=contained, rank=rank)


def _from_docs(material: Material, settings: Settings, compiler: str) -> Iterator[Candidate]:
    blocks = [
        chunk for chunk in material.chunks if chunk.kind != "function" and _takes_block(chunk, material, settings)
    ]
    inside = {(chunk.file, start) for chunk in blocks for start in chunk.functions_inside}
    for chunk in material.chunks:
        if chunk.kind == "function" and explanations.can_explain(chunk):
            prompt, gen = explanations.task_for(chunk, settings.seed)
            yield _candidate(
                "explanations", material, chunk, prompt, gen, f"code compiles in its crate with {compiler}"
            )
        wanted = chunk in blocks if chunk.kind != "function" else (chunk.file, chunk.start) not in inside
        if wanted and can_describe(chunk):
            prompt = code_generation.prompt_for(chunk, settings.seed)
            yield _candidate(
                "code_generation", material, chunk, prompt, chunk.code, f"compiles in its crate with {compiler}"
            )


def _takes_block(chunk: Chunk, material: Material, settings: Settings) -> bool:
    """Whether a block is taken whole rather than function by function: a seeded minority is."""
    roll = chooser(settings.seed, "block", material.package.id, chunk.key).random()
    return roll < _BLOCK_SHARE and can_describe(chunk)


def _candidate(
    task: str, material: Material, chunk: Chunk, prompt: str, gen: str, verified: str, *, rank: float = 0.0,
    error_code: str | None = None, rewrite: str | None = None,
) -> Candidate:  # fmt: skip
    package = material.package
    return Candidate(
        task_type=task, chunk=_key(material, chunk), kind=chunk.kind,  # type: ignore[arg-type]
        rank=round(rank + _rank(chunk), 4), prompt=prompt, gen=gen, crate=package.name, version=package.version,
        file=chunk.file, lines=(chunk.first_line, chunk.last_line), verified=verified, error_code=error_code,
        rewrite=rewrite,
    )  # fmt: skip


def _rank(chunk: Chunk) -> float:
    """Short code that leans on little goes first when a crate's samples are capped."""
    leaning = 0.5 * bool(chunk.context.owner_header) + 0.25 * bool(chunk.context.imports)
    return leaning + 0.25 * (not chunk.docs) + min(chunk.lines, 100) / 100


def _from_rewrites(
    material: Material, found: Sequence[tuple[Variant, Answer]], settings: Settings, compiler: str
) -> Iterator[Candidate]:  # fmt: skip
    rules = {rewrite.name: rewrite for rewrite in REWRITES}
    for variant, answer in found:
        chunk, rewrite = variant.chunk, rules[variant.operator]
        plain = variant_code(material.files[chunk.file], variant)
        prompt = transformations.prompt_for(chunk, plain, rewrite, answer.lints, settings.seed)
        flagged = [lint for lint in rewrite.lints if lint in answer.lints]
        verified = f"input and answer compile in their crate with {compiler}"
        verified += f"; clippy reports {', '.join(flagged)} in the input" if flagged else ""
        rank = 1.0 if rewrite.name == "tail_expression" else 0.0
        yield _candidate(
            "transformations", material, chunk, prompt, chunk.code, verified, rank=rank, rewrite=rewrite.name
        )


def _from_errors(
    material: Material, found: Sequence[tuple[Variant, Answer]], settings: Settings, compiler: str
) -> Iterator[Candidate]:  # fmt: skip
    for variant, answer in found:
        chunk, error = variant.chunk, answer.errors[0]
        broken = variant_code(material.files[chunk.file], variant)
        prompt = error_fixing.prompt_for(chunk, broken, error, settings.seed)
        verified = f"input fails with {error.code} only, answer compiles in its crate with {compiler}"
        yield _candidate("error_fixing", material, chunk, prompt, chunk.code, verified,
                         error_code=error.code, rewrite=variant.operator)  # fmt: skip
