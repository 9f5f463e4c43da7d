"""Temporary directories that do not outlive us for long: what a killed process left, a later one removes.

Each directory is locked (flock(2)) while it is in use. A lock ends with its process, however that ends, so a
directory of ours that can be locked belongs to nobody.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path

_MARK = "held-"
# Between making a directory and locking it there is a moment.
_YOUNG_S = 60.0


@contextmanager
def tempdir(prefix: str = "sigil-", parent: Path | None = None) -> Iterator[Path]:
    """Make a temporary directory below `parent`, or where such things go, and remove it in the end."""
    if parent is None:
        _sweep_once(tempfile.gettempdir())
    with tempfile.TemporaryDirectory(prefix=f"{prefix}{_MARK}", dir=parent, ignore_cleanup_errors=True) as name:
        handle = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            fcntl.flock(handle, fcntl.LOCK_SH)
            yield Path(name)
        finally:
            os.close(handle)


@cache
def _sweep_once(folder: str) -> None:
    sweep(Path(folder))


def sweep(folder: Path, young_s: float = _YOUNG_S) -> None:
    """Remove the directories in `folder` that killed processes of this user left, but for the youngest."""
    for path in folder.glob(f"sigil-*{_MARK}*"):
        with suppress(OSError):
            found = path.lstat()
            if found.st_uid == os.geteuid() and time.time() - found.st_mtime >= young_s:
                _remove_if_free(path)


def _remove_if_free(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(path, ignore_errors=True)
    finally:
        os.close(handle)
