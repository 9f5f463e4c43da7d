"""TOML out of plain values. Mappings at the top level become tables; everything below is written inline."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence


def dumps(tables: Mapping[str, object]) -> str:
    """Return TOML text of `{table: {key: value}}`; values are strings, numbers, booleans, lists, mappings.

    A table whose name is in brackets, as in `[bin]`, is the only one of its array. What is no table comes first.
    """
    parts = [f"{quote(key)} = {_value(value)}" for key, value in tables.items() if not isinstance(value, Mapping)]
    for name, table in tables.items():
        if isinstance(table, Mapping):
            parts.append("\n".join([f"[{name}]", *(f"{quote(key)} = {_value(value)}" for key, value in table.items())]))
    return "\n\n".join(parts) + "\n"


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, str):
        return quote(value)
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{quote(key)} = {_value(item)}" for key, item in value.items()) + " }"
    if isinstance(value, Sequence):
        return "[" + ", ".join(_value(item) for item in value) + "]"
    raise TypeError(f"no TOML for {type(value).__name__}")


def quote(text: str) -> str:
    """Return `text` as a TOML basic string, quotes included."""
    # JSON's escapes are a subset of TOML's basic strings, except that TOML wants DEL escaped too.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
