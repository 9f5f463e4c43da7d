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
    """CPU seconds of a program and all that it started, and the longest that one of its threads waited for a CPU.

    `waited_s` is `None` where the kernel does not say.
    """

    cpu_s: float
    waited_s: float | None


def usage(pid: int) -> Usage:
    """Return what process `pid` and its living descendants have used so far."""
    cpu = 0.0
    waits: list[float] = []
    for one in _family(Path("/proc", str(pid))):
        with suppress(OSError):
            fields = (one / "stat").read_text(errors="replace").rpartition(")")[2].split()
            cpu += sum(map(int, fields[_CPU_FIELDS])) / _TICKS
            waits += [int((task / "schedstat").read_text().split()[1]) / 1e9 for task in (one / "task").iterdir()]
    return Usage(cpu, max(waits, default=None))


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
