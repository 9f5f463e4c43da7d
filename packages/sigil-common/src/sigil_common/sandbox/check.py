"""What can be said of a run before it starts: whether its mounts and its program can work at all."""

from __future__ import annotations

import os
import stat
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from sigil_common.sandbox import identity
from sigil_common.sandbox.spec import Mount, SandboxSpec


def refusal(argv: Sequence[str], spec: SandboxSpec, *, drops_uid: bool) -> str | None:
    """Return why this run cannot start, or None. `drops_uid`: the program will run as the sandbox's user,
    to whom writable mounts are handed over here.

    Faults of the caller found here are distinguished from the program's own failures, which the exit
    status of the helper that starts it could not do.
    """
    for mount in spec.mounts:
        if not mount.source.exists():
            return f"cannot mount {mount.source}: no such file or directory"
        if not drops_uid:
            continue
        if mount.writable:
            identity.hand_over(mount.source)
        elif not identity.readable(mount.source):
            return f"cannot mount {mount.source}: the sandbox's user may not read it; make it with `workdir`"
    return _program_refusal(argv[0], spec, drops_uid)


def moved(spec: SandboxSpec, name: str) -> str | None:
    """Return why a sandbox that cannot show a file under another path refuses this run, or None."""
    for mount in spec.mounts:
        if mount.inside != str(mount.source.absolute()):
            return f"sandbox `{name}` cannot show {mount.source} as {mount.target}"
    return None


def _program_refusal(program: str, spec: SandboxSpec, drops_uid: bool) -> str | None:
    if not program.startswith("/"):
        return f"cannot run {program!r}: not an absolute path"
    path = _outside(program, spec.mounts)
    try:
        found = path.stat()
    except OSError as error:
        return f"cannot run {program}: {error.strerror}"
    if not stat.S_ISREG(found.st_mode) or not found.st_mode & 0o111:
        return f"cannot run {program}: not an executable file"
    if drops_uid and not found.st_mode & 0o001 and found.st_uid != identity.FIRST_UID:
        return f"cannot run {program}: the sandbox's user may not execute it"
    return None


def _outside(program: str, mounts: Sequence[Mount]) -> Path:
    """Return the host path of a path inside."""
    for mount in reversed(mounts):
        inside = PurePosixPath(program)
        if inside == PurePosixPath(mount.inside):
            return mount.source
        if inside.is_relative_to(mount.inside):
            return mount.source / inside.relative_to(mount.inside)
    return Path(os.path.realpath(program)) if os.path.exists(program) else Path(program)
