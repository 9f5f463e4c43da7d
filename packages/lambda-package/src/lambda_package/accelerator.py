"""What torch itself says of the GPU: nvidia-smi may list one that this build of torch cannot use."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path

from sigil_common import proc
from sigil_common.errors import SigilError

_ASK_S = 300.0
# In a process of its own: what has spoken to the driver cannot be forked, and the import takes seconds.
_PROBE = """
import json, warnings
with warnings.catch_warnings(record=True) as told:
    warnings.simplefilter("always")
    import torch
    found = {"version": torch.__version__, "build": torch.version.cuda, "available": torch.cuda.is_available()}
    found["driver"] = getattr(torch._C, "_cuda_getDriverVersion", int)()
    try:
        if found["available"]:
            found["gpu"] = "%s, sm_%d%d" % (torch.cuda.get_device_name(), *torch.cuda.get_device_capability())
            (torch.ones(9, device="cuda", dtype=torch.bfloat16) * 2).sum().item()
    except Exception as error:
        found["trouble"] = str(error)
    found.setdefault("trouble", " ".join(str(one.message) for one in told))
print(json.dumps(found))
"""


@dataclass(frozen=True)
class Seen:
    """torch's version, the CUDA that it is built for (None: none), that of the driver, and the GPU that it computed on.

    `trouble` is what it said of a GPU that it cannot use.
    """

    version: str
    build: str | None
    driver: int
    available: bool
    gpu: str = ""
    trouble: str = ""

    def __str__(self) -> str:
        return f"torch {self.version}, CUDA {self.build}, computes on {self.gpu}"


def ask_torch(python: Path | None = None) -> Seen | None:
    """Return what torch sees in this environment, or in that of another `python`; None where it cannot be imported."""
    try:
        found = proc.run([str(python or sys.executable), "-c", _PROBE], timeout=_ASK_S)
        return Seen(**json.loads(found.stdout)) if found.ok else None
    except (SigilError, ValueError, TypeError):
        return None


def fault(seen: Seen | None, place: str = ".venv") -> tuple[str, str] | None:
    """Return what keeps torch from using the GPU, and what to do about it; None if nothing does.

    `place` is the environment that it is of.
    """
    if seen is None:
        return "torch cannot be imported", "bash eval_setup.sh"
    if seen.build is None:
        return f"torch {seen.version} is built without CUDA", f"rm -r {place}, and run bash eval_setup.sh"
    wanted = int(seen.build.partition(".")[0])
    if 0 < seen.driver < wanted * 1000:
        offered = f"{seen.driver // 1000}.{seen.driver % 1000 // 10}"
        found = f"the driver offers CUDA {offered}, torch {seen.version} is built for {seen.build}"
        return found, f"install a driver with CUDA {wanted}{' (580 or newer)' if wanted == 13 else ''}, and reboot"
    if not seen.available:
        return f"torch {seen.version} finds no GPU: {seen.trouble[:200] or 'it does not say why'}", "nvidia-smi"
    if seen.gpu and seen.trouble:
        return f"torch {seen.version} cannot compute on {seen.gpu}: {seen.trouble[:200]}", "nvidia-smi"
    return None
