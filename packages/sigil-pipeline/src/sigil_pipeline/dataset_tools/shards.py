"""Cut a large JSONL file into shards of whole lines."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from sigil_common import cli, jsonl
from sigil_common.errors import InputError
from sigil_common.manifest import describe_files


def split_into_shards(source: Path, folder: Path, *, lines: int | None = None, shards: int | None = None) -> list[Path]:
    """Write shards of at most `lines` lines, or `shards` of them that differ by one line at most.

    Shards are named `NAME-00000-of-00005.jsonl` and hold the lines in their order. `NAME.shards.json` lists them with
    their lines and digests. Each is whole or not there, and the list is there only when all of them are: a cut that was
    stopped leaves none, whatever shards of it or of an earlier one lie beside it.
    """
    total = sum(1 for _ in jsonl.read_objects(source))
    if not total:
        raise InputError(f"{source} holds no line")
    sizes = _sizes(total, lines, shards)
    stem = source.name.removesuffix(".gz").removesuffix(".jsonl")
    suffix = ".jsonl.gz" if source.suffix == ".gz" else ".jsonl"
    rows = (row for _, row in jsonl.read_objects(source))
    written: list[Path] = []
    listing = folder / f"{stem}.shards.json"
    listing.unlink(missing_ok=True)
    for number, size in enumerate(sizes):
        path = folder / f"{stem}-{number:05d}-of-{len(sizes):05d}{suffix}"
        jsonl.write_jsonl(path, _first(rows, size))
        written.append(path)
    files = zip(describe_files(written, folder), sizes, strict=True)
    shards_of = [{**file.to_row(), "lines": size} for file, size in files]
    jsonl.write_json(listing, {"source": source.name, "lines": total, "shards": shards_of})
    return written


def _sizes(total: int, lines: int | None, shards: int | None) -> list[int]:
    if lines is not None:
        return [min(lines, total - start) for start in range(0, total, lines)]
    count = min(shards or 1, total)
    return [total // count + (number < total % count) for number in range(count)]


def _first(rows: Iterator[dict[str, object]], count: int) -> Iterator[dict[str, object]]:
    for _ in range(count):
        yield next(rows)


@cli.command(name="split_jsonl")
@click.argument("source", type=click.Path(path_type=Path))
@click.option("--output-dir", type=click.Path(path_type=Path), required=True, help="Directory of the shards.")
@click.option("--lines", type=click.IntRange(min=1), help="Most lines of a shard.")
@click.option("--shards", type=click.IntRange(min=1), help="Number of shards.")
@cli.common_options
def command(source: Path, output_dir: Path, lines: int | None, shards: int | None) -> None:
    """Cut the JSONL file SOURCE into shards, by --lines or by --shards; NAME.shards.json lists them in the end."""
    if (lines is None) == (shards is None):
        raise click.UsageError("give either --lines or --shards")
    for path in split_into_shards(source, output_dir, lines=lines, shards=shards):
        click.echo(path)
