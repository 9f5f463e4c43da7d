"""The generated page docs/RUN_FILES.md: what stands in the JSON files that a run leaves, from their records."""

from __future__ import annotations

import types
import typing

from sigil_common.records import CheckpointInfo, Comparison, Metrics, Record, RunManifest, StageRecord, TrainLogRow

HEAD = """\
# Files that a run leaves

Generated from the records in `sigil_common/records` by `make docs`; do not edit. Readers must ignore fields that they
do not know; a change of meaning raises `schema_version`. A field marked `optional` is left out, or null, where it does
not apply. The lines of a data set and its summary have a [page of their own](DATASET_SCHEMA.md).
"""
FILES: tuple[tuple[str, str, type[Record]], ...] = (
    ("checkpoint-N/sigil_checkpoint.json", "sigilderg-train", CheckpointInfo),
    ("metrics.jsonl", "sigilderg-train, one line each", TrainLogRow),
    ("<input>_metrics.json", "evaluate_functional_correctness", Metrics),
    ("comparison.json", "sigilderg-lambda compare", Comparison),
    ("stage.json", "sigilderg-lambda run, for each stage", StageRecord),
    ("manifest.json", "sigilderg-lambda run", RunManifest),
)


def run_files() -> str:
    """Return docs/RUN_FILES.md."""
    parts = [HEAD]
    shown: set[type[Record]] = set()
    for file, writer, record in FILES:
        parts.append(f"## `{file}`\n\nWritten by {writer}. {_sentence(record)}\n\n{_table(record)}")
        parts += _parts(record, shown)
    return "\n".join(parts)


def _parts(record: type[Record], shown: set[type[Record]]) -> list[str]:
    """Return a section for every record inside `record` that has none yet."""
    found = []
    for field in record.model_fields.values():
        for inner in _records_in(field.annotation):
            if inner not in shown:
                shown.add(inner)
                found += [f"### {inner.__name__}\n\n{_sentence(inner)}\n\n{_table(inner)}", *_parts(inner, shown)]
    return found


def _table(record: type[Record]) -> str:
    rows = ["| field | type | meaning |", "|---|---|---|"]
    for name, field in record.model_fields.items():
        kind = _kind(field.annotation)
        rows.append(f"| `{field.alias or name}` | {kind} | {field.description or ''} |")
    return "\n".join(rows) + "\n"


def _kind(annotation: object) -> str:
    arguments = typing.get_args(annotation)
    origin = typing.get_origin(annotation)
    if origin in (typing.Union, types.UnionType):
        return f"{_kind(next(part for part in arguments if part is not type(None)))}, optional"
    if origin is typing.Literal:
        return " or ".join(f"`{value}`" for value in arguments)
    if origin is tuple:
        return f"list of {_kind(arguments[0])}"
    if origin is dict:
        return f"object of {_kind(arguments[1])}"
    if isinstance(annotation, type) and issubclass(annotation, Record):
        return f"[{annotation.__name__}](#{annotation.__name__.lower()})"
    names: dict[object, str] = {str: "string", int: "integer", float: "number", bool: "true or false"}
    return names.get(annotation, "any")


def _records_in(annotation: object) -> list[type[Record]]:
    if isinstance(annotation, type) and issubclass(annotation, Record):
        return [annotation]
    return [found for part in typing.get_args(annotation) for found in _records_in(part)]


def _sentence(record: type[Record]) -> str:
    return (record.__doc__ or "").partition("\n")[0].strip()
