"""The common start of packed samples, computed once.

Samples of one chat frame begin with the same tokens, and a causal model's states of a token depend on what came before
it alone. So a row may be

    [start, rest of sample 1][rest of sample 2][rest of sample 3] ...

where positions of every rest go on after the start, and each attends to the start and to itself. Loss and gradients are
those of whole samples, but for rounding: the start gathers the gradients of all.

Batches do not change and count whole samples; only what the decoder reads is shorter.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sigilderg_finetuner.data.batches import MicroBatch

if TYPE_CHECKING:
    import torch


@dataclass(frozen=True)
class Row:
    """What the decoder reads of a batch: as in `MicroBatch`, samples after the first without their `start` tokens."""

    input_ids: torch.Tensor
    positions: torch.Tensor
    predict_at: torch.Tensor
    start: int


def can_share(model: Any, batch: MicroBatch, *, flash: bool) -> bool:
    """Return whether computing a common start once is exact here, and known to be quicker.

    Dropout draws for each token anew: a start computed once would be dropped alike for all samples. Flash attention
    takes whole samples, and on a GPU without it nothing was measured.
    """
    return not flash and batch.start > 0 and batch.input_ids.device.type == "cpu" and not _drops(model)


def _drops(model: Any) -> bool:
    import torch

    return any(isinstance(module, torch.nn.Dropout) and module.training and module.p > 0 for module in model.modules())


def row_of(batch: MicroBatch, *, share: bool) -> Row:
    """Return the row of whole samples, or with `share` the one where all but the first go without the start."""
    if not share:
        return Row(batch.input_ids, batch.positions, batch.predict_at, 0)
    kept = batch.positions[0] >= batch.start
    kept[: batch.start] = True
    places = kept.cumsum(0) - 1
    return Row(batch.input_ids[:, kept], batch.positions[:, kept], places[batch.predict_at], batch.start)
