"""The rows that a recipe learns from: a data set filtered, and put into other words.

Validation rows go through the same filter and are all kept, so each recipe's validation loss is about its own data and
compares with nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from lift.study import Source
from sigil_common.errors import InputError
from sigil_common.jsonl import read_objects
from sigil_common.seeds import derive_seed
from sigil_common.wording import COMPLETE

Row = dict[str, Any]
# Raised when the same source and settings would give other rows.
RULES = 1
_FENCE = re.compile(r"^```rust\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def selected(rows: Iterable[Row], source: Source, seed: int) -> list[Row]:
    """Return the rows of a data set that `source` asks for, in its wording and as often as it says.

    Raises `InputError` if none is left to learn from.
    """
    kept = [row for row in rows if fits(row, source)]
    learned, checked = _split(kept)
    if source.rows is not None:
        learned = first_by_seed(learned, source.rows, seed)
    if not learned:
        raise InputError(f"{source.path}: no row to learn from is left", cause="the recipe's filters drop all of them")
    return [worded(row, source.wording) for row in [*learned * source.repeat, *checked]]


def _split(rows: list[Row]) -> tuple[list[Row], list[Row]]:
    return [row for row in rows if row.get("split") != "val"], [row for row in rows if row.get("split") == "val"]


def fits(row: Row, source: Source) -> bool:
    """Tell whether a row passes the filters of a source."""
    prompt, answer = row["prompt"], row["gen"]
    lines = answer.count("\n") + 1
    return (
        (not source.tasks or row.get("_task_type") in source.tasks)
        and (source.self_contained is None or bool(row.get("_self_contained")) == source.self_contained)
        and (source.min_lines or 0) <= lines <= (source.max_lines or lines)
        and len(prompt) <= (source.max_prompt_chars or len(prompt))
        and len(answer) >= source.min_share * (len(prompt) + len(answer))
    )


def first_by_seed(rows: list[Row], count: int, seed: int) -> list[Row]:
    """Return `count` rows, chosen by seed and content and kept in their order."""
    drawn = sorted(range(len(rows)), key=lambda i: derive_seed(seed, "rows", rows[i]["prompt"], rows[i]["gen"], i))
    return [rows[i] for i in sorted(drawn[:count])]


def worded(row: Row, wording: str) -> Row:
    """Return a row with its prompt in the given wording; a row that shows no beginning keeps its own."""
    if wording == "text":
        return {name: value for name, value in row.items() if name not in ("prompt", "gen")} | {"text": row["gen"]}
    if wording == "evaluator" and (question := as_evaluator(row["prompt"])) is not None:
        return row | {"prompt": question}
    return row


def as_evaluator(prompt: str) -> str | None:
    """Ask for the function that a prompt begins as an evaluation would, the code around it first.

    Returns None where the first code in the prompt is no beginning of a function.
    """
    first, *context = [found.rstrip() for found in _FENCE.findall(prompt)] or [""]
    if not first.endswith("{") or " fn " not in f" {first.splitlines()[-1]}":
        return None
    return COMPLETE.format(prompt="\n\n".join([*context, first.removesuffix("{").rstrip()]))


def dataset_rows(path: Path) -> Iterator[Row]:
    """Yield the rows of a data set that have prompt and answer; raise `InputError` for one that has not."""
    for number, row in read_objects(path):
        if not isinstance(row.get("prompt"), str) or not isinstance(row.get("gen"), str):
            raise InputError(f"{path}:{number}: needs `prompt` and `gen`, both text")
        yield row
