"""What this machine has, asked without torch; and a GPU that torch does not see."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Any, Literal

from sigil_common.errors import MissingError
from sigil_common.gpu import SHOWN, first_gpu, hides_all, listed_gpus

DRIVER = Path("/proc/driver/nvidia/version")


def use_cpu() -> None:
    """Hide GPUs from torch, which must not have looked for them yet."""
    os.environ[SHOWN] = ""


def device_bytes() -> tuple[Literal["cuda", "cpu"], int]:
    """Return what a model would be trained on here, and the memory that it has."""
    gpu = first_gpu()
    if gpu is not None and gpu.memory_mib is not None:
        return "cuda", gpu.memory_mib << 20
    return "cpu", os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def cpu_name(cpuinfo: Path = Path("/proc/cpuinfo")) -> str:
    """Return what Linux calls the first CPU; `cpu` where it does not tell."""
    try:
        lines = cpuinfo.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return "cpu"
    line = next((line for line in lines if line.startswith("model name")), "")
    return line.partition(":")[2].strip() or "cpu"


def check_gpu_is_seen(cuda: Any) -> None:
    """Raise `MissingError` with the driver's words where there is a GPU and `cuda`, torch's module, sees none.

    A run that goes on would take a hundred times as long on the CPU, and cost the same.
    """
    if cuda.is_available() or hides_all() or not (DRIVER.exists() or listed_gpus()):
        return
    raise MissingError(
        "this machine has an NVIDIA GPU, and torch sees none",
        cause=_words(cuda),
        hint="repair the driver or install a torch for it; --device cpu trains on the CPU all the same",
    )


def _words(cuda: Any) -> str:
    try:
        cuda.init()
    except (RuntimeError, AssertionError) as error:
        return str(error).partition("\n")[0]
    try:
        done = subprocess.run(["nvidia-smi"], capture_output=True, text=True, check=False)
        return ((done.stderr or done.stdout).strip().splitlines() or ["nvidia-smi says nothing"])[0]
    except OSError as error:
        return str(error)
