"""Name the way in which an answer failed."""

from __future__ import annotations

import re
import signal
from collections.abc import Iterable
from dataclasses import dataclass

from human_eval_rust.judging.run import FailedTest, TestRun
from sigil_common.records import FailureClass
from sigil_common.rustc import Diagnostic, UnitResult

# Errors of the lexer and parser that carry a code all the same.
_SYNTAX_CODES = frozenset({"E0585", "E0586", "E0748", "E0758", "E0762", "E0763", "E0765", "E0766", "E0768"})
_NOT_SYNTAX = re.compile(
    r"cannot find|unresolved|no rules expected|unexpected end of macro|format argument|positional argument"
    r"|recursion limit|reached the|evaluat|argument never used|multiple unused|invalid format|requires at least"
)
_GROUPS = {
    "borrow": "0106 0373 0381 0382 0384 0495 0499 0502 0503 0505 0506 0507 0508 0509 0515 0521 0594 0596 0597 0621 "
    "0623 0700 0712 0713 0716 0759",
    "type": "0023 0026 0027 0029 0040 0053 0054 0057 0060 0061 0063 0069 0070 0071 0072 0107 0117 0186 0191 0195 0200 "
    "0207 0220 0223 0271 0275 0277 0282 0283 0284 0308 0310 0369 0391 0562 0600 0604 0605 0606 0607 0608 0610 0614 "
    "0618 0620 0631 0689 0728",
    "name": "0405 0407 0408 0411 0412 0415 0416 0422 0423 0424 0425 0426 0428 0429 0430 0431 0432 0433 0434 0437 0438 "
    "0463 0531 0532 0559 0560 0573 0574 0576 0583 0599 0603 0609 0616 0624",
}
_OVERFLOWED = b"has overflowed its stack"
_NO_MEMORY = re.compile(rb"memory allocation of \d+ bytes failed|capacity overflow")
_PANIC_KINDS = (
    ("arithmetic", re.compile(r"attempt to (?:add|subtract|multiply|divide|negate|calculate|shift)|divide by zero")),
    ("index", re.compile(r"index out of bounds|out of range|byte index|not a char boundary|slice index|range end")),
    ("unwrap", re.compile(r"called `(?:Option|Result)::(?:unwrap|expect)|on a `None` value|on an `Err` value")),
    ("borrow", re.compile(r"already (?:mutably )?borrowed")),
    ("unfinished", re.compile(r"not (?:yet )?implemented|entered unreachable code")),
    ("memory", re.compile(r"capacity overflow")),
)


@dataclass(frozen=True)
class Failure:
    """Why an answer failed. `code` is rustc's, `detail` one or a few lines for a human."""

    kind: FailureClass
    code: str | None = None
    detail: str | None = None


def error_group(code: str | None) -> str:
    """Return `borrow`, `type`, `name` or `other` for a rustc code."""
    number = (code or "").removeprefix("E")
    return next((group for group, numbers in _GROUPS.items() if number in numbers.split()), "other")


def compile_failure(errors: Iterable[Diagnostic], *, clean: bool, line: int | None) -> Failure:
    """Classify rustc's errors; `clean` is tree-sitter's opinion, `line` the answer's line of the first error."""
    first = next(iter(errors), None)
    if first is None:
        return Failure(FailureClass.COMPILE, None, "the compiler refused it without a message")
    if first.message.startswith("the compiler "):
        kind = FailureClass.MEMORY if "memory limit" in first.message else FailureClass.COMPILE
        return Failure(kind, None, first.message)
    where = f"line {line}: " if line else ""
    syntax = first.code in _SYNTAX_CODES or (first.code is None and not clean and not _NOT_SYNTAX.search(first.message))
    if syntax:
        return Failure(FailureClass.SYNTAX, first.code, f"{where}{first.message}")
    group = error_group(first.code)
    return Failure(FailureClass.COMPILE, first.code, f"{where}{first.message} ({group})")


def stopped_compiler(result: UnitResult) -> Failure | None:
    """Say why the compiler came to no end, if it was not the code's fault or took too long."""
    if result.trouble:
        return Failure(FailureClass.SANDBOX, None, result.trouble)
    return Failure(FailureClass.TIME, None, "the compiler did not end in time") if result.timed_out else None


def run_failure(ran: TestRun, declared: int, tests_file: str) -> Failure | None:
    """Classify a run; `None` if every declared test ran and passed in time and the report is whole.

    A panic in `tests_file` is a test's assertion; one elsewhere is the answer's own.
    """
    outcome, report = ran.outcome, ran.report
    if outcome.trouble:
        return Failure(FailureClass.SANDBOX, None, outcome.trouble)
    if report.ended is not None:
        if report.failures:
            return _failed_test(report.failures[0], tests_file)
        if report.ended == declared and len(set(report.passed)) == declared:
            return _late() if ran.timed_out else None
        return Failure(FailureClass.FORGED, None, f"{len(report.passed)} of {declared} tests ran")
    return _unfinished(ran)


def _failed_test(failure: FailedTest, tests_file: str) -> Failure:
    if not failure.place or failure.place.startswith(f"{tests_file}:"):
        return Failure(FailureClass.TEST, None, failure.message)
    kind = next((kind for kind, words in _PANIC_KINDS if words.search(failure.message)), "other")
    return Failure(FailureClass.PANIC, None, f"panic ({kind}): {failure.message}")


def _unfinished(ran: TestRun) -> Failure:
    outcome = ran.outcome
    if ran.timed_out:
        return _late()
    if outcome.output_exceeded or outcome.signal == signal.SIGXFSZ:
        return Failure(FailureClass.OUTPUT, None, "wrote more output than is allowed")
    if _OVERFLOWED in outcome.stderr:
        return Failure(FailureClass.STACK, None, "stack overflow")
    if outcome.memory_exceeded or _NO_MEMORY.search(outcome.stderr):
        return Failure(FailureClass.MEMORY, None, "used more memory than is allowed")
    if outcome.signal is not None:
        return Failure(FailureClass.ABORT, None, f"ended by {_signal_name(outcome.signal)}")
    if outcome.returncode == 0:
        return Failure(FailureClass.FORGED, None, "the program ended with status 0 before its tests did")
    return Failure(FailureClass.ABORT, None, f"ended with status {outcome.returncode} before its tests did")


def _late() -> Failure:
    return Failure(FailureClass.TIME, None, "the tests did not end in time")


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
