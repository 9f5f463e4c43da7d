"""What is trained and how: the parts that a run is made of, before anything drives them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sigil_common.progress import Progress
from sigilderg_finetuner.data.batches import MicroBatch, to_device
from sigilderg_finetuner.data.even import IGNORED, even
from sigilderg_finetuner.data.feed import Checked
from sigilderg_finetuner.settings import TrainSettings
from sigilderg_finetuner.training.model import HEAD_CHUNK, answer_states, head_of
from sigilderg_finetuner.training.shards import Kind

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
    sharded: Kind | None = None  # every process holds a part of each weight (shards.py)
    even: bool = False  # all batches get one shape (data/even.py)

    def autocast(self) -> Any:
        """Return the context in which forward passes run."""
        import torch

        return torch.autocast(self.device.type, dtype=torch.bfloat16, enabled=self.settings.bf16 is True)

    def ready(self, batch: MicroBatch) -> MicroBatch:
        """Return a batch as the model is given it: on the device, and in the shape of all."""
        train = self.settings
        if self.even:
            batch = even(batch, rows=train.micro_batch_size, capacity=train.max_seq_len, chunk=HEAD_CHUNK)
        return to_device(batch, self.device, pin=train.dataloader_pin_memory)

    def as_saved(self, step: int) -> AbstractContextManager[None]:
        """Let the model hold, inside the block, the weights that a checkpoint of this step shows.

        Optimizers without a schedule train other weights than those that they end with; the Trainer lets them go on.
        """
        optimizer: Any = self.optimizer
        if callable(getattr(optimizer, "eval", None)):
            optimizer.eval()
        return nullcontext() if self.average is None else self.average.in_place(step)


TokenLosses = Callable[[MicroBatch], "torch.Tensor"]


@dataclass
class Sum:
    """A loss in nats, summed over so many answer tokens."""

    loss: float = 0.0
    labelled: int = 0


def evaluate(job: Job, losses: TokenLosses, batches: Iterator[Checked], tasks: Sequence[str]) -> dict[str, Sum]:
    """Return the loss by kind of task; `tasks` are those of all samples, and of one without a batch here it is zero."""
    import torch

    job.model.eval()
    sums = {task: Sum() for task in sorted(set(tasks))}
    with Progress("validating", total=len(tasks), unit="samples") as progress, torch.no_grad():
        for one in batches:
            found, start = losses(job.ready(one.batch)).double().cpu().numpy(), 0
            for task, labelled in zip(one.tasks, one.labelled, strict=True):
                sums[task].loss += float(found[start : start + labelled].sum())
                sums[task].labelled += labelled
                start += labelled
            progress.advance(len(one.tasks))
    return sums


def token_losses(model: Any, batch: MicroBatch, *, flash: bool) -> torch.Tensor:
    """Return the cross-entropy, in nats, of each answer token of a batch: (L,), 0 where it is ignored. No gradient."""
    import torch
    from torch.nn.functional import cross_entropy

    states, head = answer_states(model, batch, flash=flash), head_of(model)
    chunks = zip(torch.split(states, HEAD_CHUNK), torch.split(batch.targets, HEAD_CHUNK), strict=True)
    return torch.cat(
        [cross_entropy(head(part).float(), targets, reduction="none", ignore_index=IGNORED) for part, targets in chunks]
    )
