"""What a running program has had of the machine, from /proc (proc(5)), and how much memory there is for all.

`schedstat` of a thread holds the nanoseconds that it ran and that it was ready to run while no CPU was free
(Documentation/scheduler/sched-stats.rst of the Linux kernel).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
# Fields of `stat` after the name of the program: utime, stime, and those of children that were waited for.
_CPU_FIELDS = slice(11, 15)


@dataclass(frozen=True)
class Usage:
    """CPU seconds of a program and all that it started, and how long it was ready while no CPU was free.

    `waited_s` is `None` where the kernel does not say.
    """

    cpu_s: float
    waited_s: float | None


class Watch:
    """Follows process `pid` and its living descendants.

    Threads come and go, so what they waited is added up look by look: each time the most that any one of them waited
    since the last look.
    """

    def __init__(self, pid: int) -> None:
        self._process = Path("/proc", str(pid))
        self._before: dict[str, float] = {}
        self._waited: float | None = None

    def look(self) -> Usage:
        """Return what was used so far."""
        cpu = 0.0
        now: dict[str, float] = {}
        for one in _family(self._process):
            with suppress(OSError):
                fields = (one / "stat").read_text(errors="replace").rpartition(")")[2].split()
                cpu += sum(map(int, fields[_CPU_FIELDS])) / _TICKS
                now |= _waits(one)
        if now:
            self._waited = (self._waited or 0.0) + max(all_ - self._before.get(task, 0.0) for task, all_ in now.items())
        self._before = now
        return Usage(cpu, self._waited)


def _waits(process: Path) -> dict[str, float]:
    """Return the seconds that each thread waited, for those of which the kernel says it."""
    found: dict[str, float] = {}
    for task in (process / "task").iterdir():
        with suppress(OSError, ValueError):  # it ended, or there is nothing to read
            ran, waited, _ = map(int, (task / "schedstat").read_text().split())
            if ran:
                found[task.name] = waited / 1e9
    return found


def _family(process: Path) -> Iterator[Path]:
    yield process
    with suppress(OSError):
        for task in (process / "task").iterdir():
            for child in (task / "children").read_text().split():
                yield from _family(Path("/proc", child))


def memory_of_machine(root: Path = Path("/sys/fs/cgroup"), own: Path = Path("/proc/self/cgroup")) -> int:
    """Return the bytes of memory that this process and what it starts may use: the machine's, or a group's limit."""
    found = [os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")]
    for line in own.read_text().splitlines():
        _, names, path = line.split(":", 2)
        top, name = (root, "memory.max") if not names else (root / "memory", "memory.limit_in_bytes")
        if names not in ("", "memory"):
            continue
        inside = top / path.lstrip("/")
        for folder in (inside, *inside.parents):
            with suppress(OSError, ValueError):  # not there, or `max`
                found.append(int((folder / name).read_text()))
    return min(found)
