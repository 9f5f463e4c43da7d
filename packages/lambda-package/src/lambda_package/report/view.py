"""Everything that the pages show: all are rendered from this one view, so they cannot say different things."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from markupsafe import Markup

from lambda_package.headline import has_moved, level, p_value, percent, points, sentences
from lambda_package.likelihood import RIGHT
from lambda_package.plots import STYLES, column_groups, count_bars, failure_bars, loss_curve
from lambda_package.report.card import model_index
from lambda_package.report.conditions import conditions, gpu
from lambda_package.report.made_with import MadeWith
from lambda_package.report.rustc_codes import with_meaning
from lambda_package.report.samples import SHOWN_SAMPLES, problem_views, telling
from lambda_package.report.sets import overview, set_views
from lambda_package.report.sources import Compared, Own, Sources, read_compared
from lambda_package.verdicts import ByProblem, load_verdicts
from sigil_common.failures import legend
from sigil_common.jsonl import read_models, read_record
from sigil_common.progress import counted
from sigil_common.records import (
    CheckpointInfo,
    Comparison,
    CrateChange,
    DatasetSummary,
    FailureClass,
    LikelihoodRow,
    Looks,
    Metrics,
    Problem,
    Sample,
    TrainLogRow,
)

ENDINGS = ("passed", *(item.value for item in FailureClass))
TOO_FEW = "too few problems"
BY_CRATE = "The intervals are over problems, so they do not say how the functions of other crates would go."
P_BY_CRATE = "p by crate: the same difference with the crates as the units, and without correction."
CODES = 8
_LENGTHS = (0, 25, 50, 100, 200, 400, 800, 1_600, 3_200, 6_400)


def view(sources: Sources, made: MadeWith) -> dict[str, Any]:
    """Return everything that the templates show."""
    compared = read_compared(sources)
    first, labels = compared.pairs[0], compared.labels
    sides = [load_verdicts(model.results) for model in sources.models]
    training = training_view(sources.checkpoint)
    problems = problem_views(compared, sides, _prompts(sources.problem_files))
    return {
        "title": " against ".join(reversed(compared.names)) if len(labels) == 2 else f"{len(labels)} models",
        "models": [
            {"kind": kind, "label": label, "name": name}
            for kind, label, name in zip(STYLES, labels, compared.names, strict=False)
        ],
        "verdicts": [sentences(pair) for pair in compared.pairs],
        "overview": overview(compared),
        "notes": [
            (pair.label("tuned"), honest_notes(pair, training if number == 0 else None))
            for number, pair in enumerate(compared.pairs)
        ],
        "comparison": first,
        "policy": first.policy,
        "pairs": compared.pairs,
        "model_index": model_index(compared),
        "sets": set_views(compared, sides),
        "by_crate": BY_CRATE,
        "p_by_crate": P_BY_CRATE,
        "failure_plot": _failure_plot(compared),
        "failures": _failures(compared),
        "endings": ENDINGS,
        "codes": _codes(sides),
        "code_plot": _code_plot(sides, labels),
        "finishes": _finishes(sides),
        "length_plot": _length_plot(sides, labels),
        "likelihood": [_likelihood_view(row) for row in first.likelihood],
        "legend": legend(),
        "problems": problems,
        "telling": telling(problems, labels),
        "changes": Counter(change for row in problems for change in set(row["changes"])),
        "shown_samples": SHOWN_SAMPLES,
        "dataset": read_record(sources.dataset_summary, DatasetSummary) if sources.dataset_summary else None,
        "own": own_sentences(sources.own),
        "training": training,
        "environment": made.environment,
        "gpu": gpu(made.environment["machine"]),
        "conditions": conditions(sources, labels, made),
    }


def looks_note(looks: Looks) -> str:
    """Say how the number of samples came about, and at which level the intervals are."""
    rows = [(one.samples, points(one.interval.low), points(one.interval.high), one.confidence) for one in looks.taken]
    each = "; ".join(f"{samples} samples: {low} to {high} ({level(own)})" for samples, low, high, own in rows)
    last = looks.taken[-1]
    narrow = (last.interval.high - last.interval.low) * 100 < looks.width
    end = "which is narrow enough" if narrow else f"where the limit of {looks.max_samples} was reached"
    return (
        f"Samples were added until the interval of the primary difference was narrower than {looks.width:g} points: "
        f"{each}, {end}. All looks together hold at {level(looks.confidence)}; for that the intervals and tests of "
        f"this page are at {level(last.confidence)} (alpha spending near Pocock's)."
    )


def honest_notes(comparison: Comparison, training: Mapping[str, Any] | None) -> list[str]:
    """Say what the numbers do not: what could not be computed, which steps moved, how short the training was."""
    notes = [] if comparison.looks is None else [looks_note(comparison.looks)]
    if comparison.level_from is not None:
        notes.append(comparison.level_from)
    both = {row.policy for row in comparison.metrics} == {"off", "on"}
    strict = [row for row in comparison.metrics if both and row.policy == "on" and has_moved(row, comparison)]
    if strict:
        steps = "; ".join(f"{row.set} {row.metric} {points(row.difference)} points" for row in strict)
        notes.append(f"With the policy on, after correction for several tests, these differ: {steps}.")
    elif both:
        notes.append("With the policy on, after correction for several tests, nothing differs.")
    notes += [_crates_note(rows, comparison) for rows in _by_set(comparison.crates)]
    base, tuned = (comparison.adapted_passes[f"{model} policy {comparison.policy}"] for model in ("base", "tuned"))
    who = [f"the {label} model" if label in STYLES else label for label in _labels(comparison)]
    notes.append(
        "pass@k is the tolerant one: it counts answers that passed only because an argument was converted (`Vec<T>` "
        f"for `&[T]`), which pass@k_strict leaves out. There are {base} of {who[0]} and {tuned} of {who[1]}."
    )
    if comparison.left_out:
        notes.append(
            f"Left out of all figures: {counted(len(comparison.left_out), 'problem')} that could not be judged, "
            f"whatever was answered, such as {comparison.left_out[0]}; comparison.json names all."
        )
    missing = sorted({f"{row.set}, {row.metric} ({row.reason})" for row in comparison.unavailable})
    if missing:
        notes.append(f"Not computed: {', '.join(missing)}.")
    if training and len(training["val"]) > 1:
        (_, before), (step, after) = training["val"][0], training["val"][-1]
        notes.append(f"Validation loss went from {before:.3f} to {after:.3f} in {step:.0f} optimizer steps.")
    return notes


def _labels(comparison: Comparison) -> list[str]:
    return [comparison.label("base"), comparison.label("tuned")]


def _by_set(rows: Sequence[CrateChange]) -> list[list[CrateChange]]:
    return [[row for row in rows if row.set == name] for name in dict.fromkeys(row.set for row in rows)]


def _crates_note(rows: Sequence[CrateChange], comparison: Comparison) -> str:
    """Say of each crate how its problems went, the largest change first, and p with the crates as the units."""
    ordered = sorted(rows, key=lambda row: -abs(row.gained - row.lost))
    each = "; ".join(
        f"{row.crate} {percent(row.base)} to {percent(row.tuned)} ({counted(row.problems, 'problem')})"
        for row in ordered
    )
    own = (rows[0].set, rows[0].metric, comparison.policy)
    tested = [row for row in comparison.metrics if (row.set, row.metric, row.policy) == own]
    p = [p_value(row.p_by_crate) for row in tested if row.p_by_crate is not None]
    with_crates = f" With the {len(rows)} crates as the units p is {p[0]}, uncorrected." if p else ""
    return f"{rows[0].set} {rows[0].metric}, by crate: {each}. {BY_CRATE}{with_crates}"


def training_view(checkpoint: Path | None) -> dict[str, Any] | None:
    """Return the checkpoint's own record and its loss curve, from `metrics.jsonl` beside the checkpoints."""
    if checkpoint is None:
        return None
    info = read_record(checkpoint / "sigil_checkpoint.json", CheckpointInfo)
    curve = checkpoint.parent / "metrics.jsonl"
    rows = [row for _, row in read_models(curve, TrainLogRow)] if curve.exists() else []
    train = [(row.step, row.train_loss) for row in rows if row.train_loss is not None]
    val = [(row.step, row.val_loss) for row in rows if row.val_loss is not None]
    return {"info": info, "train": train, "val": val, "plot": loss_curve("loss over optimizer steps", train, val)}


def own_sentences(own: Own | None) -> str:
    """Say how many answers were drawn to functions of the training crates, and how many were trained on."""
    if own is None:
        return ""
    first, *later = [read_record(path, Metrics) for path in own.drawn_metrics]
    prompts = [row.prompt for _, row in read_models(own.accepted, Sample)]
    rest = (
        "Nothing else was trained on, not even the data set, whose crates the functions are of."
        if own.alone
        else "The data set was trained on as well."
    )
    drawn = f"{first.samples:,} answers of the base model to {first.problems:,} functions of the training crates"
    if later:
        further = sum(metrics.samples for metrics in later)
        drawn += f", and {further:,} of a model that was trained on what was accepted before,"
    passed = sum(metrics.passed for metrics in (first, *later))
    return (
        f"{drawn} were drawn, and {passed:,} passed the judge; {len(prompts):,} answers, to {len(set(prompts)):,} "
        f"functions, were accepted and trained on. {rest}"
    )


def _failures(compared: Compared) -> dict[str, dict[str, int]]:
    """Return how often each ending occurs, by model and policy, under the names of the models."""
    found = {}
    for number, pair in enumerate(compared.pairs):
        for name, counts in pair.failures.items():
            model, _, policy = name.partition(" ")
            if model == "tuned" or number == 0:
                found[f"{pair.label('base' if model == 'base' else 'tuned')} {policy}"] = counts
    return found


def _failure_plot(compared: Compared) -> Markup:
    end = f" policy {compared.pairs[0].policy}"
    own = {name.removesuffix(end): counts for name, counts in _failures(compared).items() if name.endswith(end)}
    return failure_bars("how completions ended", own, ENDINGS)


def _codes(sides: Sequence[ByProblem]) -> list[tuple[str, list[int]]]:
    """Return how often rustc's codes were a sample's first error, by model, the commonest first."""
    counts = [Counter(row.rustc_code for rows in side.values() for row in rows if row.rustc_code) for side in sides]
    together: Counter[str] = sum(counts, Counter())
    return [(with_meaning(code), [one[code] for one in counts]) for code, _ in together.most_common()]


def _code_plot(sides: Sequence[ByProblem], labels: Sequence[str]) -> Markup:
    rows = _codes(sides)[:CODES]
    return count_bars("first error of rustc, by code", rows, labels) if rows else Markup()


def _finishes(sides: Sequence[ByProblem]) -> list[tuple[str, list[int]]]:
    """Return how often writing ended how, by model."""
    counts = [Counter(row.finish_reason or "not recorded" for rows in side.values() for row in rows) for side in sides]
    return [(name, [one[name] for one in counts]) for name in sorted(sum(counts, Counter()))]


def _length_plot(sides: Sequence[ByProblem], labels: Sequence[str]) -> Markup:
    """Return the share of answers by their length in characters."""
    lengths = [[len(row.completion) for rows in side.values() for row in rows] for side in sides]
    longest = max(map(max, lengths))
    used = sum(start <= longest for start in _LENGTHS)
    groups = []
    for start, end in zip(_LENGTHS[:used], (*_LENGTHS[1:used], None), strict=True):
        shares = [
            sum(start <= length and (end is None or length < end) for length in own) / len(own) for own in lengths
        ]
        groups.append((f"{start:,}+", shares))
    return column_groups("length of answers", groups, "characters of an answer, from", labels)


def _likelihood_view(row: LikelihoodRow) -> dict[str, Any]:
    """Return a row in words; shares of pairs as rates and points, bits as they are."""
    rate, change = (percent, points) if row.measure == RIGHT else ("{:.3f}".format, "{:+.3f}".format)
    return {
        "set": row.set,
        "measure": row.measure,
        "problems": row.problems,
        "base": rate(row.base),
        "tuned": rate(row.tuned),
        "difference": change(row.difference) + (" points" if row.measure == RIGHT else ""),
        "interval": f"{change(row.interval.low)} to {change(row.interval.high)}" if row.interval else TOO_FEW,
    }


def _prompts(files: Sequence[Path]) -> dict[str, str]:
    return {problem.task_id: problem.prompt for file in files for _, problem in read_models(file, Problem)}
