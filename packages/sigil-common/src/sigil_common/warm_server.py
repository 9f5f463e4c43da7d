"""The process that imports once and is forked for every command: `python -m sigil_common.warm_server FD MODULE...`.

It imports when the first command comes. For each connection on the listening socket FD a keeper is forked, and by it
the command. The keeper passes signals on, ends the command when its caller is gone, and tells the caller how it ended.
The process ends when its stdin does.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import json
import os
import select
import signal
import socket
import sys
import threading
import traceback
import warnings
from typing import Any, NoReturn

from sigil_common.adapters import without_quantiser
from sigil_common.compute import set_up_libraries
from sigil_common.proc import die_with_parent
from sigil_common.warm import FORWARDED, TAKEN, VARIABLE, decisive

Request = dict[str, Any]


def main() -> None:
    """Wait for the first command, import, then serve until stdin ends."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):  # Ctrl-C is for the commands
        signal.signal(number, signal.SIG_IGN)
    set_up_libraries()
    began_with = decisive(dict(os.environ))
    with socket.socket(fileno=int(sys.argv[1])) as listener:
        if sys.stdin in select.select([listener, sys.stdin], [], [])[0]:
            os._exit(0)
        with without_quantiser():  # a command that wants it imports it
            for module in sys.argv[2:]:
                importlib.import_module(module)
        gc.freeze()
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for keepers
        while sys.stdin not in select.select([listener, sys.stdin], [], [])[0]:
            connection, _ = listener.accept()
            if _fork() == 0:
                listener.close()
                _keep(connection, began_with)
            connection.close()
    os._exit(0)  # bindings report as leaked what was kept on purpose


def _keep(connection: socket.socket, began_with: dict[str, str]) -> NoReturn:
    """Read what is asked, run it in a fork, answer how it ended."""
    try:
        os.setsid()  # the terminal's signals reach the caller, who passes them on
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        request, streams = _read(connection)
        if decisive(request["env"]) == began_with:
            pid = _fork()
            if pid == 0:
                connection.close()
                _become(request, streams)
            for stream in streams:
                os.close(stream)
            connection.sendall(TAKEN)
            connection.sendall(str(_wait(connection, pid)).encode())
    except (BrokenPipeError, ConnectionResetError):
        pass  # the caller was killed, so there is nobody to tell
    except Exception:
        traceback.print_exc()
    finally:
        os._exit(0)


def _fork() -> int:
    """Fork. The threads that Python warns of are OpenBLAS's, which sees to itself when a process forks."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        return os.fork()


def _read(connection: socket.socket) -> tuple[Request, list[int]]:
    size, streams, _, _ = socket.recv_fds(connection, 8, 3)
    missing, parts = int.from_bytes(size, "big"), []
    while missing:
        parts.append(connection.recv(min(missing, 1 << 16)))
        if not parts[-1]:
            raise ConnectionError("the caller ended before it had asked")
        missing -= len(parts[-1])
    request: Request = json.loads(b"".join(parts))
    return request, list(streams)


def _wait(connection: socket.socket, pid: int) -> int:
    """Wait for the command: its exit code, or minus the number of the signal that ended it."""
    ended = os.pidfd_open(pid)
    while ended not in select.select([connection.fileno(), ended], [], [])[0]:
        numbers = connection.recv(16)
        for number in numbers or [signal.SIGKILL]:  # nothing: the caller was killed
            os.kill(pid, number)
        if not numbers:
            break
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def _become(request: Request, streams: list[int]) -> NoReturn:
    """Be the command: its streams, directory, environment and arguments, and then its main function."""
    die_with_parent(signal.SIGKILL)
    code: object = 1
    try:
        for number, stream in enumerate(streams):
            os.dup2(stream, number)
            os.close(stream)
        for number in (*FORWARDED, signal.SIGCHLD):
            signal.signal(number, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        os.chdir(request["cwd"])
        os.umask(request["umask"])
        os.environ.clear()
        os.environ.update({key: value for key, value in request["env"].items() if key != VARIABLE})
        set_up_libraries()
        sys.argv = request["argv"]
        sys.modules["__main__"].__package__ = request["package"]  # click makes the program's name of it
        _open_streams()
        importlib.import_module(request["module"]).main()
        code = 0
    except SystemExit as end:
        code = end.code
    except BaseException:
        traceback.print_exc()
    _leave(code)


def _open_streams() -> None:
    """Make Python's streams anew: whether they are a terminal decides how they are buffered."""
    sys.stdin = os.fdopen(0, closefd=False)
    sys.stdout = os.fdopen(1, "w", closefd=False, buffering=1 if os.isatty(1) else -1)
    sys.stderr = os.fdopen(2, "w", closefd=False, buffering=1, errors="backslashreplace")
    sys.__stdin__, sys.__stdout__, sys.__stderr__ = sys.stdin, sys.stdout, sys.stderr  # type: ignore[misc]


def _leave(code: object) -> NoReturn:
    """End as Python ends a script that raised `SystemExit(code)`."""
    if code is not None and not isinstance(code, int):
        sys.stderr.write(f"{code}\n")
        code = 1
    try:
        threading._shutdown()  # type: ignore[attr-defined]
        atexit._run_exitfuncs()
        sys.stdout.flush()
        sys.stderr.flush()
    except Exception:
        code = code or 1
    os._exit(int(code or 0) & 0xFF)


if __name__ == "__main__":
    main()
