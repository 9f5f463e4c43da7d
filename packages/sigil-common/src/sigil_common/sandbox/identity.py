"""The user that untrusted programs run as when we are root, and which directories that user may use.

Root without a user namespace is root of the host, so under root the sandboxed program gets user ids of
its own from a range that distributions leave unassigned. Writable mounts are handed over to it; when
we are not root, the program runs under our own id in a user namespace and nothing changes hands.
"""

from __future__ import annotations

import os
import stat
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from sigil_common.sandbox.spec import SandboxSpec
from sigil_common.tempdirs import tempdir

# 60578..61183 is kept free by the common distributions (systemd's UIDS-GIDS document).
# The first one owns what is handed over; programs that write nothing get another one each, so that what the
# kernel counts by user is counted for one program alone.
FIRST_UID = 60600
_LENT_UIDS = 500

_lock = threading.Lock()
_free = deque(range(FIRST_UID + 1, FIRST_UID + 1 + _LENT_UIDS))
# Several commands may run at the same time: begin at different places.
_free.rotate(-(os.getpid() * 37))


def drops_uid() -> bool:
    """Whether sandboxed programs run under another user id than ours."""
    return os.geteuid() == 0


@contextmanager
def workdir(prefix: str = "sigil-", parent: Path | None = None) -> Iterator[Path]:
    """Make a temporary directory that can be mounted, and remove it in the end.

    Other users of the host cannot enter it; the sandbox's user can.
    """
    with tempdir(prefix, parent) as path:
        share(path)
        yield path


@contextmanager
def lent_uid() -> Iterator[int]:
    """Lend a user id that no other program of this process runs under at present."""
    with _lock:
        uid = _free.popleft() if _free else FIRST_UID
    try:
        yield uid
    finally:
        if uid != FIRST_UID:
            with _lock:
                _free.append(uid)


def change_of_user(setpriv: str, spec: SandboxSpec, stack: ExitStack) -> list[str]:
    """Return the command that becomes an unprivileged user for good, to be put before a program's argv."""
    writes = any(mount.writable for mount in spec.mounts)
    user = FIRST_UID if writes else stack.enter_context(lent_uid())
    return [
        setpriv,
        "--reuid",
        str(user),
        "--regid",
        str(FIRST_UID),
        "--clear-groups",
        "--inh-caps=-all",
        "--bounding-set=-all",
        "--",
    ]


def share(path: Path) -> None:
    """Let the sandbox's user enter and list a directory that only its owner could (0700 becomes 0750)."""
    if drops_uid():
        os.chown(path, -1, FIRST_UID)
        path.chmod(stat.S_IMODE(path.stat().st_mode) | 0o050)


def hand_over(path: Path) -> None:
    """Give a directory and what is in it to the sandbox's user, so that it can be mounted writable.

    A directory that this user already owns is left alone, so only the first call walks the tree. A
    file put there later by root can be replaced by the sandboxed program, but not opened for writing;
    hand over that file too if it must. Raises `ValueError` for a directory that holds the user's home
    or the system, and for a link: a program that was here before may have put it there.
    """
    if path.is_symlink():
        raise ValueError(f"{path} is a link and cannot be mounted writable")
    if not drops_uid() or path.lstat().st_uid == FIRST_UID:
        return
    _refuse_precious(path)
    if path.is_dir():
        for folder, names, files in os.walk(path):
            for name in (*names, *files):
                os.chown(os.path.join(folder, name), FIRST_UID, FIRST_UID, follow_symlinks=False)
    os.chown(path, FIRST_UID, FIRST_UID, follow_symlinks=False)


def _refuse_precious(path: Path) -> None:
    real = path.resolve()
    home = Path.home().resolve()
    if real == home or real in home.parents or len(real.parts) <= 2 or real == Path.cwd():
        raise ValueError(f"{path} is not a directory to hand to untrusted programs; mount one below it")


def readable(path: Path) -> bool:
    """Whether the sandbox's user may read a file, or execute it, or enter and list a directory."""
    found = path.stat()
    if found.st_uid == FIRST_UID:
        return True
    bits = found.st_mode >> 3 if found.st_gid == FIRST_UID else found.st_mode
    return bits & 0o5 == 0o5 if stat.S_ISDIR(found.st_mode) else bits & 0o5 != 0
