"""The whole pipeline on one page.

crate list -> fetch -> analyse -> filter -> chunk -> task -> verify      (each crate saved by itself)
           -> dedup -> decontaminate -> mix -> split -> write            (over all crates)
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Collection, Iterable, Sequence

from sigil_common.errors import BadResultError
from sigil_common.lock import only_run
from sigil_common.progress import Progress
from sigil_pipeline.batch.results import results_of
from sigil_pipeline.batch.state import CrateResult
from sigil_pipeline.checks import check_settings
from sigil_pipeline.choose.decontaminate import drop_contaminated
from sigil_pipeline.choose.dedup import drop_duplicates
from sigil_pipeline.choose.known import Problems, read_problems
from sigil_pipeline.choose.mix import choose_all, choose_strict
from sigil_pipeline.choose.split import home_of, validation_crates
from sigil_pipeline.choose.weights import MOST_OF_TASK, Balance
from sigil_pipeline.crates.copy import remove_build_place
from sigil_pipeline.crates.crate_list import CrateSpec, heldout_crates, wanted_crates
from sigil_pipeline.heldout.choose import EXERCISES, Dropped, choose_exercises, choose_problems
from sigil_pipeline.heldout.propose import Proposal
from sigil_pipeline.metrics import count_choice, count_crates, count_wanted, serving, write_metrics
from sigil_pipeline.observe import observing, stage
from sigil_pipeline.output.dataset import Dataset
from sigil_pipeline.output.files import write_outputs
from sigil_pipeline.output.heldout import Heldout
from sigil_pipeline.settings import Settings
from sigil_pipeline.tools import open_tools

log = logging.getLogger(__name__)


def run(settings: Settings) -> Dataset:
    """Make a data set and write it with its card, summary and list of rejections.

    Raises `BadResultError` when there is not a single sample; rejections are written even then.
    """
    check_settings(settings)
    with only_run(settings.work / ".lock", settings.work):
        return _run(settings)


def _run(settings: Settings) -> Dataset:
    with observing(settings) as observed, serving(settings, observed):
        dataset = make_dataset(settings)
        count_choice(dataset)
    write_outputs(dataset, settings)
    say_what_was_left_out(dataset)
    if settings.metrics_file is not None:
        write_metrics(settings.metrics_file, observed)
    if not dataset.samples:
        raise BadResultError(
            "these crates gave no sample",
            cause=f"{dataset.crates_kept} of {len(dataset.results)} crates passed the filters",
            hint=f"see the reasons in {settings.output}.rejected.jsonl",
        )
    if not settings.keep_work:
        remove_build_place(settings.work)
    return dataset


def say_what_was_left_out(dataset: Dataset) -> None:
    """Log each reason with the crates it hit, then candidates by reason, and samples beyond the limits."""
    by_reason: dict[str, list[str]] = {}
    for result in dataset.all_results:
        if result.rejection is not None:
            by_reason.setdefault(result.rejection.reason, []).append(result.name)
    for reason, names in by_reason.items():
        shown = ", ".join(names[:5]) + (", ..." if len(names) > 5 else "")
        log.warning("rejected by `%s`: %s (%s)", reason, len(names), shown)
    dropped = Counter(item.reason for item in dataset.duplicates)
    dropped.update(item.reason for item in dataset.contaminated)
    if dropped:
        reasons = ", ".join(f"{count:,} {reason}" for reason, count in sorted(dropped.items()))
        log.info("%s of %s candidates dropped: %s", f"{dropped.total():,}", f"{dataset.proposed:,}", reasons)
    for task, (wanted, share) in dataset.missed_shares.items():
        few = f"no sample counts more than {MOST_OF_TASK:.0f} times the average, and there are few of them"
        log.warning("`%s` has %.1f%% of the weight, not %.1f%%: %s", task, 100 * share, 100 * wanted, few)
    spare = dataset.eligible - len(dataset.samples)
    if spare > 0:
        log.info("%s more samples not used; limited by %s", f"{spare:,}", dataset.mix.limited_by)


def make_dataset(settings: Settings) -> Dataset:
    """Take the crates through all stages."""
    specs = wanted_crates(settings)
    problems = read_problems(settings.problem_file, settings.solution_file)
    if not settings.problem_file:
        log.warning("samples may resemble benchmarks: none is named with --problem-file, as in configs/pipeline.yml")
    apart = heldout_crates(settings, specs)
    results = crate_results([*specs, *apart], settings)
    with stage("choose"):
        dataset = assemble(results[: len(specs)], problems, settings)
        if settings.exercises is not None:
            dataset = dataset.with_exercises(exercises_of(dataset, problems, settings))
        if settings.heldout_problems is None:
            return dataset
        return dataset.with_heldout(hold_out(dataset, results[len(specs) :], problems, settings))


def crate_results(specs: Sequence[CrateSpec], settings: Settings) -> list[CrateResult]:
    """Take every crate through fetch, analysis, filters, chunking and verification."""
    tools = open_tools(settings)
    log.info("%s crates, %s, sandbox %s", len(specs), tools.toolchain.version, tools.confined.sandbox.name)
    done: list[CrateResult] = []
    count_wanted(len(specs))
    with Progress("analysing", total=len(specs), unit="crates") as progress:
        for result, resumed in results_of(specs, settings, tools):
            count_crates([result], resumed=resumed)
            done.append(result)
            progress.advance(1, note=f"{sum(item.rejection is None for item in done)} kept")
    by_name = {result.name: result for result in done}
    return [by_name[spec.name] for spec in specs]


def assemble(results: Sequence[CrateResult], problems: Problems, settings: Settings) -> Dataset:
    """Choose the samples of the data set from the candidates of all crates."""
    proposed = [candidate for result in results for candidate in result.candidates]
    unique, duplicates = drop_duplicates(proposed, settings.dedup_threshold)
    clean, hits = drop_contaminated(unique, problems)
    mix = (choose_strict if settings.strict_mix else choose_all)(
        clean,
        settings.task_mix,
        max_samples=settings.max_samples,
        max_per_crate=settings.max_per_crate,
        seed=settings.seed,
    )
    balance = Balance(settings.max_template_share, settings.max_code_share, settings.full_weight_lines)
    dataset = Dataset(tuple(results), len(proposed), tuple(duplicates), tuple(hits), len(clean), mix, balance=balance)
    if settings.create_train_val_split:
        val = validation_crates(
            dataset.samples_per_crate, dataset.repositories, ratio=settings.val_ratio, seed=settings.seed
        )
        return dataset.with_validation(val)
    return dataset


def exercises_of(dataset: Dataset, benchmarks: Problems, settings: Settings) -> Heldout:
    """Choose the exercises: of crates that are not in `val`, nor of a repository that is, and unlike its samples."""
    givers = tuple(one for one in dataset.results if dataset.part_of(one.name) != "val")
    validating = {_home(one) for one in dataset.results if dataset.part_of(one.name) == "val"}
    offered, shared = _elsewhere(givers, validating)
    validation = [sample for sample in dataset.samples if dataset.part_of(sample.crate) == "val"]
    kept, dropped = choose_exercises(offered, validation, benchmarks, settings)
    return Heldout(givers, tuple(kept), (*shared, *dropped), apart=False, kind=EXERCISES)


def hold_out(dataset: Dataset, apart: Sequence[CrateResult], benchmarks: Problems, settings: Settings) -> Heldout:
    """Choose the held-out problems: of the crates `apart`, or without such crates of those in `val`."""
    trained = [sample for sample in dataset.samples if dataset.part_of(sample.crate) != "val"]
    exercises = dataset.exercises.problems if dataset.exercises is not None else ()
    learned = {one.crate for one in trained} | {one.crate for one in exercises}
    used = {home_of(name, dataset.repositories[name]) for name in learned}
    by_list = settings.heldout_crates is not None
    givers = tuple(apart if by_list else (one for one in dataset.results if dataset.part_of(one.name) == "val"))
    offered, shared = _elsewhere(givers, used)
    kept, dropped = choose_problems(offered, trained, benchmarks, settings, exercises)
    return Heldout(givers, tuple(kept), (*shared, *dropped), apart=by_list)


def _elsewhere(givers: Iterable[CrateResult], homes: Collection[str]) -> tuple[list[Proposal], list[Dropped]]:
    """Return what crates offer that are developed elsewhere than in `homes`, and what the others do."""
    offered: list[Proposal] = []
    shared: list[Dropped] = []
    for result in givers:
        if (home := _home(result)) in homes:
            shared += [Dropped(one, "same_repository", home) for one in result.proposals]
        else:
            offered += result.proposals
    return offered, shared


def _home(result: CrateResult) -> str:
    return home_of(result.name, (result.report or {}).get("repository"))
