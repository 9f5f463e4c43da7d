"""Which GPU programs get here, asked of NVIDIA's driver: one answer for all that choose, plan and check by it.

Programs compute on the first GPU that CUDA shows. CUDA_VISIBLE_DEVICES is read as the CUDA programming guide says
("CUDA Environment Variables"): numbers, or beginnings of UUIDs that only one GPU has, in that order and up to the first
that names none. A GPU that is named twice leaves none: the guide does not say so, torch's `cuda.device_count` does.

Numbers count in CUDA's own order. With CUDA_DEVICE_ORDER=PCI_BUS_ID that is nvidia-smi's; else it is the fastest first,
by "a simple heuristic" of which the guide says no more. Here that is higher compute capability, then more memory, then
nvidia-smi's order: an approximation, which may take one GPU for another where they are of different kinds.

The driver does not list the parts of a GPU (MIG): of what a program gets there, nothing is known here.
"""

from __future__ import annotations

import functools
import logging
import os
import re
import shutil
from dataclasses import dataclass

from sigil_common import proc
from sigil_common.errors import SigilError

log = logging.getLogger(__name__)

SHOWN = "CUDA_VISIBLE_DEVICES"
_ASKED = "--query-gpu=name,memory.total,compute_cap,driver_version,uuid"
_QUERY = ["nvidia-smi", _ASKED, "--format=csv,noheader,nounits"]
_ASK_S = 30.0
# A name may hold commas; what the driver does not tell stands in brackets, such as [N/A].
_ROW = re.compile(r"(.+), *([0-9]{1,9}|\[[^,]*\]), *([0-9]{1,3}\.[0-9]{1,3}|\[[^,]*\]), *([^,]+), *([^,]+)")


@dataclass(frozen=True)
class Gpu:
    """A GPU in its driver's words; memory in MiB and compute capability are None where the driver does not tell."""

    name: str
    memory_mib: int | None
    capability: tuple[int, int] | None
    driver: str
    uuid: str


def listed_gpus() -> list[Gpu]:
    """Return all GPUs in the driver's order, hidden ones too; what an installed driver lacks is logged, once."""
    if shutil.which(_QUERY[0]) is None:
        return []
    try:
        found = proc.run(_QUERY, timeout=_ASK_S)
    except SigilError as error:
        _warn_once(f"nvidia-smi is installed but lists no GPU: {error.cause}")
        return []
    gpus = [gpu for gpu in map(_read, found.stdout.splitlines()) if gpu is not None] if found.ok else []
    if not gpus:
        said = found.stderr.strip() or found.stdout.strip() or "it says nothing"
        said = f"it did not answer within {_ASK_S:g} s" if found.timed_out else said
        _warn_once(f"nvidia-smi is installed but lists no GPU: {said}")
    return gpus


def visible_gpus() -> list[Gpu]:
    """Return the GPUs that programs get, in CUDA's order; none where CUDA_VISIBLE_DEVICES hides or none is known."""
    if hides_all() or not (gpus := listed_gpus()):
        return []
    if os.environ.get("CUDA_DEVICE_ORDER") != "PCI_BUS_ID":
        gpus.sort(key=lambda gpu: (gpu.capability or (0, 0), gpu.memory_mib or 0), reverse=True)
    if SHOWN not in os.environ:
        return gpus
    found: list[Gpu] = []
    for word in os.environ[SHOWN].split(","):
        gpu = _named(word.strip(), gpus)
        if gpu is None:
            break
        if any(gpu is one for one in found):
            found.clear()
            break
        found.append(gpu)
    if not found:
        _warn_once(f"{SHOWN} is {os.environ[SHOWN]!r}, which leaves none of the GPUs that nvidia-smi lists")
    return found


def first_gpu() -> Gpu | None:
    """Return the GPU that programs compute on, None where there is none or it is not known."""
    return next(iter(visible_gpus()), None)


def hides_all() -> bool:
    """Tell whether CUDA_VISIBLE_DEVICES hides all GPUs on purpose: it is set, and begins with nothing or with -1."""
    return re.match(r"\s*(-|,|$)", os.environ.get(SHOWN, "0")) is not None


def _named(word: str, gpus: list[Gpu]) -> Gpu | None:
    if word.startswith("GPU-"):
        found = [gpu for gpu in gpus if gpu.uuid.startswith(word)]
        return found[0] if len(found) == 1 else None
    number = re.match(r"\+?([0-9]{1,9})", word)  # what stands behind the digits is passed over, as CUDA does
    return gpus[int(number[1])] if number and int(number[1]) < len(gpus) else None


def _read(line: str) -> Gpu | None:
    row = _ROW.fullmatch(line.strip())
    if row is None:
        return None
    name, memory, capability, driver, uuid = row.groups()
    major, _, minor = capability.partition(".")
    pair = None if capability.startswith("[") else (int(major), int(minor))
    return Gpu(name, None if memory.startswith("[") else int(memory), pair, driver, uuid)


@functools.cache
def _warn_once(words: str) -> None:
    log.warning("%s", words)
