"""Counts of a run, by stage and reason."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from sigil_common.records import CandidateCounts, ChunkCounts, CrateCounts, CrateRow, DatasetSummary, SampleCounts
from sigil_pipeline.batch.state import CrateResult
from sigil_pipeline.choose.weights import codes_of
from sigil_pipeline.output.dataset import Dataset
from sigil_pipeline.output.heldout import heldout_counts
from sigil_pipeline.settings import Settings
from sigil_pipeline.tasks import NOT_IN_CODE
from sigil_pipeline.tasks.candidates import Candidate

# An answer of so many lines is short: a head, one expression, a brace.
_SHORT = 3


def summary_of(dataset: Dataset, settings: Settings) -> DatasetSummary:
    """Count what became of crates, chunks and candidates."""
    results = dataset.results
    return DatasetSummary(
        source=settings.source,
        seed=settings.seed,
        crates=CrateCounts(
            wanted=len(results),
            kept=dataset.crates_kept,
            rejected=_sorted(Counter(item.rejection.reason for item in results if item.rejection)),
            without_uses=sum(item.uses_known is False for item in results),
        ),
        chunks=ChunkCounts(
            dropped=_sorted(Counter(row["reason"] for item in results for row in item.dropped)),
            examples=_sorted(sum((Counter(item.examples) for item in results), Counter[str]())),
            unit_tests=_sorted(sum((Counter(item.unit_tests) for item in results), Counter[str]())),
        ),
        candidates=_candidates(dataset),
        samples=_samples(dataset, settings),
        per_crate=tuple(_crate_row(dataset, result) for result in results),
        heldout=heldout_counts(dataset.heldout) if dataset.heldout is not None else None,
        exercises=heldout_counts(dataset.exercises) if dataset.exercises is not None else None,
    )


def _candidates(dataset: Dataset) -> CandidateCounts:
    dropped = [*(item.reason for item in dataset.duplicates), *(item.reason for item in dataset.contaminated)]
    tasks = Counter(item.task_type for result in dataset.results for item in result.candidates)
    return CandidateCounts(
        proposed=dataset.proposed,
        proposed_by_task=_sorted(tasks),
        refused=_sorted(Counter(row["reason"] for item in dataset.results for row in item.refused)),
        dropped=_sorted(Counter(dropped)),
        eligible=dataset.eligible,
    )


def _samples(dataset: Dataset, settings: Settings) -> SampleCounts:
    samples = dataset.samples
    weighed = dataset.weights("train" if dataset.val is not None else None)
    tasks = Counter(sample.task_type for sample in samples)
    made = {task: Counter(s.rewrite for s in samples if s.rewrite and s.task_type == task) for task in tasks}
    return SampleCounts(
        total=len(samples),
        limited_by=dataset.mix.limited_by,
        by_task={name: tasks[name] for name in settings.task_mix},
        wanted_mix=dict(settings.task_mix),
        weights=_mean_weights(weighed),
        reached_mix=_shares_by_weight(weighed),
        largest_shares=_largest_shares(weighed),
        by_split=_sorted(Counter(dataset.part_of(sample.crate) or "none" for sample in samples)),
        by_kind=_sorted(Counter(sample.kind for sample in samples)),
        by_level=_sorted(Counter(sample.level for sample in samples)),
        by_error_code=_sorted(Counter(code for sample in samples for code in codes_of(sample.error_code))),
        by_rewrite=_sorted(made.get("transformations", Counter())),
        by_mutation=_sorted(made.get("error_fixing", Counter())),
        unformatted=sum(sample.formatted is False for sample in samples),
    )


def _mean_weights(weighed: Sequence[tuple[Candidate, float]]) -> dict[str, float]:
    tasks = Counter(sample.task_type for sample, _ in weighed)
    sums = dict.fromkeys(tasks, 0.0)
    for sample, weight in weighed:
        sums[sample.task_type] += weight
    return {name: round(sums[name] / count, 6) for name, count in tasks.items()}


def _shares_by_weight(weighed: Sequence[tuple[Candidate, float]]) -> dict[str, float]:
    sums: dict[str, float] = defaultdict(float)
    for sample, weight in weighed:
        sums[sample.task_type] += weight
    whole = sum(sums.values())
    return {name: round(value / whole, 4) for name, value in sums.items()}


def _largest_shares(weighed: Sequence[tuple[Candidate, float]]) -> dict[str, float]:
    """Return by weight what `max_template_share` and its like hold down."""
    whole = sum(weight for _, weight in weighed)
    code = [(sample, weight) for sample, weight in weighed if sample.task_type not in NOT_IN_CODE]
    errors = [(sample, weight) for sample, weight in weighed if sample.error_code]
    short = sum(weight for sample, weight in code if sample.gen.count("\n") < _SHORT)
    shares = {
        "template": (_largest((sample.template, weight) for sample, weight in weighed), whole),
        "rewrite": (_largest((sample.rewrite, weight) for sample, weight in weighed), whole),
        "error_code": (
            _largest((one, weight) for sample, weight in errors for one in codes_of(sample.error_code)),
            sum(weight for _, weight in errors),
        ),
        "short_answers": (short, sum(weight for _, weight in code)),
    }
    return {name: round(part / of, 4) for name, (part, of) in shares.items() if of}


def _largest(weighed: Iterable[tuple[str | None, float]]) -> float:
    sums: dict[str, float] = defaultdict(float)
    for name, weight in weighed:
        if name is not None:
            sums[name] += weight
    return max(sums.values(), default=0.0)


def _crate_row(dataset: Dataset, result: CrateResult) -> CrateRow:
    report = result.report or {}
    samples = dataset.samples_per_crate.get(result.name, 0)
    return CrateRow(
        crate=result.name,
        version=result.version,
        license=report.get("license"),
        repository=report.get("repository"),
        checksum=report.get("checksum"),
        kept=result.rejection is None,
        reason=result.rejection.reason if result.rejection else None,
        candidates=len(result.candidates),
        samples=samples,
        split=dataset.part_of(result.name) if samples else None,
    )


def _sorted(counts: Counter[Any]) -> dict[str, int]:
    """Most frequent first, then by name."""
    return dict(sorted(counts.items(), key=lambda item: (-item[1], str(item[0]))))
