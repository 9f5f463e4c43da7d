"""Which functions to be transformed keep their meaning, as far as examples tell: they hold with either side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from sigil_pipeline.doctests.build import LATE, Program
from sigil_pipeline.doctests.run import TESTS, Ran, run

if TYPE_CHECKING:
    from sigil_common.cargo import Confined
    from sigil_pipeline.crates.workspace import Workspace

_Reached = Mapping[int, frozenset[str]]


class Sides(NamedTuple):
    """Of a crate's inputs that examples reach, by chunk key, whether all that held without hold with it; and how many
    examples could not be run, as the build with the inputs took too long.
    """

    held: dict[str, bool]
    late: int


def both_sides(
    workspace: Workspace, confined: Confined, programs: Sequence[Program], ran: Sequence[Mapping[int, Ran]]
) -> list[Sides]:
    """Return for each program what its examples say of its inputs.

    All inputs of a crate are made together. One of a crate that does not build so is missing; where examples come to no
    end with them, they do not hold. `ran` is what the programs said without them.
    """
    reached = [_reached(program, said) for program, said in zip(programs, ran, strict=True)]
    changed = [_changed(program, met) for program, met in zip(programs, reached, strict=True)]
    return [
        Sides(_holding(met, said), sum(reason == LATE for reason in one.refused.values()))
        for met, said, one in zip(reached, run(workspace, confined, changed), changed, strict=True)
    ]


def _reached(program: Program, ran: Mapping[int, Ran]) -> _Reached:
    """Return the inputs that examples meet, of those that hold and meet any; a constant function is met by its own."""
    keys = [one.chunk.key for one in program.inputs]
    found = {}
    for at, one in ran.items():
        met = {keys[number] for number in one.inputs if number < len(keys)}
        if one.ending == TESTS and program.trials[at].chunk.key in keys:
            met.add(program.trials[at].chunk.key)
        if met and one.held:
            found[at] = frozenset(met)
    return found


def _changed(program: Program, reached: _Reached) -> Program:
    met = frozenset[str]().union(*reached.values())
    inputs = tuple(one for one in program.inputs if one.chunk.key in met)
    return Program(program.package, program.sources, {at: program.trials[at] for at in reached}, inputs, changed=True)


def _holding(reached: _Reached, ran: Mapping[int, Ran]) -> dict[str, bool]:
    found: dict[str, bool] = {}
    for at, one in ran.items():
        for key in reached[at]:
            found[key] = found.get(key, True) and one.held
    return found
