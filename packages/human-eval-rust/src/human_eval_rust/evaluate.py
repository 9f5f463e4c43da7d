"""`evaluate_functional_correctness`: samples in, verdicts and pass@k out.

The flow: read and check everything, open compiler and sandbox, judge what is not yet known in batches,
write results and metrics.
"""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from human_eval_rust.building.extern_crates import provenance
from human_eval_rust.evaluation import metrics, references, results
from human_eval_rust.evaluation.executors import Executor, LocalExecutor, RayExecutor, judge
from human_eval_rust.evaluation.fingerprint import fingerprint_of, origin
from human_eval_rust.evaluation.memory import Memory
from human_eval_rust.evaluation.open_sandbox import sandbox_or_offer
from human_eval_rust.evaluation.passk import parse_ks
from human_eval_rust.evaluation.samples import SampleLine, read_samples
from human_eval_rust.evaluation.settings import EvaluateSettings
from human_eval_rust.judging.finding import JudgeOptions, not_judged
from human_eval_rust.problems.files import ProblemFile, locate, read, shortened
from human_eval_rust.problems.parsed import ParsedProblem, UnusableProblemError, parse_problem
from sigil_common.errors import InputError, MissingError
from sigil_common.jsonl import write_json, write_jsonl
from sigil_common.progress import Progress, counted
from sigil_common.records import FailureClass, Metrics, Problem, Verdict, sets_of
from sigil_common.rustc import Compiler, clippy_hint, find_toolchain

log = logging.getLogger("sigil.evaluate")

# How many reasons why samples were not judged are listed; there are hardly more than two.
_REASONS = 5
_NAMED = re.compile(r"`[^`]*`")
_REASON = re.compile(r"\A(?:its reference solution fails: )?[^:]*")


def evaluate(samples_file: Path, settings: EvaluateSettings) -> Metrics:
    """Judge a samples file, write results, metrics and times; return the metrics.

    Raises `InputError` for anything wrong with samples, problems or settings before a compiler starts,
    and `MissingError` where compiler or sandbox are missing.
    """
    asked = _read(samples_file, settings)
    with asked.files.held():
        return _judge_and_sum_up(asked, settings)


@dataclass(frozen=True)
class _Asked:
    """What is to be judged, as it was read: `chosen` are the problems asked about, `samples` the answers to them."""

    samples_file: Path
    samples: list[SampleLine]
    problem_file: Path
    problem_set: ProblemFile
    chosen: list[str]
    files: results.Files
    ks: list[int]


def _read(samples_file: Path, settings: EvaluateSettings) -> _Asked:
    ks = parse_ks(settings.k)
    for earlier in settings.known_results:
        if not earlier.is_file():
            log.warning("--known-results: no such file: %s; nothing is known from there", earlier)
    problem_file = locate(settings.problem_file)
    files = results.Files.beside(samples_file, settings.output_dir, settings.results_file, problem_file)
    problem_set = read(problem_file)
    samples = read_samples(samples_file, problem_set.problems, problem_file)
    chosen = _choose(problem_set.problems, settings)
    samples = [sample for sample in samples if sample.task_id in chosen]
    return _Asked(samples_file, samples, problem_file, problem_set, chosen, files, ks)


def _judge_and_sum_up(asked: _Asked, settings: EvaluateSettings) -> Metrics:
    known, files = asked.problem_set.problems, asked.files
    parsed, unusable = _parse_all({sample.task_id: known[sample.task_id] for sample in asked.samples})
    compiler = _compiler(settings)
    options = _judge_options(settings)
    crates = provenance(parsed.values(), compiler)
    fingerprint = fingerprint_of(known, options, compiler, crates)
    memory = Memory(files, fingerprint, resume=settings.resume)
    for earlier in map(results.Files, settings.known_results):
        memory.take_from(earlier)
        files.take_references(earlier)
    kind = RayExecutor if settings.executor == "ray" else LocalExecutor
    executor = kind(options, compiler, settings.n_workers)
    with memory.journal:
        foreign = references.not_shipped(parsed)
        unusable |= references.faults(foreign, files, fingerprint, executor, compiler, resume=settings.resume)
        _say_unusable(unusable)
        told = set(unusable)
        _judge_all(asked.samples, parsed, unusable, memory, executor)
    _say_unusable({task: why for task, why in unusable.items() if task not in told})
    rows = results.verdicts(asked.samples, memory.found, sets_of(known))
    summary = Metrics.model_validate(
        {
            **metrics.summary(rows, asked.chosen, asked.ks, unusable),
            **origin(asked.samples_file, asked.problem_file, options, compiler),
            **asked.problem_set.summary(),
            **crates,
            "only_compiled": sum(one.problem.kind == "compile" for one in parsed.values()),
            "fingerprint": fingerprint,
        }
    )
    files.metrics.unlink(missing_ok=True)  # they vouch for the results with a fingerprint
    write_jsonl(files.results, (row.to_row() for row in rows))
    results.write_times(files.times, asked.samples, memory.used)
    write_json(files.metrics, summary.to_row())
    part = settings.limit or settings.task_id
    memory.close({sample.key for sample in asked.samples} if part else None)
    log.info("results: %s", files.results)
    _say_aloud(summary, rows)
    return summary


def _choose(known: dict[str, Problem], settings: EvaluateSettings) -> list[str]:
    for task in settings.task_id:
        if task not in known:
            raise InputError(f"--task-id: no problem `{task}`", hint=f"task ids look like `{next(iter(known))}`")
    chosen = [task for task in known if not settings.task_id or task in settings.task_id]
    return chosen[: settings.limit]


def _parse_all(problems: dict[str, Problem]) -> tuple[dict[str, ParsedProblem], dict[str, str]]:
    """Analyse the problems that have samples; return those that can be scored, and why others cannot."""
    parsed: dict[str, ParsedProblem] = {}
    unusable: dict[str, str] = {}
    for task, problem in problems.items():
        try:
            parsed[task] = parse_problem(problem)
        except UnusableProblemError as error:
            unusable[task] = str(error)
    return parsed, unusable


def _compiler(settings: EvaluateSettings) -> Compiler:
    toolchain = find_toolchain()
    if (settings.enforce_policy or settings.clippy != "off") and toolchain.clippy_driver is None:
        raise MissingError(
            "clippy is not installed, and the policy is enforced with it",
            hint=f"{clippy_hint()}; or --no-enforce-policy",
        )
    return Compiler(toolchain, sandbox_or_offer(settings.sandbox_mode, allow_none=settings.allow_no_sandbox))


def _judge_options(settings: EvaluateSettings) -> JudgeOptions:
    return JudgeOptions(
        policy=settings.enforce_policy,
        compile_timeout=settings.compile_timeout or settings.timeout,
        run_timeout=settings.run_timeout or settings.timeout,
        clippy=settings.clippy,
    )


def _judge_all(
    samples: list[SampleLine],
    parsed: dict[str, ParsedProblem],
    unusable: dict[str, str],
    memory: Memory,
    executor: Executor,
) -> None:
    """Judge what `memory` does not hold, and tell it."""
    for sample in samples:
        if sample.task_id in unusable:
            memory.found[sample.key] = not_judged(sample.task_id, sample.index, "", unusable[sample.task_id])
    todo = list({sample.key: sample for sample in samples if sample.key not in memory.found}.values())
    if memory.remembered:
        log.info("resumed %d verdicts of an earlier run, %d distinct samples to judge", memory.remembered, len(todo))
    passed = 0
    if not todo:
        return
    # Closed at once when something goes wrong here, so that no compiler is left running.
    with (
        Progress("judging", total=len(todo), unit="samples") as progress,
        closing(judge(executor, todo, parsed, memory.late)) as found,
    ):
        for sample, judged in found:
            if judged.late:
                memory.add_late(sample.key)
                continue
            finding = judged.finding
            verdict = finding.verdict(sample.task_id, sample.index, "")
            memory.add(sample.key, verdict, judged.used)
            passed += verdict.passed
            if finding.unusable:
                unusable.setdefault(sample.task_id, finding.unusable)
            progress.advance(1, note=f"pass {passed / (progress.done + 1):.0%}")


def _say_unusable(unusable: Mapping[str, str]) -> None:
    """Say which problems cannot be scored, once for each reason, in the words of the first of them."""
    tasks: dict[str, list[str]] = {}
    for task, why in unusable.items():
        tasks.setdefault("".join(_REASON.findall(_NAMED.sub("", why))), []).append(task)
    for those in tasks.values():
        log.warning(
            "%s (%s) cannot be scored: %s", counted(len(those), "problem"), shortened(those), unusable[those[0]]
        )


def can_be_trusted(summary: Metrics) -> bool:
    """Whether at least half of the problems with samples can be scored, and no trouble of ours kept us from judging."""
    return not summary.sandbox_trouble and len(summary.unusable_problems) <= summary.problems_judged


def _say_aloud(summary: Metrics, rows: Sequence[Verdict]) -> None:
    """Say on stderr whatever makes the figures mean less than they seem to."""
    for name, why in summary.unavailable.items():
        log.warning("%s is not available: %s", name, why)
    if summary.only_compiled:
        log.warning(
            "%d problems are judged by the compiler alone (kind `compile`); of the answers that pass, %d do nothing",
            summary.only_compiled,
            sum(row.passed and row.idle is not None for row in rows),
        )
    missing = summary.task_ids_without_samples
    if missing:
        log.warning(
            "%d of %d problems have no judged sample (%s): coverage %.1f%%",
            len(missing),
            summary.problems,
            shortened(missing),
            100 * summary.coverage,
        )
    if summary.not_judged:
        log.warning("%d samples were not judged and count neither way", summary.not_judged)
    ours = Counter(row.detail for row in rows if row.failure is FailureClass.SANDBOX)
    for trouble, count in ours.most_common(_REASONS):
        log.warning("%d samples were not judged: %s", count, trouble)
    if len(summary.unusable_problems) > summary.problems_judged:
        log.error(
            "only %d of the %d problems with samples can be scored, so the figures say little about the model: exit "
            "code 1; results and metrics are written all the same",
            summary.problems_judged,
            summary.problems_judged + len(summary.unusable_problems),
        )
