"""What a run will need, before a machine is rented: memory, hours, and what decides them.

Sizes follow from the model's config.json alone:

    memory             as memory.py estimates it
    work               2 FLOPs per weight and token forward and 2 backward, as the frozen base needs no weight
                       gradients (2 more where all weights are trained, and 2 more with checkpointing, which
                       repeats the forward pass); causal attention
                       over a sample of n tokens 2 n^2 h per layer forward and 4 n^2 h backward; train.kl_to_base
                       adds a forward pass

These are estimates to about a fifth; the run prints what it measures.
"""

from __future__ import annotations

import math
import re
from dataclasses import asdict, dataclass, replace
from typing import Any

from sigil_common.errors import InputError
from sigilderg_finetuner.checks import check_together
from sigilderg_finetuner.data import outlook
from sigilderg_finetuner.data.prepare import duplicates, read_data
from sigilderg_finetuner.settings import Settings
from sigilderg_finetuner.training import continuing, model, runtime
from sigilderg_finetuner.training.fit import fit
from sigilderg_finetuner.training.memory import GIB, memory
from sigilderg_finetuner.training.memory import adapter_weights as adapter_weights
from sigilderg_finetuner.training.shapes import KNOWN_SHAPES as KNOWN_SHAPES
from sigilderg_finetuner.training.shapes import Shape, check_fits, read_shape
from sigilderg_finetuner.training.shapes import shape_of as shape_of

MFU = 0.40  # share of the peak that training of this kind reaches
PEAK_BF16 = {"H100/H200 SXM": 989e12, "A100": 312e12}
_GPU_NAMES = {"H100/H200 SXM": re.compile(r"H[12]00(?!\d)"), "A100": re.compile(r"A100(?!\d)")}


def make_plan(settings: Settings, *, gpu_gib: float | None = None) -> dict[str, Any]:
    """Check settings and data and return the estimate; needs neither torch nor the weights.

    What is `auto` is chosen for a GPU of `gpu_gib`, or for this machine.
    """
    check_together(settings)
    runtime.check_log_backend(settings.misc.log_backend)
    runtime.check_optimizer(settings.train.optimizer)
    model.check_model_name(settings.model_name)
    check_model(settings)
    continuing.check_places(settings)
    chosen = read_data(settings.dataset)
    shape = read_shape(settings.model_name, settings.model_revision)
    settings = fit(settings, room=None if gpu_gib is None else gpu_gib * GIB)
    whole = outlook.tokens_about(chosen)
    outlook.check_budgets(settings, whole)
    settings = _with_steps(settings, whole)
    tokens, train = most_tokens(settings), settings.train
    passes = tokens / whole
    outlook.warn_of_passes(passes)
    times = {name: hours(shape, settings, peak) for name, peak in PEAK_BF16.items()}
    price = train.dollars_per_hour
    return {
        "model": settings.model_name,
        "weights": shape.linear + shape.embeddings,
        "rows": {one.source.name: {"train": len(one.train), "val": len(one.val)} for one in chosen},
        "duplicates": duplicates(chosen),
        "steps": fewest_steps(settings),
        "tokens_at_most": tokens,
        "passes_over_the_data_about": round(passes, 1),
        "quantization": settings.quantization,
        "grad_checkpointing": train.grad_checkpointing,
        "micro_batch_size": train.micro_batch_size,
        "gradient_accumulation": train.gradient_accumulation,
        "memory_gib": {name: round(value / GIB, 2) for name, value in asdict(memory(shape, settings)).items()},
        "hours": {name: round(value, 2) for name, value in times.items()},
        **({} if price is None else {"dollars": {name: round(value * price, 2) for name, value in times.items()}}),
        "assumed_mfu": MFU,
    }


def check_model(settings: Settings) -> None:
    """Raise `InputError` for rows beyond the model's window or an adapter that does not fit it, before it is loaded."""
    rows, lora = settings.train.max_seq_len, settings.lora
    targets, rank = ([], None) if lora is None else (lora.target_modules, lora.r)
    check_fits(settings.model_name, settings.model_revision, max_seq_len=rows, targets=targets, rank=rank)


def _with_steps(settings: Settings, pass_tokens: float) -> Settings:
    """Return the settings with `num_epochs` as tokens, which are an estimate here."""
    train = settings.train
    if train.num_epochs is None:
        return settings
    most = math.ceil(train.num_epochs * pass_tokens)
    return replace(settings, train=replace(train, num_epochs=None, max_tokens=most))


def planned_seconds(settings: Settings, device: Any) -> float | None:
    """Return the planned time of a run: what the settings say, else the estimate for a GPU whose peak is known."""
    if settings.train.planned_minutes is not None:
        return settings.train.planned_minutes * 60
    if device.type != "cuda":
        return None
    import torch

    name = torch.cuda.get_device_name(device)
    peak = next((PEAK_BF16[known] for known, pattern in _GPU_NAMES.items() if pattern.search(name)), None)
    try:
        shape = read_shape(settings.model_name)
    except InputError:
        return None
    return None if peak is None else hours(shape, settings, peak) * 3600


def hours(shape: Shape, settings: Settings, peak: float) -> float:
    """Return the estimated hours of a run on a GPU with `peak` FLOP/s in bfloat16."""
    return most_tokens(settings) * flops_per_token(shape, settings) / (peak * MFU) / 3600


def most_tokens(settings: Settings) -> int:
    """Return the number of tokens that a run sees if every row is full."""
    train = settings.train
    return fewest_steps(settings) * train.gradient_accumulation * train.micro_batch_size * train.max_seq_len


def fewest_steps(settings: Settings) -> int:
    """Return the number of optimizer steps; with `train.max_tokens`, as many as full rows need."""
    train = settings.train
    if train.max_tokens is None:
        return train.num_steps
    return -(-train.max_tokens // (train.gradient_accumulation * train.micro_batch_size * train.max_seq_len))


@dataclass(frozen=True)
class Work:
    """Floating-point operations: `token` for each token, `square` for each sample's squared length."""

    token: float
    square: float


def work(shape: Shape, *, repeated: bool, pulled: bool = False, whole: bool = False) -> Work:
    """Return the work of training.

    `repeated` counts the second forward pass of checkpointing too, `pulled` that of the base for `train.kl_to_base`,
    `whole` the gradients of all weights.
    """
    passes = 2 + repeated + pulled
    return Work(
        token=2.0 * (passes + whole) * (shape.linear + shape.embedding),
        square=2.0 * (passes + 1) * shape.layers * shape.hidden,
    )


def flops_per_token(shape: Shape, settings: Settings) -> float:
    """Return the work of one token, if every row were a single sample."""
    train = settings.train
    whole = settings.lora is None
    each = work(shape, repeated=bool(train.grad_checkpointing), pulled=train.kl_to_base > 0, whole=whole)
    return each.token + each.square * train.max_seq_len
