"""`evaluate_functional_correctness`: samples in, verdicts and pass@k out.

The flow: read and check everything, open compiler and sandbox, judge what is not yet known in batches,
write results and metrics.
"""

from __future__ import annotations

import json
import logging
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import click

from sigil_common import cli
from sigil_common.bounds import Ge, Gt, Le
from sigil_common.sandbox_mode import SandboxMode
from sigil_common.settings import load_settings, setting

if TYPE_CHECKING:
    from human_eval_rust.executors import Executor
    from human_eval_rust.finding import JudgeOptions
    from human_eval_rust.frame import Frame
    from human_eval_rust.results import Memory, Sample
    from sigil_common.records import Problem
    from sigil_common.rustc import Toolchain
    from sigil_common.sandbox import Sandbox

Clippy = Literal["off", "report", "require"]
log = logging.getLogger("sigil.evaluate")


@dataclass(frozen=True)
class EvaluateSettings:
    """Settings of an evaluation."""

    k: str = setting("1,10,100", "Values of k for pass@k, separated by commas", flag="--k")
    n_workers: Annotated[int, Ge(1)] = setting(
        24, "Compilers and tests to run at once; more than there are CPUs are not started", flag="--n_workers"
    )
    timeout: Annotated[float, Gt(0), Le(86_400)] = setting(
        10.0, "Limit in seconds of compiling, and of testing, one sample"
    )
    problem_file: Path | None = setting(
        None, "Problem file, or the name of a shipped set (HumanEval_rust, RustFirstSteps)", flag="--problem_file"
    )
    sandbox_mode: SandboxMode = setting("auto", "How to confine the code; auto takes the first that works")
    enforce_policy: bool = setting(True, "Refuse answers that use files, network, processes, unsafe, other crates")
    allow_no_sandbox: bool = setting(False, "Accept --sandbox-mode none without a question. UNSAFE")
    compile_timeout: Annotated[float, Gt(0), Le(86_400)] | None = setting(
        None, "Limit of compiling alone; default: --timeout"
    )
    run_timeout: Annotated[float, Gt(0), Le(86_400)] | None = setting(
        None, "Limit of testing alone; default: --timeout"
    )
    limit: Annotated[int, Gt(0)] | None = setting(None, "Judge the samples of the first so many problems only")
    task_id: list[str] = setting([], "Judge this problem only; may be repeated")
    resume: bool = setting(True, "Take over verdicts of an interrupted or earlier run")
    clippy: Clippy = setting("off", "List clippy's warnings in the results, or fail answers for them")
    executor: Literal["local", "ray"] = setting("local", "Judge on this machine, or on a Ray cluster (extra `ray`)")
    output_dir: Path | None = setting(None, "Directory for the results; default: beside the samples")
    results_file: Path | None = setting(None, "Results file; metrics and times go beside it")


def evaluate(samples_file: Path, settings: EvaluateSettings) -> dict[str, Any]:
    """Judge a samples file, write results, metrics and times; return the metrics.

    Raises `InputError` for anything wrong with samples, problems or settings before a compiler starts,
    and `MissingError` where compiler or sandbox are missing.
    """
    from human_eval_rust import metrics, problems, references, results
    from human_eval_rust.externs import provenance
    from human_eval_rust.passk import parse_ks

    ks = parse_ks(settings.k)
    files = results.Files.beside(samples_file, settings.output_dir, settings.results_file)
    problem_file = problems.locate(settings.problem_file)
    problem_set = problems.read(problem_file)
    known = problem_set.problems
    samples = results.read_samples(samples_file, known, problem_file)
    chosen = _choose(known, settings)
    samples = [sample for sample in samples if sample.task_id in chosen]
    frames, unusable = _frames({sample.task_id: known[sample.task_id] for sample in samples})

    toolchain, sandbox = _tools(settings)
    options = _judge_options(settings)
    crates = provenance(frames.values(), toolchain, sandbox)
    fingerprint = _fingerprint(known, options, toolchain, sandbox, crates)
    memory = results.Memory(files, fingerprint, resume=settings.resume)
    executor = _executor(settings, options, toolchain, sandbox)
    for task, why in references.faults(
        references.not_shipped(frames), files, fingerprint, executor, toolchain, sandbox, resume=settings.resume
    ).items():
        unusable[task] = why
        log.warning("%s cannot be scored: %s", task, why)
    times = _judge_all(samples, frames, unusable, memory, executor)
    rows = results.verdicts(samples, memory.found)
    summary = {
        **metrics.summary(rows, chosen, ks, unusable),
        **_origin(samples_file, problem_file, options, toolchain, sandbox),
        **problem_set.summary(),
        **crates,
        "fingerprint": fingerprint,
    }
    results.write_results(files.results, rows)
    results.write_metrics(files.metrics, summary)
    if times:
        results.write_times(files.times, times)
    memory.close({sample.key for sample in samples} if settings.limit or settings.task_id else memory.found)
    log.info("results: %s", files.results)
    _say_aloud(summary)
    return summary


def _choose(known: dict[str, Problem], settings: EvaluateSettings) -> list[str]:
    from sigil_common.errors import InputError

    for task in settings.task_id:
        if task not in known:
            raise InputError(f"--task-id: no problem `{task}`", hint=f"they are called as `{next(iter(known))}`")
    chosen = [task for task in known if not settings.task_id or task in settings.task_id]
    return chosen[: settings.limit]


def _frames(problems: dict[str, Problem]) -> tuple[dict[str, Frame], dict[str, str]]:
    """Analyse the problems that have samples; return those that can be scored, and why others cannot."""
    from human_eval_rust.frame import UnusableProblemError, frame

    frames: dict[str, Frame] = {}
    unusable: dict[str, str] = {}
    for task, problem in problems.items():
        try:
            frames[task] = frame(problem)
        except UnusableProblemError as error:
            unusable[task] = str(error)
            log.warning("%s cannot be scored: %s", task, error)
    return frames, unusable


def _tools(settings: EvaluateSettings) -> tuple[Toolchain, Sandbox]:
    from human_eval_rust.install import sandbox_or_offer
    from sigil_common.errors import MissingError
    from sigil_common.rustc import clippy_hint, find_toolchain

    toolchain = find_toolchain()
    if (settings.enforce_policy or settings.clippy != "off") and toolchain.clippy_driver is None:
        raise MissingError(
            "clippy is not installed, and the policy is enforced with it",
            hint=f"{clippy_hint()}; or --no-enforce-policy",
        )
    return toolchain, sandbox_or_offer(settings.sandbox_mode, allow_none=settings.allow_no_sandbox)


def _executor(settings: EvaluateSettings, options: JudgeOptions, toolchain: Toolchain, sandbox: Sandbox) -> Executor:
    from human_eval_rust.executors import LocalExecutor, RayExecutor

    kind = RayExecutor if settings.executor == "ray" else LocalExecutor
    return kind(options, toolchain, sandbox, settings.n_workers)


def _judge_options(settings: EvaluateSettings) -> JudgeOptions:
    from human_eval_rust.finding import JudgeOptions

    return JudgeOptions(
        policy=settings.enforce_policy,
        compile_timeout=settings.compile_timeout or settings.timeout,
        run_timeout=settings.run_timeout or settings.timeout,
        clippy=settings.clippy,
    )


def _fingerprint(
    known: dict[str, Problem], options: JudgeOptions, toolchain: Toolchain, sandbox: Sandbox, crates: dict[str, Any]
) -> str:
    """Return a digest of all that a verdict depends on beside the sample itself."""
    from dataclasses import asdict

    from human_eval_rust.judging import evaluator_digest
    from sigil_common.manifest import digest_json

    return digest_json({
        "problems": [problem.to_row() for problem in known.values()], "options": asdict(options),
        "toolchain": toolchain.version, "sandbox": sandbox.name, "evaluator": evaluator_digest(),
        "crates": crates,
    })  # fmt: skip


def _judge_all(
    samples: list[Sample], frames: dict[str, Frame], unusable: dict[str, str], memory: Memory, executor: Executor
) -> dict[Sample, float]:
    """Judge what `memory` does not hold; return the seconds that the tests of each sample took."""
    from human_eval_rust.finding import not_judged
    from sigil_common.progress import Progress

    for sample in samples:
        if sample.task_id in unusable:
            memory.found[sample.key] = not_judged(sample.task_id, sample.index, "", unusable[sample.task_id])
    todo = list({sample.key: sample for sample in samples if sample.key not in memory.found}.values())
    if memory.remembered:
        log.info("%d verdicts are known already, %d distinct samples to judge", memory.remembered, len(todo))
    times: dict[Sample, float] = {}
    passed = 0
    if not todo:
        return times
    # Closed at once when something goes wrong here, so that no compiler is left running.
    with (
        Progress("judging", total=len(todo), unit="samples") as progress,
        closing(executor.judge(todo, frames)) as found,
    ):
        for sample, finding, seconds in found:
            verdict = finding.verdict(sample.task_id, sample.index, "")
            memory.add(sample.key, verdict)
            times[sample] = seconds
            passed += verdict.passed
            if finding.unusable and sample.task_id not in unusable:
                unusable[sample.task_id] = finding.unusable
                log.warning("%s cannot be scored: %s", sample.task_id, finding.unusable)
            progress.advance(1, note=f"pass {passed / (progress.done + 1):.0%}")
    return times


def _origin(
    samples_file: Path, problem_file: Path, options: JudgeOptions, toolchain: Toolchain, sandbox: Sandbox
) -> dict[str, Any]:
    from sigil_common.manifest import digest_file

    return {
        "policy": options.policy,
        "clippy": options.clippy,
        "sandbox": sandbox.name,
        "toolchain": toolchain.version,
        "compile_timeout": options.compile_timeout,
        "run_timeout": options.run_timeout,
        "sample_file": {"name": samples_file.name, "sha256": digest_file(samples_file)},
        "problem_file": {"name": problem_file.name, "sha256": digest_file(problem_file)},
    }


def _say_aloud(summary: dict[str, Any]) -> None:
    """Say on stderr whatever makes the figures mean less than they seem to."""
    from human_eval_rust import metrics

    for name, why in summary["unavailable"].items():
        log.warning("%s is not available: %s", name, why)
    missing = summary[metrics.WITHOUT_SAMPLES]
    if missing:
        shown = ", ".join(missing[:5]) + (", ..." if len(missing) > 5 else "")
        log.warning("%d of %d problems have no judged sample (%s): coverage %.1f%%", len(missing), summary["problems"],
                    shown, 100 * summary["coverage"])  # fmt: skip
    if summary["not_judged"]:
        log.warning("%d samples were not judged and count neither way, %d of them for trouble of the sandbox",
                    summary["not_judged"], summary["sandbox_trouble"])  # fmt: skip


@cli.command(name="evaluate_functional_correctness")
@click.argument("sample_file", type=click.Path(path_type=Path))
@cli.settings_options(EvaluateSettings)
@cli.common_options
def command(sample_file: Path, **options: Any) -> int:
    """Judge the Rust in SAMPLE_FILE, JSON lines with `task_id` and `completion`.

    Writes `<SAMPLE_FILE>_results.jsonl`, `<SAMPLE_FILE>_metrics.json` and `<SAMPLE_FILE>_timings.jsonl`, which alone
    varies from run to run, and prints the metrics. Problems whose reference solution fails are not scored; for a
    problem file of your own, `<SAMPLE_FILE>_references.jsonl` says which.
    """
    from human_eval_rust.metrics import WITHOUT_SAMPLES

    settings = load_settings(EvaluateSettings, overrides=cli.given(options)).settings
    summary = evaluate(sample_file, settings)
    printed = {name: value for name, value in summary.items() if name != WITHOUT_SAMPLES}
    click.echo(json.dumps(printed, indent=2, ensure_ascii=False))
    return 1 if summary["sandbox_trouble"] else 0


def main() -> None:
    """Entry point of the console script."""
    cli.run(command)


if __name__ == "__main__":
    main()
