"""What happens between two steps: when to log, validate, save and stop; gradients are proven; lines are written."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

from transformers.trainer_callback import TrainerCallback

from sigil_common.progress import Progress
from sigilderg_finetuner.training.job import Job
from sigilderg_finetuner.training.model import check_gradients
from sigilderg_finetuner.training.pace import Pace
from sigilderg_finetuner.training.recorder import Recorder
from sigilderg_finetuner.training.state import TrainingState

if TYPE_CHECKING:
    import torch

log = logging.getLogger(__name__)


class Driver(Protocol):
    """What the callbacks need of the engine."""

    job: Job
    progress: TrainingState
    norm: torch.Tensor | None
    stopped: bool

    def check_finite(self, step: int) -> None:
        """Raise `BadResultError` if loss or norm of the gradients are no longer numbers."""

    def agreed(self, wish: bool) -> bool:
        """Return whether any process wishes it."""


class Steps(TrainerCallback):
    """Decides after each step what is due, and lets the run end where it should."""

    def __init__(self, trainer: Driver, progress: Progress, pace: Pace, should_stop: Callable[[int], bool]) -> None:
        self.trainer, self.progress, self.pace, self.should_stop = trainer, progress, pace, should_stop

    def on_train_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Begin where the last run ended."""
        state.global_step = self.trainer.progress.step

    def on_epoch_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Begin to time the steps: all is loaded."""
        self.pace.start()

    def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Count the step, and say what is due after it."""
        trainer, settings, step = self.trainer, self.trainer.job.settings, state.global_step
        trainer.progress.step = step
        if trainer.job.average is not None:
            trainer.job.average.add(step)
        last = step == settings.num_steps
        control.should_evaluate = _is_due(step, settings.val_every, settings.num_steps)
        may_end = control.should_evaluate and settings.early_stopping_patience > 0
        control.should_log = last or may_end or step % settings.logging_steps == 0
        control.should_save = step in trainer.job.marks or _is_due(step, settings.save_every, settings.num_steps)
        if not last and trainer.agreed(self.should_stop(step)):
            control.should_save = trainer.stopped = True
        self.progress.advance(1)
        self.pace.step(trainer.norm)

    def on_evaluate(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Keep the best, and end the run where validations find no progress any more."""
        run, settings = self.trainer.progress, self.trainer.job.settings
        if settings.load_best_model_at_end and run.best_step == run.step:
            control.should_save = True
        patience = settings.early_stopping_patience
        if patience and run.validations_since_best >= patience and run.step < settings.num_steps:
            log.info(
                "stopping after step %d of %d: %d validations since that of step %d found no lower loss",
                run.step, settings.num_steps, run.validations_since_best, run.best_step or 0,
            )  # fmt: skip
            control.should_save = control.should_training_stop = True


def _is_due(step: int, every: int, last: int) -> bool:
    return step == last or (every > 0 and step % every == 0)


class Guard(TrainerCallback):
    """Proves on the first two steps, and on the first after a validation, that every weight learns (ADR 43)."""

    def __init__(self, trainer: Driver) -> None:
        self.trainer = trainer
        self.until = trainer.progress.step + 2  # lora_A has its first gradient at the second step

    def on_pre_optimizer_step(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Look at the gradients before they are used."""
        if state.global_step < self.until:
            self.trainer.check_finite(state.global_step + 1)
            check_gradients(self.trainer.job.model)

    def on_evaluate(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Look again at the next step."""
        self.until = max(self.until, self.trainer.progress.step + 1)


class Records(TrainerCallback):
    """Writes metrics.jsonl and timings.jsonl, whatever else the lines are sent to."""

    def __init__(self, trainer: Driver, recorder: Recorder, progress: Progress) -> None:
        self.trainer, self.recorder, self.progress = trainer, recorder, progress

    def on_epoch_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Leave the time of loading out of the first speed."""
        self.recorder.restart_clock()

    def on_log(self, args: Any, state: Any, control: Any, logs: Any = None, **_: Any) -> None:
        """Write a line."""
        run, step = self.trainer.progress, self.trainer.progress.step
        if "eval_loss" in logs:
            loss, labelled = logs["eval_loss"], logs["eval_labelled_tokens"]
            by_task = {name[5:-5]: value for name, value in logs.items() if name[5:-5] and name.endswith("_loss")}
            self.recorder.validation(step, loss=loss, labelled=labelled, by_task=by_task)
            return
        self.recorder.train(
            step,
            loss=logs["loss"],
            kl=logs.get("kl_to_base"),
            grad_norm=logs["grad_norm"],
            lr=logs["learning_rate"],
            tokens=logs["tokens"],
            labelled=logs["labelled_tokens"],
        )
        speed = self.recorder.speed(step, tokens=run.tokens, labelled=run.labelled, squares=run.squares)
        self.progress.advance(0, note=f"loss {logs['loss']:.3f}, {speed}")

    def on_evaluate(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Leave the time of validating out of the next speed."""
        self.recorder.restart_clock()
