"""Which samples ask for a function that examples in docs test, and which show one that these refute."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sigil_pipeline.compiler.edits import Edit, Variant
from sigil_pipeline.doctests.build import Program
from sigil_pipeline.doctests.inputs import both_sides
from sigil_pipeline.doctests.program import trials_of
from sigil_pipeline.doctests.run import TESTS, run
from sigil_pipeline.tasks.material import Material
from sigil_pipeline.tasks.propose import Proposed, Refused
from sigil_pipeline.tasks.transformations.find import variants_by
from sigil_pipeline.tasks.transformations.rewrites import REWRITES

if TYPE_CHECKING:
    from sigil_common.cargo import Confined
    from sigil_pipeline.crates.workspace import Workspace
    from sigil_pipeline.tasks.candidates import Candidate

LATE_INPUTS = "inputs_time_limit"
"""Counts examples that are counted already, but could not be run with inputs in their functions' places."""

_RULES = frozenset(one.name for one in REWRITES)
TESTED = ("code_generation", "transformations")
"""The tasks whose samples tests can say something about."""


@dataclass(frozen=True)
class Tested:
    """What a crate proposes, with the level of what examples test and without what they refute, and the number of
    examples by what became of them: `tests` of their function, or why they are none. `unit_tests` counts the crate's
    own tests so, where these were run, too.
    """

    proposed: Proposed
    examples: Mapping[str, int] = field(default_factory=dict)
    unit_tests: Mapping[str, int] = field(default_factory=dict)


def with_tests(
    materials: Sequence[Material], proposed: Mapping[str, Proposed], workspace: Workspace, confined: Confined
) -> dict[str, Tested]:
    """Return the proposals of each crate by package id; raises `MissingError` if the sandbox itself fails."""
    asked = [_program(one, proposed[one.package.id]) for one in materials]
    programs = [program for program, _ in asked]
    ran = run(workspace, confined, programs)
    sides = both_sides(workspace, confined, programs, ran)
    found = {}
    for one, (program, counts), said, side in zip(materials, asked, ran, sides, strict=True):
        counts.update([*(item.ending for item in said.values()), *program.refused.values()])
        tested = {one.key(program.trials[at].chunk) for at, item in said.items() if item.ending == TESTS}
        held = {one.key(item.chunk): side.held.get(item.chunk.key) for item in program.inputs}
        counts.update({LATE_INPUTS: side.late} if side.late else {})
        found[one.package.id] = Tested(
            marked(proposed[one.package.id], tested, held, "example_fails"), dict(sorted(counts.items()))
        )
    return found


def _program(material: Material, proposed: Proposed) -> tuple[Program, Counter[str]]:
    """Return the examples of the functions that samples ask for, and how many are none to be tried, by reason."""
    wanted = {one.chunk for one in proposed.candidates if one.task_type in TESTED}
    trials, refused = [], Counter[str]()
    if not (material.package.proc_macro or material.package.program):  # which no example can use
        chunks = [one for one in material.functions if material.key(one) in wanted]
        for number, chunk in enumerate(chunks, start=1):
            found, others = trials_of(chunk, number)
            trials += found
            refused.update(others)
    inputs = other_sides(material, proposed) if trials else ()
    return Program(material.package, material.files, dict(enumerate(trials)), inputs), refused


def other_sides(material: Material, proposed: Proposed) -> tuple[Variant, ...]:
    """Return transformations with what is not the crate's own code in its place: the input, or what clippy advises."""
    asked = {one.chunk: one for one in proposed.candidates if one.task_type == "transformations"}
    rules = {key: one.rewrite for key, one in asked.items() if one.rewrite in _RULES}
    advised = [
        Variant(chunk, "advice", (Edit(chunk.start, chunk.end, one.gen),))
        for chunk in material.functions
        if (one := asked.get(material.key(chunk))) is not None and one.rewrite not in _RULES
    ]
    return (*variants_by(rules, material), *advised)


def marked(proposed: Proposed, tested: Collection[str], held: Mapping[str, bool | None], reason: str) -> Proposed:
    """Give samples their level, and refuse with `reason` those of which a test fails with one side.

    `tested` are functions that a test needs, `held` says of inputs that tests reach whether these hold with them; both
    by `Material.key`.
    """
    kept: list[Candidate] = []
    refused = list(proposed.refused)
    for one in proposed.candidates:
        passes = held.get(one.chunk) if one.task_type == "transformations" else one.chunk in tested
        if one.task_type == "transformations" and passes is False:
            refused.append(Refused(one, reason))
        elif passes and one.task_type in TESTED and one.level != "in_crate":
            kept.append(dataclasses.replace(one, level="tests_pass"))
        else:
            kept.append(one)
    return dataclasses.replace(proposed, candidates=tuple(kept), refused=tuple(refused))
