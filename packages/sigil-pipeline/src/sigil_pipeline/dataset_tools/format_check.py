"""Does a file keep the format of docs/DATASET_SCHEMA.md? Every fault is named with its line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from sigil_common import cli, jsonl
from sigil_common.errors import BadResultError, InputError
from sigil_common.records import Sample
from sigil_pipeline.tasks import NOT_IN_CODE

_FIELDS = {field.alias or name for name, field in Sample.model_fields.items()}


def faults_of(file: Path, *, max_lines: int | None = None, max_chars: int | None = None) -> Iterator[str]:
    """Yield a sentence for each fault of the file, as `file:line: what`."""
    parts: dict[str, tuple[str, int]] = {}
    answers: dict[str, tuple[str, int]] = {}
    seen: dict[tuple[str, str], int] = {}
    names: set[str] = set()
    count = 0
    try:
        for number, row in jsonl.read_objects(file):
            count += 1
            where = f"{file}:{number}"
            yield from (f"{where}: {fault}" for fault in _row_faults(row, max_lines, max_chars))
            yield from (f"{where}: {fault}" for fault in _seen_before(row, number, parts, seen))
            yield from (f"{where}: {fault}" for fault in _on_both_sides(row, number, answers))
            names = names or set(row)
            if others := sorted(names ^ set(row)):
                what = "has" if others[0] in row else "lacks"
                yield f"{where}: {what} field `{others[0]}`, unlike the first row; null stands for what does not apply"
    except InputError as error:
        yield error.what + (f" ({error.cause})" if error.cause else "")
        return
    if not count:
        yield f"{file}: no sample"


def _row_faults(row: dict[str, Any], max_lines: int | None, max_chars: int | None) -> Iterator[str]:
    from pydantic import ValidationError

    try:
        sample = Sample.model_validate(row)
    except ValidationError as error:
        for item in error.errors():
            yield f"field `{'.'.join(str(part) for part in item['loc'])}`: {item['msg']}"
        return
    yield from (f"unknown field `{name}`" for name in row if name not in _FIELDS and not name.startswith("_"))
    for name in ("prompt", "gen"):
        if not str(row[name]).strip():
            yield f"field `{name}` is blank"
    if sample.task_type in NOT_IN_CODE:
        return
    if max_lines is not None and sample.gen.count("\n") + 1 > max_lines:
        yield f"`gen` has {sample.gen.count(chr(10)) + 1} lines, more than {max_lines}"
    if max_chars is not None and len(sample.gen) > max_chars:
        yield f"`gen` has {len(sample.gen)} characters, more than {max_chars}"


def _seen_before(
    row: dict[str, Any], number: int, parts: dict[str, tuple[str, int]], seen: dict[tuple[str, str], int]
) -> Iterator[str]:
    crate, part = row.get("_source_crate"), row.get("split")
    if isinstance(crate, str) and isinstance(part, str):
        first = parts.setdefault(crate, (part, number))
        if first[0] != part:
            yield f"crate `{crate}` is `{part}` here and `{first[0]}` in line {first[1]}"
    pair = (str(row.get("prompt")), str(row.get("gen")))
    before = seen.setdefault(pair, number)
    if before != number:
        yield f"same prompt and answer as in line {before}"


def _on_both_sides(row: dict[str, Any], number: int, answers: dict[str, tuple[str, int]]) -> Iterator[str]:
    answer, part = " ".join(str(row.get("gen") or "").split()), row.get("split")
    if answer and isinstance(part, str):
        first = answers.setdefault(answer, (part, number))
        if first[0] != part:
            yield f"the answer is in `{part}` here and in `{first[0]}` in line {first[1]}"


@cli.command(name="verify_format_test")
@click.argument("files", type=click.Path(path_type=Path), nargs=-1, required=True)
@click.option("--max-sft-lines", type=click.IntRange(min=1), help="Most lines of an answer.")
@click.option("--max-sft-chars", type=click.IntRange(min=1), help="Most characters of an answer.")
@cli.common_options
def command(files: tuple[Path, ...], max_sft_lines: int | None, max_sft_chars: int | None) -> None:
    """Check that FILES keep the format of the data set; exit 1 with the list of faults."""
    total = 0
    for file in files:
        for fault in faults_of(file, max_lines=max_sft_lines, max_chars=max_sft_chars):
            click.echo(fault)
            total += 1
    if total:
        raise BadResultError(f"{total} faults in {len(files)} files")
    click.echo(f"{len(files)} files are fine")
