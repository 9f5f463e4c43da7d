"""The data set card, generated from the summary, so that it cannot say anything that was not counted."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence

from sigil_common.records import DatasetSummary
from sigil_pipeline.output.columns import column_types
from sigil_pipeline.output.hub_license import head_lines, needed
from sigil_pipeline.settings import Settings

_INTRO = """\
Instruction samples in Rust, made from published crates. Every piece of code was compiled where it
stands; error samples carry rustc's own message, and the code that is to be transformed compiles too.
Prompts were worded by templates from the authors' documentation; no model wrote any of it.
"""

_INTRO_FILES = """\
Whole source files of published crates, all under one prompt: samples to get used to the language, not to instructions.
Each compiles in its crate as it stands here, without its tests and what other builds need.
"""

_FILES = """\
`{output}` is for training, `{full}` has the same rows with all that is known of each.
"""

_WEIGHTS = """\
`_weight` of `{full}` says how often a sample counts, the least being 1; with it the tasks have the
wanted shares in training (less where they have so few samples that these would count more than ten times the
average), short answers count less, and no wording of prompts, way to derive code or error
code counts much more than the others. sigilderg-train follows it, and multiplies it by `dataset.task_weights` where
these are set:

```yaml
dataset:
  names: ["local:{full}"]
```
"""

_LEVELS = """\
`in_crate`: the code compiles where it stands. `sufficient`: and the prompt shows every item of the crate
that the answer names. `self_contained`: and the answer compiles alone, with what the prompt shows.
`tests_pass`, above both: the prompt suffices, and an example in the function's docs, or a unit test of the
crate, that asserts something was run in the crate. It holds with the answer, and no longer when the function
panics. Of code that is to be transformed, all examples and unit tests of the crate that reach it hold, with the
answer and with what the prompt shows.
"""

_LIMITS = """\
But for samples of level `tests_pass`, compiling is all that was checked. Of the crates' tests those were run
that stand in the library and need nothing that only tests depend on.
An example or a test may say little about a function. Documentation is taken as written,
and may be wrong. Popular library code is not a picture of all Rust code. Most answers compile in their
crate and not alone.
"""

_LICENSES = """\
Each sample of `{full}` names its crate, version, file, lines and licence. Licence expressions in this data:
{licenses}. {suffice}, with the notices that the crates ask for.
"""

_LARGEST = {
    "template": "one wording, of all samples",
    "rewrite": "one way to derive code, of all samples",
    "error_code": "one error code, of the samples with errors",
    "short_answers": "answers of at most three lines, of those in code",
}

# The hub's names for sizes, each with the number of samples that it ends before.
_SIZES = (
    (1_000, "n<1K"),
    (10_000, "1K<n<10K"),
    (100_000, "10K<n<100K"),
    (1_000_000, "100K<n<1M"),
    (10**18, "n>1M"),
)


# The names that the hub has for types of columns.
_HUB_TYPES = {"string": "dtype: string", "bool": "dtype: bool", "float64": "dtype: float64", "list": "sequence: int64"}


def card_text(summary: DatasetSummary, settings: Settings) -> str:
    """Return the card as Markdown with a YAML head."""
    samples = summary.samples
    licenses = sorted({row.license for row in summary.per_crate if row.samples and row.license})
    suffice = needed(licenses, settings.licenses)
    parts = [
        _head(samples.total, suffice, settings),
        f"# {settings.output.name}\n",
        _INTRO if settings.mode == "phase2" else _INTRO_FILES,
        _totals(summary),
        _FILES.format(output=settings.output.name, full=settings.full_output.name),
        "## Tasks\n",
        _table(("task", "samples", "share", "weight", "share by weight", "wanted share"), _task_rows(summary)),
        _WEIGHTS.format(full=settings.full_output.name),
        _table(("largest shares by weight", "share"), _largest_rows(summary)),
        "## Levels\n",
        _table(("level", "samples", "share"), _shares(samples.by_level)),
        _LEVELS,
        "## Parts\n",
        _table(("part", "samples", "share"), _shares(samples.by_split)),
        "Crates are never divided between the parts, nor are repositories.\n",
        "## Crates\n",
        _table(("crate", "version", "licence", "samples", "part"), _crate_rows(summary)),
        "## Left out\n",
        _table(("stage", "reason", "count"), _reasons(summary)),
        "## Licences\n",
        _LICENSES.format(full=settings.full_output.name, licenses=_quoted(licenses), suffice=_suffice(suffice)),
        "## Limits\n",
        _LIMITS,
    ]
    return "\n".join(parts)


def _totals(summary: DatasetSummary) -> str:
    total, crates = summary.samples.total, summary.crates
    used = sum(bool(row.samples) for row in summary.per_crate)
    passed = f"{crates.kept} of {crates.wanted} crates passed the filters"
    return f"{total:,} samples of {used} crates; {passed}. Seed {summary.seed}.\n"


def _quoted(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names) or "no licence that is known"


def _suffice(names: Sequence[str]) -> str:
    if len(names) < 2:
        return f"All of it may be used under {_quoted(names)}"
    return f"All of it together needs all of {_quoted(names)}, each row by its own `_license`"


def _head(total: int, licenses: Sequence[str], settings: Settings) -> str:
    """Return what the hub reads. Without the types a loader guesses them from the first rows, which may be all null."""
    size = next(name for limit, name in _SIZES if total < limit)
    files = {"default": settings.output.name, "full": settings.full_output.name}
    kept = {"default": not settings.remove_metadata, "full": True}
    lines = [*head_lines(licenses), "language: [en]", "task_categories: [text-generation]", "tags: [rust, code]"]
    lines += [f"size_categories: [{size}]", "configs:"]
    for name, file in files.items():
        lines += [f"- config_name: {name}", f"  data_files: {json.dumps(file)}"]
    lines += ["dataset_info:"]
    for name in files:
        types = {key: kind for key, kind in column_types().items() if kept[name] or not key.startswith("_")}
        lines += [f"- config_name: {name}", "  features:"]
        lines += [f"  - {{name: {key}, {_HUB_TYPES[kind]}}}" for key, kind in types.items()]
    return "\n".join(["---", *lines, "---", ""])


def _shares(counts: Mapping[str, int]) -> Iterable[tuple[object, ...]]:
    whole = sum(counts.values()) or 1
    return [(name, f"{count:,}", f"{count / whole:.1%}") for name, count in counts.items()]


def _task_rows(summary: DatasetSummary) -> Iterable[tuple[object, ...]]:
    weights, whole = summary.samples.weights, sum(summary.samples.wanted_mix.values())
    for name, count, share in _shares(summary.samples.by_task):
        wanted = summary.samples.wanted_mix[str(name)] / whole
        reached = summary.samples.reached_mix.get(str(name), 0.0)
        yield name, count, share, f"{weights.get(str(name), 1.0):.4g}", f"{reached:.1%}", f"{wanted:.1%}"


def _largest_rows(summary: DatasetSummary) -> Iterable[tuple[object, ...]]:
    return [(_LARGEST[name], f"{share:.1%}") for name, share in summary.samples.largest_shares.items()]


def _crate_rows(summary: DatasetSummary) -> Iterable[tuple[object, ...]]:
    used = [row for row in summary.per_crate if row.samples]
    return [(row.crate, row.version, row.license, row.samples, row.split or "") for row in used]


def _reasons(summary: DatasetSummary) -> Iterable[tuple[object, ...]]:
    stages = {
        "crate": summary.crates.rejected,
        "chunk": summary.chunks.dropped,
        "prompt": summary.candidates.refused,
        "candidate": summary.candidates.dropped,
    }
    return [(stage, reason, f"{count:,}") for stage, counts in stages.items() for reason, count in counts.items()]


def _table(head: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> str:
    lines = [" | ".join(head), " | ".join("---" for _ in head), *(" | ".join(map(str, row)) for row in rows)]
    return "\n".join(f"| {line} |" for line in lines) + "\n"
