"""Start a server, wait until it is well, and end it with whoever started it."""

from __future__ import annotations

import logging
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from human_eval_rust.sampling.samplers.vllm import keeper
from sigil_common.address import Address
from sigil_common.errors import MissingError
from sigil_common.progress import duration

log = logging.getLogger(__name__)

START_S = 1800.0
"""Longer than the download and the compilation of a large model take."""
_LOOK_S = 0.2
_SHOWN = 3
# What makes our environment ours would lead its Python to our packages.
_OURS = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")


def free_port() -> int:
    """Return a port of this machine that nobody listens on at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def started(argv: Sequence[str], address: Address, said: Path) -> Iterator[None]:
    """Run a server for the time of the block, from when it is well; what it says goes to the file `said`.

    Raises `MissingError` with its last words if it ends before it is well, or does not get there.
    """
    began = time.monotonic()
    environment = {name: value for name, value in os.environ.items() if name not in _OURS}
    said.parent.mkdir(parents=True, exist_ok=True)
    log.info("starting %s, which may take minutes; it speaks to %s", " ".join(argv[:2]), said)
    with said.open("wb") as out:
        child = subprocess.Popen(
            [sys.executable, "-I", keeper.__file__, *argv],
            stdin=subprocess.PIPE,
            stdout=out,
            stderr=subprocess.STDOUT,
            env=environment,
            start_new_session=True,  # Ctrl-C comes to us, and we end it
        )
    try:
        _wait_until_well(child, address, said, began)
        log.info("vLLM answers after %s", duration(time.monotonic() - began))
        yield
    finally:
        child.communicate()  # closes its stdin, which ends it


def _wait_until_well(child: subprocess.Popen[bytes], address: Address, said: Path, began: float) -> None:
    import httpx2

    with httpx2.Client(timeout=10.0, trust_env=False) as http:
        while True:
            code = child.poll()
            if code is not None:
                cause = last_words(said) or f"exit code {code}"
                raise MissingError("vLLM did not start", cause=cause, hint=f"see {said}")
            if time.monotonic() - began > START_S:
                raise MissingError(f"vLLM does not answer after {duration(START_S)}", hint=f"see {said}")
            try:
                if http.get(f"{address.root}/health").status_code == 200:
                    return
            except httpx2.HTTPError:
                pass
            time.sleep(_LOOK_S)


def last_words(said: Path) -> str:
    """Return the last lines that a program said, in one."""
    lines = said.read_text(encoding="utf-8", errors="replace").split("\n")
    return "; ".join([" ".join(line.split())[:200] for line in lines if line.strip()][-_SHOWN:])
