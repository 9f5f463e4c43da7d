"""The page of statistics: what is in the data set and what was left out, in one file that needs no other."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from importlib.resources import files
from itertools import chain
from typing import get_args

from sigil_common.records import DatasetSummary, Level, Sample
from sigil_common.task_types import TASK_TYPES
from sigil_pipeline.output.measures import Lengths, Measures, binned, quantile
from sigil_pipeline.output.plots import bars, columns, key

_CHARACTERS = (0, 50, 75, 100, 150, 200, 300, 400, 600, 800, 1200, 1600, 2400, 3200, 4800, 6400)
_LINES = (1, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 50, 100, 200)
_SHORT = 3  # lines of an answer that says little

_PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}: statistics</title>
<style>
{style}</style>
</head>
<body>
<main>
{body}
</main>
</body>
</html>
"""


def page_text(summary: DatasetSummary, measures: Measures, title: str) -> str:
    """Return the page as HTML; everything on it follows from the rows and the summary."""
    body = [
        f"<h1>{escape(title)}</h1>",
        _lead(summary, measures),
        "<h2>Tasks and levels</h2>",
        _tasks(summary, measures),
        "<h2>Lengths</h2>",
        _lengths(measures),
        "<h2>How samples were made</h2>",
        _made(summary, measures),
        "<h2>Where they come from</h2>",
        _sources(summary, measures),
        "<h2>What was left out</h2>",
        _left_out(summary),
    ]
    style = files("sigil_pipeline.output").joinpath("page.css").read_text(encoding="utf-8")
    return _PAGE.format(title=escape(title), style=style, body="\n".join(filter(None, body)))


def _lead(summary: DatasetSummary, measures: Measures) -> str:
    samples, crates = summary.samples, summary.crates
    lines = list(chain.from_iterable(measures.lines.values()))
    short = sum(count <= _SHORT for count in lines) / (len(lines) or 1)
    parts = ", ".join(f"{count:,} in {name}" for name, count in samples.by_split.items() if name != "none")
    facts = [
        ("samples", f"{samples.total:,}"),
        ("crates", f"{sum(bool(row.samples) for row in summary.per_crate):,}"),
        ("characters of a prompt, median", f"{quantile(chain.from_iterable(measures.prompts.values()), 0.5):,}"),
        ("lines of an answer, median", f"{quantile(lines, 0.5):,}"),
        (f"answers of {_SHORT} lines or fewer", f"{short:.1%}"),
    ]
    tiles = "".join(f"<div><dt>{escape(name)}</dt><dd>{value}</dd></div>" for name, value in facts)
    kept = f"{crates.kept:,} of {crates.wanted:,} crates passed the filters"
    return f"<p>{kept}{'; ' + escape(parts) if parts else ''}. Seed {summary.seed}.</p>\n<dl class=facts>{tiles}</dl>"


def _tasks(summary: DatasetSummary, measures: Measures) -> str:
    tasks = _known(measures.levels, TASK_TYPES)
    levels = _known(summary.samples.by_level, get_args(Level))
    by_task = {task: [measures.levels[task][level] for level in levels] for task in tasks}
    whole = sum(summary.samples.wanted_mix.values()) or 1
    wanted = ", ".join(f"{name} {share / whole:.0%}" for name, share in summary.samples.wanted_mix.items())
    by_level = _singles({level: summary.samples.by_level[level] for level in levels})
    plots = bars("Samples by task, and by level", by_task, levels, "level") + bars("Samples by level", by_level)
    return (
        f"<div class=grid>{plots}</div>\n<p class=soft>With their weights the tasks count as {escape(wanted)}.</p>\n"
        f"<p class=soft>{_code(Sample.model_fields['level'].description or '')}.</p>"
    )


def _lengths(measures: Measures) -> str:
    tasks = _known(measures.prompts, TASK_TYPES)
    plots = [
        _length("Prompts", "characters", _CHARACTERS, measures.prompts, tasks),
        _length("Answers", "characters", _CHARACTERS, measures.answers, tasks),
        _length("Answers", "lines", _LINES, measures.lines, tasks),
    ]
    words = "Half of the samples, nine of ten, and all of them are no longer than the tables say."
    return f"<p class=soft>{words}</p>\n<p>{key(tasks)}</p>\n<div class=grid>{''.join(plots)}</div>"


def _length(title: str, unit: str, edges: Sequence[int], lengths: Lengths, tasks: Sequence[str]) -> str:
    drawn = columns(f"{title} by {unit}", unit, edges, {task: binned(lengths[task], edges) for task in tasks})
    rows = "".join(f"<tr><th scope=row>{escape(task)}</th>{_quantiles(lengths[task])}</tr>\n" for task in tasks)
    head = "".join(f"<th class=n>{name}</th>" for name in ("median", "90%", "most"))
    return f"<div>{drawn}<table><thead><tr><td></td>{head}</tr></thead><tbody>{rows}</tbody></table></div>"


def _quantiles(values: Sequence[int]) -> str:
    return "".join(f"<td class=n>{quantile(values, share):,}</td>" for share in (0.5, 0.9, 1.0))


def _made(summary: DatasetSummary, measures: Measures) -> str:
    samples = summary.samples
    plots = (
        ("Error codes of error_fixing", samples.by_error_code),
        ("What was broken for error_fixing", samples.by_mutation),
        ("How transformations were made", samples.by_rewrite),
        ("Templates, the wordings of prompts", _sorted(measures.templates)),
    )
    return f"<div class=grid>{''.join(bars(title, _singles(counts)) for title, counts in plots)}</div>"


def _sources(summary: DatasetSummary, measures: Measures) -> str:
    used = sorted((row for row in summary.per_crate if row.samples), key=lambda row: (-row.samples, row.crate))
    parts: list[str] = sorted({row.split for row in used if row.split}) or ["samples"]
    crates = {
        f"{row.crate} {row.version or ''}".strip(): [row.samples * (part in (row.split, "samples")) for part in parts]
        for row in used
    }
    licenses = bars("Licences", _singles(_sorted(measures.licenses)))
    return f"<div class=grid>{bars('Crates', crates, parts)}{licenses}</div>"


def _left_out(summary: DatasetSummary) -> str:
    plots = [
        ("Crates that a filter rejected", summary.crates.rejected),
        ("Functions, blocks and modules that became no samples", summary.chunks.dropped),
        ("Candidates whose prompt will not do", summary.candidates.refused),
        ("Candidates that are too like others, or like benchmarks", summary.candidates.dropped),
    ]
    for name, counts in (("Held-out problems", summary.heldout), ("Exercises", summary.exercises)):
        plots += [(f"{name} that were dropped", counts.dropped)] if counts is not None else []
    drawn = "".join(bars(title, _singles(counts)) for title, counts in plots)
    spare = summary.candidates.eligible - summary.samples.total
    words = f"<p>{spare:,} more samples lie beyond the limits of the data set.</p>\n" if spare > 0 else ""
    return f"{words}<div class=grid>{drawn}</div>" if drawn else f"{words}<p>Nothing.</p>"


def _known(found: Iterable[str], order: Sequence[str]) -> list[str]:
    """Return what was found in the order that is known, and anything else after it."""
    names = set(found)
    return [name for name in order if name in names] + sorted(names - set(order))


def _sorted(counts: Mapping[str, int]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def _singles(counts: Mapping[str, int]) -> dict[str, list[int]]:
    return {name: [count] for name, count in counts.items()}


def _code(text: str) -> str:
    return re.sub(r"`([^`]*)`", r"<code>\1</code>", escape(text))
