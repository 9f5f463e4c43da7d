"""What vLLM will compute with, asked of its own environment: our torch, if there is one, may see another GPU or none.

vLLM's `auto` would go by what the model's own files say, which need not be the same of a base and of what was made of
it. So the number type is chosen here, by the rule of all samplers, and told to it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from sigil_common import proc
from sigil_common.compute import NumberType, choose_compute
from sigil_common.errors import SigilError
from sigil_common.gpu import first_gpu

_ASK_S = 300.0
_PROBE = """
import json, torch
found = torch.cuda.is_available()
print(json.dumps([torch.cuda.get_device_name(), *torch.cuda.get_device_capability()] if found else ["", 0, 0]))
"""


@dataclass(frozen=True)
class Gpu:
    """The first GPU that programs get: its name and its compute capability; none has no name."""

    name: str
    capability: tuple[int, int]

    def is_available(self) -> bool:
        """Tell whether there is one."""
        return bool(self.name)

    def get_device_capability(self) -> tuple[int, int]:
        """Return its compute capability."""
        return self.capability


@dataclass(frozen=True)
class Held:
    """The number type that models are held in, and what is recorded: `ran_on` of the device, `gpu` its name."""

    dtype: NumberType
    ran_on: dict[str, str]
    gpu: str | None = None


def held_by(command: Path, wanted: NumberType | Literal["auto"]) -> Held:
    """Return what vLLM's command computes with; where nothing tells of a GPU, what most of them take."""
    gpu = next(_asked(command), None)
    if gpu is None:
        dtype: NumberType = "bfloat16" if wanted == "auto" else wanted
        return Held(dtype, {"device": "server", "dtype": dtype})
    compute = choose_compute(wanted, gpu)
    return Held(compute.dtype, compute.to_row(), gpu.name or None)


def _asked(command: Path) -> Iterator[Gpu]:
    """Yield what the torch beside the command says, and what the driver does."""
    with suppress(SigilError, OSError, ValueError, TypeError):
        found = proc.run([str(command.parent / "python"), "-I", "-c", _PROBE], timeout=_ASK_S)
        name, major, minor = json.loads(found.stdout)
        yield Gpu(str(name), (int(major), int(minor)))
    gpu = first_gpu()
    if gpu is not None and gpu.capability is not None:
        yield Gpu(gpu.name, gpu.capability)
