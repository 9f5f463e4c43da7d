"""The rows of a data set that are audited, and what was found of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from sigil_common.errors import InputError
from sigil_common.jsonl import read_objects


@dataclass(frozen=True)
class Row:
    """What an audit needs of a row; `number` is its line in the file, `lines` the first and last one in the crate's."""

    number: int
    prompt: str
    gen: str
    crate: str
    version: str
    checksum: str | None
    file: str
    lines: tuple[int, int]
    task: str
    level: str | None
    error_code: str | None
    rewrite: str | None = None

    @property
    def follows_advice(self) -> bool:
        """Whether the crate's own code is what the prompt shows, and the answer what clippy makes of it."""
        return (self.rewrite or "").startswith("clippy::")


@dataclass(frozen=True)
class Finding:
    """What was found of a row: reasons why it is `wrong`, names that its prompt hides, and those that are undecided."""

    row: Row
    wrong: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    undecided: tuple[str, ...] = ()


def read_rows(file: Path) -> list[Row]:
    """Return all rows; raise `InputError` where one has no metadata."""
    return [_row(number, value, f"{file}:{number}") for number, value in read_objects(file)]


def _row(number: int, value: dict[str, Any], where: str) -> Row:
    try:
        return Row(
            number=number,
            prompt=value["prompt"],
            gen=value["gen"],
            crate=value["_source_crate"],
            version=value["_source_version"],
            checksum=value.get("_source_checksum"),
            file=value["_source_file"],
            lines=(value["_source_lines"][0], value["_source_lines"][1]),
            task=value["_task_type"],
            level=value.get("_level"),
            error_code=value.get("_error_code"),
            rewrite=value.get("_rewrite"),
        )
    except (KeyError, TypeError, IndexError) as error:
        raise InputError(
            f"{where}: the row does not say where it comes from",
            cause=f"{type(error).__name__}: {error}",
            hint="give the file with metadata, which has `.full` in its name",
        ) from None


def choose(rows: Sequence[Row], count: int, seed: int) -> list[Row]:
    """Return `count` rows by seed, all where there are no more, in the order of the file."""
    chosen = Random(seed).sample(range(len(rows)), min(count, len(rows)))
    return [rows[number] for number in sorted(chosen)]
