"""Check a problem file, foreign or ours: is every problem sound, and do its tests reject wrong answers?

Each problem's reference solution must pass; a body that does nothing (`todo!()`) must compile, which
shows that prompt and tests fit together, and must fail; so must bodies that return a default or a
constant. Where an answer only has to compile, only the reference is asked for. All are judged by the same
judge as a model's answers. No test may depend on time, order, addresses or the machine (`steady`).
"""

from __future__ import annotations

import logging
import re
from collections.abc import Collection, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from human_eval_rust.building import prompt_check
from human_eval_rust.building.extern_crates import left_out
from human_eval_rust.building.prompt_check import STUB
from human_eval_rust.judging.finding import Answer, Finding, Judged, JudgeOptions
from human_eval_rust.judging.judge import Judge, usable_workers
from human_eval_rust.problems.files import ProblemFile, named_otherwise
from human_eval_rust.problems.formats import UnknownFormatError
from human_eval_rust.problems.further import after_body
from human_eval_rust.problems.parsed import ParsedProblem, UnusableProblemError, parse_problem
from human_eval_rust.strength import steady
from human_eval_rust.strength.wrong_bodies import DEFAULT, constants
from sigil_common.errors import InputError
from sigil_common.failures import FAILURES
from sigil_common.jsonl import parse_object, read_lines, wrong_in
from sigil_common.progress import Progress
from sigil_common.records import Problem
from sigil_common.rust_text import mask
from sigil_common.rustc import Compiler, find_toolchain
from sigil_common.sandbox import open_sandbox

log = logging.getLogger("sigil.problems")


_WITHOUT_REFERENCES = "multipl-e"
_UNFINISHED = "an unfinished body"


@dataclass(frozen=True)
class Fault:
    """One fault: where (`file:line`), of which problem, and what."""

    place: str
    task_id: str
    what: str

    def __str__(self) -> str:
        text = f"{self.place}: {self.task_id}: {self.what}"
        return text.encode(errors="backslashreplace").decode()  # stdout takes no half of a character


@dataclass(frozen=True)
class _Probe:
    """An answer whose verdict is known beforehand."""

    place: str
    parsed: ParsedProblem
    name: str
    completion: str
    passes: bool

    def fault(self, finding: Finding) -> str | None:
        """Return what is wrong if `finding` is not as it should be."""
        if finding.unusable:
            return finding.unusable
        passed = finding.failure is None
        why = "" if finding.failure is None else f": {finding.failure.kind.value}: {finding.failure.detail}"
        if self.passes and not passed:
            return f"the {self.name} fails{why}"
        if passed and not self.passes:
            return f"the tests accept {self.name}"
        if finding.failure and not FAILURES[finding.failure.kind].counts:
            return f"{self.name} was not judged{why}"
        if self.name == _UNFINISHED and not finding.compiles:
            return f"the prompt does not compile with {self.name}{why}"
        return None


def check_file(path: Path, n_workers: int, options: JudgeOptions | None = None) -> list[Fault]:
    """Return all faults of a problem file, in the order of its lines; say on stderr how it was read.

    `options` are those that the answers are judged with.
    """
    faults: list[Fault] = []
    probes: list[_Probe] = []
    read = list(_read(path, faults))
    for place, problem, form in read:
        further: Collection[str] = ()
        try:
            task = parse_problem(problem)
            further = task.further.names
            probes += _probes(place, task)
        except UnusableProblemError as error:
            faults.append(Fault(place, problem.task_id, str(error)))
        faults += [Fault(place, problem.task_id, what) for what in _oddities(problem, form, further)]
    _remark(path, read)
    faults += _judge(probes, n_workers, options or JudgeOptions())
    return sorted(dict.fromkeys(faults), key=lambda fault: int(fault.place.rsplit(":", 1)[1]))


def _read(path: Path, faults: list[Fault]) -> Iterator[tuple[str, Problem, str]]:
    """Yield place, problem and format of the well-formed lines; any other, or a repeated task id, becomes a fault."""
    seen: set[str] = set()
    file = ProblemFile()
    number = 0
    for number, raw in read_lines(path):
        place = f"{path}:{number}"
        name = "(no task id)"
        try:
            row = parse_object(raw, "this line")
            name = str(row.get("task_id", row.get("name", name)))
            form, problem = file.convert(row)
        except (InputError, UnknownFormatError, ValidationError) as error:
            faults.append(Fault(place, name, _said(error)))
            continue
        if renamed := named_otherwise(row, problem):
            faults.append(Fault(place, name, f"its prompt does not declare `fn {renamed}`"))
        if problem.task_id in seen:
            faults.append(Fault(place, name, "its task id occurs before"))
        seen.add(problem.task_id)
        yield place, problem, form
    if number == 0:
        raise InputError(f"{path} holds no problems")
    file.say(path)


def _said(error: InputError | UnknownFormatError | ValidationError) -> str:
    if isinstance(error, ValidationError):
        return wrong_in(error)
    if isinstance(error, InputError):
        return error.what.removeprefix("this line: ") + (f" ({error.cause})" if error.cause else "")
    return str(error)


def _oddities(problem: Problem, form: str, further: Collection[str]) -> Iterator[str]:
    yield from steady.named(problem.test)
    names = "|".join(map(re.escape, (problem.entry_point, *further)))
    if problem.kind == "tests" and not re.search(rf"\b(?:{names})\b", mask(problem.test).code):
        yield f"its test never names `{problem.entry_point}`"
    if form != _WITHOUT_REFERENCES and not problem.canonical_solution.strip():
        yield "it has no reference solution"
    if not mask(problem.prompt).code.rstrip().endswith("{"):
        yield "its prompt does not end with the opening brace"


def _remark(path: Path, read: list[tuple[str, Problem, str]]) -> None:
    """Say how many problems come in a format that has no reference solutions."""
    without = sum(form == _WITHOUT_REFERENCES and not one.canonical_solution.strip() for _, one, form in read)
    if without:
        log.warning(
            "%s: %d of %d problems are checked without a reference solution, as %s has none",
            path,
            without,
            len(read),
            _WITHOUT_REFERENCES,
        )


def _probes(place: str, task: ParsedProblem) -> Iterator[_Probe]:
    if task.problem.canonical_solution.strip():
        yield _Probe(place, task, "reference solution", task.problem.canonical_solution, passes=True)
    if task.only_compiles:
        return
    rest = after_body(task.problem.canonical_solution) if task.further.names else ""
    bodies = {_UNFINISHED: STUB, "an empty body": "}\n", "a default value": f"    {DEFAULT}\n}}\n"}
    bodies |= {f"the constant `{constant}`": f"    {constant}\n}}\n" for constant in constants(task)}
    for name, body in bodies.items():
        yield _Probe(place, task, name, body + rest, passes=False)


def _judge(probes: list[_Probe], n_workers: int, options: JudgeOptions) -> list[Fault]:
    compiler = Compiler(find_toolchain(), open_sandbox())
    judge = Judge(options, compiler, usable_workers(n_workers, options), again=steady.unsteady)
    found: dict[int, Judged] = {}
    with (
        Progress("checking", total=len(probes), unit="answers") as progress,
        closing(judge.run([Answer(probe.parsed, probe.completion) for probe in probes])) as settled,
    ):
        for judged in settled:
            found[judged.position] = judged
            progress.advance(1)
    return _faults(probes, [found[at] for at in range(len(probes))], compiler)


def _faults(probes: list[_Probe], found: list[Judged], compiler: Compiler) -> list[Fault]:
    """Return what is wrong with the problems; one whose prompt does not even compile has no other faults."""
    compiled = {probe.place for probe, one in zip(probes, found, strict=True) if one.finding.compiles}
    suspect = {probe.place: probe.parsed for probe in probes if probe.place not in compiled}
    prompt = prompt_check.refused(suspect, compiler)
    faults: dict[Fault, None] = {}
    for probe, one in zip(probes, found, strict=True):
        task = probe.parsed.problem.task_id
        refused = probe.place in prompt
        what = f"its prompt does not compile: {prompt[probe.place]}" if refused else probe.fault(one.finding)
        if what:
            what += left_out(probe.parsed, compiler)
            faults[Fault(probe.place, task, what)] = None
        for why in one.remarks:
            faults[Fault(probe.place, task, why)] = None
    return list(faults)
