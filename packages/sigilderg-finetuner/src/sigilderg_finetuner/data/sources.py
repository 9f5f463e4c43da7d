"""Read training rows from JSONL, Parquet or the hub; every bad row is named by file and line.

    local:FILE.jsonl[.gz]    rows of `sigil-pipeline`, or of any tool that writes `prompt` and `gen`
    parquet:FILE.parquet     the same columns (extra `[parquet]`)
    OWNER/NAME[@REVISION]    a data set of the hub (extra `[hub]`)

A row without `prompt` that has `text` or `content` is a whole file, learned from its first token on.
"""

from __future__ import annotations

import itertools
import logging
import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sigil_common.errors import InputError, MissingError
from sigil_common.hub import is_hub_name
from sigil_common.jsonl import is_unicode, read_objects
from sigil_common.manifest import digest_file, digest_json

TEXT_FIELDS = ("text", "content")
log = logging.getLogger(__name__)
_OF_FILES = (".jsonl", ".jsonl.gz", ".parquet")
FILE_FIELDS = ("_source_file", "path", "max_stars_repo_path")


@dataclass(frozen=True, slots=True)
class Row:
    """One training row. `prompt` is None for whole-text rows; `text` is what the model is to learn.

    `weight` says how often it counts against others of its source.
    """

    prompt: str | None
    text: str
    split: str | None = None
    crate: str | None = None
    file: str | None = None
    task: str | None = None
    weight: float = 1.0


@dataclass(frozen=True)
class Source:
    """All rows of one entry of `dataset.names`; `sha256` stands for its exact content."""

    name: str
    sha256: str
    rows: list[Row]


def read_source(name: str, *, hub_rows: int | None = None) -> Source:
    """Read one entry of `dataset.names` whole, or of a hub data set the first `hub_rows` of each part.

    Raises `InputError` for a missing file, a bad row or no rows at all, `MissingError` for a missing extra.
    """
    kind, _, rest = name.partition(":")
    if kind == "local" and rest:
        source = _read_jsonl(name, Path(rest))
    elif kind == "parquet" and rest:
        source = _read_parquet(name, Path(rest))
    elif is_hub_name(name.partition("@")[0]) and not Path(name).exists() and not name.endswith(_OF_FILES):
        source = _read_hub(name, hub_rows)
    else:
        near = f"local:{name}" if name.endswith(_OF_FILES[:2]) else f"parquet:{name}"
        hint = f"did you mean `{near}`?" if Path(name).exists() else None
        raise InputError(
            f"`dataset.names`: cannot tell what `{name}` is",
            cause="a source is `local:FILE.jsonl`, `parquet:FILE.parquet` or `owner/name`",
            hint=hint,
        )
    if not source.rows:
        raise InputError(f"{name}: no rows")
    return source


def _read_jsonl(name: str, path: Path) -> Source:
    rows, full = _rows(path), full_file(path)
    if any(row.task or row.crate for row in rows) or not full.is_file():
        return Source(name, digest_file(path), rows)
    described = _rows(full)
    if [_learned(row) for row in described] != [_learned(row) for row in rows]:
        log.warning("%s has other rows than %s, and is passed over", full, path.name)
        return Source(name, digest_file(path), rows)
    log.info("%s: tasks, weights and crates of the rows are read from %s", name, full.name)
    return Source(name, digest_file(full), described)


def full_file(path: Path) -> Path:
    """Return where sigil-pipeline writes the rows of a file with their metadata: FILE.full.jsonl."""
    bare = Path(path.name.removesuffix(".gz"))
    packed = ".gz" if path.suffix == ".gz" else ""
    return path.with_name(f"{bare.stem}.full{bare.suffix}{packed}")


def _rows(path: Path) -> list[Row]:
    return [to_row(value, f"{path}:{number}") for number, value in read_objects(path)]


def _learned(row: Row) -> tuple[str | None, str, str | None]:
    return row.prompt, row.text, row.split


def _read_parquet(name: str, path: Path) -> Source:
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError:
        raise MissingError(
            "reading Parquet needs pyarrow", hint="install the extra `parquet` of sigilderg-finetuner"
        ) from None
    if not path.is_file():
        raise InputError(f"no such file: {path}")
    rows: list[Row] = []
    try:
        with pyarrow.parquet.ParquetFile(path) as table:
            names = Counter(table.schema_arrow.names)
            if twice := [name for name, count in names.items() if count > 1]:
                raise InputError(f"{path}: column `{twice[0]}` is there twice")
            for batch in table.iter_batches(batch_size=4096):
                rows += [to_row(value, f"{path}: row {len(rows) + i}") for i, value in enumerate(batch.to_pylist(), 1)]
    except pyarrow.ArrowException as error:
        raise InputError(f"{path}: not a readable Parquet file", cause=str(error)) from None
    return Source(name, digest_file(path), rows)


def _read_hub(name: str, most: int | None) -> Source:
    try:
        import datasets
        from huggingface_hub import HfApi
    except ImportError:
        raise MissingError(
            f"data set `{name}` is on the hub, and the package datasets is not installed",
            hint="install the extra `hub` of sigilderg-finetuner, or convert the data to JSONL",
        ) from None
    repository, _, revision = name.partition("@")
    try:
        commit = HfApi().dataset_info(repository, revision=revision or None).sha
        parts = datasets.load_dataset(repository, revision=commit, streaming=True)
        rows = [row for part, stream in parts.items() for row in _hub_rows(name, str(part), stream, most)]
    except InputError:
        raise
    except Exception as error:  # which ones mean "no network" changes with the HTTP library under huggingface_hub
        cause = str(error).partition("\n")[0]
        raise MissingError(
            f"cannot load data set `{name}` from the hub", cause=cause, hint="check the network"
        ) from error
    return Source(name, digest_json([repository, commit, *([most] if most else [])]), rows)


def _hub_rows(name: str, part: str, stream: Any, most: int | None = None) -> Iterator[Row]:
    """Yield the rows of one part as they come; no more than `most` are fetched."""
    split = {"validation": "val", "val": "val", "train": None}.get(part, "other")
    if split == "other":
        return
    for number, value in enumerate(itertools.islice(stream, most), 1):
        yield to_row({**value, "split": split}, f"{name}: {part} row {number}")


def to_row(value: dict[str, Any], where: str) -> Row:
    """Check one raw record; raise `InputError` that begins with `where`."""
    if "prompt" not in value and "gen" not in value:
        return _text_row(value, where)
    for key in ("prompt", "gen"):
        _check_text(value, key, where)
    task = value.get("_task_type")
    if task is not None and not isinstance(task, str):
        raise InputError(f"{where}: field `_task_type`: expected text", cause=f"got {task!r}")
    if task is not None:
        _check_surrogates(task, "_task_type", where)
    split, crate = _split_of(value, where), _crate_of(value, where)
    return Row(value["prompt"], value["gen"], split, crate, _file_of(value), task, _weight_of(value, where))


def _text_row(value: dict[str, Any], where: str) -> Row:
    key = next((name for name in TEXT_FIELDS if name in value), None)
    if key is None:
        known = ", ".join(f"`{name}`" for name in list(value)[:6]) or "nothing"
        raise InputError(f"{where}: neither `prompt` and `gen` nor `text`", cause=f"the row has {known}")
    _check_text(value, key, where)
    return Row(None, value[key], _split_of(value, where), _crate_of(value, where), _file_of(value))


def _check_text(value: dict[str, Any], key: str, where: str) -> None:
    text = value.get(key)
    if not isinstance(text, str):
        problem = "is missing" if key not in value else f"must be text, not {type(text).__name__}"
        raise InputError(f"{where}: field `{key}` {problem}")
    if not text.strip():
        raise InputError(f"{where}: field `{key}` is empty")
    _check_surrogates(text, key, where)


def _check_surrogates(text: str, key: str, where: str) -> None:
    if not is_unicode(text):
        raise InputError(f"{where}: field `{key}` holds a lone surrogate", hint="write the file as plain UTF-8")


def _split_of(value: dict[str, Any], where: str) -> str | None:
    split = value.get("split")
    if split is None or split in ("train", "val"):
        return split
    raise InputError(f"{where}: field `split`: expected `train` or `val`", cause=f"got {split!r}")


def _weight_of(value: dict[str, Any], where: str) -> float:
    weight = value.get("_weight")
    if weight is None:
        return 1.0
    if isinstance(weight, int | float) and not isinstance(weight, bool) and 0 < weight < math.inf:
        return float(weight)
    raise InputError(f"{where}: field `_weight`: expected a number above 0", cause=f"got {weight!r}")


def _crate_of(value: dict[str, Any], where: str) -> str | None:
    found = value.get("_source_crate")
    if not isinstance(found, str):
        return None
    _check_surrogates(found, "_source_crate", where)
    return found


def _file_of(value: dict[str, Any]) -> str | None:
    return next((value[key] for key in FILE_FIELDS if isinstance(value.get(key), str)), None)
