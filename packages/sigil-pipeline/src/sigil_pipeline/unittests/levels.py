"""Which samples ask for a function that unit tests of its crate test, and which show one that these refute."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from sigil_pipeline.doctests.build import LATE
from sigil_pipeline.doctests.levels import LATE_INPUTS, TESTED, Tested, marked, other_sides
from sigil_pipeline.unittests.build import Suite, build
from sigil_pipeline.unittests.code import read_test_code
from sigil_pipeline.unittests.program import is_constant
from sigil_pipeline.unittests.run import NO_TEST, Said, needs, run_all

if TYPE_CHECKING:
    from sigil_common.cargo import Confined
    from sigil_pipeline.chunk.chunks import Chunk
    from sigil_pipeline.crates.workspace import Workspace
    from sigil_pipeline.tasks.candidates import Candidate
    from sigil_pipeline.tasks.material import Material
    from sigil_pipeline.tasks.propose import Proposed

# Of all that reach a function so many are asked whether they need it, those first that reach the fewest others.
_MOST_ASKED = 4
# Code to be transformed may be slower than what it becomes.
_SLACK = 2.0


@dataclass
class _Case:
    """A crate at work. `said` is what its tests say as it stands; `proven` are those that need a function, by number;
    `held` says of inputs that tests reach, by chunk key, whether these hold with them.
    """

    material: Material
    suite: Suite
    wanted: dict[int, Chunk]
    said: Said = field(default_factory=lambda: Said({}, {}))
    proven: dict[int, str] = field(default_factory=dict)
    held: dict[str, bool] = field(default_factory=dict)


def with_unit_tests(
    materials: Sequence[Material], tested: Mapping[str, Tested], workspace: Workspace, confined: Confined
) -> dict[str, Tested]:
    """Return what crates propose, by package id, with the level of what their unit tests test and without what they
    refute; raises `MissingError` if the sandbox itself fails.
    """
    cases = [case for one in materials if (case := _case(one, tested[one.package.id].proposed)) is not None]
    build(workspace, confined, [one.suite for one in cases])
    with ThreadPoolExecutor(confined.jobs) as pool:
        list(pool.map(partial(_ask, confined), cases))
        sides = [_other_side(one) for one in cases]
        build(workspace, confined, [one for one in sides if one.inputs])
        list(pool.map(partial(_compare, confined), cases, sides))
    found = dict(tested)
    for one, side in zip(cases, sides, strict=True):
        before = found[one.material.package.id]
        proposed = _marked(before.proposed, one)
        found[one.material.package.id] = dataclasses.replace(before, proposed=proposed, unit_tests=_counts(one, side))
    return found


def _case(material: Material, proposed: Proposed) -> _Case | None:
    """Return the tests of a crate, `None` if it has none or no sample could win or lose by them."""
    if material.package.proc_macro or material.package.program:
        return None
    keys = {one.chunk for one in proposed.candidates if _can_change(one)}
    chunks = dict(enumerate(one for one in material.functions if material.key(one) in keys))
    code = read_test_code(material.package, material.files) if chunks else None
    if code is None:
        return None
    return _Case(material, Suite(material.package, code, dict(chunks), other_sides(material, proposed)), chunks)


def _can_change(one: Candidate) -> bool:
    open_level = one.level not in ("in_crate", "tests_pass")
    return one.task_type == "transformations" or (one.task_type in TESTED and open_level)


def _ask(confined: Confined, case: _Case) -> None:
    """Run the tests of a crate, and then for each function those that reach it, with it stopped."""
    suite = case.suite
    if suite.path is None:
        return
    case.said = run_all(suite.path, confined)
    useful = [name for name in case.said.held if suite.code.asserts(name)]
    for at, chunk in suite.wanted.items():
        tests = sorted(
            (len(case.said.reached.get(name, ())), name) for name in useful if _may_need(case, name, at, chunk)
        )
        found = needs(suite.path, at, [name for _, name in tests[:_MOST_ASKED]], confined) if tests else None
        if found is not None:
            case.proven[at] = found


def _may_need(case: _Case, test: str, at: int, chunk: Chunk) -> bool:
    """Whether a test reaches a function; a constant one cannot tell, and is asked of those that name it."""
    if is_constant(chunk):
        return any(chunk.name in text for text in case.suite.code.texts_of(test))
    return at in case.said.reached.get(test, ())


def _reached(case: _Case) -> dict[str, set[str]]:
    """Return the tests that hold and reach a function of which there is an input, by its key."""
    keys = {one.chunk.key for one in case.suite.inputs}
    numbers = {at: chunk.key for at, chunk in case.wanted.items() if chunk.key in keys}
    found: dict[str, set[str]] = {}
    for name in case.said.held:
        for at in case.said.reached.get(name, frozenset()) & numbers.keys():
            found.setdefault(numbers[at], set()).add(name)
    for at in case.proven.keys() & numbers.keys():
        found.setdefault(numbers[at], set()).add(case.proven[at])
    return found


def _other_side(case: _Case) -> Suite:
    """Return the crate with the inputs in place that tests reach."""
    suite, met = case.suite, _reached(case)
    inputs = tuple(one for one in suite.inputs if one.chunk.key in met)
    return Suite(suite.package, suite.code, {}, inputs, changed=True, dropped=suite.dropped)


def _compare(confined: Confined, case: _Case, side: Suite) -> None:
    """Run the tests that reach inputs with all of these in place."""
    if side.path is None:
        return
    met = _reached(case)
    held = set(run_all(side.path, confined, sorted(set[str]().union(*met.values())), _SLACK).held)
    everywhere = case.said.reached.get(NO_TEST, frozenset())
    numbers = {chunk.key: at for at, chunk in case.wanted.items()}
    all_held = set().union(*met.values()) <= held
    for key, tests in met.items():
        if numbers[key] in everywhere and not all_held:
            case.held[key] = False  # any of those that fail may have reached it
        elif not tests <= held:
            case.held[key] = False
        elif any(map(case.suite.code.asserts, tests)):
            case.held[key] = True


def _marked(proposed: Proposed, case: _Case) -> Proposed:
    """Give samples their level, and refuse those of which a test fails with one side."""
    tested = {case.material.key(case.wanted[at]) for at in case.proven}
    held = {case.material.key(one): case.held.get(one.key) for one in case.wanted.values()}
    return marked(proposed, tested, held, "unit_test_fails")


def _counts(case: _Case, side: Suite) -> dict[str, int]:
    """Count the tests of a crate by what became of them: `tests` of a function, `holds`, or why they are of no use."""
    suite = case.suite
    if suite.refused:
        return {suite.refused: suite.code.tests}
    endings = Counter(case.said.endings.values())
    proven = len(set(case.proven.values()))
    found = Counter({"tests": proven, "not_compiled": suite.tests_dropped}) + endings - Counter({"holds": proven})
    found += Counter({LATE_INPUTS: len(set[str]().union(*_reached(case).values()))} if side.refused == LATE else {})
    return dict(sorted(found.items()))
