"""The optimizer of the adapter's weights, and the course of the learning rate."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from sigilderg_finetuner.settings import TrainSettings
from sigilderg_finetuner.training.model import adapter_parameters

if TYPE_CHECKING:
    import torch


def make_optimizer(model: Any, settings: TrainSettings) -> torch.optim.Optimizer:
    """Return the optimizer of the adapter's weights."""
    import torch

    parameters = list(adapter_parameters(model).values())
    options: dict[str, Any] = {
        "lr": settings.lr,
        "betas": (0.9, settings.adam_beta2),
        "weight_decay": settings.weight_decay,
    }
    if settings.optimizer == "adamw":
        return torch.optim.AdamW(parameters, fused=parameters[0].is_cuda, **options)
    from bitsandbytes.optim.adamw import AdamW8bit, PagedAdamW8bit

    kind: dict[str, Any] = {"adamw_8bit": AdamW8bit, "paged_adamw_8bit": PagedAdamW8bit}
    optimizer: torch.optim.Optimizer = kind[settings.optimizer](parameters, **options)
    return optimizer


def make_rate(optimizer: torch.optim.Optimizer, settings: TrainSettings, *, done: int) -> Any:
    """Return what sets the optimizer's rate before each step, after `done` steps; it has no state of its own."""
    from torch.optim.lr_scheduler import LambdaLR

    for group in optimizer.param_groups:
        group["initial_lr"] = 1.0  # the rate itself is what it is multiplied with
    return LambdaLR(optimizer, lambda step: learning_rate(step + 1, settings), last_epoch=done - 1)


def learning_rate(step: int, settings: TrainSettings) -> float:
    """Return the rate of optimizer step `step`, counted from 1.

    Linear warm-up to `lr` at step `warmup_steps`, then cosine or linear down to `min_lr_ratio * lr` at
    the last step, or constant.
    """
    if step <= settings.warmup_steps:
        return settings.lr * step / settings.warmup_steps
    if settings.scheduler == "constant":
        return settings.lr
    length = max(1, settings.num_steps - settings.warmup_steps)
    done = min(1.0, (step - settings.warmup_steps) / length)
    falling = 0.5 * (1 + math.cos(math.pi * done)) if settings.scheduler == "cosine" else 1 - done
    return settings.lr * (settings.min_lr_ratio + (1 - settings.min_lr_ratio) * falling)
