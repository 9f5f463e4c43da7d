"""Judge answers: extract, refuse, compile together, run apart, say what happened.

One call of `Judge.batch` takes many answers through these stages; each stage settles some of them and
hands the rest on. An answer's finding does not depend on the answers it is judged with.
"""

from __future__ import annotations

import logging
import os
import threading
import weakref
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from human_eval_rust.building.answer_module import ANSWERS_CRATE
from human_eval_rust.building.extern_crates import linked, open_externs, without_crates
from human_eval_rust.building.module_compiler import ModuleCompiler
from human_eval_rust.building.programs import program_crate, program_root
from human_eval_rust.building.shared_tests import TestLibrary
from human_eval_rust.building.test_module import HARNESS_CRATE
from human_eval_rust.judging.compiler_flags import answer_flags, clippy_warnings
from human_eval_rust.judging.failure import Blame, compile_failure, run_failure
from human_eval_rust.judging.finding import Answer, Finding, JudgeOptions, Told
from human_eval_rust.judging.prepare import Prepared, parts, prepare
from human_eval_rust.judging.run import Ran, limits, run_answer
from human_eval_rust.judging.test_programs import module_of_tests, refused_tests, report_of_tests
from human_eval_rust.policy.refuse import refused_by_compiler
from human_eval_rust.policy.rules import clippy_toml
from human_eval_rust.problems.parsed import Frame
from sigil_common.manifest import digest_json
from sigil_common.records import FailureClass
from sigil_common.rustc import Compiler, Crate, Unit, UnitResult, build_units, retried
from sigil_common.sandbox import Limits, workdir
from sigil_common.sandbox.spec import MIB

log = logging.getLogger("sigil.judge")

BATCH_SIZE = 1000
# From so many answers to a problem on, compiling its tests once for all of them pays.
_SHARE_FROM = 3
# From so many on, optimising the tests pays too: it costs 50 ms for a problem and saves 1 ms in each run.
_OPTIMISE_FROM = 60


class Stopped(Exception):  # noqa: N818
    """The judge was told to stop."""


class Settle(Protocol):
    """Is told what was found."""

    def __call__(self, name: str, finding: Finding, seconds: float = 0.0) -> None:
        """Take the finding of the answer `name`, whose tests ran for `seconds`."""


class Judge:
    """Judges answers with one compiler and one sandbox. Safe to use from many threads.

    At most `workers` compilers and tests run at once, whatever the number of threads.
    """

    def __init__(self, options: JudgeOptions, compiler: Compiler, workers: int = 1) -> None:
        self.options = options
        self.compiler = compiler
        self.workers = workers
        self._slots = threading.BoundedSemaphore(workers)
        self._folder = ExitStack()
        place = self._folder.enter_context(workdir("sigil-tests-"))
        weakref.finalize(self, self._folder.close)
        self.library = TestLibrary(place, compiler)
        self._stopping = threading.Event()
        self._expected: Counter[str] = Counter()
        self._seen: Counter[str] = Counter()

    def stop(self) -> None:
        """Start nothing more: batches under way end with `Stopped` after their current step."""
        self._stopping.set()

    @contextmanager
    def _slot(self) -> Iterator[None]:
        with self._slots:
            if self._stopping.is_set():
                raise Stopped
            yield

    def batch(self, answers: Sequence[Answer], told: Told) -> None:
        """Judge `answers`; call `told(position, finding, seconds)` once for each, in any order, from any thread.

        `seconds` is the wall time of its own test run, 0 where there was none.
        """
        answers = self._fitted(answers)
        frames = [answer.frame for answer in answers]
        self._seen.update(one.problem.task_id for one in frames)
        self._share_tests(frames)
        waiting: dict[str, tuple[int, Prepared]] = {}
        for position, answer in enumerate(answers):
            if why := self.library.why_broken(answer.frame):
                told(position, Finding(None, unusable=f"its tests do not compile: {why}"), 0.0)
                continue
            prepared = _prepared(_name_of(answer, waiting), answer, policy=self.options.policy)
            if isinstance(prepared, Finding):
                told(position, prepared, 0.0)
            else:
                waiting[prepared.name] = (position, prepared)

        def settle(name: str, finding: Finding, seconds: float = 0.0) -> None:
            told(waiting[name][0], finding, seconds)

        with workdir("sigil-judge-") as folder:
            self._compile_and_run({name: prepared for name, (_, prepared) in waiting.items()}, folder, settle)

    def expect(self, frames: Iterable[Frame]) -> None:
        """Say of which problems answers will come, one frame for each, so that their tests are shared at once."""
        listed = [answer.frame for answer in self._fitted([Answer(one, "") for one in frames])]
        self._expected.update(one.problem.task_id for one in listed)
        self._share_tests(listed)

    def _share_tests(self, frames: Sequence[Frame]) -> None:
        """Compile the tests of problems that come often enough once for all their answers."""
        count = {one.problem.task_id: self._count(one.problem.task_id) for one in frames}
        often = {one.problem.task_id: one for one in frames if count[one.problem.task_id] >= _SHARE_FROM}
        much = [one for task, one in often.items() if count[task] >= _OPTIMISE_FROM]
        with self._slot():
            self.library.add(much, optimise=True)
            self.library.add(often.values())

    def _count(self, task: str) -> int:
        """Return how many answers to a problem are known of; those that were expected come only once."""
        return max(self._expected[task], self._seen[task])

    def _fitted(self, answers: Sequence[Answer]) -> Sequence[Answer]:
        """Leave out imports of crates that cannot be had."""
        importing = {id(answer.frame): answer.frame for answer in answers if answer.frame.crates}
        if not importing or open_externs(self.compiler) is not None:
            return answers
        fitted = {key: without_crates(one) for key, one in importing.items()}
        return [replace(answer, frame=fitted.get(id(answer.frame), answer.frame)) for answer in answers]

    def _compile_and_run(self, waiting: dict[str, Prepared], folder: Path, settle: Settle) -> None:
        plain = self._answers_crate(folder)
        for number, part in enumerate(parts(waiting.values())):
            crates = part[0].frame.crates
            crate = replace(plain, externs=linked(crates, self.compiler))
            place = folder / f"answers{number:03}"
            place.mkdir()
            units = [Unit(one.name, one.source.text) for one in part]
            with self._slot():
                batch = build_units(units, place, self.compiler, crate=crate, limits=self._compile_limits(len(units)))
            for name, result in batch.results.items():
                if not result.ok:
                    settle(name, self._not_compiled(waiting[name], result))
                elif self.options.clippy != "off":
                    waiting[name] = replace(
                        waiting[name], clippy=clippy_warnings(result.diagnostics, waiting[name].source)
                    )
            for group in batch.groups:
                members = [waiting[unit.name] for unit in group.units]
                self._test(members, group.artefact, at_root=group.alone, folder=place, settle=settle)

    def _answers_crate(self, folder: Path) -> Crate:
        conf = folder / "clippy"
        conf.mkdir()
        conf.chmod(0o755)
        (conf / "clippy.toml").write_text(clippy_toml(), encoding="utf-8")
        return Crate(
            name=ANSWERS_CRATE, clippy=self.options.policy or self.options.clippy != "off",
            flags=answer_flags(self.options), env={"CLIPPY_CONF_DIR": str(conf)}, shown=(conf,),
        )  # fmt: skip

    def _compile_limits(self, units: int) -> Limits:
        """Many answers may take longer than one, but one that goes on for ever must not hold up the rest."""
        wall = self.options.compile_timeout + 0.02 * units
        return Limits(wall_s=wall, memory_bytes=self.options.memory_bytes, output_bytes=64 * MIB)

    def _not_compiled(self, one: Prepared, result: UnitResult) -> Finding:
        if result.trouble:
            return one.finding(Blame(FailureClass.SANDBOX, None, result.trouble))
        if result.timed_out:
            return one.finding(Blame(FailureClass.TIME, None, "the compiler did not end in time"), compiles=False)
        if self.options.policy and (refusal := refused_by_compiler(result.errors, one.source)):
            return one.finding(Blame(FailureClass.POLICY, None, str(refusal)), parses=True)
        first = result.errors[0] if result.errors else None
        line = one.source.line(first.line_start) if first else None
        blame = compile_failure(result.errors, clean=one.code.clean, line=line)
        return one.finding(blame, compiles=False, parses=blame.failure is not FailureClass.SYNTAX)

    def _test(
        self, members: Iterable[Prepared], answers: Path, *, at_root: bool, folder: Path,
        settle: Settle,
    ) -> None:  # fmt: skip
        prepared = {f"tests_{one.name}": one for one in members}
        # Asked once: another thread may add shared tests at any time.
        shared = {name: self.library.find(one.frame) for name, one in prepared.items()}
        modules = [
            module_of_tests(name, one, None if at_root else one.name, shared[name]) for name, one in prepared.items()
        ]
        externs = linked(next(iter(prepared.values())).frame.crates, self.compiler)
        crate = program_crate(((ANSWERS_CRATE, answers), (HARNESS_CRATE, self.library.harness()), *externs))
        place = folder / f"tests_{answers.parent.parent.name}"
        limit = self._compile_limits(len(modules))
        with self._slot():
            built = ModuleCompiler(place, crate, program_root, self.compiler, limit).build(modules)
        own = {module.name: module.source for module in modules if shared[module.name] is None}
        for name, refused in built.refused.items():
            settle(prepared[name].name, refused_tests(prepared[name], refused, own.get(name)))
        with ThreadPoolExecutor(max_workers=self.workers) as pool:
            jobs = []
            for program, inside in built.crates:
                # Inside, nobody may read it; the mount is read-only, so nobody can change that either.
                program.chmod(0o111)
                for number, module in enumerate(inside):
                    found = shared[module.name]
                    file = f"{found.module if found else module.name}.rs"
                    jobs.append(pool.submit(self._run_one, program, number, prepared[module.name], file, settle))
            for job in jobs:
                job.result()

    def _run_one(self, program: Path, number: int, one: Prepared, tests_file: str, settle: Settle) -> None:
        limit = limits(self.options.run_timeout, self.options.memory_bytes)

        def once() -> Ran:
            with self._slot():
                return run_answer(program, number, self.compiler.sandbox, limit)

        ran = retried(once)
        blame = run_failure(ran, len(one.frame.tests), tests_file)
        if blame is None and self.options.clippy == "require" and one.clippy:
            blame = Blame(FailureClass.CLIPPY, None, "; ".join(one.clippy))
        finding = one.finding(blame, compiles=True, parses=True, tests=report_of_tests(one.frame, ran))
        settle(one.name, finding, ran.outcome.wall_s)


def _prepared(name: str, answer: Answer, *, policy: bool) -> Prepared | Finding:
    """Prepare an answer; one that our reader stumbles over must not take the others along."""
    try:
        return prepare(name, answer, policy=policy)
    except RecursionError:
        return Finding(Blame(FailureClass.SYNTAX, None, "nested too deeply to be read"), parses=False, compiles=False)
    except Exception as error:
        log.warning("%s: an answer could not be read", answer.frame.problem.task_id, exc_info=error)
        return Finding(Blame(FailureClass.SANDBOX, None, f"could not be read: {type(error).__name__}: {error}"))


def _name_of(answer: Answer, taken: Collection[str]) -> str:
    """Return a name that depends on the answer alone, as answers can see it (`file!()`, a caller's location)."""
    name = f"answer_{digest_json([answer.frame.key, answer.completion])[:16]}"
    return name if name not in taken else f"{name}_{len(taken)}"


def usable_cpus() -> int:
    """Return the number of CPUs that this process may use."""
    return len(os.sched_getaffinity(0))
