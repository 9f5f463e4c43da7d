"""Repair code that does not compile. Both the error and its text are the compiler's own."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from sigil_pipeline.compiler.ask import Answer
from sigil_pipeline.compiler.edits import Variant, variant_code
from sigil_pipeline.observe import stage
from sigil_pipeline.tasks.candidates import Candidate, candidate_of
from sigil_pipeline.tasks.error_fixing.find import find_errors
from sigil_pipeline.tasks.error_fixing.prompt import prompt_for
from sigil_pipeline.tasks.maker import TaskMaker, Workbench
from sigil_pipeline.tasks.material import Material


def propose(bench: Workbench) -> dict[str, list[Candidate]]:
    """Return a candidate for every function of which a mutant with exactly one error was found, or with exactly two."""
    with stage("errors", crates=len(bench.materials)):
        found = find_errors(bench)
    return {
        material.package.id: _from_mutants(material, found[material.package.id], bench) for material in bench.materials
    }


def _from_mutants(material: Material, found: Sequence[tuple[Variant, Answer]], bench: Workbench) -> list[Candidate]:
    candidates = []
    for variant, answer in found:
        chunk, codes = variant.chunk, [str(error.code) for error in answer.errors]
        broken = variant_code(material.files[chunk.file], variant)
        prompt = prompt_for(chunk, broken, answer.errors, bench.settings.seed)
        verified = f"input fails with {' and '.join(codes)} only, answer compiles in its crate with {bench.compiler}"
        item = candidate_of("error_fixing", material, chunk, prompt, chunk.code, verified)
        item = dataclasses.replace(item, rewrite=variant.operator, formatted=variant.formatted)
        candidates.append(dataclasses.replace(item, error_code=", ".join(codes)))
    return candidates


MAKER = TaskMaker(
    "error_fixing",
    propose,
    turn=1,
    prompt_holds="a mutant, and rustc's own message",
    answer_is="the crate's own code",
    confirmed="exactly one error, or exactly two that were made, inside this function, with this text",
)
