"""What is trained and how: the parts that a run is made of, before anything drives them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sigil_common.progress import Progress
from sigilderg_finetuner.data.batches import MicroBatch, to_device
from sigilderg_finetuner.settings import TrainSettings
from sigilderg_finetuner.training.model import loss_sum

if TYPE_CHECKING:
    import torch

    from sigilderg_finetuner.training.average import Average


@dataclass
class Job:
    """The parts of a run. `flash` chooses the attention, see attention.py.

    `marks` are steps after which to save besides those of `train.save_every`.
    """

    model: Any
    optimizer: torch.optim.Optimizer
    device: torch.device
    settings: TrainSettings
    flash: bool
    marks: frozenset[int] = frozenset()
    average: Average | None = None

    def autocast(self) -> Any:
        """Return the context in which forward passes run."""
        import torch

        return torch.autocast(self.device.type, dtype=torch.bfloat16, enabled=self.settings.bf16 is True)

    def as_saved(self, step: int) -> AbstractContextManager[None]:
        """Let the model hold, inside the block, the weights that a checkpoint of this step shows."""
        return nullcontext() if self.average is None else self.average.in_place(step)


def evaluate(job: Job, batches: Iterator[MicroBatch], samples: int) -> tuple[float, int]:
    """Return the loss in nats, summed over all answer tokens of the samples, and the number of those tokens."""
    import torch

    job.model.eval()
    total, labelled = 0.0, 0
    with Progress("validating", total=samples, unit="samples") as progress, torch.no_grad(), job.autocast():
        for batch in batches:
            here = to_device(batch, job.device, pin=job.settings.dataloader_pin_memory)
            total += float(loss_sum(job.model, here, flash=job.flash))
            labelled += batch.labelled
            progress.advance(len(batch.lengths))
    return total, labelled
