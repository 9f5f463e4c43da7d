"""Why crates, chunks and samples were left out, from `<output>.rejected.jsonl`."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import click

from sigil_common import cli, jsonl
from sigil_common.errors import InputError


def count_failures(file: Path) -> list[dict[str, Any]]:
    """Return one row per stage and reason, the most frequent of each stage first, with an example."""
    counts: Counter[tuple[str, str]] = Counter()
    examples: dict[tuple[str, str], str] = {}
    stages: list[str] = []
    for number, row in jsonl.read_objects(file):
        if "stage" not in row or "reason" not in row:
            raise InputError(f"{file}:{number}: not a rejection", hint="give a file named <output>.rejected.jsonl")
        key = (str(row["stage"]), str(row["reason"]))
        counts[key] += 1
        examples.setdefault(key, _example(row))
        if key[0] not in stages:
            stages.append(key[0])
    ordered = sorted(counts, key=lambda key: (stages.index(key[0]), -counts[key], key[1]))
    return [{"stage": key[0], "reason": key[1], "count": counts[key], "example": examples[key]} for key in ordered]


def _example(row: dict[str, Any]) -> str:
    place = str(row.get("crate", ""))
    if row.get("file"):
        place += f" {row['file']}:{row.get('line', '')}"
    detail = row.get("detail") or row.get("name") or ""
    return f"{place}: {detail}" if detail else place


@cli.command(name="analyze_failures")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print JSON Lines instead of a table.")
@click.option("--crate", type=cli.TEXT, help="Look at one crate only.")
@cli.common_options
def command(file: Path, as_json: bool, crate: str | None) -> None:
    """Count the rejections in FILE by stage and reason, with an example of each."""
    if crate is not None:
        for _, row in jsonl.read_objects(file):
            if row.get("crate") == crate:
                click.echo(jsonl.dumps(row) if as_json else f"{row['stage']:<14} {row['reason']:<20} {_example(row)}")
        return
    for row in count_failures(file):
        line = f"{row['stage']:<14} {row['reason']:<20} {row['count']:>8,}  {row['example'][:100]}"
        click.echo(jsonl.dumps(row) if as_json else line)
