"""Digests of files and trees, so that every result can name exactly what it was made from."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from sigil_common.errors import InputError

if TYPE_CHECKING:
    from sigil_common.records import FileRecord

# Caches, and the file that a run holds while it writes.
_SKIPPED_PARTS = frozenset({"__pycache__", ".git", ".lock"})


def digest_bytes(data: bytes) -> str:
    """Return the SHA-256 of `data` in hex."""
    return hashlib.sha256(data).hexdigest()


def digest_json(value: object) -> str:
    """Return the SHA-256 of `value` as canonical JSON (sorted keys, no spaces)."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)
    return digest_bytes(text.encode())


def digest_file(path: Path) -> str:
    """Return the SHA-256 of a file's bytes in hex."""
    try:
        with path.open("rb") as source:
            return hashlib.file_digest(source, "sha256").hexdigest()
    except OSError as error:
        raise InputError(f"cannot read {path}", cause=error.strerror or str(error)) from error


def tree_files(root: Path) -> list[Path]:
    """Return the regular files below `root` in a fixed order, caches and locks left out."""
    found = (path for path in root.rglob("*") if not _SKIPPED_PARTS.intersection(path.relative_to(root).parts))
    return sorted(path for path in found if path.is_file())


def digest_tree(root: Path) -> str:
    """Return one SHA-256 over the relative names and contents of all files below `root`.

    A single file counts as a tree of one, so callers need not tell them apart. Raises `InputError` if
    nothing is there: no digest stands for what is missing.
    """
    if root.is_file():
        return digest_file(root)
    if not root.is_dir():
        raise InputError(f"no such file or directory: {root}")
    return digest_json([[path.relative_to(root).as_posix(), digest_file(path)] for path in tree_files(root)])


def describe_files(paths: Iterable[Path], relative_to: Path) -> list[FileRecord]:
    """Return size and digest of each file, paths relative where they lie below `relative_to`."""
    from sigil_common.records import FileRecord

    rows = []
    for path in paths:
        shown = path.relative_to(relative_to) if path.is_relative_to(relative_to) else path
        rows.append(FileRecord(path=shown.as_posix(), bytes=path.stat().st_size, sha256=digest_file(path)))
    return rows
