"""What a run carries from one step to the next besides weights and optimizer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass
class TrainingState:
    """The sums run since the last line of metrics.jsonl; `last_*` are the newest values written there."""

    step: int = 0
    loss_sum: Any = 0.0  # a float, or a float64 scalar on the device while the run goes on
    labelled: int = 0
    tokens: int = 0
    squares: int = 0
    divergence: Any = 0.0  # as loss_sum; stays 0 without `train.kl_to_base`
    total_tokens: int = 0
    total_labelled: int = 0
    last_train_loss: float | None = None
    last_val_loss: float | None = None
    first_val_loss: float | None = None
    best_val_loss: float | None = None  # of those after a step
    best_step: int | None = None
    validations_since_best: int = 0
    course: dict[str, Any] | None = None  # of a learning rate that follows validations

    def validated(self, loss: float, *, threshold: float) -> bool:
        """Take note of a validation after a step; return whether it is the best so far.

        One that is lower by no more than `threshold` is the best, and does not count as progress.
        """
        self.last_val_loss = loss
        if self.step == 0:
            self.first_val_loss = loss
            return False
        before = self.best_val_loss
        progress = before is None or before - loss > threshold
        self.validations_since_best = 0 if progress else self.validations_since_best + 1
        if before is not None and loss >= before:
            return False
        self.best_val_loss, self.best_step = loss, self.step
        return True

    def means(self, *, with_divergence: bool) -> dict[str, float]:
        """Add the open sums to the totals; return what a line says of them."""
        self.total_tokens += self.tokens
        self.total_labelled += self.labelled
        self.last_train_loss = float(self.loss_sum) / self.labelled
        kl = {"kl_to_base": float(self.divergence) / self.labelled} if with_divergence else {}
        return {
            "loss": self.last_train_loss,
            **kl,
            "tokens": self.total_tokens,
            "labelled_tokens": self.total_labelled,
        }

    def clear(self) -> None:
        """Begin new sums."""
        self.loss_sum, self.divergence, self.labelled, self.tokens, self.squares = 0.0, 0.0, 0, 0, 0
