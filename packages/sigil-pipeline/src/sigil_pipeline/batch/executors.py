"""Where crates are compiled: in this process, in several processes of this machine, or on a Ray cluster.

Each worker has a directory of its own for what it builds. What is found does not depend on where, nor on which worker
has which crates.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager

from sigil_pipeline.batch.groups import Unit
from sigil_pipeline.batch.process import process
from sigil_pipeline.batch.ray_workers import ray_workers
from sigil_pipeline.batch.share import Done, Executor, half_of_memory, worker_place
from sigil_pipeline.batch.workers import local_workers
from sigil_pipeline.settings import Settings
from sigil_pipeline.tools import Tools

log = logging.getLogger(__name__)

# A build with less would fail where one with more does not, and the results differ.
LEAST_MEMORY = 2 << 30


def open_executor(settings: Settings, tools: Tools) -> AbstractContextManager[Executor]:
    """Start what `settings` ask for; it ends with the block."""
    if settings.executor == "ray":
        return ray_workers(settings, tools)
    workers = affordable(settings.n_workers)
    if workers > 1:
        return local_workers(settings, tools, workers)
    return _in_this_process(settings, tools)


def affordable(wanted: int) -> int:
    """Return how many workers have enough memory for a build in half of what the machine has."""
    found = max(1, min(wanted, half_of_memory() // LEAST_MEMORY))
    if found < wanted:
        log.warning("%s workers instead of %s: half of this machine's memory holds no more builds", found, wanted)
    return found


@contextmanager
def _in_this_process(settings: Settings, tools: Tools) -> Iterator[Executor]:
    yield _InThisProcess(settings, tools)


class _InThisProcess:
    def __init__(self, settings: Settings, tools: Tools) -> None:
        self._settings = settings
        self._tools = tools

    def run(self, units: Iterable[Unit]) -> Iterator[Done]:
        """See `Executor`."""
        place = worker_place(self._settings, 0)
        for number, unit in enumerate(units):
            yield unit, process(unit, self._settings, self._tools, place, number)
