"""A fault of ours inside one crate is that crate's rejection, and not the end of the run.

What ends a run still does: the errors of `sigil_common.errors`, which say what the user can do, and a machine that is
full or failing, for which no crate is to blame.
"""

from __future__ import annotations

import errno
import logging
import os
import traceback
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

from sigil_common.errors import SigilError
from sigil_pipeline.analyse.report import first_report
from sigil_pipeline.batch.state import Batch, CrateResult
from sigil_pipeline.crates.crate_list import CrateSpec
from sigil_pipeline.crates.packages import Package
from sigil_pipeline.filters import Rejection

log = logging.getLogger(__name__)

T = TypeVar("T")

_PACKAGES = ("sigil_pipeline", "sigil_common")
_MACHINE = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO, errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EAGAIN)


def each(batch: Batch, packages: Iterable[Package], work: Callable[[Package], T]) -> dict[str, T]:
    """Return what `work` makes of each crate, by package id; a crate for which it raises is rejected and left out."""
    done: dict[str, T] = {}
    for package in packages:
        try:
            done[package.id] = work(package)
        except Exception as error:
            if ends_the_run(error):
                raise
            reject(batch, package, error)
    return done


def ends_the_run(error: Exception) -> bool:
    """Whether an exception says something of the user's input or of the machine, and not of one crate."""
    # By its words, because `shutil` collects several errors in one that has no number.
    if isinstance(error, OSError):
        return any(os.strerror(number) in str(error) for number in _MACHINE)
    return isinstance(error, (SigilError, MemoryError))


def reject(batch: Batch, package: Package, error: Exception) -> None:
    """Reject a crate as `internal`; its report says what was known of it by then, and has the traceback."""
    report = batch.reports.get(package.id) or first_report(package, batch.tools.platform, None)
    batch.reject(package, _internal(package.id, error), report, traceback=_traceback(error))


def rejected_unfetched(spec: CrateSpec, error: Exception) -> CrateResult:
    """Return the rejection of a crate of which nothing but its line in the list is known."""
    report = {"crate": spec.name, "version": spec.version, "traceback": _traceback(error)}
    return CrateResult(spec.text, spec.name, spec.version, _internal(spec.text, error), report=report)


def _internal(crate: str, error: Exception) -> Rejection:
    """Return the rejection for what nobody expected: its kind, its words, and where it was raised."""
    words = " ".join(f"{type(error).__name__}: {error}".split())
    rejection = Rejection("internal", f"{words[:300]} at {_place(error)}")
    log.warning("%s is rejected as `internal`, its report has the traceback: %s", crate, rejection.detail)
    return rejection


def _traceback(error: Exception) -> str:
    return "".join(traceback.format_exception(error))


def _place(error: Exception) -> str:
    """Return file and line of the innermost call in our own code, wherever that is installed."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if any(name in Path(frame.filename).parts for name in _PACKAGES)]
    frame = (ours or frames)[-1]
    parts = Path(frame.filename).parts
    first = max((at for at, part in enumerate(parts) if part in _PACKAGES), default=len(parts) - 1)
    return f"{'/'.join(parts[first:])}:{frame.lineno}"
