"""Runs a program until it ends, or until stdin is closed: however its user ends, kill -9 included, it ends with it.

A script of its own, without our packages. The program leads a process group, which gets SIGTERM and, if it does not go,
SIGKILL: a server has processes that hold a GPU's memory.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from contextlib import suppress

_GO_S = 30.0


def main(argv: list[str]) -> None:
    """Run `argv` and end as it ends."""
    try:
        child = subprocess.Popen(argv, stdin=subprocess.DEVNULL, start_new_session=True)
    except OSError as error:
        sys.exit(f"cannot run {argv[0]}: {error.strerror}")
    threading.Thread(target=_end_with, args=(child,), daemon=True).start()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: _end(child))
    code = child.wait()
    _kill(child, signal.SIGKILL)  # what the group may have left
    # Not `sys.exit`: a thread that reads stdin would be waited for.
    os._exit(code if code >= 0 else 128 - code)


def _end_with(child: subprocess.Popen[bytes]) -> None:
    while os.read(0, 4096):
        pass
    _end(child)


def _end(child: subprocess.Popen[bytes]) -> None:
    _kill(child, signal.SIGTERM)
    timer = threading.Timer(_GO_S, _kill, args=(child, signal.SIGKILL))
    timer.daemon = True
    timer.start()


def _kill(child: subprocess.Popen[bytes], how: signal.Signals) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, how)


if __name__ == "__main__":
    main(sys.argv[1:])
