"""What the examples of several crates say: each is run by itself, in a program that holds all of its crate."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from sigil_common.errors import MissingError
from sigil_pipeline.doctests.build import Program, build
from sigil_pipeline.doctests.program import reached
from sigil_pipeline.heldout.prove import ENDINGS, run_example

if TYPE_CHECKING:
    from pathlib import Path

    from sigil_common.cargo import Confined
    from sigil_pipeline.crates.workspace import Workspace

# Of so many examples that come to no end a crate is asked no more.
_MOST_STOPPED = 3
TESTS = "tests"


@dataclass(frozen=True)
class Ran:
    """What became of an example, `tests` or why it is none, and the inputs whose functions it reached, by number."""

    ending: str
    inputs: frozenset[int] = frozenset()

    @property
    def held(self) -> bool:
        """Whether it passed with the crate as it was built, each time."""
        return self.ending in (TESTS, "vacuous")


def run(workspace: Workspace, confined: Confined, programs: Sequence[Program]) -> list[dict[int, Ran]]:
    """Build programs and run the examples that are left in each; raises `MissingError` if the sandbox itself fails."""
    build(workspace, confined, [one for one in programs if one.trials])
    with ThreadPoolExecutor(confined.jobs) as pool:
        return list(pool.map(partial(_run_all, confined), programs))


def _run_all(confined: Confined, program: Program) -> dict[int, Ran]:
    """Run the examples of a crate one after the other; a crate that hangs too often is not asked for all."""
    said: dict[int, Ran] = {}
    for row, at in enumerate(program.trials):
        stopped = sum(one.ending == "stopped" for one in said.values())
        if program.path is None or stopped >= _MOST_STOPPED:
            return dict.fromkeys(program.trials, Ran("crate_hangs"))
        said[at] = _run(program.path, row, confined)
    return said


def _run(program: Path, row: int, confined: Confined) -> Ran:
    outcome = run_example(program, row, confined)
    if outcome.trouble is not None:
        raise MissingError("the sandbox failed while running an example", cause=outcome.trouble)
    if outcome.timed_out or outcome.cpu_exceeded or outcome.output_exceeded:
        return Ran("stopped")
    return Ran(ENDINGS.get(outcome.returncode or 0, "fails") or TESTS, reached(outcome.stdout))
