"""What goes into the judge and what comes out: answers, options, findings."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from human_eval_rust.judging.failure import Failure
from human_eval_rust.problems.parsed import ParsedProblem
from sigil_common.failures import FAILURES
from sigil_common.records import Extraction, FailureClass, TestReport, Verdict
from sigil_common.sandbox.spec import GIB

_DETAIL_LIMIT = 2000


Clippy = Literal["off", "report", "require"]


@dataclass(frozen=True)
class JudgeOptions:
    """What a finding may depend on. Times in seconds, memory in bytes.

    `clippy`: list its warnings about an answer that compiles (`report`), or fail it for them (`require`).
    """

    policy: bool = True
    compile_timeout: float = 10.0
    run_timeout: float = 10.0
    memory_bytes: int = 4 * GIB
    clippy: Clippy = "off"


@dataclass(frozen=True)
class Answer:
    """One completion of one problem."""

    parsed: ParsedProblem
    completion: str


@dataclass(frozen=True)
class Finding:
    """A verdict but for whose it is. `unusable` says why the problem, not the answer, is at fault.

    `source` is the text of the module that the answer was made into, where there was code in it. `idle` says of an
    answer that compiles, and passes no tests, why it attempts nothing (see `effort`).
    """

    failure: Failure | None
    has_code: bool = True
    parses: bool = True
    compiles: bool | None = None
    tests: TestReport = field(default_factory=TestReport)
    extraction: Extraction | None = None
    clippy: tuple[str, ...] | None = None
    unusable: str | None = None
    source: str = ""
    idle: str | None = None

    @property
    def is_uncertain(self) -> bool:
        """Whether time ran out, or trouble of ours came between: then another try may end otherwise."""
        return self.failure is not None and self.failure.kind in (FailureClass.TIME, FailureClass.SANDBOX)

    def verdict(self, task_id: str, sample_index: int, completion: str) -> Verdict:
        """Return the record of this finding for one sample."""
        if self.unusable:
            return not_judged(task_id, sample_index, completion, self.unusable)
        kind = self.failure.kind if self.failure else None
        return Verdict(
            task_id=task_id,
            sample_index=sample_index,
            passed=kind is None,
            result=_result(kind),
            completion=completion,
            has_code=self.has_code,
            parses=self.parses,
            compiles=self.compiles,
            failure=kind,
            rustc_code=self.failure.code if self.failure else None,
            detail=_cut(self.failure.detail) if self.failure else None,
            tests=self.tests,
            extraction=self.extraction,
            clippy=self.clippy,
            idle=self.idle,
        )


def _result(kind: FailureClass | None) -> Literal["passed", "failed", "timed out", "not judged"]:
    if kind is None:
        return "passed"
    if not FAILURES[kind].counts:
        return "not judged"
    return "timed out" if kind is FailureClass.TIME else "failed"


def not_judged(task_id: str, sample_index: int, completion: str, why: str) -> Verdict:
    """Return the record of a sample whose problem cannot be scored."""
    return Verdict(
        task_id=task_id,
        sample_index=sample_index,
        passed=False,
        result="not judged",
        completion=completion,
        has_code=False,
        parses=False,
        detail=f"the problem cannot be scored: {why}",
    )


def _cut(text: str | None) -> str | None:
    return text if text is None or len(text) <= _DETAIL_LIMIT else text[:_DETAIL_LIMIT] + "..."


class Used(NamedTuple):
    """What the test run of an answer took: seconds, and bytes of memory at most; `None` where nothing tells it."""

    wall_s: float
    cpu_s: float | None = None
    peak_bytes: int | None = None


class Judged(NamedTuple):
    """What was found of one answer.

    `position` is its place among the answers that were handed in, `used` what its own test run took, if there was
    one. `remarks` is what a second look at an answer that passes came to. `late`: it is to be tried once more.
    """

    position: int
    finding: Finding
    used: Used | None = None
    remarks: tuple[str, ...] = ()
    late: bool = False
