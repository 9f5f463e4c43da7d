"""Say in words what code does. The answer is the author's own documentation."""

from __future__ import annotations

from sigil_pipeline.tasks.candidates import Candidate, candidate_of
from sigil_pipeline.tasks.explanations.prompt import can_explain, task_for
from sigil_pipeline.tasks.maker import TaskMaker, Workbench
from sigil_pipeline.tasks.material import Material


def propose(bench: Workbench) -> dict[str, list[Candidate]]:
    """Return a candidate for every function whose docs explain it."""
    return {material.package.id: _from_docs(material, bench) for material in bench.materials}


def _from_docs(material: Material, bench: Workbench) -> list[Candidate]:
    verified = f"code compiles in its crate with {bench.compiler}"
    candidates = []
    for chunk in material.chunks:
        if chunk.kind == "function" and can_explain(chunk):
            prompt, gen = task_for(chunk, bench.settings.seed)
            candidates.append(candidate_of("explanations", material, chunk, prompt, gen, verified))
    return candidates


MAKER = TaskMaker(
    "explanations",
    propose,
    turn=3,
    prompt_holds="the code",
    answer_is="the author's documentation, as prose or as `///` lines",
    confirmed="the code compiles in its crate",
    answers_in_code=False,
)
