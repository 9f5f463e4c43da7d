"""Which profile suits this machine, and where its settings are."""

from __future__ import annotations

import logging
import shutil
from pathlib import Path

from sigil_common import proc
from sigil_common.errors import InputError, SigilError

log = logging.getLogger(__name__)

H100_MEMORY_MIB = 40_000
CONFIG_PATTERN = "eval-{}.yml"


def pick(profile: str | None, config: Path | None, configs: Path) -> tuple[str, Path, str]:
    """Return a run's name, its settings file and why it is that one: by file, else by name, else by the machine."""
    if config is not None:
        return config.stem.removeprefix("eval-"), config, "by its file"
    name, why = (profile, "asked for") if profile is not None else choose_profile()
    return name, profile_config(name, configs), why


def profile_config(name: str, configs: Path) -> Path:
    """Return the settings file of profile `name`; raise `InputError` that lists those there are."""
    path = configs / CONFIG_PATTERN.format(name)
    if not path.is_file():
        known = sorted(found.stem.removeprefix("eval-") for found in configs.glob(CONFIG_PATTERN.format("*")))
        shown = ", ".join(known) or f"none (is {configs} the right directory?)"
        raise InputError(f"unknown profile `{name}`", cause=f"no such file: {path}", hint=f"profiles: {shown}")
    return path


def choose_profile() -> tuple[str, str]:
    """Return the profile for this machine and the reason, in one line."""
    memory = gpu_memory_mib()
    if memory is None:
        return "local", "no CUDA GPU found"
    if memory < H100_MEMORY_MIB:
        return "local", f"the GPU has {memory:,} MiB, the h100 profile needs {H100_MEMORY_MIB:,}"
    return "h100", f"a CUDA GPU with {memory:,} MiB"


def gpu_memory_mib() -> int | None:
    """Return the memory of the largest CUDA GPU in MiB, or `None` without a working driver."""
    if shutil.which("nvidia-smi") is None:
        return None
    try:
        found = proc.run(["nvidia-smi", "--query-gpu=memory.total", "--format=csv,noheader,nounits"], timeout=20)
    except SigilError:
        return None
    sizes = [int(line) for line in found.stdout.split() if line.isdigit()]
    if not found.ok or not sizes:
        log.warning("nvidia-smi is installed but lists no GPU: %s", found.stderr.strip() or found.stdout.strip())
        return None
    return max(sizes)
