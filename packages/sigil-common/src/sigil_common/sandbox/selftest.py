"""Choose a sandbox, and show that it works before anything is trusted to it.

A sandbox that cannot start would fail every program, and one that holds nothing back would look just
like a working one. So each candidate runs a known-good program, which must succeed, and known-bad ones,
whose attempts must all fail; the first candidate that behaves is taken.
"""

from __future__ import annotations

import logging
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator

from sigil_common.errors import MissingError
from sigil_common.sandbox import cgroups, identity, probes, seccomp
from sigil_common.sandbox.bubblewrap import Bubblewrap
from sigil_common.sandbox.firejail import Firejail
from sigil_common.sandbox.spec import Sandbox
from sigil_common.sandbox.unconfined import Unconfined
from sigil_common.sandbox_mode import SandboxMode

log = logging.getLogger("sigil.sandbox")

_SYSTEM_PATH = "/usr/bin:/bin:/usr/sbin:/sbin:/usr/local/bin"
_HINT = (
    "apt-get install bubblewrap; inside a container, allow it to make namespaces (CAP_SYS_ADMIN or unprivileged"
    " user namespaces)"
)


def open_sandbox(mode: SandboxMode = "auto", *, allow_none: bool = False) -> Sandbox:
    """Return a tested sandbox. `auto` takes the first of `CANDIDATES` that works.

    Raises `MissingError` where temporary files cannot be executed, if the one asked for, or under `auto` every one,
    is missing or fails its test, and for `none` unless `allow_none` is given.
    """
    place = tempfile.gettempdir()
    if os.statvfs(place).f_flag & os.ST_NOEXEC:
        raise MissingError(
            f"no program can be run in {place}, the directory for temporary files",
            cause="it is mounted `noexec`",
            hint="set TMPDIR to a directory on another file system",
        )
    if mode == "none":
        return _unconfined(allow_none)
    faults = []
    for name in CANDIDATES if mode == "auto" else (mode,):
        try:
            return _first_sound(CANDIDATES[name]())
        except MissingError as error:
            faults.append(f"{name}: {error.what}")
    what = "no working sandbox found" if mode == "auto" else f"the sandbox `{mode}` does not work here"
    raise MissingError(what, cause="; ".join(faults), hint=_HINT)


def fault(sandbox: Sandbox) -> str | None:
    """Return what is wrong with a sandbox, or None if it does all that it promises."""
    found = probes.harmless_fault(sandbox)
    if found is not None:
        return found
    succeeded, trouble = probes.successful_attempts(sandbox)
    unexpected = sorted(succeeded - known_gaps(sandbox))
    return trouble or (f"it lets programs {', '.join(unexpected)}" if unexpected else None)


def known_gaps(sandbox: Sandbox) -> frozenset[str]:
    """Return the attempts (of `probes.ATTEMPTS`) that this kind of sandbox is known not to hold back."""
    gaps: frozenset[str] = getattr(sandbox, "gaps", frozenset())
    return gaps


def _first_sound(candidates: Iterator[Sandbox]) -> Sandbox:
    last = None
    for candidate in candidates:
        last = fault(candidate)
        if last is None:
            return candidate
        log.debug("sandbox %r: %s", candidate, last)
    raise MissingError(last or "not available")


def _bubblewraps() -> Iterator[Sandbox]:
    bwrap, setpriv = _program("bwrap"), _setpriv()
    if not seccomp.supported():
        log.warning("no system call filter for this processor; the sandbox holds by namespaces and limits alone")
    pool = cgroups.open_pool()
    if pool is not None:
        yield Bubblewrap(bwrap, setpriv, pool)
    yield Bubblewrap(bwrap, setpriv, None)


def _firejails() -> Iterator[Sandbox]:
    yield Firejail(_program("firejail"), _setpriv(), cgroups.open_pool())


# In the order in which `auto` tries them.
CANDIDATES: dict[str, Callable[[], Iterator[Sandbox]]] = {"bubblewrap": _bubblewraps, "firejail": _firejails}


def _unconfined(allow_none: bool) -> Sandbox:
    if not allow_none:
        raise MissingError(
            "sandbox `none` runs untrusted code with all your rights",
            hint="add --allow-no-sandbox to accept that, or install bubblewrap",
        )
    log.warning("no sandbox: untrusted code runs with all your rights")
    return Unconfined(cgroups.open_pool())


def _setpriv() -> str | None:
    return _program("setpriv") if identity.drops_uid() else None


def _program(name: str) -> str:
    found = shutil.which(name, path=_SYSTEM_PATH)
    if found is None:
        raise MissingError(f"`{name}` is not installed")
    return found
