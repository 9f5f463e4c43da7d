"""The generated documents of the pipeline: docs/DATASET_SCHEMA.md and docs/CLIPPY_CATEGORY_FILTERING.md.

`make docs` writes them. Tables come from the code, so that a document cannot drift from it; a test compares them.
"""

from __future__ import annotations

import typing
from collections.abc import Iterator

from sigil_common.records import Sample
from sigil_pipeline.analyse.clippy import CATEGORIES
from sigil_pipeline.chunk.gates import GATES
from sigil_pipeline.settings import Settings
from sigil_pipeline.tasks import TASKS
from sigil_pipeline.tasks.error_fixing.find import TWO
from sigil_pipeline.tasks.error_fixing.mutations import OPERATORS
from sigil_pipeline.tasks.transformations.advice import ADVICE
from sigil_pipeline.tasks.transformations.rewrites import REWRITES
from sigil_pipeline.tasks.whole_files import PROMPT

_SCHEMA_HEAD = """\
# Schema of the data set

Generated from the code by `make docs`; do not edit.

JSON Lines, UTF-8, one sample a line, `\\n` line ends; a name that ends in `.gz` is compressed. Readers must ignore
fields that they do not know.

```json
{
  "prompt": "Write a Rust function that parses a configuration file...",
  "gen": "pub fn parse_config(path: &str) -> Result<Config, Error> {\\n    // ... code ...\\n}",
  "split": "train",
  "_source_crate": "example-crate",
  "_source_file": "src/config.rs",
  "_task_type": "code_generation",
  "_source": "phase2"
}
```

`prompt` and `gen` are required. Fields whose names begin with `_` are metadata. `--output data.jsonl` holds the samples
without them (`remove_metadata: true`, which is the default): `prompt`, `gen` and `split`. `data.full.jsonl` has the
same rows in the same order with all fields. Every row of a file has every field, null where it does not apply, and a
field has one type. A loader that guesses types from the first rows (`datasets.load_dataset` does from the first 10 MB)
has to be told them where these are all null, as in a file sorted by task; the head of the card does that.

## Fields
"""

_SCHEMA_TASKS = """\
## Task types

| `_task_type` | share | `prompt` holds | `gen` is | what the compiler confirmed |
|---|---|---|---|---|
{tasks}

Shares are `task_mix` in the settings and add up to 1; a type that is not named there is not made. All samples are
written, and a function may serve several tasks, but no answer stands in both parts of the data. `_weight` gives the
types their shares: in each part, the sums of their weights are in that proportion, and the least weight is 1. A type
with few samples does not reach its share where these would count more than ten times the average of all, as a mean;
the others have the rest, and summary (`reached_mix`), card and log say so. Within
a type an answer of fewer than `full_weight_lines` lines counts in proportion to its lines, and one wording, one way to
derive code or one error code at most so much that it has `max_template_share` of all samples, or `max_code_share` of
those with errors ([ADR 72](adr/0072-harder-and-more-varied.md)).
sigilderg-train follows it: in one pass it takes a row of weight 2.3 twice, and three of ten such rows once more.
`dataset.task_weights` of the trainer is multiplied with it, so 1.5 there means half as much again as `task_mix` wants.
`--strict-mix` leaves samples out until their numbers have the shares (whole numbers, by largest remainder), with each
function in one sample at most; the weights are 1 then. `tools/rebalance_task_mix.py` does the like afterwards, for any
shares.

## Phase 1

With `--mode phase1` every sample is a whole source file: `gen` is the file without its tests, without what `cfg` takes
out of this build and without a notice about its licence at the top; `prompt` is always

> {prompt}

`_source` is `phase1`, `_template` too, `_task_type` is `code_generation` and `_level` is `in_crate`: what is shown
was put into the crate in the file's place, and compiled. `max_module_lines` and `max_module_chars` limit the file as
shown; gates are those of chunks, over the whole file.

## Files next to the data

| file | holds |
|---|---|
| `<output>` with `.full` before its ending | the same samples with their metadata |
| `<output>.card.md` | what the data set is, for people and, as `README.md`, for the hub; made of the summary |
| `<output>.stats.html` | plots of all this and of lengths and templates; one file for a browser |
| `<output>.summary.json` | counts by stage and reason, by task, error code, rewrite and crate |
| `<output>.rejected.jsonl` | every crate, chunk and candidate that was rejected: `stage`, `reason`, place, `detail` |
| `<reports-dir>/<crate>-<version>.json` | what the filters decided by; `traceback` where the pipeline itself failed |

All of them are the same bytes for the same crates, settings, seed and toolchain, whatever threads, workers,
groups of crates and interruptions.

## Reasons for which a candidate is dropped as contaminated

Of the problems in `problem_file` and the solutions in `solution_file`; `detail` names the problem and what is shared.

| reason | the candidate has |
|---|---|
| `contaminated_code` | a run of 24 code tokens of a problem's reference solution, or all of a short known one |
| `contaminated_text` | a run of 13 words of a statement |
| `contaminated_signature` | a function of the name and the types that a problem asks for |
| `contaminated_body` | a function whose body is that of a solution but for names and constants |

The first that holds is given. Of an explanation, the code that it explains is compared. Held-out problems and exercises
are compared in the same way.

## Reasons for which a chunk is rejected

`not_compiled` (the compiler did not see it: `cfg`, another platform), `test_file`, `clippy` (a finding of a category in
`clippy_block` lies in it), and the gates
"""

_CLIPPY = """\
# Filtering crates by clippy's categories

Generated from the code by `make docs`; do not edit.

Every library is linted as the root of a build, all lints capped to warnings, so that neither a crate's own
`#![deny(warnings)]` nor its `clippy.toml` decides. Which category a lint belongs to is asked of the installed clippy
(`clippy-driver -W help`), never kept in a list of ours. Findings are counted in `reports/*.json`.

| category | effect | setting |
|---|---|---|
{rows}
| rustc errors (`E....`) | reject: `compiles` | - |
| rustc warnings | counted as `rustc`, ignored | - |
| `missing_docs` | counted for the documentation filter, forced on | `min_doc_ratio` ({doc}) |

Why so: `correctness` holds what is wrong beyond doubt (and what clippy denies by default). One finding drops the
function that holds it, with the block and the module around it; of code that a macro makes, what calls the macro; of a
finding about a whole block, its functions. The rest of the crate is kept: a crate that defines pi is not wrong
everywhere ([ADR 69](adr/0069-gates-by-item.md)). Only what names no place rejects the crate.
`suspicious` is often a false alarm, so a few are let pass. `style`, `complexity` and `perf` findings are matters of
taste that popular crates differ in: of 14 well-known crates none had a correctness finding, one had a suspicious one,
six had some of style (one of them 173), so blocking these would throw away good code for its commas. `unsafe` code
is not judged by clippy but counted from the syntax, macros included: `--max-unsafe` bounds it per crate, and samples
that contain it are left out unless `--unsafe-samples` is given.

To be stricter, add categories in the file:

```yaml
clippy_block: [correctness, suspicious, perf]
max_suspicious: 0
```
"""


def dataset_schema() -> str:
    """Return docs/DATASET_SCHEMA.md."""
    gates = ", ".join(f"`{name}`" for name in GATES)
    lints = {rule.name: ", ".join(f"`{lint}`" for lint in rule.lints) for rule in REWRITES}
    rules = [f"| `{rule.name}` | {rule.goals[0]} | {lints[rule.name]} |" for rule in REWRITES]
    mutants = [f"| `{name}` | {_first_line(operator.__doc__)} |" for name, operator in OPERATORS.items()]
    parts = [
        _SCHEMA_HEAD,
        "| field | type | meaning |",
        "|---|---|---|",
        *_field_rows(),
        "",
        _SCHEMA_TASKS.format(tasks="\n".join(_task_rows()), prompt=PROMPT) + gates + ".",
    ]
    parts += ["", "## Values of `_rewrite` in transformations", ""]
    parts += ["| rule | what the prompt asks for | clippy's lints for the input |", "|---|---|---|", *rules]
    advice = ", ".join(f"`{name}`" for name in ADVICE)
    parts += ["", f"Of code that is the crate's own, and the answer clippy's, the lint: {advice}."]
    parts += [
        "",
        "## Values of `_rewrite` in error_fixing",
        "",
        "| operator | the mistake |",
        "|---|---|",
        *mutants,
        f"| `{TWO}` | Two of the mistakes above at once, of those that no other hides |",
        "",
    ]
    return "\n".join(parts)


def _task_rows() -> Iterator[str]:
    for maker in sorted(TASKS, key=lambda maker: -maker.share):
        cells = (maker.prompt_holds, maker.answer_is, maker.confirmed)
        yield f"| `{maker.name}` | {maker.share:.0%} | {' | '.join(cells)} |"


def _field_rows() -> Iterator[str]:
    for name, item in Sample.model_fields.items():
        required = "required" if item.is_required() else "optional"
        yield f"| `{item.alias or name}` | {_type_name(item.annotation)}, {required} | {item.description} |"


def _type_name(annotation: object) -> str:
    parts = [part for part in typing.get_args(annotation) if part is not type(None)]
    if typing.get_origin(annotation) is typing.Literal:
        return " or ".join(f"`{value}`" for value in typing.get_args(annotation))
    if typing.get_origin(annotation) is tuple:
        return "two integers"
    if parts:
        return _type_name(parts[0])
    names: dict[object, str] = {str: "string", bool: "true or false", int: "integer", float: "number"}
    return names.get(annotation, str(annotation))


def _first_line(text: str | None) -> str:
    return (text or "").strip().split("\n")[0].rstrip(".")


def clippy_filtering() -> str:
    """Return docs/CLIPPY_CATEGORY_FILTERING.md."""
    settings = Settings()
    rows = []
    for category in CATEGORIES:
        if category in settings.clippy_block:
            rows.append(f"| `{category}` | one finding drops the code that holds it: `clippy` | `clippy_block` |")
        elif category == "suspicious":
            rows.append(f"| `{category}` | more than {settings.max_suspicious} reject the crate | `max_suspicious` |")
        else:
            usual = "off by default in clippy" if category in CATEGORIES[5:] else "counted, ignored"
            rows.append(f"| `{category}` | {usual} | `clippy_block` |")
    return _CLIPPY.format(rows="\n".join(rows), doc=settings.min_doc_ratio)


DOCUMENTS = {"DATASET_SCHEMA.md": dataset_schema, "CLIPPY_CATEGORY_FILTERING.md": clippy_filtering}
