"""The generated page of the JSON files that packages exchange: docs/RECORDS.md, made from `sigil_common.records`."""

from __future__ import annotations

import types
import typing
from collections.abc import Iterator
from enum import Enum

from pydantic.fields import FieldInfo

from sigil_common.records import (
    CheckpointInfo,
    Comparison,
    DatasetSummary,
    Likelihood,
    LikelihoodPair,
    LikelihoodSummary,
    Metrics,
    Record,
    RewardOffer,
    RewardReply,
    RewardRequest,
    RunManifest,
    SamplesManifest,
    SeveralModels,
    TrainLogRow,
    Verdict,
)

_HEAD = """\
# Records

Generated from `sigil_common.records` by `make docs`; do not edit.

The JSON files that one package writes and another reads. A reader ignores fields that it does not know; a change of
meaning raises `schema_version`, and a reader refuses another one than its own. Samples have a page of their own:
[DATASET_SCHEMA](DATASET_SCHEMA.md).
"""

_PLAIN: dict[object, str] = {
    str: "text",
    bool: "true or false",
    int: "whole number",
    float: "number",
    typing.Any: "any value",
}
# File, record, and who writes and reads it.
FILES: tuple[tuple[str, type[Record], str], ...] = (
    ("<dataset>.summary.json", DatasetSummary, "Written by `sigil-pipeline`, read by its card and the report."),
    ("metrics.jsonl", TrainLogRow, "Written by `sigilderg-train`, read by the report."),
    ("sigil_checkpoint.json", CheckpointInfo, "Written by `sigilderg-train`, read by the sampler and the report."),
    (
        "<samples>.manifest.json",
        SamplesManifest,
        "Written by `human-eval-rust generate`, read by the comparison and the report.",
    ),
    ("<samples>_results.jsonl", Verdict, "Written by the judge, read by the comparison and the report."),
    ("<samples>_metrics.json", Metrics, "Written by the judge, for people and other tools."),
    (
        "likelihood_pairs.jsonl",
        LikelihoodPair,
        "Written by `human-eval-rust problems pairs`, read by `human-eval-rust likelihood`.",
    ),
    ("human-eval-rust reward, first line out", RewardOffer, "Read by `sigilderg-train` with `method: grpo`."),
    ("human-eval-rust reward, lines in", RewardRequest, "Written by `sigilderg-train` with `method: grpo`."),
    ("human-eval-rust reward, lines out", RewardReply, "Read by `sigilderg-train` with `method: grpo`."),
    ("<likelihood>.jsonl", Likelihood, "Written by `human-eval-rust likelihood`, read by the comparison."),
    (
        "<likelihood>.summary.json",
        LikelihoodSummary,
        "Written by `human-eval-rust likelihood`, read by the comparison, and for whoever shows it.",
    ),
    ("comparison.json", Comparison, "Written by `sigilderg-lambda compare`, read by the report."),
    ("comparison.json of several models", SeveralModels, "Written by `sigilderg-lambda compare RUN RUN RUN`."),
    ("manifest.json", RunManifest, "Written by `sigilderg-lambda run`, read by `sigilderg-lambda verify`."),
)


def records_page() -> str:
    """Return docs/RECORDS.md."""
    parts = [_HEAD]
    for name, record, who in FILES:
        parts.append(f"## `{name}`\n\n{_meaning(record)}\n{who}\n")
        parts.append(_table(record))
        parts += [f"### `{inner.__name__}`\n\n{_meaning(inner)}\n\n{_table(inner)}" for inner in _inside(record)]
    return "\n".join(parts)


def _meaning(record: type[Record]) -> str:
    return " ".join((record.__doc__ or "").split())


def _table(record: type[Record]) -> str:
    rows = [
        f"| `{field.alias or name}` | {_type(field.annotation)}{_presence(field)} | {field.description or ''} |"
        for name, field in record.model_fields.items()
    ]
    return "\n".join(["| field | type | meaning |", "|---|---|---|", *rows, ""])


def _presence(field: FieldInfo) -> str:
    if field.is_required():
        return " or null" if type(None) in typing.get_args(field.annotation) else ""
    return f", {field.default} if absent" if isinstance(field.default, (int, str)) else ", may be absent"


def _inside(record: type[Record], seen: tuple[type[Record], ...] = ()) -> Iterator[type[Record]]:
    """Yield the records inside a record, at any depth, each once and in the order in which they appear."""
    known = list(seen)
    for field in record.model_fields.values():
        for part in _parts(field.annotation):
            if part not in known:
                known.append(part)
                yield part
                for deeper in _inside(part, tuple(known)):
                    known.append(deeper)
                    yield deeper


def _parts(annotation: object) -> list[type[Record]]:
    if isinstance(annotation, type) and issubclass(annotation, Record):
        return [annotation]
    return [part for inner in typing.get_args(annotation) for part in _parts(inner)]


def _type(annotation: object) -> str:
    origin, args = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is typing.Literal:
        return " or ".join(f"`{value}`" for value in args)
    if origin in (typing.Union, types.UnionType):
        return " or ".join(_type(arg) for arg in args if arg is not type(None))
    if origin in (tuple, list):
        return f"list: {_type(args[0])}"
    if origin is dict:
        return f"{_type(args[1])} by name"
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return " or ".join(f"`{item.value}`" for item in annotation)
    if isinstance(annotation, type) and issubclass(annotation, Record):
        return f"`{annotation.__name__}`"
    return _PLAIN[annotation]
