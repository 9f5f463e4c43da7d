"""A model cut up over the processes of a run, with torch's own FSDP2 or DeepSpeed's ZeRO-3 (zero.py, parted.py).

A launcher asks for it (`configs/accelerate/fsdp2-8.yml`, `zero3-8.yml`). Each process holds a part of every weight,
gradient and moment, and has a layer whole only while it computes with it. accelerate would do the same, but FSDP2 not
without GPUs, and its checkpoints are others than ours; so it is not told, and each process cuts up its own copy of the
model, which therefore must fit into its memory once, while it is loaded.

Checkpoints are those of any run: parts are put together when they are written, and a run goes on with another number of
processes, or with one alone.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from importlib import metadata
from typing import TYPE_CHECKING, Any, Literal

from sigil_common.errors import InputError
from sigilderg_finetuner.settings import Settings
from sigilderg_finetuner.training import zero

if TYPE_CHECKING:
    import torch

_ASKED = "ACCELERATE_USE_FSDP"
_ASKED_DEEPSPEED = "ACCELERATE_USE_DEEPSPEED"
_UNCUT = "use configs/accelerate/ddp-*.yml or --nproc"
_OPTIMIZERS = ("adamw", "adamw_torch", "adamw_torch_fused", "sgd", "adagrad", "rmsprop")  # torch's own know parts


def _is_set(variable: str) -> bool:
    return os.environ.get(variable, "false").lower() in ("true", "1")


Kind = Literal["fsdp2", "zero3"]


def launcher_asks() -> str | None:
    """Return which program the launcher asks to cut the model up, if any."""
    if _is_set(_ASKED_DEEPSPEED):
        return "DeepSpeed"
    return "FSDP" if _is_set(_ASKED) else None


def asked_for(settings: Settings) -> Kind | None:
    """Return which parts the launcher asks for, if any; raise `InputError` for what cannot be cut up.

    accelerate is not told of it afterwards.
    """
    program = launcher_asks()
    if program == "DeepSpeed":
        reason = _why_not(settings) or zero.why_not(settings)
        if reason is not None:
            raise InputError(f"the launcher asks for DeepSpeed: {reason}", hint=_UNCUT)
        zero.tuning()
        zero.check_installed()
        os.environ[_ASKED_DEEPSPEED] = "false"
        return "zero3"
    if program is None:
        return None
    reason = _why_not_fsdp(settings)
    if reason is not None:
        raise InputError(f"the launcher asks for FSDP: {reason}", hint=_UNCUT)
    os.environ[_ASKED] = "false"
    return "fsdp2"


def versions(kind: Kind | None) -> dict[str, str]:
    """Return the version of what cuts up, where it is not torch."""
    return {"deepspeed": metadata.version("deepspeed")} if kind == "zero3" else {}


def _why_not_fsdp(settings: Settings) -> str | None:
    if os.environ.get("FSDP_VERSION", "1") != "2":
        return "its first version is not known here, the second one is (`fsdp_version: 2`)"
    if settings.train.optimizer not in _OPTIMIZERS:
        return f"`train.optimizer: {settings.train.optimizer}` does not know parts of weights"
    return _why_not(settings)


def _why_not(settings: Settings) -> str | None:
    if settings.quantization in ("nf4", "int8"):
        return f"weights in `quantization: {settings.quantization}` cannot be cut up"
    odd = [name for name in ("average_last", "kl_to_base", "compile") if getattr(settings.train, name)]
    return f"`train.{odd[0]}` was not tried on parts" if odd else None


def cut(objective: torch.nn.Module, layers: Iterable[torch.nn.Module], device: str, processes: int) -> None:
    """Cut every layer up, and what is left around them; the processes must know each other already."""
    from torch.distributed.device_mesh import init_device_mesh
    from torch.distributed.fsdp import fully_shard

    mesh = init_device_mesh(device, (processes,))
    for layer in layers:
        fully_shard(layer, mesh=mesh)
    fully_shard(objective, mesh=mesh)


def whole(value: Any) -> Any:
    """Return a value with every tensor in it put together; all processes must ask for the same one at the same time."""
    if isinstance(value, dict):
        return {key: whole(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(whole(inner) for inner in value)
    return _together(value) if _is_part(value) else value


def gradient(parameter: torch.nn.Parameter) -> Any:
    """Return a parameter's gradient, put together, or None; all processes must ask for it at the same time."""
    if not hasattr(parameter, "ds_id"):
        return whole(parameter.grad)
    from deepspeed.utils import safe_get_full_grad

    return safe_get_full_grad(parameter)


def _is_part(value: Any) -> bool:
    """Tell a part of FSDP2's or of DeepSpeed's."""
    return hasattr(value, "full_tensor") or hasattr(value, "ds_id")


def _together(value: Any) -> Any:
    if hasattr(value, "full_tensor"):
        return value.detach().full_tensor()
    from deepspeed.utils import safe_get_full_fp32_param

    return safe_get_full_fp32_param(value)


def kept(value: Any, *, first: bool) -> Any:
    """Return a value with every tensor in it put together on the CPU of the first process, and None in the others.

    One tensor is whole on a device at a time. All processes must ask for the same value at the same time.
    """
    if isinstance(value, dict):
        return {key: kept(inner, first=first) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(kept(inner, first=first) for inner in value)
    if not _is_part(value):
        return value
    together = _together(value)
    return together.cpu() if first else None


def are_in(optimizer: torch.optim.Optimizer) -> bool:
    """Tell whether an optimizer's parameters are parts."""
    return hasattr(optimizer, "in_parts") or any(
        hasattr(one, "full_tensor") for group in optimizer.param_groups for one in group["params"]
    )


def cut_state(state: dict[str, Any], optimizer: torch.optim.Optimizer) -> dict[str, Any]:
    """Return an optimizer's whole state, read on the CPU, with the parts of its moments that this process holds.

    No device ever has more than these. One that takes its parts itself gets all.
    """
    if hasattr(optimizer, "in_parts"):
        return state
    parameters = [one for group in optimizer.param_groups for one in group["params"]]
    moments = {
        number: {name: _part_of(value, parameters[number]) for name, value in one.items()}
        for number, one in state["state"].items()
    }
    return state | {"state": moments}


def _part_of(value: Any, parameter: Any) -> Any:
    """Return this process's part of a value that is cut up as a parameter is, by its first dimension."""
    from torch.distributed.tensor import DTensor

    if not isinstance(parameter, DTensor) or getattr(value, "shape", None) != parameter.shape:
        return value
    mesh = parameter.device_mesh
    parts, number = value.chunk(mesh.size()), mesh.get_local_rank()
    own = parts[number] if number < len(parts) else value[:0]
    here = own.to(parameter.to_local().device, copy=True)
    return DTensor.from_local(
        here, mesh, parameter.placements, run_check=False, shape=parameter.shape, stride=parameter.stride()
    )
