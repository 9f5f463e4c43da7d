"""Divide a finished data set into train and val, by crate."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import click

from sigil_common import cli, jsonl
from sigil_common.errors import InputError
from sigil_pipeline.choose.split import validation_crates


def tag_parts(source: Path, target: Path, *, ratio: float, seed: int) -> dict[str, int]:
    """Write all rows with `split` set anew; return the samples of each part.

    Raises `InputError` for a row without `_source_crate`: without it a crate could end on both sides.
    """
    counts = Counter(_crate(row, f"{source}:{number}") for number, row in jsonl.read_objects(source))
    if len(counts) < 2:
        raise InputError(f"{source} holds {len(counts)} crates; two are needed to divide it by crate")
    val = validation_crates(counts, {}, ratio=ratio, seed=seed)
    parts: Counter[str] = Counter()

    def tagged(row: dict[str, Any]) -> dict[str, Any]:
        part = "val" if row["_source_crate"] in val else "train"
        parts[part] += 1
        head = {key: row[key] for key in ("prompt", "gen") if key in row}
        return head | {"split": part} | {key: value for key, value in row.items() if key not in (*head, "split")}

    jsonl.write_jsonl(target, (tagged(row) for _, row in jsonl.read_objects(source)))
    return dict(parts)


def _crate(row: dict[str, Any], where: str) -> str:
    crate = row.get("_source_crate")
    if not isinstance(crate, str) or not crate:
        raise InputError(f"{where}: no `_source_crate`", hint="give the file with metadata, named `.full`")
    return crate


def separate(source: Path, train: Path, val: Path) -> tuple[int, int]:
    """Write the rows of each part into a file of its own; return their numbers."""

    def of(part: str) -> int:
        file = train if part == "train" else val
        return jsonl.write_jsonl(file, (row for _, row in jsonl.read_objects(source) if row["split"] == part))

    return of("train"), of("val")


@cli.command(name="split_train_val")
@click.argument("source", type=click.Path(path_type=Path))
@click.argument("target", type=click.Path(path_type=Path))
@click.option("--val-ratio", type=click.FloatRange(0, 0.5, min_open=True), default=0.1, help="Share wanted in val.")
@click.option("--seed", type=int, default=42, help="Seed of the order in which crates are considered.")
@click.option("--separate-files", is_flag=True, help="Also write TARGET's rows to NAME.train.jsonl and NAME.val.jsonl.")
@cli.common_options
def command(source: Path, target: Path, val_ratio: float, seed: int, separate_files: bool) -> None:
    """Write SOURCE to TARGET with every sample tagged train or val; no crate is on both sides."""
    parts = tag_parts(source, target, ratio=val_ratio, seed=seed)
    if separate_files:
        stem = target.name.removesuffix(".jsonl")
        separate(target, target.with_name(f"{stem}.train.jsonl"), target.with_name(f"{stem}.val.jsonl"))
    for part in ("train", "val"):
        click.echo(f"{part}: {parts.get(part, 0)} samples")
