"""A study from its file to its results, on one page."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeVar

from lift.chain import Chain, Measured
from lift.crates import crate_table
from lift.curves import curves
from lift.points import Statistics, points
from lift.rows import require_one_machine, rows_of
from lift.steps import Steps, records
from lift.study import ProblemSet, Study
from lift.table import Cost, Failure, document
from sigil_common.errors import InputError, InterruptedRunError, SigilError
from sigil_common.jsonl import write_jsonl, write_text

T = TypeVar("T")
log = logging.getLogger("lift")


@dataclass(frozen=True)
class Wanted:
    """What of a study is to be measured now: recipes, seeds, budgets, and the problem sets."""

    recipes: Sequence[str]
    seeds: Sequence[int]
    budgets: Sequence[int]
    sets: Mapping[str, ProblemSet]


def measure(study: Study, wanted: Wanted, steps: Steps, *, jobs: int) -> tuple[list[Measured], list[Failure]]:
    """Do (or in a plan look at) all steps; return what was measured in the order of the study, and what failed.

    A recipe that fails keeps none of the others from being measured; failing the base ends the study.
    """
    chain = Chain(study, steps)
    order = [(name, seed) for seed in wanted.seeds for name in wanted.recipes]
    with ThreadPoolExecutor(jobs) as pool:
        try:
            found = pool.submit(_base, chain, wanted).result()
            futures = [pool.submit(_recipe, chain, wanted, name, seed) for name, seed in order]
            results = [future.result() for future in futures]
        except BaseException:
            steps.stop()
            pool.shutdown(cancel_futures=True)
            raise
    failures: list[Failure] = []
    for (name, seed), (measured, error) in zip(order, results, strict=True):
        found += measured
        if error is not None:
            failures.append(Failure(name, seed, ": ".join(filter(None, (error.what, error.cause)))))
    return found, failures


def _base(chain: Chain, wanted: Wanted) -> list[Measured]:
    return list(chain.measure(chain.base, wanted.sets))


def _recipe(chain: Chain, wanted: Wanted, name: str, seed: int) -> tuple[list[Measured], SigilError | None]:
    measured: list[Measured] = []
    try:
        for state in chain.states(name, seed, wanted.budgets):
            measured += chain.measure(state, wanted.sets)
    except InterruptedRunError:
        raise
    except SigilError as error:
        log.warning("recipe %s, seed %d: %s", name, seed, error)
        return measured, error
    return measured, None


def write(study: Study, measured: Sequence[Measured], failures: Sequence[Failure], steps: Steps, output: Path) -> Path:
    """Write rows, points, costs, curves and table into a directory; return the table's path."""
    require_one_machine(measured)
    rows = [row for one in measured for row in rows_of(one)]
    found = points(rows, Statistics(study.resamples, study.confidence))
    spent = list(costs(measured, steps))
    pictures = {name: f"lift-{name}.svg" for name in dict.fromkeys(row.problem_set for row in rows)}
    for name, file in pictures.items():
        own = [point for point in found if point.problem_set == name]
        write_text(output / file, curves(f"{study.base.name}, {name}", own))
    write_jsonl(output / "lift-rows.jsonl", (row.to_row() for row in rows))
    write_jsonl(output / "lift-points.jsonl", map(asdict, found))
    write_jsonl(output / "lift-costs.jsonl", map(asdict, spent))
    tables = {name: crate_table(row for row in rows if row.problem_set == name) for name in pictures}
    crates = {name: table for name, table in tables.items() if table is not None}
    write_text(output / "lift.md", document(study, found, spent, failures, pictures, crates))
    return output / "lift.md"


def costs(measured: Sequence[Measured], steps: Steps) -> Iterator[Cost]:
    """Yield what each step cost, for the first recipe that used it; what made data of answers stands last."""
    seen: set[Path] = set()
    for one in measured:
        for directory in _directories(one):
            if directory not in seen:
                seen.add(directory)
                yield from _spent(directory, one.state.recipe, one.state.seed)
    for directory in sorted(steps.used - seen):
        yield from _spent(directory, "others", None)


def _directories(one: Measured) -> list[Path]:
    files = [one.samples, one.judged, *([one.likelihood] if one.likelihood else [])]
    trained = [one.state.trained] if one.state.trained else []
    return [*trained, *(file.parent for file in files)]


def _spent(directory: Path, recipe: str, seed: int | None) -> Iterator[Cost]:
    for record in records(directory):
        yield Cost(recipe, seed, record.kind, record.cpu_s, whole=not record.resumed)


def choose(study: Study, final: bool, **given: str | None) -> Wanted:
    """Return what the options `recipes`, `seeds`, `budgets` and `sets` leave of a study.

    Raises `InputError` for what it does not hold.
    """
    sets = {**study.sets, **(study.final if final else {})}
    known: dict[str, list[Any]] = {
        "recipes": list(study.recipes),
        "seeds": list(study.seeds),
        "budgets": list(study.budgets),
        "sets": list(sets),
    }
    held_back = () if final else tuple(study.final)
    chosen = {what: _among(what, given.get(what), values, held_back) for what, values in known.items()}
    names = chosen.pop("sets")
    return Wanted(**chosen, sets={name: sets[name] for name in names})


def _among(what: str, given: str | None, known: list[T], held_back: Sequence[str]) -> list[T]:
    if given is None:
        return known
    by_name = {str(value): value for value in known}
    names = [name.strip() for name in given.split(",")]
    for name in names:
        if what == "sets" and name in held_back:
            raise InputError(f"--sets: `{name}` is for recipes that are chosen", hint="add --final")
        if name not in by_name:
            raise InputError(f"--{what}: the study has no `{name}`", hint=f"it has {', '.join(by_name)}")
    return [value for name, value in by_name.items() if name in names]
