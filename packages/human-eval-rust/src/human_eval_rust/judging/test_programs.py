"""The programs that run the tests of compiled answers, and what is said of tests that do not compile."""

from __future__ import annotations

import re
from dataclasses import replace

from human_eval_rust.building.answer_module import ANSWERS_CRATE
from human_eval_rust.building.module_compiler import Module, Refused
from human_eval_rust.building.shared_tests import SharedTests
from human_eval_rust.building.test_module import lines_of_tests, link_source, own_source
from human_eval_rust.judging.failure import Blame, compile_failure
from human_eval_rust.judging.finding import Finding
from human_eval_rust.judging.prepare import Prepared
from human_eval_rust.judging.run import Ran
from human_eval_rust.problems.parsed import Frame
from sigil_common.records import FailureClass, TestReport

_HOME_NAMED = re.compile(rf"(?:module|crate) `{ANSWERS_CRATE}(?:::answer_\w+)?`")


_HOME = re.compile(rf"\b{ANSWERS_CRATE}::(?:answer_\w+::)?")


def module_of_tests(name: str, one: Prepared, module: str | None, shared: SharedTests | None) -> Module:
    """Return the module that tests one answer: with the tests in it, or linked against the compiled ones."""
    if shared is None:
        return Module(name, own_source(one.frame, one.source, module))
    source = link_source(one.frame, one.source, module, shared.path)
    return Module(name, source, ((shared.crate, shared.rlib),))


def refused_tests(one: Prepared, refused: Refused, own: str | None) -> Finding:
    """Tell why a module of tests does not compile; `own` is its text where it holds the tests themselves."""
    if refused.trouble:
        return one.finding(Blame(FailureClass.SANDBOX, None, refused.trouble))
    if refused.timed_out:
        return one.finding(Blame(FailureClass.TIME, None, "the compiler did not end in time"), compiles=False)
    tests = lines_of_tests(one.frame, own) if own else range(0)
    if broken := next((error for error in refused.errors if error.line_start in tests), None):
        return Finding(None, unusable=f"its tests do not compile: {broken.message}")
    blame = compile_failure(refused.errors, clean=True, line=None)
    # Where the answer stands in its crate depends on the answers beside it, so that is left out.
    said = _HOME.sub("", _HOME_NAMED.sub("the answer", blame.detail or ""))
    detail = f"calling `{one.frame.signature.name}` with the prompt's signature: {said}"
    return one.finding(replace(blame, detail=detail), compiles=False, parses=True)


def report_of_tests(problem: Frame, ran: Ran) -> TestReport:
    """Return which of the declared tests passed, and which failed or were under way at the end."""
    report = ran.report
    names = [case.path.removeprefix("tests::") for case in problem.tests]
    failed = [failure.number for failure in report.failures]
    if report.running is not None:
        failed.append(report.running)
    return TestReport(
        declared=len(names), passed=len(report.passed), failed=tuple(names[number] for number in failed),
        message=report.failures[0].message if report.failures else None,
    )  # fmt: skip
