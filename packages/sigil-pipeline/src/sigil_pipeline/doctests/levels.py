"""Which samples ask for a function that the examples in its docs test."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sigil_common.errors import MissingError
from sigil_pipeline.doctests.build import Program, build
from sigil_pipeline.doctests.program import trials_of
from sigil_pipeline.heldout.prove import ENDINGS, run_example
from sigil_pipeline.tasks.material import Material
from sigil_pipeline.tasks.propose import Proposed

if TYPE_CHECKING:
    from pathlib import Path

    from sigil_common.cargo import Confined
    from sigil_pipeline.crates.workspace import Workspace

# Of so many examples that come to no end a crate is asked no more.
_MOST_STOPPED = 3
TESTS = "tests"


@dataclass(frozen=True)
class Tested:
    """What a crate proposes, with the level of what its examples test, and the number of examples by what became of
    them: `tests`, or why they are none.
    """

    proposed: Proposed
    examples: Mapping[str, int] = field(default_factory=dict)


def with_tests(
    materials: Sequence[Material], proposed: Mapping[str, Proposed], workspace: Workspace, confined: Confined
) -> dict[str, Tested]:
    """Return the proposals of each crate by package id; raises `MissingError` if the sandbox itself fails."""
    asked: dict[str, Program] = {}
    counts: dict[str, Counter[str]] = {}
    for one in materials:
        asked[one.package.id], counts[one.package.id] = _program(one, proposed[one.package.id])
    build(workspace, confined, [program for program in asked.values() if program.trials])
    with ThreadPoolExecutor(confined.jobs) as pool:
        ran = pool.map(lambda program: _endings(program, confined), asked.values())
    found = {}
    for one, endings in zip(materials, ran, strict=True):
        program = asked[one.package.id]
        tested = {one.key(program.trials[at].chunk) for at, ending in endings.items() if ending == TESTS}
        counts[one.package.id].update([*endings.values(), *program.refused.values()])
        found[one.package.id] = Tested(
            _marked(proposed[one.package.id], tested), dict(sorted(counts[one.package.id].items()))
        )
    return found


def _program(material: Material, proposed: Proposed) -> tuple[Program, Counter[str]]:
    """Return the examples of the functions that samples ask for, and how many are none to be tried, by reason."""
    wanted = {one.chunk for one in proposed.candidates if one.task_type == "code_generation"}
    trials, refused = [], Counter[str]()
    if not material.package.proc_macro:
        chunks = [one for one in material.functions if material.key(one) in wanted]
        for number, chunk in enumerate(chunks, start=1):
            found, others = trials_of(chunk, number)
            trials += found
            refused.update(others)
    return Program(material.package, material.files, dict(enumerate(trials))), refused


def _endings(program: Program, confined: Confined) -> dict[int, str]:
    """Run the examples of a crate one after the other; a crate that hangs too often is not asked for all."""
    said: dict[int, str] = {}
    for row, at in enumerate(program.trials):
        stopped = sum(one == "stopped" for one in said.values())
        if program.path is None or stopped >= _MOST_STOPPED:
            return dict.fromkeys(program.trials, "crate_hangs")
        said[at] = _ending(program.path, row, confined)
    return said


def _ending(program: Path, row: int, confined: Confined) -> str:
    outcome = run_example(program, row, confined)
    if outcome.trouble is not None:
        raise MissingError("the sandbox failed while running an example", cause=outcome.trouble)
    if outcome.timed_out or outcome.cpu_exceeded or outcome.output_exceeded:
        return "stopped"
    return ENDINGS.get(outcome.returncode or 0, "fails") or TESTS


def _marked(proposed: Proposed, tested: set[str]) -> Proposed:
    candidates = [
        dataclasses.replace(one, level="tests_pass")
        if one.task_type == "code_generation" and one.level != "in_crate" and one.chunk in tested
        else one
        for one in proposed.candidates
    ]
    return dataclasses.replace(proposed, candidates=tuple(candidates))
