"""The samples to judge: reading and checking them."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from human_eval_rust.shipped_sets import SHIPPED
from sigil_common.errors import InputError
from sigil_common.jsonl import read_objects, validated
from sigil_common.manifest import digest_bytes
from sigil_common.records import Completion, Problem

log = logging.getLogger("sigil.samples")

Key = tuple[str, str]


_HINT = "every line needs two texts, `task_id` and `completion`"
# What other tools call these fields, the likeliest first.
_OTHER_NAMES = {"completion": ("generation", "solution"), "task_id": ("name",)}


@dataclass(frozen=True)
class SampleLine:
    """One line of the samples file; `index` counts the samples of its problem from 0."""

    task_id: str
    completion: str
    index: int
    finish_reason: str | None = None

    @property
    def key(self) -> Key:
        """What its verdict depends on."""
        return (self.task_id, digest_bytes(self.completion.encode("utf-8", "surrogatepass")))


def read_samples(path: Path, problems: Mapping[str, Problem], problem_file: Path) -> list[SampleLine]:
    """Read and check a samples file. Raises `InputError` naming the line of the first fault."""
    if path.exists() and not path.is_file():
        raise InputError(f"{path} is not a regular file", hint="write the samples to a file first")
    samples: list[SampleLine] = []
    counts: dict[str, int] = {}
    renamed: Counter[tuple[str, str]] = Counter()
    rows = ((number, _renamed(row, renamed)) for number, row in read_objects(path))
    for number, row in validated(rows, path, Completion, hint=_HINT):
        if row.task_id not in problems:
            raise InputError(
                f"{path}:{number}: field `task_id`: no problem `{row.task_id}` in {problem_file}",
                hint=f"its task ids look like `{next(iter(problems))}`; another set is chosen with --problem_file "
                f"(a path, or {SHIPPED})",
            )
        index = counts.get(row.task_id, 0)
        counts[row.task_id] = index + 1
        samples.append(SampleLine(row.task_id, row.completion, index, row.finish_reason))
    if not samples:
        raise InputError(f"{path} holds no samples")
    for (ours, theirs), count in renamed.items():
        log.info("%s: `%s` is read as `%s` in %d of %d lines", path, theirs, ours, count, len(samples))
    return samples


def _renamed(row: dict[str, Any], counted: Counter[tuple[str, str]]) -> dict[str, Any]:
    """Return a row with our names for fields that other tools name otherwise, and count these."""
    for ours, others in _OTHER_NAMES.items():
        theirs = next((name for name in others if name in row), None)
        if ours not in row and theirs is not None:
            counted[ours, theirs] += 1
            row = {**row, ours: row[theirs]}
    return row
