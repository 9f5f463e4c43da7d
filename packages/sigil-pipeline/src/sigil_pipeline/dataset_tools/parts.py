"""Divide a finished data set into train and val, by crate."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from sigil_common import cli, jsonl
from sigil_common.errors import InputError
from sigil_pipeline.choose.split import validation_crates
from sigil_pipeline.choose.weights import Balance, sample_weights
from sigil_pipeline.settings import Settings

_SHARE = cli.FloatRange(0, 1, min_open=True)
_SETTINGS = Settings()
_USUAL = Balance(_SETTINGS.max_template_share, _SETTINGS.max_code_share, _SETTINGS.full_weight_lines)


@dataclass(frozen=True)
class _Row:
    """What of a row its weight depends on."""

    task_type: str
    template: str | None
    rewrite: str | None
    error_code: str | None
    gen: str


def tag_parts(source: Path, target: Path, *, ratio: float, seed: int, balance: Balance = _USUAL) -> dict[str, int]:
    """Write all rows with `split` set anew, and `_weight` for these parts; return the samples of each part.

    The tasks keep the shares that they have by weight. Rows without weights, and those that all count once, as after
    `--strict-mix`, stay as they are. Raises `InputError` for a row without `_source_crate`: without it a crate could
    end on both sides.
    """
    counts = Counter(_crate(row, f"{source}:{number}") for number, row in jsonl.read_objects(source))
    if len(counts) < 2:
        raise InputError(f"{source} holds {len(counts)} crates; two are needed to divide it by crate")
    val = validation_crates(counts, {}, ratio=ratio, seed=seed)
    parts: Counter[str] = Counter()
    weights = _weights_anew(source, val, balance)

    def tagged(row: dict[str, Any]) -> dict[str, Any]:
        part = "val" if row["_source_crate"] in val else "train"
        parts[part] += 1
        head = {key: row[key] for key in ("prompt", "gen") if key in row}
        rest = {key: value for key, value in row.items() if key not in (*head, "split")}
        return head | {"split": part} | rest | ({"_weight": next(weights[part])} if weights else {})

    jsonl.write_jsonl(target, (tagged(row) for _, row in jsonl.read_objects(source)))
    return dict(parts)


def _weights_anew(source: Path, val: Collection[str], balance: Balance) -> dict[str, Iterator[float]]:
    """Return the weights of the rows of each part, in their order; nothing if the rows are not weighed."""
    shares: dict[str, dict[str, float]] = {"train": defaultdict(float), "": defaultdict(float)}
    rows: dict[str, list[_Row]] = {"train": [], "val": []}
    given = set()
    for _, row in jsonl.read_objects(source):
        weight, task = row.get("_weight"), row.get("_task_type")
        if not isinstance(weight, (int, float)) or not isinstance(task, str):
            return {}
        given.add(weight)
        shares["train" if row.get("split") == "train" else ""][task] += weight
        one = _Row(task, row.get("_template"), row.get("_rewrite"), row.get("_error_code"), row["gen"])
        rows["val" if row["_source_crate"] in val else "train"].append(one)
    if given == {1}:
        return {}
    wanted = shares["train"] or shares[""]
    return {part: iter(sample_weights(found, wanted, balance)) for part, found in rows.items()}


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
@click.option("--val-ratio", type=cli.FloatRange(0, 0.5, min_open=True), default=0.1, help="Share wanted in val.")
@click.option("--seed", type=int, default=42, help="Seed of the order in which crates are considered.")
@click.option("--max-template-share", type=_SHARE, default=_USUAL.template, help="As SOURCE was made with.")
@click.option("--max-code-share", type=_SHARE, default=_USUAL.code, help="As SOURCE was made with.")
@click.option("--full-weight-lines", type=click.IntRange(1), default=_USUAL.full_lines, help="As SOURCE was made with.")
@click.option("--separate-files", is_flag=True, help="Also write TARGET's rows to NAME.train.jsonl and NAME.val.jsonl.")
@cli.common_options
def command(
    source: Path,
    target: Path,
    val_ratio: float,
    seed: int,
    max_template_share: float,
    max_code_share: float,
    full_weight_lines: int,
    separate_files: bool,
) -> None:
    """Write SOURCE to TARGET with every sample tagged train or val; no crate is on both sides.

    Weights are computed anew for these parts, in which the tasks keep the shares that they have by weight.
    """
    balance = Balance(max_template_share, max_code_share, full_weight_lines)
    parts = tag_parts(source, target, ratio=val_ratio, seed=seed, balance=balance)
    if separate_files:
        stem = target.name.removesuffix(".jsonl")
        separate(target, target.with_name(f"{stem}.train.jsonl"), target.with_name(f"{stem}.val.jsonl"))
    for part in ("train", "val"):
        click.echo(f"{part}: {parts.get(part, 0)} samples")
