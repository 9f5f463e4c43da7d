"""Phase 1: whole source files under one fixed prompt. The answer is the file, which compiles as it is shown.

No type of task of its own: its samples are `code_generation`, and no other type is asked in that mode.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sigil_pipeline.chunk.chunks import Chunk
from sigil_pipeline.compiler.ask import CheckRun, TimeLimitError, changed_files, check
from sigil_pipeline.observe import stage
from sigil_pipeline.tasks.candidates import Candidate, candidate_of
from sigil_pipeline.tasks.maker import TaskMaker, Workbench
from sigil_pipeline.tasks.material import Material
from sigil_pipeline.tasks.wording import Prompt

PROMPT = "Write a module of a Rust library."
_TEMPLATE = "phase1"
_ROUNDS = 3

_Files = Mapping[str, Mapping[str, Chunk]]


def propose(bench: Workbench) -> dict[str, list[Candidate]]:
    """Return a candidate for every file that passed the gates and compiles as it is shown."""
    with stage("files"):
        standing = _compiling(bench)
    verified = f"compiles in its crate as shown with {bench.compiler}"
    return {
        material.package.id: [
            _candidate(material, chunk, verified) for chunk in standing.get(material.package.id, {}).values()
        ]
        for material in bench.materials
    }


def not_standing(material: Material, proposed: Collection[str]) -> list[Candidate]:
    """Return what the files would have given that passed the gates and are not `proposed`: they do not compile."""
    files = [chunk for chunk in material.chunks if chunk.kind == "file"]
    return [_candidate(material, chunk, "") for chunk in files if material.key(chunk) not in proposed]


def _candidate(material: Material, chunk: Chunk, verified: str) -> Candidate:
    return candidate_of("code_generation", material, chunk, Prompt(PROMPT, _TEMPLATE), chunk.code, verified)


def _compiling(bench: Workbench) -> _Files:
    """Return the files that compile together as they are shown, by package id and path.

    Those in which an error lies are put back as they were, and the others are compiled once more.
    """
    files: _Files = {
        material.package.id: {chunk.file: chunk for chunk in material.chunks if chunk.kind == "file"}
        for material in bench.materials
    }
    for _ in range(_ROUNDS):
        changed = {key: {name: chunk.code.encode() for name, chunk in shown.items()} for key, shown in files.items()}
        with changed_files(bench.workspace, bench.sources, changed):
            answer = check(bench.workspace, bench.confined, clippy=False)
        if answer.run.timed_out:
            raise TimeLimitError(files)
        standing = {key: shown if key in answer.built else _without(shown, answer, key) for key, shown in files.items()}
        if standing == files:
            break
        files = standing
    return {key: shown for key, shown in files.items() if key in answer.built}


def _without(shown: Mapping[str, Chunk], answer: CheckRun, package: str) -> Mapping[str, Chunk]:
    """Return the files in which no error lies; none where the errors do not say where they are."""
    errors = [finding for finding in answer.findings[package] if finding.is_error]
    wrong = {place.file for finding in errors for place in finding.places if place.primary}
    return {name: chunk for name, chunk in shown.items() if name not in wrong} if wrong & set(shown) else {}


MAKER = TaskMaker(
    "code_generation",
    propose,
    turn=4,
    prompt_holds=f"in phase 1 always `{PROMPT}`",
    answer_is="a whole source file, without tests and what this build leaves out",
    confirmed="it compiles in its crate as shown",
)
