"""A build that has not the memory it needs says nothing of its crate: it is an exception, wherever cargo is run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sigil_common.cargo import CargoRun, Confined, build_memory


class MemoryLimitError(Exception):
    """A build did not have enough with `limit` bytes of memory."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"not compiled within {limit / (1 << 30):.1f} GiB of memory")


@dataclass(frozen=True)
class Building(Confined):
    """As `Confined`, but raises `MemoryLimitError` for a build that met its limit of memory, even if it went on."""

    def run(self, args: Sequence[str], *, root: Path, target: Path, env: Mapping[str, str] | None = None) -> CargoRun:
        """See `Confined.run`."""
        done = super().run(args, root=root, target=target, env=env)
        if done.memory_exceeded:
            raise MemoryLimitError(self.build_memory or build_memory())
        return done
