"""Check a problem file, foreign or ours: is every problem sound, and do its tests reject wrong answers?

Each problem's reference solution must pass; a body that does nothing (`todo!()`) must compile, which
shows that prompt and tests fit together, and must fail; so must bodies that return a default or a
simple constant. All are judged by the same judge as a model's answers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from human_eval_rust.externs import left_out
from human_eval_rust.finding import Answer, Finding, JudgeOptions
from human_eval_rust.formats import UnknownFormatError, recognise, to_problem
from human_eval_rust.frame import Frame, UnusableProblemError, frame
from human_eval_rust.judging import BATCH_SIZE, Judge, usable_cpus
from human_eval_rust.lexer import mask
from sigil_common.errors import InputError
from sigil_common.jsonl import read_objects
from sigil_common.progress import Progress
from sigil_common.records import FailureClass, Problem
from sigil_common.rustc import find_toolchain
from sigil_common.sandbox import open_sandbox

STUB = "    todo!()\n}\n"
_UNSTEADY = re.compile(r"\b(?:Instant|SystemTime|RandomState|sleep|as\s+\*const|std::env|std::fs)\b|\{:p\}")
_CONSTANTS = {
    "bool": ("true", "false"), "String": ("String::new()",), "&str": ('""',), "i64": ("1", "-1"), "i32": ("1", "-1"),
    "usize": ("1",), "u32": ("1",), "u64": ("1",), "f64": ("1.0",),
}  # fmt: skip


@dataclass(frozen=True)
class Fault:
    """One fault: where (`file:line`), of which problem, and what."""

    place: str
    task_id: str
    what: str

    def __str__(self) -> str:
        return f"{self.place}: {self.task_id}: {self.what}"


@dataclass(frozen=True)
class _Probe:
    """An answer whose verdict is known beforehand."""

    place: str
    frame: Frame
    name: str
    completion: str
    passes: bool

    def fault(self, finding: Finding) -> str | None:
        """Return what is wrong if `finding` is not as it should be."""
        if finding.unusable:
            return finding.unusable if self.passes else None
        passed = finding.blame is None
        why = "" if finding.blame is None else f": {finding.blame.failure.value}: {finding.blame.detail}"
        if self.passes and not passed:
            return f"the {self.name} fails{why}"
        if passed and not self.passes:
            return f"the tests accept {self.name}"
        if finding.blame and finding.blame.failure is FailureClass.SANDBOX:
            return f"{self.name} was not judged{why}"
        if self.completion == STUB and not finding.compiles:
            return f"the prompt does not compile with {self.name}{why}"
        return None


def check_file(path: Path, n_workers: int) -> list[Fault]:
    """Return all faults of a problem file, in the order of its lines."""
    faults: list[Fault] = []
    probes: list[_Probe] = []
    for place, problem in _read(path, faults):
        faults += [Fault(place, problem.task_id, what) for what in _oddities(problem)]
        try:
            probes += _probes(place, frame(problem))
        except UnusableProblemError as error:
            faults.append(Fault(place, problem.task_id, str(error)))
    faults += _judge(probes, n_workers)
    return sorted(faults, key=lambda fault: int(fault.place.rsplit(":", 1)[1]))


def _read(path: Path, faults: list[Fault]) -> Iterator[tuple[str, Problem]]:
    """Yield the well-formed problems; a line that is none, or repeats a task id, becomes a fault."""
    from pydantic import ValidationError

    seen: set[str] = set()
    number = 0
    for number, row in read_objects(path):
        place = f"{path}:{number}"
        name = str(row.get("task_id", "(no task id)"))
        try:
            problem = to_problem(row, recognise(row))
        except UnknownFormatError as error:
            faults.append(Fault(place, name, str(error)))
            continue
        except ValidationError as error:
            first = error.errors()[0]
            faults.append(Fault(place, name, f"field `{'.'.join(map(str, first['loc']))}`: {first['msg']}"))
            continue
        if problem.task_id in seen:
            faults.append(Fault(place, name, "its task id occurs before"))
        seen.add(problem.task_id)
        yield place, problem
    if number == 0:
        raise InputError(f"{path} holds no problems")


def _oddities(problem: Problem) -> Iterator[str]:
    code = mask(problem.test).code
    if found := _UNSTEADY.search(code):
        yield f"its test depends on time, order, addresses or the machine: `{found.group()}`"
    if not re.search(rf"\b{re.escape(problem.entry_point)}\b", code):
        yield f"its test never names `{problem.entry_point}`"
    if not problem.canonical_solution.strip():
        yield "it has no reference solution"
    if not mask(problem.prompt).code.rstrip().endswith("{"):
        yield "its prompt does not end with the opening brace"


def _probes(place: str, task: Frame) -> Iterator[_Probe]:
    if task.problem.canonical_solution:
        yield _Probe(place, task, "reference solution", task.problem.canonical_solution, passes=True)
    yield _Probe(place, task, "an unfinished body", STUB, passes=False)
    yield _Probe(place, task, "an empty body", "}\n", passes=False)
    yield _Probe(place, task, "a default value", "    Default::default()\n}\n", passes=False)
    returns = task.signature.returns.removeprefix(" -> ")
    for constant in _CONSTANTS.get(returns, ("None",) if returns.startswith("Option<") else ()):
        yield _Probe(place, task, f"the constant `{constant}`", f"    {constant}\n}}\n", passes=False)


def _judge(probes: list[_Probe], n_workers: int) -> list[Fault]:
    judge = Judge(JudgeOptions(), find_toolchain(), open_sandbox(), min(n_workers, usable_cpus()))
    faults: list[Fault] = []
    with Progress("checking", total=len(probes), unit="answers") as progress:
        for start in range(0, len(probes), BATCH_SIZE):
            part = probes[start : start + BATCH_SIZE]

            def told(position: int, finding: Finding, _seconds: float, part: list[_Probe] = part) -> None:
                probe = part[position]
                what = probe.fault(finding)
                if what:
                    what += left_out(probe.frame, judge.toolchain, judge.sandbox)
                    faults.append(Fault(probe.place, probe.frame.problem.task_id, what))
                progress.advance(1)

            judge.batch([Answer(probe.frame, probe.completion) for probe in part], told)
    return faults
