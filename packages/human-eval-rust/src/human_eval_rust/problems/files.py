"""Problem files: where they are, and reading them."""

from __future__ import annotations

import importlib.resources
import logging
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from human_eval_rust.problems.formats import UnknownFormatError, imports_left_out, recognise, to_problem
from human_eval_rust.shipped_sets import DEFAULT_SET, SHIPPED
from sigil_common.errors import InputError
from sigil_common.jsonl import is_unicode, read_objects, wrong_in
from sigil_common.records import Problem

log = logging.getLogger("sigil.problems")


def shipped(name: str = DEFAULT_SET) -> Path:
    """Return the problem file that comes with the package under this name, as `RustFirstSteps`."""
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


class ProblemFile:
    """What a problem file holds: the problems by task id in file order, and how its rows were read."""

    def __init__(self) -> None:
        self.problems: dict[str, Problem] = {}
        self._forms: set[str] = set()
        self._missed: list[frozenset[str]] = []
        self._renamed: list[str] = []

    def convert(self, row: dict[str, Any]) -> tuple[str, Problem]:
        """Return a row's format, and the row as a problem.

        Raises what `recognise` and `to_problem` raise, and `InputError` for a field with half of a character, which
        would be a question mark for some of its readers and nothing that others can take. A field without a value, as
        files made of tables have them, counts as not there.
        """
        row = {name: value for name, value in row.items() if value is not None}
        if halved := next((name for name, text in row.items() if isinstance(text, str) and not is_unicode(text)), None):
            raise InputError(f"field `{halved}` holds a lone surrogate", hint="write the file as plain UTF-8")
        form = recognise(row)
        problem = to_problem(row, form)
        self._forms.add(form)
        self._missed.append(imports_left_out(row, form))
        if renamed := named_otherwise(row, problem):
            self._renamed.append(f"{problem.task_id}: `{problem.entry_point}` for `{renamed}`")
        return form, problem

    def summary(self) -> dict[str, Any]:
        """Return the formats of its rows, and from how many problems the imports of which crates were left out."""
        counts = Counter(name for names in self._missed for name in names)
        return {"problem_format": ", ".join(sorted(self._forms)), "imports_left_out": dict(sorted(counts.items()))}

    def say(self, path: Path) -> None:
        """Say on stderr which formats were recognised, and what was not taken as it stands."""
        found = self.summary()
        if self._forms - {"humaneval"}:
            log.info("%s: read as %s", path, found["problem_format"])
        if self._renamed:
            what = "name an entry point that their prompt does not declare, and are read with the declared one that"
            count, shown = len(self._renamed), shortened(self._renamed)
            log.warning("%s: %d of %d problems %s their tests call (%s)", path, count, len(self._missed), what, shown)
        if crates := ", ".join(found["imports_left_out"]):
            what = f"imports of crates that are not offered ({crates})"
            log.warning(
                "%s: %s are left out of %d of %d problems", path, what, sum(map(bool, self._missed)), len(self._missed)
            )


def load(path: Path) -> dict[str, Problem]:
    """Read a problem file of any known format, by task id in file order; see `read`."""
    return read(path).problems


def read(path: Path) -> ProblemFile:
    """Read a problem file of any known format, and say on stderr how it was read.

    Raises `InputError` naming file and line for a bad line or a task id that occurs twice.
    """
    found = ProblemFile()
    places: dict[str, int] = {}
    for number, row in read_objects(path):
        problem = _convert(row, f"{path}:{number}", found)
        if problem.task_id in places:
            raise InputError(
                f"{path}:{number}: task id `{problem.task_id}` occurs twice",
                cause=f"first on line {places[problem.task_id]}",
            )
        places[problem.task_id] = number
        found.problems[problem.task_id] = problem
    if not found.problems:
        raise InputError(f"{path} holds no problems")
    found.say(path)
    return found


def named_otherwise(row: dict[str, Any], problem: Problem) -> str | None:
    """Return the entry point that a row names where the problem is read with another one."""
    given: str | None = row.get("entry_point")
    return given if given and given != problem.entry_point else None


def shortened(names: Sequence[str]) -> str:
    """Return the first of `names`, ready to be said."""
    return ", ".join(names[:5]) + (", ..." if len(names) > 5 else "")


def _convert(row: dict[str, Any], place: str, found: ProblemFile) -> Problem:
    try:
        return found.convert(row)[1]
    except InputError as error:
        raise InputError(f"{place}: {error.what}", hint=error.hint) from None
    except UnknownFormatError as error:
        raise InputError(f"{place}: {error}", hint="known: HumanEval-style, HumanEval-X, MultiPL-E") from None
    except ValidationError as error:
        raise InputError(f"{place}: {wrong_in(error)}") from None
