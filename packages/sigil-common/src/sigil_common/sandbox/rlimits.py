"""Resource limits of one run, as `setrlimit(2)` knows them.

They bound single processes. What a whole sandbox may use together is bounded by control groups where
there are any (`cgroups`).
"""

from __future__ import annotations

import math
import resource
from collections.abc import Mapping

from sigil_common.sandbox.spec import MIB, SandboxSpec

_STACK_BYTES = 8 * MIB
_OPEN_FILES = {"toolchain": 1024, "minimal": 64}


def of(spec: SandboxSpec, *, memory: bool, processes: bool, cpu_spare: float = 1.0) -> dict[int, int]:
    """Return the limits of `spec`, the same number for soft and hard; `memory`, `processes`: these two as well.

    A program that cannot make files writes to its output only, so that limit becomes its file limit and
    the kernel stops it at the very byte. `RLIMIT_AS` counts address space, not memory in use, and
    `RLIMIT_NPROC` counts all processes of the user: both are for want of a control group. Where such a group counts
    CPU time to the nanosecond, `RLIMIT_CPU`, which counts ticks, is `cpu_spare` times what is allowed.
    """
    limits = spec.limits
    chosen = {
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_FSIZE: limits.file_bytes if can_write(spec) else limits.output_bytes + 1,
        resource.RLIMIT_NOFILE: _at_most_ours(resource.RLIMIT_NOFILE, _OPEN_FILES[spec.system]),
        resource.RLIMIT_STACK: _at_most_ours(resource.RLIMIT_STACK, _STACK_BYTES),
    }
    if limits.cpu_s is not None:
        chosen[resource.RLIMIT_CPU] = max(1, math.ceil(cpu_spare * limits.cpu_s))
    if memory:
        chosen[resource.RLIMIT_AS] = _at_most_ours(resource.RLIMIT_AS, limits.memory_bytes)
    if processes:
        chosen[resource.RLIMIT_NPROC] = _at_most_ours(resource.RLIMIT_NPROC, limits.processes)
    return chosen


def can_write(spec: SandboxSpec) -> bool:
    """Whether the program can make files at all."""
    return spec.limits.scratch_bytes > 0 or any(mount.writable for mount in spec.mounts)


def apply(pid: int, chosen: Mapping[int, int]) -> None:
    """Set limits of a process that waits to be let go; SIGXCPU comes a second before SIGKILL."""
    for kind, value in chosen.items():
        spare = 1 if kind == resource.RLIMIT_CPU else 0
        resource.prlimit(pid, kind, (value, value + spare))


def _at_most_ours(kind: int, wanted: int) -> int:
    ours = resource.getrlimit(kind)[1]
    return wanted if ours == resource.RLIM_INFINITY else min(wanted, ours)
