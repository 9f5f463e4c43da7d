"""What every trainer of ours does between the Trainer's steps, whatever it learns from: stand before its class.

Checkpoints are ours and written whole, the loss and the norms of gradients are watched, a polite stop ends a run
between two steps, and open sums are those of all processes. Importing this imports torch.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch

from sigil_common.errors import BadResultError, InterruptedRunError
from sigilderg_finetuner.training import shards
from sigilderg_finetuner.training.job import Job
from sigilderg_finetuner.training.parted import PartedOptimizer
from sigilderg_finetuner.training.state import TrainingState

if TYPE_CHECKING:
    from transformers import Trainer as Base
else:
    Base = object


class Driven(Base):
    """The part of a trainer that is ours. `drive` comes before the Trainer's own `__init__`."""

    def drive(self, job: Job, progress: TrainingState, save: Callable[[], Path]) -> None:
        """Take what is trained, from where `progress` stands, and what writes a checkpoint."""
        self.job = job
        self.progress = progress
        self.last: Path | None = None
        self.stopped = False
        self.norm: torch.Tensor | None = None  # of the last step's gradients
        self._write = save
        self._worst: torch.Tensor | None = None

    def _clip_grad_norm(self, model: Any) -> torch.Tensor:
        norm: torch.Tensor
        if isinstance(self.job.optimizer, PartedOptimizer):
            norm = self.job.optimizer.norm()  # it clips as it steps
        else:
            norm = shards.whole(super()._clip_grad_norm(model))  # type: ignore[no-untyped-call]
        self.norm = norm
        # The highest since the last look; one that is no number stays.
        self._worst = norm if self._worst is None else torch.maximum(self._worst, norm)
        return norm

    def floating_point_ops(self, inputs: Any) -> int:
        """Count nothing: timings.jsonl has the work by the formula of plan.py."""
        return 0

    def check_finite(self, step: int) -> None:
        """Raise `BadResultError` if the loss, or the norm of the gradients of any step, is no longer a number."""
        refuse_not_finite("training loss", float(self.progress.loss_sum), step)
        if self._worst is not None:
            refuse_not_finite("norm of the gradients", float(self._worst), step)
        self._worst = None

    def _maybe_log_save_evaluate(self, *given: Any, **named: Any) -> None:
        shown = self.control.should_evaluate or self.control.should_save
        with self.job.as_saved(self.progress.step) if shown else nullcontext():
            super()._maybe_log_save_evaluate(*given, **named)
        if self.stopped:
            raise InterruptedRunError(
                f"stopped at step {self.progress.step:,} of {self.state.max_steps:,}; {self.last} is written",
                hint="run the same command again to continue",
            )

    def _save_checkpoint(self, model: Any, trial: Any = None) -> None:
        self.check_finite(self.progress.step)
        self.gather()
        if self.args.process_index == 0 or self.job.sharded:
            self.last = self._write()
        else:
            self.last = Path(str(self.args.output_dir)) / f"checkpoint-{self.progress.step}"
        self.accelerator.wait_for_everyone()
        if self.args.process_index:
            self.progress.clear()  # the first process goes on with the sums of all

    def gather(self) -> None:
        """Let every process hold the open sums of all."""
        state = self.progress
        names = ("loss_sum", "divergence", "labelled", "tokens", "squares")
        if self.args.world_size > 1:
            found = self._over_all(*(float(getattr(state, name)) for name in names))
            for name, value in zip(names, found, strict=True):
                setattr(state, name, value if name in names[:2] else int(value))

    def agreed(self, wish: bool) -> bool:
        """Return whether any process wishes it."""
        return bool(self._over_all(float(wish))[0])

    def _over_all(self, *values: float) -> list[float]:
        """Return sums over all processes."""
        if self.args.world_size == 1:
            return list(values)
        sums = torch.tensor(values, dtype=torch.float64, device=self.args.device)
        total: list[float] = self.accelerator.reduce(sums, "sum").tolist()
        return total


def refuse_not_finite(what: str, value: float, step: int) -> None:
    """Raise `BadResultError` for a value that is no number."""
    if not math.isfinite(value):
        raise BadResultError(f"the {what} is {value} at step {step}", hint="lower `train.lr` and --restart")
