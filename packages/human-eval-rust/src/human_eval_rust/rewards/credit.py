"""From a finding to a reward that pays only for progress: see ADR 53."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from human_eval_rust.evaluation.references import fault_of
from human_eval_rust.judging.effort import idle
from human_eval_rust.judging.finding import Finding
from human_eval_rust.problems.parsed import ParsedProblem
from human_eval_rust.strength.wrong_bodies import DEFAULT, constants, parameters
from sigil_common.errors import InputError
from sigil_common.failures import FAILURES
from sigil_common.records import FailureClass


@dataclass(frozen=True)
class Credit:
    """What each step is worth, up to 1; what is left above `compiles` is for tests.

    Raises `InputError` where a later step would be worth less than an earlier one.
    """

    has_code: float = 0.05
    parses: float = 0.1
    compiles: float = 0.3

    def __post_init__(self) -> None:
        if not 0 <= self.has_code <= self.parses <= self.compiles <= 1:
            raise InputError(f"{self} pays less for a later step", hint="0 <= has_code <= parses <= compiles <= 1")


DEFAULT_CREDIT = Credit()


@dataclass(frozen=True)
class Ground:
    """Where progress on a problem begins: `trivial` is the most tests that a body passes which solves nothing.

    `fault` says why the problem cannot be learned from at all.
    """

    trivial: int = 0
    fault: str | None = None


def probes(parsed: ParsedProblem) -> tuple[str, ...]:
    """Return the answers whose findings tell a problem's ground: its reference, and bodies that solve nothing."""
    reference = parsed.problem.canonical_solution
    trivial = (_body(one) for one in (*_constants(parsed), *parameters(parsed)))
    return tuple(dict.fromkeys([*([reference] if reference.strip() else []), *trivial]))


def ground_of(parsed: ParsedProblem, found: Mapping[str, Finding]) -> Ground | None:
    """Return the ground of a problem by the findings of its `probes`; `None` if trouble of ours left one unknown.

    A parameter handed back that passes all tests is the solution. A constant that does shows that they test nothing,
    unless there are no parameters.
    """
    if any(one.failure and not FAILURES[one.failure.kind].counts for one in found.values()):
        return None
    reference = parsed.problem.canonical_solution
    fault = next((one.unusable for one in found.values() if one.unusable), None)
    if reference.strip():
        fault = fault or fault_of(found[reference])
    accepted = next((one for one in _constants(parsed) if found[_body(one)].failure is None), None)
    if accepted and parsed.signature.parameters:
        fault = fault or f"its tests accept `{accepted}`, whatever they call it with"
    reports = [one.tests for body, one in found.items() if body != reference]
    return Ground(max((one.passed for one in reports if one.passed < one.declared), default=0), fault)


def _constants(parsed: ParsedProblem) -> tuple[str, ...]:
    return (DEFAULT, *constants(parsed))


def _body(expression: str) -> str:
    return f"    {expression}\n}}\n"


def credit_of(finding: Finding, parsed: ParsedProblem, ground: Ground, credit: Credit = DEFAULT_CREDIT) -> float | None:
    """Return the reward for a finding, between 0 and 1; `None` if it was not judged, which TRL leaves out.

    An answer that attempts nothing (see `effort`) gets 0 unless it passes. One that compiles gets `compiles`, and of
    the rest the share of tests that it passes above the ground. One that is unfinished and passes none above, or panics
    whatever it is called with, comes to no result: `has_code`.
    """
    failure = finding.failure.kind if finding.failure else None
    if finding.unusable or ground.fault:
        return None
    if failure is None:
        return 1.0
    if not FAILURES[failure].counts:
        return None
    if not FAILURES[failure].earns or idle(finding.source, parsed.signature.name, seen=finding.parses):
        return 0.0
    if not finding.compiles:
        return credit.parses if finding.parses else credit.has_code
    above = finding.tests.passed - ground.trivial
    if above > 0:
        return credit.compiles + (1.0 - credit.compiles) * above / (finding.tests.declared - ground.trivial)
    ends_early = failure is FailureClass.PANIC and (not finding.tests.passed or _is_unfinished(finding))
    return credit.has_code if ends_early else credit.compiles


def _is_unfinished(finding: Finding) -> bool:
    detail = finding.failure.detail if finding.failure else None
    return (detail or "").startswith("panic (unfinished)")
