"""Ask the compiler about many independent pieces of Rust in few runs.

Every unit is a file of its own and a module of one crate, so starting the compiler, loading the
standard library and linking are paid once. An error belongs to the unit in whose file its primary
span lies. The guilty are taken out and the rest is compiled again, because rustc leaves later checks
undone while earlier ones fail; the round without an error acquits all that took part in it.

Whatever a neighbour could have had a part in is judged alone (`alone`), and when no unit can be blamed
(a crash, a time-out, an error without a place) the batch is split until the cause is by itself. Text that we
wrote ourselves (tests, and what connects them with answers) never disturbs its neighbours and is spared that care.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path

from sigil_common.rustc.alone import Neighbours, as_if_alone, first_stage, stands_alone
from sigil_common.rustc.crate import COMPILE_LIMITS, Compiled, Compiler, Crate
from sigil_common.rustc.diagnostics import Diagnostic
from sigil_common.sandbox.identity import workdir
from sigil_common.sandbox.spec import Limits, Outcome

BATCH_SIZE = 200
WALL_PER_CPU = 4
# What a unit may add to the time of the others; most take a tenth of it.
_UNIT_S = 0.02
_SPLIT = 8
_STOPPED = "the compiler "

Externs = tuple[tuple[str, Path], ...]
RootText = Callable[[Sequence["Unit"]], str]


@dataclass(frozen=True)
class Unit:
    """One piece of Rust; `name` is a valid identifier, unique among the units asked about together.

    `externs` are crates that it needs besides those of all units; each is linked once for all of them. Choose names
    that do not occur in the code: a diagnostic that contains another unit's name is taken for one that this unit has
    a part in.
    """

    name: str
    source: str
    externs: Externs = ()

    @property
    def file(self) -> str:
        """Name of its file, as diagnostics show it."""
        return f"{self.name}.rs"


@dataclass(frozen=True)
class UnitResult:
    """Whether a unit compiles, and what the compiler said of it.

    `timed_out`: the unit by itself reached the time limit. `trouble`: the sandbox failed or, with `timed_out`, the
    machine was too busy, so that nothing is known of the unit. A compiler that crashes or runs out of memory over a
    unit by itself is an ordinary failure, with a diagnostic that says so.
    """

    ok: bool
    diagnostics: tuple[Diagnostic, ...] = ()
    trouble: str | None = None
    timed_out: bool = False

    @property
    def errors(self) -> tuple[Diagnostic, ...]:
        """The diagnostics that kept it from compiling."""
        return tuple(item for item in self.diagnostics if item.is_error)

    @property
    def is_refusal(self) -> bool:
        """Whether the compiler refused the code, and did not crash over it, or was stopped."""
        stopped = self.ok or self.trouble or self.timed_out or not self.errors
        return not stopped and not self.errors[0].message.startswith(_STOPPED)


@dataclass(frozen=True)
class Group:
    """Units that compiled in one run, and the crate made of them.

    The units are modules of the crate, under their names; a unit that was judged `alone` is the crate's root itself.
    """

    units: tuple[Unit, ...]
    artefact: Path
    alone: bool


@dataclass(frozen=True)
class Batch:
    """What `build_units` found: a result for each unit by name, and the crates of those that compiled."""

    results: dict[str, UnitResult]
    groups: tuple[Group, ...]


def check_units(
    units: Iterable[Unit],
    compiler: Compiler,
    *,
    crate: Crate | None = None,
    limits: Limits = COMPILE_LIMITS,
    batch_size: int = BATCH_SIZE,
) -> dict[str, UnitResult]:
    """Return for each unit, by name, whether it compiles as a library of its own.

    `crate` says how (edition, flags, externs, clippy); by default edition 2021, checked without
    making code, warnings off. `limits` are those of one unit by itself.
    """
    wanted = crate or Crate(emit="metadata", flags=("-Awarnings",))
    todo = list(units)
    results: dict[str, UnitResult] = {}
    for start in range(0, len(todo), batch_size):
        with workdir() as folder:
            part = todo[start : start + batch_size]
            results |= build_units(part, folder, compiler, crate=wanted, limits=limits).results
    return results


def build_units(
    units: Sequence[Unit],
    folder: Path,
    compiler: Compiler,
    *,
    crate: Crate,
    limits: Limits = COMPILE_LIMITS,
    ours: RootText | None = None,
) -> Batch:
    """Compile the units together, as far as they allow it, into crates below the directory `folder`.

    Results come in the order of `units` and hold nothing that depends on which units were asked about
    together. `limits` are those of one unit by itself; many together may take longer. `ours`: we wrote the units, and
    this writes the root of a crate that holds some of them. Raises `ValueError` for names that are not unique
    identifiers.
    """
    _check_names(units, crate.root)
    builder = _Builder(folder, crate, compiler, limits, ours)
    builder.by_turns([unit for unit in units if ours or not stands_alone(unit.source)])
    for unit in units:
        if unit.name not in builder.results:
            builder.by_itself(unit)
    return Batch({unit.name: builder.results[unit.name] for unit in units}, tuple(builder.groups))


class _Builder:
    """The state of one call of `build_units`: results and crates so far."""

    def __init__(self, folder: Path, crate: Crate, compiler: Compiler, limits: Limits, ours: RootText | None) -> None:
        self.folder = folder
        self.crate = crate
        self.compiler = compiler
        self.limits = limits
        self.ours = ours
        self.results: dict[str, UnitResult] = {}
        self.groups: list[Group] = []
        self._numbers = count()

    def by_turns(self, units: Sequence[Unit]) -> None:
        """Judge units together, then the undecided ones once more without the rest, as long as that helps."""
        left = list(units)
        while len(left) > 1:
            self.together(left)
            undecided = [unit for unit in left if unit.name not in self.results]
            if len(undecided) == len(left):
                return
            left = undecided

    def together(self, units: Sequence[Unit]) -> None:
        """Judge units in rounds; those that a neighbour may have disturbed are left without a result."""
        place = self._place(units)
        left = list(units)
        while len(left) > 1:
            compiled = self._compile(place, left, self._root(place, left))
            blamed = _by_unit(compiled.diagnostics, left)
            if compiled.artefact is not None:
                self._accept(left, compiled.artefact, blamed)
                return
            if compiled.outcome.trouble is not None and not compiled.outcome.timed_out:
                return
            guilty = {name for name, found in blamed.items() if any(item.is_error for item in found)}
            if not guilty or not (compiled.outcome.timed_out or _ended_normally(compiled.outcome)):
                self._split(left)
                return
            self._refuse(guilty, blamed, self._neighbours(left))
            left = [unit for unit in left if unit.name not in guilty]

    def by_itself(self, unit: Unit) -> None:
        """Judge one unit as a crate of its own."""
        place = self._place([unit])
        compiled = self._compile(place, [unit], self._root(place, [unit]) if self.ours else unit.file)
        if compiled.artefact is not None:
            self.groups.append(Group((unit,), compiled.artefact, alone=self.ours is None))
        self.results[unit.name] = _result(compiled, unit)

    def _accept(self, units: Sequence[Unit], artefact: Path, said: dict[str, list[Diagnostic]]) -> None:
        neighbours = self._neighbours(units)
        accepted = []
        for unit in units:
            found = said.get(unit.name, [])
            if not any(neighbours.may_have_caused(item, unit.name) for item in found):
                self.results[unit.name] = UnitResult(True, tuple(as_if_alone(item, unit.name) for item in found))
                accepted.append(unit)
        self.groups.append(Group(tuple(accepted), artefact, alone=False))

    def _refuse(self, guilty: set[str], said: dict[str, list[Diagnostic]], neighbours: Neighbours) -> None:
        for name in guilty:
            if not any(neighbours.may_have_caused(item, name) for item in said[name]):
                found = first_stage([as_if_alone(item, name) for item in said[name]])
                self.results[name] = UnitResult(False, found)

    def _split(self, units: Sequence[Unit]) -> None:
        size = -(-len(units) // _SPLIT)
        for start in range(0, len(units), size):
            self.together(units[start : start + size])

    def _neighbours(self, units: Iterable[Unit]) -> Neighbours:
        return Neighbours({} if self.ours else {unit.name: unit.source for unit in units})

    def _root(self, place: Path, units: Sequence[Unit]) -> str:
        """Write the root of a crate that holds these units; return its name."""
        text = self.ours(units) if self.ours else "".join(f"pub mod {unit.name};\n" for unit in units)
        (place / "source" / self.crate.root).write_text(text, encoding="utf-8")
        return self.crate.root

    def _place(self, units: Iterable[Unit]) -> Path:
        """Make a directory for the files of these units and one for what is made of them."""
        place = self.folder / f"{next(self._numbers):04}"
        for name in ("", "source", "out"):
            (place / name).mkdir(parents=True)
            (place / name).chmod(0o755)  # whatever the umask: the sandbox's user reads there
        for unit in units:
            (place / "source" / unit.file).write_text(unit.source, encoding="utf-8", newline="")
        return place

    def _compile(self, place: Path, units: Sequence[Unit], root: str) -> Compiled:
        needed = dict.fromkeys(extern for unit in units for extern in unit.externs)
        crate = replace(self.crate, root=root, externs=(*self.crate.externs, *needed))
        return self.compiler.compile(place / "source", place / "out", crate, _for_many(self.limits, len(units)))


def _for_many(limits: Limits, units: int) -> Limits:
    """Many units may take longer than one, but one that goes on for ever must not hold up the rest."""
    more = _UNIT_S * units if units > 1 else 0.0
    cpu = None if limits.cpu_s is None else limits.cpu_s + more
    return replace(limits, cpu_s=cpu, wall_s=limits.wall_s + WALL_PER_CPU * more)


def _by_unit(diagnostics: Iterable[Diagnostic], units: Iterable[Unit]) -> dict[str, list[Diagnostic]]:
    owners = {unit.file: unit.name for unit in units}
    found: dict[str, list[Diagnostic]] = {}
    for item in diagnostics:
        if item.file in owners:
            found.setdefault(owners[item.file], []).append(item)
    return found


def _ended_normally(outcome: Outcome) -> bool:
    """Whether the compiler said all that it had to say; 1 is its status for code with errors."""
    return outcome.returncode == 1 and not outcome.timed_out and not outcome.output_exceeded


def _result(compiled: Compiled, unit: Unit) -> UnitResult:
    outcome = compiled.outcome
    diagnostics = compiled.diagnostics if compiled.ok else first_stage(compiled.diagnostics)
    if not compiled.ok and outcome.trouble is None and not compiled.errors:
        diagnostics = (*diagnostics, _crash(outcome, unit))
    if compiled.errors:  # refused, however long the rest would have taken
        return UnitResult(False, diagnostics)
    return UnitResult(compiled.ok, diagnostics, outcome.trouble, outcome.timed_out)


def _crash(outcome: Outcome, unit: Unit) -> Diagnostic:
    if outcome.timed_out:
        said = "reached the time limit"
    elif outcome.memory_exceeded:
        said = "reached the memory limit"
    elif outcome.output_exceeded:
        said = "reached the output limit"
    else:
        ended = f"status {outcome.returncode}" if outcome.signal is None else f"signal {outcome.signal}"
        said = f"crashed ({ended})"
    message = f"{_STOPPED}{said}"
    return Diagnostic("error", None, message, f"error: {message}\n", unit.file, 1)


def _check_names(units: Sequence[Unit], root: str) -> None:
    names = [unit.name for unit in units]
    if len(set(names)) < len(names):
        raise ValueError("two units have the same name")
    for name in names:
        if not name.isidentifier() or not name.isascii() or f"{name}.rs" == root:
            raise ValueError(f"{name!r} cannot name a unit")
