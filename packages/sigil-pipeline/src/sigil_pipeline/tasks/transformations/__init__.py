"""Make working code idiomatic. Mostly the input is derived from the crate's code, and the answer is that code."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from sigil_pipeline.compiler.ask import Answer
from sigil_pipeline.compiler.edits import Variant, variant_code
from sigil_pipeline.observe import stage
from sigil_pipeline.tasks.candidates import Candidate, candidate_of
from sigil_pipeline.tasks.maker import TaskMaker, Workbench
from sigil_pipeline.tasks.material import Material
from sigil_pipeline.tasks.transformations.advice import ADVICE, find_advice
from sigil_pipeline.tasks.transformations.find import find_rewrites
from sigil_pipeline.tasks.transformations.prompt import prompt_for
from sigil_pipeline.tasks.transformations.rewrites import REWRITES

# What the least telling rewrite is ranked behind, when a crate is capped.
_PLAIN_RANK = 1.0


def propose(bench: Workbench) -> dict[str, list[Candidate]]:
    """Return a candidate for every function of which clippy knows a better form, or a worse one was found."""
    with stage("rewrites", crates=len(bench.materials)):
        found = find_rewrites(bench)
    with stage("advice", crates=len(bench.materials)):
        advised = find_advice(bench)
    proposed = {}
    for material in bench.materials:
        advice = advised[material.package.id]
        rest = [(variant, answer) for variant, answer in found[material.package.id] if variant.chunk.key not in advice]
        better = [_from_advice(material, variant, bench) for variant in advice.values()]
        proposed[material.package.id] = [*_from_variants(material, rest, bench), *better]
    return proposed


def _from_advice(material: Material, variant: Variant, bench: Workbench) -> Candidate:
    """Return a candidate whose input is the crate's code, and whose answer is what clippy makes of it."""
    chunk, rewrite = variant.chunk, ADVICE[variant.operator]
    prompt = prompt_for(chunk, chunk.code, rewrite, rewrite.lints, bench.settings.seed)
    verified = f"input and answer compile in their crate with {bench.compiler}"
    verified += f"; clippy reports {rewrite.name} in the input, and not in the answer"
    answer = variant_code(material.files[chunk.file], variant)
    item = candidate_of("transformations", material, chunk, prompt, answer, verified)
    return dataclasses.replace(item, rewrite=rewrite.name, formatted=variant.formatted)


def _from_variants(material: Material, found: Sequence[tuple[Variant, Answer]], bench: Workbench) -> list[Candidate]:
    rules = {rewrite.name: rewrite for rewrite in REWRITES}
    candidates = []
    for variant, answer in found:
        chunk, rewrite = variant.chunk, rules[variant.operator]
        plain = variant_code(material.files[chunk.file], variant)
        prompt = prompt_for(chunk, plain, rewrite, answer.lints, bench.settings.seed)
        flagged = [lint for lint in rewrite.lints if lint in answer.lints]
        verified = f"input and answer compile in their crate with {bench.compiler}"
        verified += f"; clippy reports {', '.join(flagged)} in the input" if flagged else ""
        item = candidate_of("transformations", material, chunk, prompt, chunk.code, verified)
        rank = item.rank + (_PLAIN_RANK if rewrite.name == "tail_expression" else 0.0)
        candidates.append(
            dataclasses.replace(item, rank=round(rank, 4), rewrite=rewrite.name, formatted=variant.formatted)
        )
    return candidates


MAKER = TaskMaker(
    "transformations",
    propose,
    turn=2,
    prompt_holds="the code made un-idiomatic by a rule that keeps its meaning; or code that clippy objects to",
    answer_is="the crate's own code; or what clippy makes of it",
    confirmed="input and answer compile in the crate; clippy's lints on the input",
)
