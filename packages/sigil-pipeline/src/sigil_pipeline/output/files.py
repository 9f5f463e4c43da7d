"""The files that are written from a finished data set: samples, rejections, reports, summary, card, statistics."""

from __future__ import annotations

import dataclasses
import logging
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sigil_common import jsonl
from sigil_common.records import DatasetSummary, Sample
from sigil_common.seeds import derive_seed
from sigil_pipeline.batch.state import CrateResult
from sigil_pipeline.output.card import card_text
from sigil_pipeline.output.dataset import Dataset
from sigil_pipeline.output.heldout import heldout_rejections, problem_rows
from sigil_pipeline.output.measures import Measures
from sigil_pipeline.output.page import page_text
from sigil_pipeline.output.summary import summary_of
from sigil_pipeline.settings import Settings
from sigil_pipeline.tasks.candidates import Candidate

log = logging.getLogger(__name__)


def write_outputs(dataset: Dataset, settings: Settings) -> DatasetSummary:
    """Write samples, rejections, reports, summary, card and statistics, each in one step; return the summary."""
    output = settings.output
    summary = summary_of(dataset, settings)
    jsonl.write_jsonl(output.with_name(f"{output.name}.rejected.jsonl"), _rejected_rows(dataset))
    for result in dataset.all_results:
        if result.report is not None:
            name = f"{'-'.join(filter(None, (result.name, result.version)))}.json"
            jsonl.write_json(settings.reports / name, result.report | {"rejection": _rejection_row(result)})
    jsonl.write_json(output.with_name(f"{output.name}.summary.json"), summary.to_row())
    if dataset.heldout is not None and settings.heldout_problems is not None:
        count = jsonl.write_jsonl(settings.heldout_problems, problem_rows(dataset.heldout))
        tested = f"{dataset.heldout.tested:,} with tests"
        log.info("wrote %s held-out problems to %s, %s", f"{count:,}", settings.heldout_problems, tested)
    if dataset.exercises is not None and settings.exercises is not None:
        count = jsonl.write_jsonl(settings.exercises, problem_rows(dataset.exercises))
        tested = f"{dataset.exercises.tested:,} with tests"
        log.info("wrote %s exercises to %s, %s", f"{count:,}", settings.exercises, tested)
    if not dataset.samples:
        return summary
    jsonl.write_text(output.with_name(f"{output.name}.card.md"), card_text(summary, settings))
    measures = Measures()
    rows = list(full_rows(dataset, settings))
    jsonl.write_jsonl(settings.full_output, measures.over(rows))
    jsonl.write_text(output.with_name(f"{output.name}.stats.html"), page_text(summary, measures, output.name))
    count = jsonl.write_jsonl(output, _training_rows(rows, settings))
    crates = len(dataset.samples_per_crate)
    log.info("wrote %s samples of %s crates to %s and %s", f"{count:,}", crates, output, settings.full_output.name)
    return summary


def _training_rows(rows: Iterable[dict[str, Any]], settings: Settings) -> Iterator[dict[str, Any]]:
    """Yield the lines of the output: those of `full_rows`, without metadata unless that is wanted."""
    for row in rows:
        yield {key: value for key, value in row.items() if not (settings.remove_metadata and key.startswith("_"))}


def full_rows(dataset: Dataset, settings: Settings) -> Iterator[dict[str, Any]]:
    """Yield the samples with all their metadata, in a seeded order."""
    reports = {result.name: result.report or {} for result in dataset.results}
    weighed = [pair for part in (None, "train", "val") for pair in dataset.weights(part)]
    weights = {(sample.task_type, sample.chunk): weight for sample, weight in weighed}
    ordered = sorted(dataset.samples, key=lambda item: derive_seed(settings.seed, "order", item.task_type, item.chunk))
    for candidate in ordered:
        part, report = dataset.part_of(candidate.crate), reports[candidate.crate]
        weight = weights[candidate.task_type, candidate.chunk]
        yield _sample(candidate, part, report, weight, settings.source).to_whole_row()


def _sample(candidate: Candidate, part: str | None, report: Mapping[str, Any], weight: float, source: str) -> Sample:
    return Sample.model_validate(
        {
            "prompt": candidate.prompt,
            "gen": candidate.gen,
            "split": part,
            "_source_crate": candidate.crate,
            "_source_version": candidate.version,
            "_source_checksum": report.get("checksum"),
            "_source_file": candidate.file,
            "_source_lines": candidate.lines,
            "_license": report.get("license"),
            "_task_type": candidate.task_type,
            "_weight": weight,
            "_source": source,
            "_template": candidate.template,
            "_rustc_version": candidate.rustc_version,
            "_verified": candidate.verified,
            "_error_code": candidate.error_code,
            "_rewrite": candidate.rewrite,
            "_self_contained": candidate.self_contained,
            "_level": candidate.level,
        }
    )


def _rejection_row(result: CrateResult) -> dict[str, str] | None:
    return dataclasses.asdict(result.rejection) if result.rejection else None


def _rejected_rows(dataset: Dataset) -> Iterator[dict[str, Any]]:
    """Yield every crate, chunk and sample that was left out, with its reason."""
    for result in dataset.all_results:
        if result.rejection is not None:
            yield {
                "stage": "crate",
                "crate": result.name,
                "version": result.version,
                "reason": result.rejection.reason,
                "detail": result.rejection.detail,
            }
        yield from ({"stage": "chunk", **row} for row in result.dropped)
        yield from ({"stage": "prompt", **row} for row in result.refused)
    for duplicate in dataset.duplicates:
        yield {"stage": "dedup", **_where(duplicate.candidate), "reason": duplicate.reason, "detail": duplicate.of}
    for hit in dataset.contaminated:
        yield {
            "stage": "decontaminate",
            **_where(hit.candidate),
            "reason": hit.reason,
            "detail": f"{hit.problem}: {hit.shared}",
        }
    for problems in (dataset.exercises, dataset.heldout):
        if problems is not None:
            yield from heldout_rejections(problems)


def _where(candidate: Candidate) -> dict[str, Any]:
    return {**candidate.place, "task_type": candidate.task_type}
