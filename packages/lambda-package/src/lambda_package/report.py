"""From `comparison.json` and the files behind it to report.md and report.html.

Both are rendered from one view, so they cannot say different things. Completions are text that a model
wrote: the HTML template escapes everything (jinja2 autoescape), and control characters are shown.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lambda_package.compare import AT_LIMIT, read_comparison
from lambda_package.headline import has_moved, level, p_value, percent, points, primary_set_first, verdict
from lambda_package.likelihood import RIGHT
from lambda_package.plots import Bar, failure_bars, loss_curve, paired_dots, step_bars
from lambda_package.provenance import environment
from lambda_package.verdicts import ByProblem, load_verdicts
from sigil_common.failures import legend
from sigil_common.jsonl import read_models, read_record, write_text
from sigil_common.records import (
    CheckpointInfo,
    Comparison,
    CrateChange,
    DatasetSummary,
    FailureClass,
    LikelihoodRow,
    MetricRow,
    Metrics,
    Problem,
    Sample,
    TrainLogRow,
    Verdict,
)

ENDINGS = ("passed", *(item.value for item in FailureClass))
SHOWN_SAMPLES = 4
TOO_FEW = "too few problems"
BY_CRATE = "The intervals are over problems, so they do not say how the functions of other crates would go."
# Unicode's control, formatting and separating characters (tabs and line ends apart), and halves of pairs.
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


@dataclass(frozen=True)
class Own:
    """Files about the model's own answers that were trained on, metrics by round, and whether nothing else was."""

    accepted: Path
    drawn_metrics: tuple[Path, ...]
    alone: bool


@dataclass(frozen=True)
class Sources:
    """The files that a report is made from; results are those judged with the policy off."""

    comparison: Path
    base_results: Path
    tuned_results: Path
    dataset_summary: Path | None = None
    checkpoint: Path | None = None
    problem_files: tuple[Path, ...] = ()
    own: Own | None = None


def write_report(sources: Sources, output_dir: Path) -> list[Path]:
    """Write report.md and report.html and return their paths."""
    from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

    templates = Environment(
        loader=PackageLoader("lambda_package"),
        autoescape=select_autoescape(["html.j2", "html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters |= {"percent": percent, "points": points, "p": p_value, "level": level, "visible": visible}
    shown = view(sources)
    written = []
    for name in ("report.md", "report.html"):
        path = output_dir / name
        write_text(path, templates.get_template(f"{name}.j2").render(shown))
        written.append(path)
    return written


def view(sources: Sources) -> dict[str, Any]:
    """Return everything that the templates show."""
    comparison = read_comparison(sources.comparison)
    base, tuned = load_verdicts(sources.base_results), load_verdicts(sources.tuned_results)
    training = training_view(sources.checkpoint)
    return {
        "sentence": verdict(comparison),
        "notes": honest_notes(comparison, training),
        "comparison": comparison,
        "sets": [
            _set_view(comparison, name) for name in dict.fromkeys(row.set for row in primary_set_first(comparison))
        ],
        "by_crate": BY_CRATE,
        "failure_plot": _failure_plot(comparison),
        "endings": ENDINGS,
        "likelihood": [_likelihood_view(row) for row in comparison.likelihood],
        "legend": legend(),
        "problems": _problem_views(comparison, base, tuned, _prompts(sources.problem_files)),
        "shown_samples": SHOWN_SAMPLES,
        "dataset": read_record(sources.dataset_summary, DatasetSummary) if sources.dataset_summary else None,
        "own": own_sentences(sources.own),
        "training": training,
        "environment": environment(),
    }


def honest_notes(comparison: Comparison, training: Mapping[str, Any] | None) -> list[str]:
    """Say what the numbers do not: what could not be computed, which steps moved, how short the training was."""
    notes = []
    strict = [row for row in comparison.metrics if row.policy == "on" and has_moved(row, comparison)]
    if strict:
        steps = "; ".join(f"{row.set} {row.metric} {points(row.difference)} points" for row in strict)
        notes.append(f"With the policy on, after correction for several tests, these differ: {steps}.")
    elif any(row.policy == "on" for row in comparison.metrics):
        notes.append("With the policy on, after correction for several tests, nothing differs.")
    notes += [_crates_note(rows) for rows in _by_set(comparison.crates)]
    base, tuned = (comparison.adapted_passes[f"{model} policy off"] for model in ("base", "tuned"))
    notes.append(
        "pass@k is the tolerant one: it counts answers that passed only because an argument was converted (`Vec<T>` "
        f"for `&[T]`), which pass@k_strict leaves out. There are {base} of the base model and {tuned} of the tuned one."
    )
    if comparison.left_out:
        notes.append(
            f"{len(comparison.left_out)} problems could not be judged, whatever was answered, and are left out of all "
            f"figures, such as {comparison.left_out[0]}; comparison.json names them."
        )
    missing = sorted({f"{row.set}, {row.metric} ({row.reason})" for row in comparison.unavailable})
    if missing:
        notes.append(f"Not computed: {', '.join(missing)}.")
    if training and len(training["val"]) > 1:
        (_, before), (step, after) = training["val"][0], training["val"][-1]
        notes.append(f"Validation loss went from {before:.3f} to {after:.3f} in {step:.0f} optimizer steps.")
    return notes


def _by_set(rows: Sequence[CrateChange]) -> list[list[CrateChange]]:
    return [[row for row in rows if row.set == name] for name in dict.fromkeys(row.set for row in rows)]


def _crates_note(rows: Sequence[CrateChange]) -> str:
    """Say of each crate how its problems went, the largest change first."""
    ordered = sorted(rows, key=lambda row: -abs(row.gained - row.lost))
    each = "; ".join(
        f"{row.crate} {percent(row.base)} to {percent(row.tuned)} ({row.problems} problems)" for row in ordered
    )
    return f"{rows[0].set} {rows[0].metric}, by crate: {each}. {BY_CRATE}"


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


def visible(text: str) -> str:
    r"""Show characters without a shape as `\u{..}`, so that text cannot hide anything and can always be written."""
    return "".join(
        f"\\u{{{ord(char):x}}}" if unicodedata.category(char) in _HIDDEN and char not in "\t\n" else char
        for char in text
    )


def _set_names(comparison: Comparison) -> list[str]:
    return list(dict.fromkeys(row.set for row in primary_set_first(comparison)))


def _set_view(comparison: Comparison, name: str) -> dict[str, Any]:
    rows = [row for row in comparison.metrics if row.set == name]
    off = [row for row in rows if row.policy == "off"]
    bars = [(row.metric, *_bars(row)) for row in off if row.metric != AT_LIMIT]
    dots = [
        (row.task_id, row.base.compiles / row.base.samples, row.tuned.compiles / row.tuned.samples)
        for row in comparison.problems
        if row.set == name
    ]
    return {
        "name": name,
        "rows": rows,
        "crates": [row for row in comparison.crates if row.set == name],
        "problems": off[0].problems,
        "bars": step_bars(f"{name}: how far completions get", bars),
        "dots": paired_dots(f"{name}: share of samples that compile, by problem", dots),
    }


def _bars(row: MetricRow) -> tuple[Bar, Bar]:
    base, tuned = row.base_interval, row.tuned_interval
    return Bar(row.base, base.low, base.high), Bar(row.tuned, tuned.low, tuned.high)


def _failure_plot(comparison: Comparison) -> Any:
    counts = {model: comparison.failures[f"{model} policy off"] for model in ("base", "tuned")}
    return failure_bars("how completions ended, policy off", counts, ENDINGS)


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


def _problem_views(
    comparison: Comparison, base: ByProblem, tuned: ByProblem, prompts: Mapping[str, str]
) -> list[dict[str, Any]]:
    views = []
    for row in comparison.problems:
        pairs = list(zip(base[row.task_id], tuned[row.task_id], strict=True))[:SHOWN_SAMPLES]
        shown = [tuple(map(_sample_view, pair)) for pair in pairs]
        views.append({**row.model_dump(), "prompt": prompts.get(row.task_id, ""), "pairs": shown})
    return views


def _sample_view(verdict: Verdict) -> dict[str, str]:
    ending = "passed" if verdict.passed else (verdict.failure.value if verdict.failure else verdict.result)
    code = f" {verdict.rustc_code}" if verdict.rustc_code else ""
    return {"ending": ending + code, "completion": verdict.completion, "detail": verdict.detail or ""}


def _prompts(files: Sequence[Path]) -> dict[str, str]:
    return {problem.task_id: problem.prompt for file in files for _, problem in read_models(file, Problem)}
