"""Keep two runs from writing to one place at the same time."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sigil_common.errors import InputError, MissingError


@contextmanager
def only_run(path: Path, what: Path) -> Iterator[None]:
    """Hold the lock file `path` for a run that writes `what`; the kernel frees it however the run ends.

    The file itself stays: removing it would let a third run lock another file of the same name. Raises
    `InputError` if another run holds it.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = path.open("ab")
    except OSError as error:
        raise MissingError(f"cannot write {path}", cause=error.strerror or str(error)) from error
    with handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise InputError(
                f"another run is writing {what}", hint="wait for it to end, or choose another place"
            ) from None
        yield
