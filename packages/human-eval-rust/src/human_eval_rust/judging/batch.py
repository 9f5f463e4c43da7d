"""Judge answers together: prepare, compile in one crate, compile their tests, run each apart.

Each step is a job that settles some of the answers and leads to the jobs of the others.
"""

from __future__ import annotations

import logging
import weakref
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from human_eval_rust.building.answer_module import ANSWERS_CRATE, AnswerSource
from human_eval_rust.building.extern_crates import linked
from human_eval_rust.building.shared_tests import LIBRARY_FLAGS, TestLibrary
from human_eval_rust.judging.effort import idle
from human_eval_rust.judging.failure import Failure, compile_failure, run_failure, stopped_compiler
from human_eval_rust.judging.finding import Answer, Finding, Judged, JudgeOptions, Used
from human_eval_rust.judging.prepare import Prepared, parts, prepare
from human_eval_rust.judging.run import TestRun, limits, run_answer
from human_eval_rust.judging.steps import Step
from human_eval_rust.judging.test_programs import TestProgram, build_programs, report_of_tests
from human_eval_rust.policy.refuse import FORBID_FLAGS, refused_by_compiler
from human_eval_rust.policy.rules import LINTS, clippy_toml
from sigil_common.manifest import digest_json
from sigil_common.records import FailureClass, TestReport
from sigil_common.rustc import WALL_PER_CPU, Compiler, Crate, Diagnostic, Group, Unit, UnitResult, build_units, retried
from sigil_common.sandbox import Limits, workdir
from sigil_common.sandbox.spec import MIB

log = logging.getLogger("sigil.judge")

_FLAGS = tuple(flag for flag in LIBRARY_FLAGS if flag != "-Awarnings")

# Only after these is the next version of an answer looked at: nobody gets around the policy, or a limit, by another.
_NEXT = (FailureClass.COMPILE, FailureClass.SYNTAX)

# Runs the tests of an answer once more: those of the given numbers, in that order, with hash keys of that seed.
Run = Callable[[Sequence[int], int], TestRun]
# Looks at an answer that passed, and may run its tests again; what it returns is remarked with the finding.
Again = Callable[[Prepared, Run], tuple[str, ...]]


@dataclass(frozen=True)
class Bench:
    """What all batches of a judge work with."""

    options: JudgeOptions
    compiler: Compiler
    library: TestLibrary
    again: Again | None

    @property
    def compile_limits(self) -> Limits:
        """The limits of compiling one answer by itself."""
        cpu = self.options.compile_timeout
        return Limits(WALL_PER_CPU * cpu, cpu, self.options.memory_bytes, output_bytes=64 * MIB)


class AnswerBatch:
    """Some answers on their way. Their files are removed when the last job that needs them is done."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.options = bench.options
        stack = ExitStack()
        self.folder = stack.enter_context(workdir("sigil-judge-"))
        weakref.finalize(self, stack.close)
        self._positions: dict[str, int] = {}

    def start(self, answers: Sequence[tuple[int, Answer]]) -> Step:
        """Take the answers, each with its position: settle those that need no compiler, compile the rest."""
        settled: list[Judged] = []
        waiting: list[Prepared] = []
        for position, answer in answers:
            found = self._looked_at(answer)
            if isinstance(found, Finding):
                settled.append(Judged(position, found))
            else:
                self._positions |= {one.name: position for one in found.versions}
                waiting.append(found)
        crate = self._answers_crate()
        return Step(
            settled, [partial(self._compile, crate, number, part) for number, part in enumerate(parts(waiting))]
        )

    def _looked_at(self, answer: Answer) -> Prepared | Finding:
        if why := self.bench.library.why_broken(answer.parsed):
            return Finding(None, unusable=f"its tests do not compile: {why}")
        return _prepared(_name_of(answer, self._positions), answer, policy=self.options.policy)

    def _answers_crate(self) -> Crate:
        conf = self.folder / "clippy"
        conf.mkdir()
        conf.chmod(0o755)
        (conf / "clippy.toml").write_text(clippy_toml(), encoding="utf-8")
        return Crate(
            name=ANSWERS_CRATE,
            clippy=self.options.policy or self.options.clippy != "off",
            flags=_answer_flags(self.options),
            env={"CLIPPY_CONF_DIR": str(conf)},
            shown=(conf,),
        )

    def _compile(self, plain: Crate, number: int, part: Sequence[Prepared]) -> Step:
        """Compile a part of the answers together; each group that compiles is tested next."""
        compiler = self.bench.compiler
        crates, edition = part[0].parsed.surroundings
        crate = replace(plain, externs=linked(crates, compiler), edition=edition)
        place = self.folder / f"answers{number:03}"
        place.mkdir()
        units = [Unit(one.name, one.source.text) for answer in part for one in answer.versions]
        batch = build_units(units, place, compiler, crate=crate, limits=self.bench.compile_limits)
        chosen = [self._choose(one, batch.results) for one in part]
        refused = [
            self._settled(one, found) for one, found in zip(part, chosen, strict=True) if isinstance(found, Finding)
        ]
        compiled = {one.name: one for one in chosen if isinstance(one, Prepared)}
        done = {name: one for name, one in compiled.items() if one.parsed.only_compiles}
        settled = [*refused, *(self._settled(one, self._finished(one)) for one in done.values())]
        tested = compiled.keys() - done.keys()
        groups = [([compiled[unit.name] for unit in g.units if unit.name in tested], g) for g in batch.groups]
        return Step(settled, [partial(self._test, members, group, place) for members, group in groups if members])

    def _choose(self, answer: Prepared, results: Mapping[str, UnitResult]) -> Prepared | Finding:
        """Return the most preferred version that compiles; where none does, the finding of the most preferred one."""
        failed: list[Finding] = []
        for one in answer.versions:
            result = results[one.name]
            if result.ok:
                chosen = one.instead_of([other.code for other in answer.versions[: len(failed)]])
                warnings = None if self.options.clippy == "off" else _clippy_warnings(result.diagnostics, one.source)
                return replace(chosen, clippy=warnings)
            failed.append(self._not_compiled(one, result))
            if (failure := failed[-1].failure) and failure.kind not in _NEXT:
                return failed[-1]
        return failed[0]

    def _finished(self, one: Prepared, failure: Failure | None = None, **known: object) -> Finding:
        """Return the finding of an answer that compiled, whose tests, if there are any, ended with `failure`."""
        if failure is None and self.options.clippy == "require" and one.clippy:
            failure = Failure(FailureClass.CLIPPY, None, "; ".join(one.clippy))
        if failure is not None or one.parsed.only_compiles:
            known["idle"] = idle(one.source.text, one.parsed.signature.name)
        return one.finding(failure, compiles=True, parses=True, **known)

    def _not_compiled(self, one: Prepared, result: UnitResult) -> Finding:
        if stopped := stopped_compiler(result):
            return one.finding(stopped, compiles=None if result.trouble else False)
        if self.options.policy and (refusal := refused_by_compiler(result.errors, one.source)):
            return one.finding(Failure(FailureClass.POLICY, None, str(refusal)), parses=True)
        first = result.errors[0] if result.errors else None
        line = one.source.line(first.line_start) if first else None
        failure = compile_failure(result.errors, clean=one.code.clean, line=line)
        return one.finding(failure, compiles=False, parses=failure.kind is not FailureClass.SYNTAX)

    def _test(self, members: Sequence[Prepared], group: Group, folder: Path) -> Step:
        """Compile the tests of answers that share a crate; each answer runs next, by itself."""
        limit = self.bench.compile_limits
        programs, refused = build_programs(members, group, folder, self.bench.library, self.bench.compiler, limit)
        settled = [self._settled(one, finding) for one, finding in refused]
        return Step(settled, [partial(self._run, program) for program in programs])

    def _run(self, program: TestProgram) -> Step:
        """Run the tests of one answer."""
        one = program.answer
        limit = limits(self.options.run_timeout, self.options.memory_bytes)
        sandbox = self.bench.compiler.sandbox

        def run(order: Sequence[int] = (), seed: int = 0) -> TestRun:
            return retried(lambda: run_answer(program.file, program.number, sandbox, limit, order=order, seed=seed))

        ran = run()
        failure = run_failure(ran, len(one.parsed.tests), program.tests_file)
        finding = self._finished(one, failure, tests=report_of_tests(one.parsed, ran))
        remarks = self.bench.again(one, run) if self.bench.again and failure is None else ()
        used = Used(ran.outcome.wall_s, ran.outcome.cpu_s, ran.outcome.peak_bytes)
        return Step([self._settled(one, finding, used, remarks)])

    def _settled(
        self, one: Prepared, finding: Finding, used: Used | None = None, remarks: tuple[str, ...] = ()
    ) -> Judged:
        return Judged(self._positions[one.name], finding, used, remarks)


def _prepared(name: str, answer: Answer, *, policy: bool) -> Prepared | Finding:
    """Prepare an answer; one that our reader stumbles over must not take the others along."""
    try:
        return prepare(name, answer, policy=policy)
    except RecursionError:
        deep = Failure(FailureClass.SYNTAX, None, "nested too deeply to be read")
        return Finding(deep, parses=False, compiles=False, tests=TestReport(declared=len(answer.parsed.tests)))
    except Exception as error:
        log.warning("%s: an answer could not be read", answer.parsed.problem.task_id, exc_info=error)
        return Finding(Failure(FailureClass.SANDBOX, None, f"could not be read: {type(error).__name__}: {error}"))


def _name_of(answer: Answer, taken: Collection[str]) -> str:
    """Return a name that depends on the answer alone, as answers can see it (`file!()`, a caller's location)."""
    name = f"answer_{digest_json([answer.parsed.key, answer.completion])[:16]}"
    return name if name not in taken else f"{name}_{len(taken)}"


def _answer_flags(options: JudgeOptions) -> tuple[str, ...]:
    """Return the compiler's flags: which lints are forbidden, and which are heard at all."""
    quiet = ("-Awarnings",) if options.clippy == "off" else ()
    forbidden = FORBID_FLAGS if options.policy else ("-Flong_running_const_eval",)
    silent = ("-Aclippy::all",) if options.policy and options.clippy == "off" else ()
    return (*_FLAGS, *quiet, f"-Cmetadata={ANSWERS_CRATE}", *silent, *forbidden)


def _clippy_warnings(diagnostics: Iterable[Diagnostic], source: AnswerSource) -> tuple[str, ...]:
    """Return clippy's warnings about lines of the answer, as `line 3: needless_return`, in their order.

    What it says about the prompt's own lines is not the answer's doing. The policy's lints are no style.
    """
    found: list[tuple[int, str]] = []
    for item in diagnostics:
        line = source.line(item.line_start)
        if line and item.code and item.code.startswith("clippy::") and item.code not in LINTS:
            found.append((line, item.code.removeprefix("clippy::")))
    return tuple(f"line {line}: {lint}" for line, lint in sorted(set(found)))
