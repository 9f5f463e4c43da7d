"""What this machine is, and what a profile plans on it, in one line: before hours are spent, and atop a run's log."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from lambda_package.profiles import in_words
from lambda_package.settings import RunSettings
from sigil_common.compute import FAST_BF16_CAPABILITY, cpu_class, cpu_flags, has_fast_bf16
from sigil_common.errors import InputError
from sigil_common.gpu import first_gpu
from sigil_common.settings_file import read_mapping


def describe(settings: RunSettings) -> str:
    """Return cores, instruction set or GPU, whether bfloat16 is fast, and the minutes that the settings plan."""
    return "; ".join(part for part in (_device(), _plan(settings)) if part)


def _device() -> str:
    cores = len(os.sched_getaffinity(0))
    instructions = cpu_class(cpu_flags(), os.environ)
    parts = [f"{cores} {'core' if cores == 1 else 'cores'} ({instructions})"]
    gpu = first_gpu()
    if gpu is None:
        return ", ".join([*parts, _number_type(has_fast_bf16(instructions))])
    if gpu.capability is None:
        return ", ".join([*parts, in_words(gpu)])
    parts.append(f"{in_words(gpu)} (sm_{gpu.capability[0]}{gpu.capability[1]})")
    return ", ".join([*parts, _number_type(gpu.capability >= FAST_BF16_CAPABILITY)])


def _number_type(fast: bool) -> str:
    return "bfloat16 is fast" if fast else "float32, as bfloat16 is slow here"


def _plan(settings: RunSettings) -> str:
    training = _training_minutes(settings)
    own = "" if training is None else f"the training {training:g}"
    if settings.planned_minutes is None:
        return f"planned minutes: {own}" if own else ""
    return f"planned minutes: {settings.planned_minutes:g} in all" + (f", {own}" if own else "")


def _training_minutes(settings: RunSettings) -> float | None:
    """Return `train.planned_minutes` of the training's own settings; None where nobody planned, or no file is there."""
    prefix = "train.planned_minutes="
    given = [word.removeprefix(prefix) for word in settings.train.set if word.startswith(prefix)]
    try:
        train: Any = read_mapping(Path(settings.train.config))[0].get("train")
    except InputError:
        return None
    value = given[-1] if given else train.get("planned_minutes") if isinstance(train, dict) else None
    try:
        return None if value is None else float(value)
    except (TypeError, ValueError):
        return None
