"""Which version of an answer is judged: the most preferred one that compiles."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from human_eval_rust.judging.finding import Finding
from human_eval_rust.judging.prepare import Prepared
from sigil_common.records import FailureClass
from sigil_common.rustc import UnitResult

# Only after these is the next version looked at: nobody gets around the policy, or a limit, by another version.
_NEXT = (FailureClass.COMPILE, FailureClass.SYNTAX)


def choose(
    answer: Prepared, results: Mapping[str, UnitResult], not_compiled: Callable[[Prepared, UnitResult], Finding]
) -> Prepared | Finding:
    """Return the version to test; where none compiles, the finding of the most preferred one."""
    failed: list[Finding] = []
    for one in answer.versions:
        if results[one.name].ok:
            return one.instead_of([other.code for other in answer.versions[: len(failed)]])
        failed.append(not_compiled(one, results[one.name]))
        if (failure := failed[-1].failure) and failure.kind not in _NEXT:
            return failed[-1]
    return failed[0]
