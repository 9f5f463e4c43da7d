"""The type of every column of the data, for readers that would otherwise guess it from the first rows."""

from __future__ import annotations

import typing
from typing import Literal

from sigil_common.records import Sample

ColumnType = Literal["string", "bool", "float64", "list"]


def column_types() -> dict[str, ColumnType]:
    """Return the fields of a sample in the order of a row, each with the one type that its values have; `list` is of
    integers.
    """
    return {field.alias or name: _type_of(field.annotation) for name, field in Sample.model_fields.items()}


def _type_of(annotation: object) -> ColumnType:
    parts = [part for part in typing.get_args(annotation) if part is not type(None)]
    if typing.get_origin(annotation) is tuple:
        return "list"
    if annotation in (str, bool, float):
        return {str: "string", bool: "bool", float: "float64"}[annotation]  # type: ignore[return-value]
    if typing.get_origin(annotation) is Literal:
        return "string"
    return _type_of(parts[0])
