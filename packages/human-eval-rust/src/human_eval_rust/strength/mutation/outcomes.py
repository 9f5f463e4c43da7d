"""What becomes of each mutant: judged by the judge of models' answers, remembered in a journal.

A mutant that the compiler refuses says nothing about the tests. Any other is killed if a test fails, if
it panics, or if it reaches a limit of time or memory; otherwise it survives. The limits are far below
those of answers, because a mutant that loops for ever reaches them: 3 s where the reference solution
needs a small part of one.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from human_eval_rust.judging.finding import Answer, Finding, JudgeOptions
from human_eval_rust.judging.judge import Judge, usable_workers
from human_eval_rust.problems.parsed import ParsedProblem, parse_problem
from human_eval_rust.strength.mutation.mutants import Mutant, mutants
from sigil_common.errors import InputError, MissingError
from sigil_common.failures import FAILURES
from sigil_common.jsonl import Journal
from sigil_common.manifest import digest_json
from sigil_common.progress import Progress
from sigil_common.records import FailureClass, Problem
from sigil_common.rustc import Compiler, find_toolchain
from sigil_common.sandbox import open_sandbox
from sigil_common.sandbox.spec import GIB

log = logging.getLogger("sigil.mutation")

LIMITS = JudgeOptions(policy=False, compile_timeout=120.0, run_timeout=3.0, memory_bytes=1 * GIB)

Result = Literal["refused", "killed", "survived"]


@dataclass(frozen=True)
class MutantOutcome:
    """How a mutant ended; `by` is the failure class of one that was killed, as `test` or `time`."""

    mutant: Mutant
    result: Result
    by: str | None = None


@dataclass(frozen=True)
class _Trial:
    """Something to judge: a mutant, or with `None` the reference solution itself."""

    parsed: ParsedProblem
    mutant: Mutant | None
    body: str

    def key(self, toolchain: str, options: JudgeOptions) -> str:
        return digest_json([self.parsed.problem.to_row(), self.body, toolchain, asdict(options)])


def outcomes(
    problems: Iterable[Problem],
    *,
    journal: Path,
    n_workers: int = 1,
    options: JudgeOptions = LIMITS,
    propose: Callable[[Problem], Sequence[Mutant]] = mutants,
) -> dict[str, list[MutantOutcome]]:
    """Return the outcomes of all mutants by task id, in the order of the problems and of their mutants.

    `propose` says which mutants of a problem are meant, if not all. Judges only what `journal` does not know yet.
    Raises `InputError` if a reference solution fails, and `MissingError` without a compiler or a working sandbox.
    """
    compiler = Compiler(find_toolchain(), open_sandbox())
    judge = Judge(options, compiler, usable_workers(n_workers, options))
    trials = [trial for problem in problems for trial in _trials(problem, propose(problem))]
    with Journal(journal) as memory:
        known = {row["key"]: row for row in memory.rows()}
        keys = [trial.key(compiler.toolchain.version, options) for trial in trials]
        todo = [(key, trial) for key, trial in zip(keys, trials, strict=True) if key not in known]
        if len(todo) < len(trials):
            log.info("resumed the outcomes of %d of %d mutants", len(trials) - len(todo), len(trials))
        _judge(todo, judge, memory, known)
    return _by_task(trials, [known[key] for key in keys])


def _trials(problem: Problem, proposed: Iterable[Mutant]) -> list[_Trial]:
    task = parse_problem(problem)
    return [_Trial(task, None, problem.canonical_solution), *(_Trial(task, one, one.body) for one in proposed)]


def _judge(todo: list[tuple[str, _Trial]], judge: Judge, memory: Journal, known: dict[str, dict[str, object]]) -> None:
    answers = [Answer(trial.parsed, f"{trial.parsed.head}\n{trial.body}") for _, trial in todo]
    with (
        Progress("judging mutants", total=len(todo), unit="mutants") as progress,
        closing(judge.run(answers)) as settled,
    ):
        for judged in settled:
            key, trial = todo[judged.position]
            end, by = _end(trial, judged.finding)
            known[key] = {"key": key, "end": end, "by": by}
            memory.append(known[key])
            progress.advance(1)


def _end(trial: _Trial, finding: Finding) -> tuple[Result, str | None]:
    """Return end and failure class; raise for what says nothing about the mutant."""
    failure, name = finding.failure, trial.parsed.problem.task_id
    if failure is None:
        return "survived", None
    if trial.mutant is None:
        raise InputError(
            f"{name}: the reference solution fails",
            cause=f"{failure.kind.value}: {failure.detail}",
            hint="fix it first: human-eval-rust problems check",
        )
    if not FAILURES[failure.kind].counts or (failure.kind is FailureClass.TIME and not finding.compiles):
        raise MissingError(f"{name}: a mutant could not be judged", cause=failure.detail, hint="run it again")
    # A mutant has the reference's signature, so that the tests compile against it if it compiles itself.
    if finding.compiles is None or (not finding.compiles and (failure.detail or "").startswith("calling ")):
        raise InputError(f"{name}: the judge did not look at a mutant", cause=f"{failure.detail}\n{trial.body}")
    return ("killed", failure.kind.value) if finding.compiles else ("refused", None)


def _by_task(trials: Iterable[_Trial], rows: Iterable[Mapping[str, object]]) -> dict[str, list[MutantOutcome]]:
    found: dict[str, list[MutantOutcome]] = {}
    for trial, row in zip(trials, rows, strict=True):
        listed = found.setdefault(trial.parsed.problem.task_id, [])
        if trial.mutant is not None:
            by = row["by"]
            listed.append(MutantOutcome(trial.mutant, row["end"], by if isinstance(by, str) else None))  # type: ignore[arg-type]
    return found
