"""Problem files: where they are, and reading them."""

from __future__ import annotations

import importlib.resources
import logging
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from human_eval_rust.problems.formats import UnknownFormatError, imports_left_out, recognise, to_problem
from sigil_common.errors import InputError
from sigil_common.jsonl import read_objects
from sigil_common.records import Problem

log = logging.getLogger("sigil.problems")

DEFAULT_SET = "HumanEval_rust"
SHIPPED_SETS = (DEFAULT_SET, "RustFirstSteps")
SHIPPED = ", ".join(SHIPPED_SETS)


def shipped(name: str = DEFAULT_SET) -> Path:
    """Return the problem file that comes with the package: `HumanEval_rust` or `RustFirstSteps`."""
    path = Path(str(importlib.resources.files("human_eval_rust"))) / "data" / f"{name}.jsonl"
    if not path.is_file():
        raise InputError(
            f"there is no problem set `{name}`", hint=f"give a path, or one of the shipped sets: {SHIPPED}"
        )
    return path


def locate(given: Path | None) -> Path:
    """Return the problem file to use: the one given, the shipped set of that name, or the default set."""
    if given is None:
        return shipped()
    if given.suffix == "" and not given.exists() and len(given.parts) == 1:
        return shipped(given.name)
    if not given.exists():
        raise InputError(f"no such problem file: {given}", hint=f"give a path, or one of the shipped sets: {SHIPPED}")
    return given


@dataclass(frozen=True)
class ProblemFile:
    """What a problem file holds: the problems by task id in file order, and how they were read.

    `formats` are the names of the formats of its rows. `imports_left_out` tells, by name of a crate that
    is not offered, from how many problems its imports were left out.
    """

    problems: dict[str, Problem]
    formats: tuple[str, ...]
    imports_left_out: dict[str, int]

    def summary(self) -> dict[str, Any]:
        """Return how the file was read as plain JSON values."""
        return {"problem_format": ", ".join(self.formats), "imports_left_out": self.imports_left_out}


def load(path: Path) -> dict[str, Problem]:
    """Read a problem file of any known format, by task id in file order; see `read`."""
    return read(path).problems


def read(path: Path) -> ProblemFile:
    """Read a problem file of any known format, and say on stderr how it was read.

    Raises `InputError` naming file and line for a bad line or a task id that occurs twice.
    """
    problems: dict[str, Problem] = {}
    missed: list[frozenset[str]] = []
    places: dict[str, int] = {}
    forms: set[str] = set()
    for number, row in read_objects(path):
        form, problem = _read_row(row, f"{path}:{number}")
        forms.add(form)
        missed.append(imports_left_out(row, form))
        if problem.task_id in places:
            raise InputError(
                f"{path}:{number}: task id `{problem.task_id}` occurs twice",
                cause=f"first on line {places[problem.task_id]}",
            )
        places[problem.task_id] = number
        problems[problem.task_id] = problem
    if not problems:
        raise InputError(f"{path} holds no problems")
    if path.parent != shipped().parent:
        say_formats(path, forms)
    return ProblemFile(problems, tuple(sorted(forms)), say_left_out(path, missed))


def say_formats(path: Path, forms: Iterable[str]) -> None:
    """Say which formats were recognised."""
    log.info("%s: read as %s", path, ", ".join(sorted(forms)))


def say_left_out(path: Path, missed: Sequence[frozenset[str]]) -> dict[str, int]:
    """Count, and say, from how many problems the imports of which crates were left out; `missed` has one set each."""
    counts = Counter(name for names in missed for name in names)
    if counts:
        log.warning(
            "%s: imports of crates that are not offered (%s) are left out of %d of %d problems",
            path,
            ", ".join(sorted(counts)),
            sum(map(bool, missed)),
            len(missed),
        )
    return dict(sorted(counts.items()))


def _read_row(row: dict[str, Any], place: str) -> tuple[str, Problem]:
    try:
        form = recognise(row)
        return form, to_problem(row, form)
    except UnknownFormatError as error:
        raise InputError(f"{place}: {error}", hint="known: HumanEval-style, HumanEval-X, MultiPL-E") from None
    except ValidationError as error:
        first = error.errors()[0]
        raise InputError(f"{place}: field `{'.'.join(map(str, first['loc']))}`: {first['msg']}") from None
