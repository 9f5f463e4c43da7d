"""What `auto` means for quantization, checkpointing and the micro batch: the fastest that fits into the memory.

A base that is held whole is quicker than one in four bits, and more exact; recomputing activations costs up to a third.
So the first of these is taken that fits, each with as many rows in a micro batch as fit:

    whole, activations kept    whole, recomputed    four bits, kept    four bits, recomputed

With an `auto` micro batch an optimizer step has 16 x `train.gradient_accumulation` rows on every machine.
"""

from __future__ import annotations

import itertools
import logging
from dataclasses import replace

from sigil_common.errors import InputError
from sigilderg_finetuner.settings import Quantization, Settings
from sigilderg_finetuner.training.machine import device_bytes
from sigilderg_finetuner.training.memory import GIB, memory
from sigilderg_finetuner.training.shapes import Shape, read_shape

log = logging.getLogger(__name__)
ROWS = (16, 8, 4, 2, 1)
SHARE = 0.9  # of the memory that may be planned for: the estimate is one


def is_open(settings: Settings) -> bool:
    """Tell whether anything is left to be chosen."""
    train = settings.train
    return settings.quantization == "auto" or train.grad_checkpointing == "auto" or train.micro_batch_size == 0


def fit(settings: Settings, *, room: float | None = None) -> Settings:
    """Return the settings with every `auto` replaced by what fits into this machine's GPU, or `room` bytes.

    Without a GPU it is the machine's own memory, and nothing is quantised: products with four-bit weights are slow
    there. Raises `InputError` where nothing fits.
    """
    if not is_open(settings):
        return settings
    kind, found = device_bytes() if room is None else ("cuda", room)
    shape = read_shape(settings.model_name, settings.model_revision)
    for chosen in choices(settings, whole=kind == "cpu"):
        needed = memory(shape, chosen).total
        if needed <= SHARE * found:
            log.info("of %.0f GiB about %.1f will be used: %s", found / GIB, needed / GIB, _in_words(chosen))
            return chosen
    raise InputError(
        f"{settings.model_name} does not fit into {found / GIB:.0f} GiB",
        cause=f"the least is {least(settings, shape) / GIB:.1f} GiB",
        hint="lower `train.max_seq_len`, or use a larger GPU",
    )


def choices(settings: Settings, *, whole: bool = False) -> list[Settings]:
    """Return what may be chosen, the fastest first; `whole` leaves out four bits."""
    train = settings.train
    bases: list[Quantization] = [settings.quantization]
    if settings.quantization == "auto":
        bases = ["none"] if whole or settings.lora is None else ["none", "nf4"]
    kept = [False, True] if train.grad_checkpointing == "auto" else [train.grad_checkpointing]
    sizes = ROWS if train.micro_batch_size == 0 else (train.micro_batch_size,)
    found = []
    for base, recompute, rows in itertools.product(bases, kept, sizes):
        turns = train.gradient_accumulation * (ROWS[0] // rows if train.micro_batch_size == 0 else 1)
        own = replace(train, grad_checkpointing=recompute, micro_batch_size=rows, gradient_accumulation=turns)
        found.append(replace(settings, quantization=base, train=own))
    return found


def least(settings: Settings, shape: Shape) -> float:
    """Return the bytes of the choice that needs the least."""
    return min(memory(shape, chosen).total for chosen in choices(settings))


def _in_words(settings: Settings) -> str:
    train = settings.train
    return (
        f"quantization {settings.quantization}, activations {'recomputed' if train.grad_checkpointing else 'kept'}, "
        f"{train.gradient_accumulation} micro batches of {train.micro_batch_size} rows"
    )
