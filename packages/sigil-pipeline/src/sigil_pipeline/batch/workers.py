"""Workers as processes of this machine. Each opens its own compiler and sandbox; units go there, and results come back.

A worker ends with the process that started it, however that ends: none goes on building beside the next run.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from sigil_common.errors import MissingError
from sigil_common.proc import die_with_parent
from sigil_pipeline.batch.groups import Unit
from sigil_pipeline.batch.process import process
from sigil_pipeline.batch.share import Done, Executor, share_of_memory, worker_place
from sigil_pipeline.batch.state import CrateResult
from sigil_pipeline.observe import Spent, add_spent, elsewhere
from sigil_pipeline.settings import Settings
from sigil_pipeline.tools import Tools, open_tools

if TYPE_CHECKING:
    from multiprocessing.context import SpawnProcess


@contextmanager
def local_workers(settings: Settings, tools: Tools, count: int) -> Iterator[Executor]:
    """Start `count` workers, and end them in the end."""
    memory = share_of_memory(count)
    workers = [_Worker(settings, tools.toolchain.version, worker_place(settings, at), memory) for at in range(count)]
    try:
        yield _LocalWorkers(workers)
    finally:
        for worker in workers:
            worker.end()


class _LocalWorkers:
    def __init__(self, workers: list[_Worker]) -> None:
        self._workers = workers

    def run(self, units: Iterable[Unit]) -> Iterator[Done]:
        """See `Executor`."""
        coming = enumerate(units)
        idle, busy = list(self._workers), dict[Any, tuple[_Worker, Unit]]()
        while True:
            while idle and (following := next(coming, None)) is not None:
                worker = idle.pop()
                busy[worker.connection] = (worker, following[1])
                worker.begin(*following)
            if not busy:
                return
            for ready in wait(list(busy)):
                worker, unit = busy.pop(ready)
                yield unit, worker.results()
                idle.append(worker)


class _Worker:
    """One process, seen from the one that started it."""

    def __init__(self, settings: Settings, rustc: str, place: Path, memory: int) -> None:
        context = multiprocessing.get_context("spawn")  # a fork of a process with threads may hang
        self.connection, theirs = context.Pipe()
        arguments = (theirs, settings, rustc, place, memory, os.getpid())
        self._process: SpawnProcess = context.Process(target=_serve, args=arguments, daemon=True)
        self._process.start()
        theirs.close()

    def begin(self, number: int, unit: Unit) -> None:
        """Give the worker a unit; it must be idle."""
        try:
            self.connection.send((number, unit))
        except OSError:
            self._raise_ended()

    def results(self) -> list[CrateResult]:
        """Wait for the results of the unit; raise what the worker fell over."""
        try:
            found: tuple[list[CrateResult], Exception | None, Spent] = self.connection.recv()
        except (EOFError, OSError):
            self._raise_ended()
        results, fault, spent = found
        if fault is not None:
            raise fault
        add_spent(spent)
        return results

    def end(self) -> None:
        """End the process, at once."""
        self._process.kill()
        self._process.join()
        self.connection.close()

    def _raise_ended(self) -> NoReturn:
        self._process.join()
        code = self._process.exitcode
        cause = "killed by SIGKILL, often for lack of memory" if code == -signal.SIGKILL else f"exit code {code}"
        raise MissingError(
            "a worker process ended", cause=cause, hint="run the same command again, or with fewer workers"
        )


def _serve(connection: Connection, settings: Settings, rustc: str, place: Path, memory: int, parent: int) -> None:
    """Take units through as they come, until the other side is closed."""
    die_with_parent(signal.SIGKILL)
    if os.getppid() != parent:  # it ended before it could be asked for
        return
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # of an interrupt the parent tells us
    tools = None
    while True:
        try:
            number, unit = connection.recv()
        except EOFError:
            return
        results: list[CrateResult] | None = None
        fault: Exception | None = None
        with elsewhere() as spent:
            try:
                tools = tools or open_worker_tools(settings, rustc, memory)
                results = process(unit, settings, tools, place, number)
            except Exception as error:
                fault = error
        connection.send((results, fault, spent))


def open_worker_tools(settings: Settings, rustc: str, memory: int) -> Tools:
    """Open a worker's tools; raise `MissingError` if its toolchain is not the one that the run has."""
    tools = open_tools(settings, memory)
    if tools.toolchain.version != rustc:
        raise MissingError("the workers have different toolchains", cause=f"`{rustc}` and `{tools.toolchain.version}`")
    return tools
