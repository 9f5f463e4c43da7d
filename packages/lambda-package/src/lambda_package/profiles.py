"""Which profile suits this machine, and where its settings are."""

from __future__ import annotations

import os
from pathlib import Path

from sigil_common.errors import InputError
from sigil_common.gpu import SHOWN, Gpu, first_gpu

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
    gpu = first_gpu()
    if gpu is None or gpu.memory_mib is None:
        return "local", in_words(gpu)
    if gpu.memory_mib < H100_MEMORY_MIB:
        return "local", f"the GPU has {gpu.memory_mib:,} MiB, the h100 profile needs {H100_MEMORY_MIB:,}"
    return "h100", in_words(gpu)


def in_words(gpu: Gpu | None) -> str:
    """Return how the GPU that programs get is called, by its memory, and what stands for it where there is none."""
    if gpu is None:
        shown = os.environ.get(SHOWN)
        return "no CUDA GPU found" + ("" if shown is None else f" ({SHOWN} is {shown!r})")
    if gpu.memory_mib is None:
        return "a CUDA GPU whose memory the driver does not tell"
    return f"a CUDA GPU with {gpu.memory_mib:,} MiB"
