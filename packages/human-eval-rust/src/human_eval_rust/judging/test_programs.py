"""The programs that run the tests of compiled answers, and what is said of tests that do not compile."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from human_eval_rust.building.answer_module import ANSWERS_CRATE
from human_eval_rust.building.extern_crates import linked
from human_eval_rust.building.shared_tests import SharedTests, TestLibrary
from human_eval_rust.building.test_module import (
    HARNESS_CRATE,
    lines_of_tests,
    link_source,
    own_source,
    program_crate,
    program_root,
)
from human_eval_rust.judging.failure import compile_failure, stopped_compiler
from human_eval_rust.judging.finding import Finding
from human_eval_rust.judging.prepare import Prepared
from human_eval_rust.judging.run import TestRun
from human_eval_rust.problems.parsed import ParsedProblem
from sigil_common.records import TestReport
from sigil_common.rustc import Compiler, Group, Unit, UnitResult, build_units
from sigil_common.sandbox import Limits


@dataclass(frozen=True)
class TestProgram:
    """A compiled answer in the program `file` that tests it, under `number`; `tests_file` is where its tests stand."""

    __test__ = False

    answer: Prepared
    file: Path
    number: int
    tests_file: str


def build_programs(
    members: Sequence[Prepared], group: Group, folder: Path, library: TestLibrary, compiler: Compiler, limit: Limits
) -> tuple[list[TestProgram], list[tuple[Prepared, Finding]]]:
    """Compile the tests of the answers in `group` below `folder`; return the programs, and findings without one."""
    answers = {f"tests_{one.name}": one for one in members}
    # Asked once: another thread may add shared tests at any time.
    shared = {name: library.find(one.parsed) for name, one in answers.items()}
    modules = [
        _module_of_tests(name, one, None if group.alone else one.name, shared[name]) for name, one in answers.items()
    ]
    crates, edition = members[0].parsed.surroundings
    externs = ((ANSWERS_CRATE, group.artefact), (HARNESS_CRATE, library.harness()), *linked(crates, compiler))
    crate = program_crate(externs, edition)
    place = folder / f"tests_{group.artefact.parent.parent.name}"
    built = build_units(modules, place, compiler, crate=crate, limits=limit, ours=program_root)
    own = {module.name: module.source for module in modules if shared[module.name] is None}
    homes = [unit.name for unit in group.units]
    refused = [
        (answers[name], _refused(answers[name], result, own.get(name), homes))
        for name, result in built.results.items()
        if not result.ok
    ]
    programs: list[TestProgram] = []
    for made in built.groups:
        # Inside, nobody may read it; the mount is read-only, so nobody can change that either.
        made.artefact.chmod(0o111)
        for number, unit in enumerate(made.units):
            found = shared[unit.name]
            tests_file = f"{found.module if found else unit.name}.rs"
            programs.append(TestProgram(answers[unit.name], made.artefact, number, tests_file))
    return programs, refused


def _module_of_tests(name: str, one: Prepared, module: str | None, shared: SharedTests | None) -> Unit:
    """Return the module that tests one answer: with the tests in it, or linked against the compiled ones."""
    if shared is None:
        return Unit(name, own_source(one.parsed, one.source, module))
    source = link_source(one.parsed, one.source, module, shared.path)
    return Unit(name, source, ((shared.crate, shared.rlib),))


def _refused(one: Prepared, refused: UnitResult, own: str | None, homes: Sequence[str]) -> Finding:
    """Return why a module of tests does not compile; `own` is its text where it holds the tests themselves.

    `homes` are the modules that share the answers' crate.
    """
    if stopped := stopped_compiler(refused):
        return one.finding(stopped, compiles=None if refused.trouble else False)
    tests = lines_of_tests(one.parsed, own) if own else range(0)
    if broken := next((error for error in refused.errors if error.line_start in tests), None):
        return Finding(None, unusable=f"its tests do not compile: {broken.message}")
    failure = compile_failure(refused.errors, clean=True, line=None)
    said = without_homes(failure.detail or "", homes)
    detail = f"calling `{one.parsed.signature.name}` with the prompt's signature: {said}"
    return one.finding(replace(failure, detail=detail), compiles=False, parses=True)


def without_homes(message: str, homes: Sequence[str]) -> str:
    """Return what the compiler says of an answer without where that stands, which depends on its neighbours.

    rustc's JSON has spans for source text only: a path that stands in the words of a message has none, so it is found
    by its exact name. `homes` are the modules that share the crate; an answer's own paths go on behind them.
    """
    home = rf"(?<![\w:]){ANSWERS_CRATE}(?:::(?:{'|'.join(map(re.escape, homes))})(?!\w))?"
    named = re.sub(rf"(?:module|crate) `{home}`", "the answer", message)
    return re.sub(rf"{home}::", "", named)


def report_of_tests(problem: ParsedProblem, ran: TestRun) -> TestReport:
    """Return which of the declared tests passed, and which failed or were under way at the end."""
    report = ran.report
    names = [case.path.removeprefix("tests::") for case in problem.tests]
    failed = [failure.number for failure in report.failures]
    if report.running is not None:
        failed.append(report.running)
    return TestReport(
        declared=len(names),
        passed=len(report.passed),
        failed=tuple(names[number] for number in failed),
        message=report.failures[0].message if report.failures else None,
    )
