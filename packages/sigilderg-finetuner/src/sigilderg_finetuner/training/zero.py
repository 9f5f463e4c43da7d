"""What a launcher asks of DeepSpeed, and what of it can be had: ZeRO's third stage; needs no torch.

`accelerate launch` puts it into the environment (`configs/accelerate/zero3-8.yml`): a stage, or a file of DeepSpeed's
own settings. Those that say how fast, and with how much memory, are taken. What a run's result follows from (steps,
clipping, number types, optimizer, rate) the training settings alone say, and it is refused here. parted.py cuts up.
"""

from __future__ import annotations

import json
import os
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from sigil_common.errors import InputError, MissingError
from sigilderg_finetuner.settings import Settings

_OPTIMIZERS = ("adamw", "adamw_torch", "adamw_torch_fused", "sgd", "rmsprop")  # each value by itself; state made late
_TUNED = (  # of `zero_optimization`: they move and hold other amounts, and compute the same
    "overlap_comm",
    "contiguous_gradients",
    "reduce_bucket_size",
    "sub_group_size",
    "stage3_prefetch_bucket_size",
    "stage3_param_persistence_threshold",
    "stage3_max_live_parameters",
    "stage3_max_reuse_distance",
)
_DEVICES = ("OFFLOAD_OPTIMIZER_DEVICE", "OFFLOAD_PARAM_DEVICE")


def why_not(settings: Settings) -> str | None:
    """Return what of the settings DeepSpeed cannot cut up, or None."""
    if settings.train.optimizer not in _OPTIMIZERS:
        return f"`train.optimizer: {settings.train.optimizer}` was not tried on its parts"
    if settings.lora is not None and settings.lora.use_dora:
        return "`lora.use_dora` looks at whole weights of the base"
    return None


def check_installed() -> None:
    """Raise `MissingError` where there is no DeepSpeed."""
    if find_spec("deepspeed") is None:
        raise MissingError(
            "the launcher asks for DeepSpeed, which is not installed",
            hint="pip install 'sigilderg-finetuner[deepspeed]', or configs/accelerate/fsdp2-8.yml, which needs nothing",
        )


def tuning() -> dict[str, int | bool]:
    """Return what the launcher says of speed and memory; raise `InputError` for anything that cannot be had."""
    for device in _DEVICES:
        if _told(device, "none") != "none":
            raise _refusal(f"{device.lower()} is {_told(device, 'none')}: nothing is moved off the GPUs")
    path = _told("CONFIG_FILE", "none")
    if path != "none":
        return _of_file(Path(path))
    _check_stage(_told("ZERO_STAGE", "2"))
    return {}


def _told(name: str, default: str) -> str:
    found = os.environ.get(f"ACCELERATE_DEEPSPEED_{name}", "")
    return default if found in ("", "None", "none") else found


def _of_file(path: Path) -> dict[str, int | bool]:
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise _refusal(f"{path} cannot be read: {error}") from None
    if not isinstance(kept, dict) or not isinstance(zero := kept.get("zero_optimization", {}), dict):
        raise _refusal(f"{path} is not a mapping of DeepSpeed's settings")
    _check_stage(zero.get("stage", 0))
    odd = [key for key, value in kept.items() if key != "zero_optimization" and not _is_open(value)]
    odd += [
        f"zero_optimization.{key}" for key, value in zero.items() if key not in ("stage", *_TUNED) and value != "auto"
    ]
    if odd:
        raise _refusal(f"{path} sets `{odd[0]}`; the training settings say how a model learns")
    found = {key: zero[key] for key in _TUNED if zero.get(key, "auto") != "auto"}
    wrong = [key for key, value in found.items() if not isinstance(value, int) or value < 0]
    if wrong:
        raise _refusal(f"{path}: `zero_optimization.{wrong[0]}` must be a whole number or a truth value")
    return found


def _is_open(value: Any) -> bool:
    """Tell what is left to the training settings, or switched off."""
    return value == "auto" or (isinstance(value, dict) and value.get("enabled") in ("auto", False))


def _check_stage(stage: Any) -> None:
    if str(stage) != "3":
        raise _refusal(f"its stage {stage} is not known here, the third one is (`zero_stage: 3`)")


def _refusal(reason: str) -> InputError:
    return InputError(
        f"the launcher asks for DeepSpeed: {reason}", hint="configs/accelerate/zero3-8.yml is known to run"
    )
