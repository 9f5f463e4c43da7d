"""Control groups: what one sandbox may use of memory and processes, all its processes together, and what it used.

Version 1 hierarchies and the unified version 2 are both known. A group is made once for each pair of
limits and reused, since making one costs more than moving a process into it. Groups lie below the one that we
run in (version 2: below the nearest ancestor that already hands its children both controllers), so
limits set for us hold for the sandboxes too. Nothing that belongs to others is changed.

Files: Documentation/admin-guide/cgroup-v1/{memory,pids,cpuacct}.rst and cgroup-v2.rst of the Linux kernel.
"""

from __future__ import annotations

import atexit
import os
import re
import signal
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from io import FileIO
from pathlib import Path

_PREFIX = "sigil-"
_OWN = re.compile(rf"{_PREFIX}(\d+)$")
# What the sandbox itself adds: process 1 and a dead one that nobody has collected yet.
_SPARE_PROCESSES = 4
_REMOVE_S = 1.0
_KILL_S = 5.0


@dataclass(frozen=True)
class Hierarchy:
    """Where groups are made: one directory for each controller (the same one under version 2).

    `cpu` counts CPU time; version 1 may have no such controller for us.
    """

    version: int
    memory: Path
    pids: Path
    cpu: Path | None

    @property
    def folders(self) -> tuple[Path, ...]:
        """The directories, each once."""
        return tuple(dict.fromkeys(folder for folder in (self.memory, self.pids, self.cpu) if folder))


@dataclass(frozen=True)
class Bases:
    """The existing directories, one for each controller, below which this process may make its own."""

    version: int
    memory: Path
    pids: Path
    cpu: Path | None

    def make(self) -> Hierarchy:
        """Make this process's directories; raises `OSError` where that is not allowed."""
        name = f"{_PREFIX}{os.getpid()}"
        made = Hierarchy(self.version, self.memory / name, self.pids / name, self.cpu / name if self.cpu else None)
        for folder in made.folders:
            _sweep(folder.parent)
            folder.mkdir(exist_ok=True)
            if self.version == 2:
                (folder / "cgroup.subtree_control").write_text("+memory +pids")
        return made


class Group:
    """A control group for one sandbox at a time."""

    def __init__(self, hierarchy: Hierarchy, name: str, memory_bytes: int, processes: int) -> None:
        self._version = hierarchy.version
        self._memory = hierarchy.memory / name
        self._pids = hierarchy.pids / name
        self._cpu = hierarchy.cpu / name if hierarchy.cpu else None
        self._folders = tuple(folder / name for folder in hierarchy.folders)
        for folder in self._folders:
            folder.mkdir(exist_ok=True)
        self._limit(memory_bytes, processes + _SPARE_PROCESSES)
        self._kills = self._oom_kills()
        self._cpu_before: float | None = None
        self._peak: FileIO | None = None

    def _limit(self, memory_bytes: int, processes: int) -> None:
        (self._pids / "pids.max").write_text(str(processes))
        if self._version == 2:
            (self._memory / "memory.max").write_text(str(memory_bytes))
            with suppress(OSError):  # no swap on this kernel
                (self._memory / "memory.swap.max").write_text("0")
        else:
            (self._memory / "memory.limit_in_bytes").write_text(str(memory_bytes))
            with suppress(OSError):
                (self._memory / "memory.memsw.limit_in_bytes").write_text(str(memory_bytes))

    def add(self, pid: int) -> None:
        """Move a process in; its children will be in too. What is used is counted from here."""
        self._cpu_before = self._cpu_s()
        self._peak = self._fresh_peak()
        for folder in self._folders:
            _write(folder / "cgroup.procs", str(pid))

    def cpu_s(self) -> float | None:
        """Return the CPU seconds used since a process was added, where they are counted."""
        now = self._cpu_s()
        return None if now is None or self._cpu_before is None else now - self._cpu_before

    def _cpu_s(self) -> float | None:
        if self._cpu is None:
            return None
        with suppress(OSError):
            if self._version == 1:
                return int((self._cpu / "cpuacct.usage").read_bytes()) / 1e9
            return int((self._cpu / "cpu.stat").read_bytes().split()[1]) / 1e6
        return None

    def peak_bytes(self) -> int | None:
        """Return the most memory used at once since a process was added, where it is counted."""
        return None if self._peak is None else int(os.pread(self._peak.fileno(), 32, 0))

    def _fresh_peak(self) -> FileIO | None:
        """Open the file that holds the peak and set it back, which version 2 knows since Linux 6.12."""
        name = "memory.peak" if self._version == 2 else "memory.max_usage_in_bytes"
        try:
            file = self._peak or FileIO(os.open(self._memory / name, os.O_RDWR | os.O_CLOEXEC), "rb+")
            os.pwrite(file.fileno(), b"0", 0)
        except OSError:
            return None
        return file

    def ran_out_of_memory(self) -> bool:
        """Whether the kernel killed a process here for want of memory since this was last asked."""
        before, self._kills = self._kills, self._oom_kills()
        return self._kills > before

    def _oom_kills(self) -> int:
        name = "memory.events" if self._version == 2 else "memory.oom_control"
        found = re.search(rb"^oom_kill (\d+)", (self._memory / name).read_bytes(), re.MULTILINE)
        return int(found[1]) if found else 0

    def used_bytes(self) -> int:
        """Return the memory still charged to this group."""
        name = "memory.current" if self._version == 2 else "memory.usage_in_bytes"
        return int((self._memory / name).read_bytes())

    def idle(self) -> bool:
        """Whether no process is left here, not even a dead one that the host's process 1 has yet to collect.

        A dead one still counts, and the next program could start one thread less than others.
        """
        return int((self._pids / "pids.current").read_bytes()) == 0

    def kill_all(self) -> None:
        """Kill every process in this group."""
        kill_all(self._pids)

    def remove(self) -> None:
        """Remove the group; one whose last process is still on its way out is given a moment."""
        if self._peak is not None:
            self._peak.close()
        for folder in self._folders:
            _remove(folder)


class Pool:
    """The groups of this process, made as needed and reused. Safe to use from many threads and after a fork."""

    def __init__(self, bases: Bases) -> None:
        self._bases = bases
        self._lock = threading.Lock()
        self._renew()
        atexit.register(self.close)

    def _renew(self) -> None:
        self._pid = os.getpid()
        self._hierarchy = self._bases.make()
        self._free: dict[tuple[int, int], deque[Group]] = {}
        self._all: list[Group] = []

    @property
    def version(self) -> int:
        """Return 1 or 2: which kind of control groups these are."""
        return self._bases.version

    @contextmanager
    def group(self, memory_bytes: int, processes: int) -> Iterator[Group]:
        """Lend a group with these limits."""
        group = self._take(memory_bytes, processes)
        try:
            yield group
        finally:
            # Files in memory that the last program left are freed a little later; let nobody else pay for them.
            if group.used_bytes() < memory_bytes // 4:
                with self._lock:
                    self._free[memory_bytes, processes].append(group)

    def _take(self, memory_bytes: int, processes: int) -> Group:
        with self._lock:
            if self._pid != os.getpid():  # a forked child must not share groups with its parent
                self._renew()
            free = self._free.setdefault((memory_bytes, processes), deque())
            if free and free[0].idle():
                return free.popleft()
            group = Group(self._hierarchy, str(len(self._all)), memory_bytes, processes)
            self._all.append(group)
            return group

    def close(self) -> None:
        """Remove all groups."""
        if self._pid != os.getpid():
            return
        with self._lock:
            groups, self._all, self._free = self._all, [], {}
        for group in groups:
            group.remove()
        for folder in self._hierarchy.folders:
            _remove(folder)


@cache
def open_pool(root: Path = Path("/sys/fs/cgroup"), own: Path = Path("/proc/self/cgroup")) -> Pool | None:
    """Return this process's pool, or None if it may not make groups with both controllers."""
    for bases in (_version_1(root, own), _version_2(root, own)):
        if bases is not None:
            with suppress(OSError):
                return Pool(bases)
    return None


def _version_1(root: Path, own: Path) -> Bases | None:
    lines = [line.split(":", 2) for line in own.read_text().splitlines()]
    paths = {name: path for _, names, path in lines for name in names.split(",")}
    bases = []
    for controller in ("memory", "pids", "cpuacct"):
        inside = root / controller / paths.get(controller, "/").lstrip("/")
        # In a container the path may be the host's, which is not visible; the mount's top is ours then.
        bases.append(inside if inside.is_dir() else root / controller)
    usable = (bases[0] / "memory.usage_in_bytes").exists() and (bases[1] / "cgroup.procs").exists()
    counted = bases[2] if (bases[2] / "cpuacct.usage").exists() and os.access(bases[2], os.W_OK) else None
    return Bases(1, bases[0], bases[1], counted) if usable else None


def _version_2(root: Path, own: Path) -> Bases | None:
    line = next((line for line in own.read_text().splitlines() if line.startswith("0::")), None)
    if line is None:
        return None
    inside = root / line[3:].lstrip("/")
    for folder in (inside, *inside.parents):
        if not folder.is_relative_to(root):
            break
        control = folder / "cgroup.subtree_control"
        if not control.is_file() or not os.access(folder, os.W_OK):
            continue
        if {"memory", "pids"} <= set(control.read_text().split()):
            return Bases(2, folder, folder, folder)
    return None


def _sweep(base: Path) -> None:
    """Remove what a process that was killed left behind, and end what still runs there.

    What lies deepest goes first: whatever ran in a group of such a process may have made groups of its own.
    """
    for folder in base.iterdir():
        match = _OWN.match(folder.name)
        if match and not os.path.exists(f"/proc/{match[1]}"):
            with suppress(OSError):
                for place, _, _ in os.walk(folder, topdown=False):
                    kill_all(Path(place))
                    _remove(Path(place))


def kill_all(folder: Path) -> None:
    """Kill every process of a group until none is left; give up after a few seconds."""
    deadline = time.monotonic() + _KILL_S
    while (pids := (folder / "cgroup.procs").read_bytes().split()) and time.monotonic() < deadline:
        for pid in pids:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(int(pid), signal.SIGKILL)
        time.sleep(0.002)


def _remove(folder: Path) -> None:
    deadline = time.monotonic() + _REMOVE_S
    while True:
        try:
            folder.rmdir()
            return
        except FileNotFoundError:
            return
        except OSError:
            if time.monotonic() > deadline:
                return
            time.sleep(0.01)


def _write(path: Path, text: str) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CLOEXEC)
    try:
        os.write(handle, text.encode())
    finally:
        os.close(handle)
