"""The flow of `human-eval-rust likelihood`: one problem after the other, each kept as soon as it is measured."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from human_eval_rust.likelihood.pairs import read_pairs
from human_eval_rust.likelihood.score import Scorer
from human_eval_rust.likelihood.settings import LikelihoodSettings
from human_eval_rust.likelihood.summary import CONFIDENCE, MEANING, RESAMPLES, summarise
from human_eval_rust.likelihood.texts import COUNTED, Task, by_task, task_of
from human_eval_rust.problems.files import locate, shortened
from human_eval_rust.sampling import draw, prompt
from human_eval_rust.sampling.samplers import hf
from human_eval_rust.sampling.samplers.source import versions
from sigil_common.errors import InputError
from sigil_common.jsonl import Journal, probe, read_record, write_json, write_jsonl
from sigil_common.lock import only_run
from sigil_common.manifest import digest_file, digest_json
from sigil_common.progress import Progress
from sigil_common.records import Likelihood, LikelihoodSummary, NamedFile
from sigil_common.settings import to_mapping

log = logging.getLogger("sigil.likelihood")

# Settings that say where things are, not what is measured.
_PLACES = ("output", "problem_file", "model", "base_model", "base_revision", "pairs", "alternatives", "overwrite")


@dataclass(frozen=True)
class Plan:
    """What is measured: the problem files, the pairs' file, the tasks, and the problems without figures."""

    problem_files: tuple[NamedFile, ...]
    pairs_file: NamedFile | None
    tasks: tuple[Task, ...]
    left_out: dict[str, str]


def likelihood(settings: LikelihoodSettings) -> LikelihoodSummary:
    """Measure all problems that are not measured yet, and write rows, summary and manifest.

    Raises `InputError` for inputs that do not fit together, and `MissingError` without torch or memory.
    """
    planned = plan(settings)
    described = description(settings, planned, hf.describe(settings))
    if draw.is_finished(settings.output, described["fingerprint"], overwrite=settings.overwrite):
        log.info("skipped: %s is already made with these settings", settings.output)
        return read_record(summary_path(settings.output), LikelihoodSummary)
    with only_run(settings.output.with_name(f".{settings.output.name}.lock"), settings.output):
        probe(settings.output)
        opened = hf.open_model(settings, settings.quantization)
        scorer = Scorer(opened, described["sampler"]["model"]["name"], settings.prompt_style)
        described["ran_on"] = scorer.ran_on
        planned = fitting(planned, scorer)
        rows = measure_missing(planned.tasks, scorer, described, settings)
        summary = summary_of(rows, planned, described)
        write_jsonl(settings.output, (row.to_row() for row in rows))
        write_json(summary_path(settings.output), summary.to_row())
        write_json(draw.manifest_path(settings.output), described)
        draw.journal_path(settings.output).unlink()
    return summary


def plan(settings: LikelihoodSettings) -> Plan:
    """Read problems, pairs and other solutions; raise `InputError` if nothing can be measured."""
    files = [locate(file) for file in settings.problem_file] or [locate(None)]
    chosen = draw.choose(draw.load_all(files), settings)
    known = {problem.task_id for problem in chosen}
    pairs = by_task(read_pairs(settings.pairs, known) if settings.pairs else [])
    for folder in settings.alternatives:
        if not folder.is_dir():
            raise InputError(f"--alternatives: no such directory: {folder}")
    found = {one.task_id: task_of(one, pairs.get(one.task_id, []), settings.alternatives) for one in chosen}
    tasks = tuple(task for task in found.values() if isinstance(task, Task))
    left_out = {name: why for name, why in found.items() if isinstance(why, str)}
    _report(tasks, left_out)
    if settings.alternatives and not any(task.alternative for task in tasks):
        raise InputError("--alternatives: no directory holds a solution of these problems", hint="000_entry_point.rs")
    pairs_file = _named(locate(settings.pairs)) if settings.pairs else None
    return Plan(tuple(map(_named, files)), pairs_file, tasks, left_out)


def fitting(planned: Plan, scorer: Scorer) -> Plan:
    """Leave out what this model cannot be shown whole; raise `InputError` if that is all."""
    unfit = {task.problem.task_id: why for task in planned.tasks if (why := scorer.unfit(task))}
    tasks = tuple(task for task in planned.tasks if task.problem.task_id not in unfit)
    _report(tasks, unfit)
    return replace(planned, tasks=tasks, left_out={**planned.left_out, **unfit})


def _report(tasks: Sequence[Task], left_out: dict[str, str]) -> None:
    """Warn of problems without figures; raise `InputError` if no other is left."""
    if not tasks:
        raise InputError("none of these problems can be measured", cause=next(iter(left_out.values())))
    if left_out:
        log.warning(
            "%d of %d problems have no figures (%s): %s",
            len(left_out),
            len(tasks) + len(left_out),
            shortened(list(left_out)),
            next(iter(left_out.values())),
        )


def _named(path: Path) -> NamedFile:
    return NamedFile(name=path.name, sha256=digest_file(path))


def description(settings: LikelihoodSettings, planned: Plan, sampler: dict[str, Any]) -> dict[str, Any]:
    """Return what the rows are made with; `fingerprint` covers all that decides them."""
    decisive = {
        "settings": {key: value for key, value in to_mapping(settings).items() if key not in _PLACES},
        "problems": [file.to_row() for file in planned.problem_files],
        "pairs": planned.pairs_file.to_row() if planned.pairs_file else None,
        "texts_sha256": digest_json([[task.problem.task_id, task.alternative, task.texts] for task in planned.tasks]),
        "prompt_template_sha256": prompt.template_digest(settings.prompt_style),
        "counted": COUNTED,
        "sampler": sampler,
        "quantised_with": versions("bitsandbytes") if settings.quantization != "none" else None,
    }
    return {**decisive, "fingerprint": digest_json(decisive)}


def summary_path(output: Path) -> Path:
    """Return where the summary of a likelihood file stands."""
    return output.with_name(f"{output.name}.summary.json")


def measure_missing(
    tasks: Sequence[Task], scorer: Scorer, described: dict[str, Any], settings: LikelihoodSettings
) -> list[Likelihood]:
    """Measure the problems that an earlier run did not finish; return the rows of all, in their order."""
    with Journal(draw.journal_path(settings.output)) as journal:
        header = {key: described[key] for key in ("fingerprint", "ran_on")}
        known = draw.known_rows(journal, header, overwrite=settings.overwrite)
        rows = {row.task_id: row for row in map(Likelihood.model_validate, known)}
        with Progress("measuring", total=len(tasks), unit="problems", done=len(rows)) as progress:
            for task in tasks:
                if task.problem.task_id not in rows:
                    row = rows[task.problem.task_id] = scorer.measure(task)
                    journal.append(row.to_row())
                    progress.advance(1)
    return [rows[task.problem.task_id] for task in tasks]


def summary_of(rows: Sequence[Likelihood], planned: Plan, described: dict[str, Any]) -> LikelihoodSummary:
    """Return the summary of all rows."""
    return LikelihoodSummary(
        meaning=MEANING,
        model=described["sampler"]["model"]["name"],
        sets=summarise(rows),
        left_out=planned.left_out,
        problem_files=planned.problem_files,
        pairs_file=planned.pairs_file,
        confidence=CONFIDENCE,
        resamples=RESAMPLES,
        fingerprint=described["fingerprint"],
    )
