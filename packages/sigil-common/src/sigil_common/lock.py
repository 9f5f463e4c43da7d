"""Keep two runs from writing to one place at the same time."""

from __future__ import annotations

import fcntl
import itertools
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from sigil_common.errors import InputError, MissingError


@contextmanager
def only_run(path: Path, what: Path) -> Iterator[None]:
    """Hold the lock file `path` for a run that writes `what`; the kernel frees it however the run ends.

    The file stays, but where wrong input (`InputError`) ends the run that made it: then it goes again, and with it the
    folders that were made for it and are still empty. Raises `InputError` if another run holds it.
    """
    made = list(itertools.takewhile(lambda one: not os.path.exists(one), (path, *path.parents)))
    with _taken(path, what):
        try:
            yield
        except InputError:
            _remove(made)
            raise


def _taken(path: Path, what: Path) -> IO[bytes]:
    """Return the file, open and locked.

    One that is removed between these two is none that the next run would find: it is opened anew.
    """
    for _ in range(100):  # others may end, and remove it, just then
        handle = _opened(path)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            handle.close()
            break
        if _is_at(handle, path):
            return handle
        handle.close()
    raise InputError(f"another run is writing {what}", hint="wait for it to end, or choose another place")


def _opened(path: Path) -> IO[bytes]:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return path.open("ab")
    except OSError as error:
        raise MissingError(f"cannot write {path}", cause=error.strerror or str(error)) from error


def _is_at(handle: IO[bytes], path: Path) -> bool:
    with suppress(FileNotFoundError):
        return os.path.samestat(os.fstat(handle.fileno()), path.stat())
    return False


def _remove(made: Iterable[Path]) -> None:
    """Remove a file and the folders around it, as far as they are empty; given from the inside outwards."""
    with suppress(OSError):
        for number, path in enumerate(made):
            path.rmdir() if number else path.unlink()
