"""What each failure class means, whether such an answer earns part of a reward, and whether it counts at all.

The README's table, the report's legend and the rewards are made from this. A new class is a member of
`records.FailureClass` and a line here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sigil_common.records import FailureClass


@dataclass(frozen=True)
class FailureKind:
    """One failure class. `meaning` completes "the answer failed because ...".

    `earns`: as a reward it gets credit for how far it came (parsed, compiled, tests passed), or nothing.
    `counts`: the model failed; otherwise trouble of ours kept the answer from being judged.
    """

    meaning: str
    earns: bool = True
    counts: bool = True


FAILURES: Mapping[FailureClass, FailureKind] = {
    FailureClass.NO_CODE: FailureKind("nothing in the text is Rust", earns=False),
    FailureClass.SYNTAX: FailureKind("it does not parse"),
    FailureClass.POLICY: FailureKind("it uses files, network, processes, unsafe code or other crates", earns=False),
    FailureClass.COMPILE: FailureKind("rustc refuses it"),
    FailureClass.TEST: FailureKind("an assertion failed"),
    FailureClass.PANIC: FailureKind("the answer itself panicked (arithmetic, index, unwrap, ...)"),
    FailureClass.ABORT: FailureKind("a signal or an exit status ended the process"),
    FailureClass.STACK: FailureKind("the stack overflowed, mostly by endless recursion"),
    FailureClass.MEMORY: FailureKind("it used more memory than is allowed"),
    FailureClass.TIME: FailureKind("compiling or testing did not end in time"),
    FailureClass.OUTPUT: FailureKind("it wrote more output than is allowed"),
    FailureClass.FORGED: FailureKind(
        "it ended, or changed the program that tests it, before all tests had run", earns=False
    ),
    FailureClass.CLIPPY: FailureKind("it passes its tests, but clippy warns (only with --clippy require)"),
    FailureClass.SANDBOX: FailureKind(
        "the sandbox failed, or the machine was too busy: not judged, counts neither way", earns=False, counts=False
    ),
}


def legend() -> str:
    """Return one sentence for each class, for readers of a report."""
    return " ".join(f"{failure.value}: {kind.meaning}." for failure, kind in FAILURES.items())


def markdown() -> str:
    """Return the table for the documentation."""
    rows = [f"| `{failure.value}` | {kind.meaning} |" for failure, kind in FAILURES.items()]
    return "\n".join(["| Failure | Meaning |", "|---|---|", *rows]) + "\n"
