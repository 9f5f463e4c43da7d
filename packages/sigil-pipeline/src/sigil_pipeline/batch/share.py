"""What a worker is given: units of crates, a directory of its own, and its share of the memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Protocol

from sigil_common.cargo import build_memory
from sigil_pipeline.batch.groups import Unit
from sigil_pipeline.batch.state import CrateResult
from sigil_pipeline.crates.copy import build_place
from sigil_pipeline.settings import Settings

Done = tuple[Unit, list[CrateResult]]


class Executor(Protocol):
    """Takes units of crates through."""

    def run(self, units: Iterable[Unit]) -> Iterator[Done]:
        """Yield each unit with the results of its crates, as they are done; units are asked for when one can begin."""


def share_of_memory(workers: int) -> int:
    """Return the bytes that a build of one of several workers may use: half of the machine's for all of them."""
    return min(build_memory(), half_of_memory() // workers)


def half_of_memory() -> int:
    """Return half of the memory of the machine."""
    from sigil_common.sandbox import memory_of_machine

    return memory_of_machine() // 2


def worker_place(settings: Settings, number: int) -> Path:
    """Return the directory in which a worker builds."""
    return build_place(settings.work.resolve()) / f"worker-{number}"
