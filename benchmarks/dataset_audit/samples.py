"""Rows whole, as Markdown that a reader can judge."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from dataset_audit.rows import Row


def page(rows: Sequence[Row]) -> str:
    """Return rows as numbered sections: where each comes from, its prompt and its answer."""
    return "\n".join(line for number, row in enumerate(rows, start=1) for line in _section(number, row))


def _section(number: int, row: Row) -> Iterator[str]:
    yield f"### {number}. {row.task}, {row.level or 'no level'}"
    yield ""
    yield f"Row {row.number}, `{row.crate}` {row.version}, `{row.file}`, lines {row.lines[0]} to {row.lines[1]}."
    yield ""
    yield from _fenced(row.prompt, "text")
    yield from _fenced(row.gen, "text" if row.task == "explanations" else "rust")


def _fenced(text: str, language: str) -> Iterator[str]:
    """Yield a text in a fence longer than all backticks in it."""
    ticks = "`" * (max(map(len, re.findall(r"`+", text)), default=0) + 1)
    fence = ticks.ljust(3, "`")
    yield f"{fence}{language}"
    yield text
    yield fence
    yield ""
