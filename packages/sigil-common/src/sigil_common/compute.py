"""Which number type a model computes in on this machine: one rule for trainer and sampler.

bfloat16 is the better choice only where the device multiplies it fast. A CPU without instructions for it
takes six times as long as in float32 (measured with two AVX2 cores: 7 against 46 GFLOP/s), and so do CUDA
GPUs before compute capability 8.0. torch is not asked: what it reports of a CPU leaves out how its libraries
are limited by environment variables, which is also how a lesser machine is imitated.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

LIBRARIES = {
    # Threads that spin while they wait take the cores from the threads that they wait for as soon as anything else
    # runs: measured ten times slower on two busy cores.
    "OMP_WAIT_POLICY": "PASSIVE",
    "TOKENIZERS_PARALLELISM": "true",
    "TQDM_DISABLE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "TRANSFORMERS_VERBOSITY": "error",
}
"""What torch, transformers and their neighbours read from the environment when they are imported."""

NumberType = Literal["bfloat16", "float16", "float32"]
FAST_BF16_CAPABILITY = (8, 0)

# From the slowest to the fastest: the name, and the flags of /proc/cpuinfo that it takes.
_CPU_CLASSES: tuple[tuple[str, frozenset[str]], ...] = (
    ("generic", frozenset()),
    ("avx2", frozenset({"avx2", "fma"})),
    ("avx512", frozenset({"avx512f", "avx512bw", "avx512vl", "avx512dq"})),
    ("avx512_bf16", frozenset({"avx512_bf16"})),
    ("amx_bf16", frozenset({"amx_bf16"})),
)
_ORDER = tuple(name for name, _ in _CPU_CLASSES)
_FAST_BF16_CPUS = ("avx512_bf16", "amx_bf16")
# The highest class that a value of these variables leaves; values that are not listed limit nothing.
_LIMITS: dict[str, dict[str, str]] = {
    "ATEN_CPU_CAPABILITY": {"default": "generic", "avx2": "avx2"},
    "ONEDNN_MAX_CPU_ISA": {
        "SSE41": "generic",
        "AVX": "generic",
        "AVX2": "avx2",
        "AVX2_VNNI": "avx2",
        "AVX2_VNNI_2": "avx2",
        "AVX512_CORE": "avx512",
        "AVX512_CORE_VNNI": "avx512",
        "AVX512_CORE_BF16": "avx512_bf16",
        "AVX512_CORE_FP16": "avx512_bf16",
    },
}
_LIMITS["DNNL_MAX_CPU_ISA"] = _LIMITS["ONEDNN_MAX_CPU_ISA"]  # its former name, which oneDNN still reads


def set_up_libraries() -> None:
    """Set what the libraries read when they are imported, where the user has not."""
    for name, value in LIBRARIES.items():
        os.environ.setdefault(name, value)


@dataclass(frozen=True)
class Compute:
    """What a model computes with: `cuda` or `cpu`, its instructions (`sm_90`, `avx2`) and the number type."""

    device: str
    instructions: str
    dtype: NumberType

    def __str__(self) -> str:
        return f"{self.dtype} on {self.device} ({self.instructions})"

    def to_row(self) -> dict[str, str]:
        """Return the form in which manifests and checkpoints keep it."""
        return {"device": self.device, "instructions": self.instructions, "dtype": self.dtype}


class Cuda(Protocol):
    """What is asked of `torch.cuda`, which this package does not import."""

    def is_available(self) -> bool:
        """Tell whether there is a CUDA device."""

    def get_device_capability(self) -> tuple[int, int]:
        """Return the compute capability of the current device, such as (9, 0)."""


def choose_compute(wanted: NumberType | Literal["auto"], cuda: Cuda) -> Compute:
    """Return what to compute with, on the GPU where there is one; `auto` is bfloat16 where it is fast, else float32."""
    if cuda.is_available():
        capability = cuda.get_device_capability()
        device, instructions = "cuda", f"sm_{capability[0]}{capability[1]}"
        fast = capability >= FAST_BF16_CAPABILITY
    else:
        device, instructions = "cpu", cpu_class(cpu_flags(), os.environ)
        fast = has_fast_bf16(instructions)
    if wanted != "auto":
        return Compute(device, instructions, wanted)
    return Compute(device, instructions, "bfloat16" if fast else "float32")


def has_fast_bf16(cpu: str) -> bool:
    """Tell whether CPUs of a class, as `cpu_class` names it, multiply bfloat16 fast."""
    return cpu in _FAST_BF16_CPUS


def cpu_class(flags: frozenset[str], environment: Mapping[str, str]) -> str:
    """Return the class of a CPU with these flags, no higher than the environment lets torch and oneDNN go.

    A class takes the flags of all those below it, so that a machine with a gap counts as the lower one.
    """
    found = 0
    while found + 1 < len(_CPU_CLASSES) and _CPU_CLASSES[found + 1][1] <= flags:
        found += 1
    for variable, limits in _LIMITS.items():
        value = environment.get(variable, "")
        limit = limits.get(value if variable == "ATEN_CPU_CAPABILITY" else value.upper())
        if limit is not None:
            found = min(found, _ORDER.index(limit))
    return _ORDER[found]


def cpu_flags(cpuinfo: Path = Path("/proc/cpuinfo")) -> frozenset[str]:
    """Return the flags that Linux lists of the first CPU; none where it does not tell."""
    try:
        lines = cpuinfo.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return frozenset()
    line = next((line for line in lines if line.startswith("flags")), "")
    return frozenset(line.partition(":")[2].split())
