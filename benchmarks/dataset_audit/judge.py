"""Audit rows: fetch each crate once, put answers and inputs in place, compile, and compare with what the rows say."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from dataset_audit.crates import Checked, Copy, Said, Source, UnfetchedError
from dataset_audit.examples import example_faults, held_in, side_faults
from dataset_audit.hidden import Names, ask, names_of
from dataset_audit.names import Use
from dataset_audit.place import Place, find_place, insert, is_code_of, put
from dataset_audit.prompt import alone, first_lines_of_errors, input_of, shown_in
from dataset_audit.rows import Finding, Row
from dataset_audit.unit_tests import UnitTests
from sigil_common.errors import MissingError
from sigil_common.sandbox.identity import workdir

if TYPE_CHECKING:
    from sigil_common.cargo import Confined

log = logging.getLogger("sigil.audit")

Fetch = Callable[[str, str, Path], Source]
LEVELS = ("in_crate", "sufficient", "self_contained", "tests_pass")
_WITH_INPUT = ("transformations", "error_fixing")
_PROBE = "sigil audit"


def audit(rows: Sequence[Row], fetch: Fetch, confined: Confined) -> list[Finding]:
    """Return what is found of each row, in the order of `rows`."""
    found = {}
    for (name, version), group in groupby(sorted(rows, key=_crate), key=_crate):
        of_crate, started = list(group), time.monotonic()
        with workdir("sigil-audit-") as work:
            for finding in _audit_crate(of_crate, fetch, confined, work):
                found[finding.row.number] = finding
        log.info("%s %s: %d rows, %.0f s", name, version, len(of_crate), time.monotonic() - started)
    return [found[row.number] for row in rows]


def _crate(row: Row) -> tuple[str, str]:
    return row.crate, row.version


def _audit_crate(rows: Sequence[Row], fetch: Fetch, confined: Confined, work: Path) -> list[Finding]:
    try:
        source = fetch(rows[0].crate, rows[0].version, work / "fetch")
        copy = Copy(source, work, confined)
    except UnfetchedError as error:
        return [Finding(row, (f"cargo cannot fetch the crate: {error}",)) for row in rows]
    untouched = copy.check({})
    if not untouched.ok:
        return [Finding(row, (f"the crate does not compile as it is: {untouched.why}",)) for row in rows]
    names = names_of(copy)
    placed = {row.number: _place_of(row, names) for row in rows}
    compiled = _compiled(copy, names, [one for one in placed.values() if one])
    tested = [place for row in rows if _has_own_tests(row) and (place := placed[row.number])]
    bench = _Bench(
        copy, names, confined, compiled, held_in(copy, names.files, tested), {}, UnitTests(copy, names.files)
    )
    unshown = {row.number: _unshown(row, placed[row.number], names) for row in rows}
    meanings = ask(
        copy, names, [(place, use) for row in rows if (place := placed[row.number]) for use in unshown[row.number]]
    )
    bench.compile_together(
        (place, code)
        for row in rows
        if (place := placed[row.number]) is not None
        for code in (_own(row), *([_changed(row)] if row.task == "transformations" else []))
    )
    findings = []
    for row in rows:
        place = placed[row.number]
        told = [(use.name, meanings[row.file, use.start]) for use in unshown[row.number]]
        hidden = tuple(dict.fromkeys(name for name, meaning in told if meaning == "own"))
        undecided = tuple(dict.fromkeys(name for name, meaning in told if meaning == "undecided"))
        findings.append(Finding(row, tuple(_faults(row, place, bench, work, hidden)), hidden, undecided))
    return findings


def _place_of(row: Row, names: Names) -> Place | None:
    return find_place(row.file, names.files[row.file], row.lines) if row.file in names.files else None


def _unshown(row: Row, place: Place | None, names: Names) -> list[Use]:
    """Return what an answer names that its prompt does not show; an explanation is no code.

    Beside the code that is to be changed, all must be shown only where the row says that this suffices.
    """
    if place is None or row.task == "explanations":
        return []
    without_input = row.task in _WITH_INPUT and row.level != "in_crate"
    return names.unshown(place, shown_in(row.prompt, has_input=without_input))


def _compiled(copy: Copy, names: Names, places: Sequence[Place]) -> set[tuple[str, int]]:
    """Return file and first byte of the places that the compiler sees: it reports an error that is put there."""
    bodies = sorted({(place.file, place.body) for place in places})
    by_file: dict[str, dict[int, str]] = {}
    for number, (file, at) in enumerate(bodies):
        by_file.setdefault(file, {})[at] = f' compile_error!("{_PROBE} {number}"); '
    checked = copy.check({file: insert(names.files[file], pieces) for file, pieces in by_file.items()})
    seen = {said.message for said in checked.errors}
    return {place for number, place in enumerate(bodies) if f"{_PROBE} {number}" in seen}


def _has_own_tests(row: Row) -> bool:
    return row.level == "tests_pass" and row.task != "transformations"


@dataclass(frozen=True)
class _Bench:
    """A crate at work: what of it the compiler sees, which examples hold, and what was compiled before."""

    copy: Copy
    names: Names
    confined: Confined
    compiled: set[tuple[str, int]]
    held: Mapping[str, set[int]]
    before: dict[tuple[str, int, str], Checked]
    tests: UnitTests

    def compile_together(self, wanted: Iterable[tuple[Place, str]]) -> None:
        """Compile much code at once, each place once a time: where all of it compiles, each piece does."""
        rounds: list[list[tuple[Place, str]]] = []
        for place, code in dict.fromkeys(wanted):
            free = (one for one in rounds if not any(place.overlaps(other) for other, _ in one))
            turn = next(free, None)
            if turn is None:
                rounds.append(turn := [])
            turn.append((place, code))
        for turn in rounds:
            changed = {place.file: self.names.files[place.file] for place, _ in turn}
            for place, code in sorted(turn, key=lambda one: -one[0].start):
                changed[place.file] = put(changed[place.file], place, code)
            checked = self.copy.check(changed)
            if checked.ok:
                self.before.update(((place.file, place.start, code), checked) for place, code in turn)

    def with_code(self, place: Place, code: str) -> Checked:
        """Compile the crate with other code in a place."""
        key = (place.file, place.start, code)
        if key not in self.before:
            self.before[key] = self.copy.check({place.file: put(self.names.files[place.file], place, code)})
        return self.before[key]


def _faults(row: Row, place: Place | None, bench: _Bench, work: Path, hidden: Sequence[str]) -> list[str]:
    """Return why a row is not what it says."""
    checksums = bench.copy.source.checksums
    faults = []
    if row.checksum is not None and checksums != {row.checksum}:
        faults.append(
            f"its checksum is {row.checksum}, that of the crate {', '.join(sorted(checksums)) or 'not known'}"
        )
    if row.level not in LEVELS:
        faults.append(f"this audit does not know its level, {row.level}")
    if place is None:
        return [*faults, f"no item lies in lines {row.lines[0]} to {row.lines[1]}"]
    if (place.file, place.body) not in bench.compiled:
        faults.append("the compiler does not see that place")
    if not is_code_of(_own(row), bench.names.files[place.file], place):
        faults.append("its code is not what stands in these lines")
    faults += _answer_faults(row, place, bench)
    if row.task in _WITH_INPUT:
        faults += _input_faults(row, place, bench)
    if row.level == "self_contained":
        faults += _alone_faults(row, place, bench, work)
    if row.level == "tests_pass":
        source = bench.names.files[place.file]
        if row.task == "transformations":
            faults += side_faults(bench.copy, source, place, _changed(row), bench.tests)
        elif untold := example_faults(bench.copy, source, place, bench.held.get(place.file, set())):
            faults += [] if bench.tests.needing(place) else [*untold, "no unit test of its crate needs it"]
    if row.level != "in_crate" and hidden:
        faults.append(f"its prompt does not suffice: it hides {', '.join(hidden)}")
    return faults


def _changed(row: Row) -> str:
    """Return what a row has besides the crate's own code: what its prompt asks to change, or what clippy made of it."""
    return row.gen if row.follows_advice else input_of(row.prompt)


def _own(row: Row) -> str:
    """Return the code that stands in a row's place: the answer, or what it explains, below the answer's docs."""
    if row.follows_advice:
        return input_of(row.prompt)
    if row.task != "explanations":
        return row.gen
    docs = f"{row.gen}\n" if row.gen.startswith("///") and "\n```" not in row.gen else ""
    return docs + input_of(row.prompt)


def _answer_faults(row: Row, place: Place, bench: _Bench) -> list[str]:
    faults = []
    if row.task == "explanations":
        unsaid = set(re.findall(r"\w+", row.gen)) - set(re.findall(r"\w+", place.docs))
        if unsaid:
            faults.append(f"its words are not in the documentation: {', '.join(sorted(unsaid))}")
    checked = bench.with_code(place, _own(row))
    return faults if checked.ok else [*faults, f"its answer does not compile: {checked.why}"]


def _input_faults(row: Row, place: Place, bench: _Bench) -> list[str]:
    """Look at what a prompt asks to change: it compiles, or gives the errors that the prompt shows, one or two."""
    given = _changed(row)
    checked = bench.with_code(place, given)
    if row.task == "transformations":
        return [] if checked.ok else [f"its input does not compile: {checked.why}"]
    if checked.ok:
        return ["its broken input compiles"]
    codes = (row.error_code or "").split(", ")
    if len(checked.errors) != len(codes):
        return [f"its input gives {len(checked.errors)} errors, not {len(codes)}: {checked.why}"]
    faults = []
    if (found := [error.code for error in checked.errors]) != codes:
        faults.append(f"its input fails with {', '.join(map(str, found))}, not {row.error_code}")
    quoted = first_lines_of_errors(row.prompt)
    for error in checked.errors:
        if error.first_line.split("\n")[0] not in quoted:
            faults.append(f"its prompt quotes another error than: {error.first_line}")
        if not _lies_in(error, place, given):
            faults.append(f"the error of its input lies elsewhere: {error.file}:{error.line}")
    return faults


def _lies_in(error: Said, place: Place, code: str) -> bool:
    end = place.start + len((place.kept + code).encode())
    return error.file == place.file and place.start <= error.start <= end


def _alone_faults(row: Row, place: Place, bench: _Bench, work: Path) -> list[str]:
    """Compile an answer with what its prompt shows, and nothing else, to code that could be run."""
    from sigil_common.rustc import Crate

    folder = work / f"alone-{row.number}"
    for name in ("", "source", "out"):
        (folder / name).mkdir(parents=True)
        (folder / name).chmod(0o755)
    (folder / "source" / "lib.rs").write_text(alone(row.prompt, row.gen, place.owner), encoding="utf-8")
    crate = Crate(edition=bench.copy.source.edition, flags=("-Awarnings",))
    compiled = bench.confined.compiler.compile(folder / "source", folder / "out", crate)
    if compiled.outcome.trouble is not None:
        raise MissingError("an answer could not be compiled", cause=compiled.outcome.trouble)
    first = next((one.rendered.split("\n")[0] for one in compiled.errors), "no reason given")
    return [] if compiled.ok else [f"it does not compile alone: {first}"]
