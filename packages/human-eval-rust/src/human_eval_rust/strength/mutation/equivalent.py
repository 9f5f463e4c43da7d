"""The list of equivalent mutants: those that no test can kill, each with a reason that can be checked.

Tab-separated, one line each: task id, the changed lines before and after (as the survivors' list prints
them), the reason. Lines that begin with `#` are remarks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from human_eval_rust.strength.mutation.outcomes import MutantOutcome
from sigil_common.errors import InputError

FILE_NAME = "equivalent_mutants.tsv"
Name = tuple[str, str, str]


@dataclass(frozen=True)
class Equivalent:
    """One listed mutant; `place` is its line in the list."""

    place: str
    name: Name
    reason: str


def read_equivalent(path: Path) -> dict[Name, Equivalent]:
    """Read a list, by the mutants' names; a file that does not exist is an empty list.

    Raises `InputError` naming the line for one that has not four fields, or repeats a mutant.
    """
    found: dict[Name, Equivalent] = {}
    if not path.exists():
        return found
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        fields = [field.strip() for field in line.split("\t")]
        if len(fields) != 4 or not all(fields):
            raise InputError(
                f"{path}:{number}: expected four fields between tabs, found {len(fields)}",
                hint="task id, lines before, lines after, reason",
            )
        name = (fields[0], fields[1], fields[2])
        if name in found:
            raise InputError(f"{path}:{number}: already listed at {found[name].place}")
        found[name] = Equivalent(f"{path}:{number}", name, fields[3])
    return found


def faults(listed: Mapping[Name, Equivalent], outcomes: Mapping[str, Iterable[MutantOutcome]]) -> list[str]:
    """Return what is wrong with the list: mutants of these problems that do not exist, or do not survive."""
    ends = {outcome.mutant.name: outcome for found in outcomes.values() for outcome in found}
    wrong: list[str] = []
    for name, entry in listed.items():
        if name[0] not in outcomes:
            continue
        outcome = ends.get(name)
        if outcome is None:
            wrong.append(f"{entry.place}: {name[0]} has no such mutant: {name[1]} => {name[2]}")
        elif outcome.result == "killed":
            wrong.append(f"{entry.place}: this mutant is killed ({outcome.by}), so it is not equivalent")
        elif outcome.result == "refused":
            wrong.append(f"{entry.place}: this mutant does not compile")
    return wrong
