"""Hand a command to a process that has imported torch already.

Importing torch, transformers and peft costs every command that loads a model ten seconds or more of one core, which on
a CPU is a good part of a short run. `warm_process` starts one process that imports them once
(`sigil_common.warm_server`); commands that find its socket in the environment are continued in a fork of it, with their
own arguments, streams, directory and environment (docs/adr/0068-one-import-for-many-commands.md). Never on a machine
with a GPU: what has spoken to a driver cannot be forked.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NoReturn

from sigil_common.compute import LIBRARIES
from sigil_common.errors import SigilError

VARIABLE = "SIGIL_WARM"
"""Names the socket of the process that is ready to be forked."""

DECISIVE = (
    "ATEN_",
    "CUDA",
    "GOMP_",
    "HF_",
    "LD_",
    "MALLOC_",
    "MKL_",
    "OMP_",
    "ONEDNN_",
    "OPENBLAS_",
    "PYTHON",
    "TORCH",
)
"""What begins so is read by Python or by libraries when they are imported: it must be the same on both sides."""

MADE_BY_TORCH = "TORCHINDUCTOR_CACHE_DIR"
"""torch sets it in the process that imports its compiler, from where whatever that starts inherits it."""

TAKEN = b"taken "
"""Begins the answer to a command that runs, or ran, there."""

FORWARDED = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGUSR1, signal.SIGUSR2)


@contextmanager
def warm_process(modules: Sequence[str]) -> Iterator[dict[str, str]]:
    """Start a process that imports `modules`; yield the environment that lets commands use it.

    It ends with this block, or with this process, however that ends. Commands that come while it still imports wait.
    """
    # A socket's name has 107 bytes at most, so it does not lie in a directory of the user's choice.
    with tempfile.TemporaryDirectory(prefix="sigil-warm-", dir="/tmp") as place:
        path = Path(place) / "socket"
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
            listener.bind(str(path))
            listener.listen(64)
            argv = [sys.executable, "-m", "sigil_common.warm_server", str(listener.fileno()), *modules]
            child = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=sys.stderr, pass_fds=(listener.fileno(),))
        try:
            yield {VARIABLE: str(path)}
        finally:
            # The end of its stdin ends it too, when this process is killed; but not while it still imports.
            child.kill()
            child.communicate()


def decisive(environment: dict[str, str]) -> dict[str, str]:
    """Return the variables that must not differ between the process that imports and the command.

    Our own defaults count as set: both sides make them.
    """
    known = {**LIBRARIES, **environment}
    return {key: value for key, value in known.items() if key.startswith(DECISIVE) and key != MADE_BY_TORCH}


def hand_over(module: str) -> None:
    """With the variable set, continue in a fork of the warm process, as `module.main()`, and end as that ends.

    Returns only where there is no such process, or where it was started under other settings of the libraries: then the
    command runs here, as it would have without it.
    """
    place = os.environ[VARIABLE]
    request = {
        "module": module,
        "argv": sys.argv,
        "package": sys.modules["__main__"].__package__,
        "cwd": os.getcwd(),
        "umask": _umask(),
        "env": dict(os.environ),
    }
    data = json.dumps(request).encode()
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        handlers = {number: signal.getsignal(number) for number in FORWARDED}
        try:
            connection.connect(place)
            socket.send_fds(connection, [len(data).to_bytes(8, "big")], [0, 1, 2])
            connection.sendall(data)
            for number in FORWARDED:
                signal.signal(number, lambda number, _: connection.sendall(bytes([number])))
            taken, code = _answer(connection)
        except OSError:
            taken, code = False, ""
        if not taken:
            for number, handler in handlers.items():
                signal.signal(number, handler)
            return
    if not code:
        raise SigilError("the process that this command went on in was killed", cause="often for lack of memory")
    _end_as(int(code))


def _answer(connection: socket.socket) -> tuple[bool, str]:
    """Return whether the command was taken, and how it ended: an exit code, minus a signal, or nothing."""
    parts = []
    while part := connection.recv(64):
        parts.append(part)
    answer = b"".join(parts)
    return answer.startswith(TAKEN), answer.removeprefix(TAKEN).decode()


def _end_as(code: int) -> NoReturn:
    """End with an exit code, or by the signal whose negative number it is."""
    if code < 0:
        with suppress(OSError):  # some signals are always obeyed
            signal.signal(-code, signal.SIG_DFL)
        os.kill(os.getpid(), -code)
    os._exit(code)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
