"""What unit tests say: which hold, which functions they reach, and which of these they cannot do without."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sigil_common.errors import MissingError
from sigil_pipeline.unittests.program import SEED, STOP, ended, reached

if TYPE_CHECKING:
    from pathlib import Path

    from sigil_common.cargo import Confined
    from sigil_common.sandbox import Outcome

_CPU_S = 10.0
_SEEDS = range(4)
# Of so many tests that come to no end a crate is asked no more.
_MOST_STOPPED = 3
_INSIDE = "/run/tests"
NO_TEST = "-"
"""What threads that tests begin call the test that they belong to."""


@dataclass(frozen=True)
class Said:
    """How tests ended, by name: `holds`, or why they are of no use; and the functions that each reached, by number."""

    endings: Mapping[str, str]
    reached: Mapping[str, frozenset[int]]

    @property
    def held(self) -> list[str]:
        """The tests that passed each time."""
        return [name for name, ending in self.endings.items() if ending == "holds"]


def run_all(program: Path, confined: Confined, only: Sequence[str] = (), slack: float = 1.0) -> Said:
    """Run tests, all of them or `only` some, four times with hash maps in four orders.

    They share a process as they do under cargo, one after the other. `slack` multiplies the time that they have.
    Raises `MissingError` if the sandbox itself fails.
    """
    first, said, hung = _first(program, confined, only, slack)
    endings = {name: {"ok": "holds", "ignored": "ignored"}.get(word, "fails") for name, word in first.items()}
    endings |= dict.fromkeys(hung, "stopped")
    for seed in _SEEDS[1:]:
        held = [name for name, ending in endings.items() if ending == "holds"]
        if held:
            again = ended(_run(program, ["--exact", *held], {SEED: seed}, confined, slack).stdout)
            endings |= {name: "unsteady" for name in held if again.get(name) != "ok"}
    return Said(endings, said)


def _first(
    program: Path, confined: Confined, only: Sequence[str], slack: float
) -> tuple[dict[str, str], dict[str, frozenset[int]], list[str]]:
    """Run tests; where one comes to no end or ends the program, once more without it."""
    hung: list[str] = []
    while True:
        skipped = [word for name in hung for word in ("--skip", name)]
        outcome = _run(program, ["--exact", *only, *skipped] if only or hung else [], {}, confined, slack)
        words = ended(outcome.stdout)
        open_ones = [name for name, word in words.items() if not word]
        if not open_ones or len(hung) + 1 >= _MOST_STOPPED:
            hung += open_ones
            return {name: word for name, word in words.items() if word}, reached(outcome.stderr), hung
        hung += open_ones


def needs(program: Path, number: int, tests: Sequence[str], confined: Confined) -> str | None:
    """Return a test that fails when the function with this number panics, `None` if none of these does."""
    outcome = _run(program, ["--exact", *tests], {STOP: number + 1}, confined, 1.0)
    if _limited(outcome):
        return None
    words = ended(outcome.stdout)
    # A panic where none may be ends the program in the middle of a test.
    return next((name for name, word in words.items() if name in tests and word in ("FAILED", "")), None)


def _limited(outcome: Outcome) -> bool:
    return outcome.timed_out or outcome.cpu_exceeded or outcome.output_exceeded


def _run(program: Path, args: Sequence[str], env: Mapping[str, int], confined: Confined, slack: float) -> Outcome:
    from sigil_common.rustc import WALL_PER_CPU, retried
    from sigil_common.sandbox import Limits, Mount, SandboxSpec

    limits = Limits(wall_s=WALL_PER_CPU * _CPU_S * slack, cpu_s=_CPU_S * slack, processes=32, scratch_bytes=0)
    inside = _INSIDE if confined.sandbox.name == "bubblewrap" else str(program)
    words = {"RUST_BACKTRACE": "0", **{name: str(value) for name, value in env.items()}}
    spec = SandboxSpec(limits, mounts=(Mount(program, target=inside),), env=words, cwd="/", system="minimal")
    argv = [inside, "--test-threads=1", *args]
    outcome = retried(lambda: _Ran(confined.sandbox.run(argv, spec))).outcome
    if outcome.trouble is not None:
        raise MissingError("the sandbox failed while running a unit test", cause=outcome.trouble)
    return outcome


@dataclass(frozen=True)
class _Ran:
    outcome: Outcome
