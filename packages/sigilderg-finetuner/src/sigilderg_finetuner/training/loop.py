"""The loop: forward, backward, step; validate and save where due.

Loss is normalised over all answer tokens of an optimizer step, so that how samples fall into micro batches
does not weigh them. Nothing is read back from the device between two lines of the log.
"""

from __future__ import annotations

import logging
import math
import signal
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sigil_common.errors import BadResultError, InterruptedRunError
from sigil_common.progress import Progress
from sigil_common.seeds import derive_seed
from sigilderg_finetuner.data.batches import MicroBatch, to_device
from sigilderg_finetuner.settings import TrainSettings
from sigilderg_finetuner.training.checkpoint import TrainingState
from sigilderg_finetuner.training.model import adapter_parameters, check_gradients, loss_sum
from sigilderg_finetuner.training.optimizers import learning_rate
from sigilderg_finetuner.training.pace import Pace
from sigilderg_finetuner.training.pull import loss_and_divergence
from sigilderg_finetuner.training.recorder import Recorder

if TYPE_CHECKING:
    import torch

    from sigilderg_finetuner.training.average import Average

log = logging.getLogger(__name__)


@dataclass
class Trainer:
    """The parts that a loop works on. `flash` chooses the attention, see attention.py.

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


def train(
    trainer: Trainer,
    state: TrainingState,
    steps: Iterator[list[MicroBatch]],
    *,
    recorder: Recorder,
    pace: Pace,
    validate: Callable[[], tuple[float, int] | None],
    save: Callable[[], Path],
    stop_after: int | None = None,
) -> Path:
    """Run from `state.step` to the last step; return the last checkpoint.

    Raises `InterruptedRunError` after a signal or at `stop_after`, with a checkpoint written, and
    `BadResultError` when the loss is no longer a number.
    """
    import torch

    settings = trainer.settings
    worst: torch.Tensor | None = None
    check_until = state.step + 2  # lora_A has its first gradient at the second step
    last: Path | None = None
    if state.step == 0:
        with pace.pause(validating=True):
            _validate(state, recorder, validate)
    steps_done = Progress("training", total=settings.num_steps, unit="steps", done=state.step)
    with steps_done as progress, _polite_stop() as stopping:
        pace.start()
        while state.step < settings.num_steps:
            norm = _step(trainer, state, next(steps), check=state.step < check_until)
            worst = norm if worst is None else torch.maximum(worst, norm)  # keeps one that is no number
            if state.step % settings.logging_steps == 0 or state.step == settings.num_steps:
                note = _log(trainer, state, recorder, norm)
                _refuse_not_finite(worst, state.step)
                worst = None
            else:
                note = None
            progress.advance(1, note=note)
            pace.step(norm)
            with trainer.as_saved(state.step):
                if _is_due(state.step, settings.val_every, settings.num_steps):
                    with pace.pause(validating=True):
                        _validate(state, recorder, validate)
                    check_until = state.step + 1
                if state.step in trainer.marks or _is_due(state.step, settings.save_every, settings.num_steps):
                    _refuse_not_finite(worst, state.step)
                    with pace.pause():
                        last = save()
            if stopping() or state.step == stop_after:
                _refuse_not_finite(worst, state.step)
                _stop_here(state, settings, last, save)
    assert last is not None
    return last


def _step(trainer: Trainer, state: TrainingState, batches: list[MicroBatch], *, check: bool) -> torch.Tensor:
    """Do one optimizer step; return the norm of the gradients before clipping."""
    import torch

    settings, step = trainer.settings, state.step + 1
    labelled = sum(batch.labelled for batch in batches)
    trainer.model.train()
    for number, batch in enumerate(batches):
        torch.manual_seed(derive_seed(settings.seed, "dropout", step, number))
        batch = to_device(batch, trainer.device, pin=settings.dataloader_pin_memory)
        (_loss(trainer, state, batch) / labelled).backward()
    if check:
        _check_finite("training loss", float(state.loss_sum), step)
        check_gradients(trainer.model)
    norm = torch.nn.utils.clip_grad_norm_(adapter_parameters(trainer.model).values(), settings.max_grad_norm)
    for group in trainer.optimizer.param_groups:
        group["lr"] = learning_rate(step, settings)
    trainer.optimizer.step()
    trainer.optimizer.zero_grad(set_to_none=True)
    if trainer.average is not None:
        trainer.average.add(step)
    state.step = step
    state.labelled += labelled
    state.tokens += sum(batch.tokens for batch in batches)
    state.squares += sum(length * length for batch in batches for length in batch.lengths)
    return norm


def _loss(trainer: Trainer, state: TrainingState, batch: MicroBatch) -> Any:
    """Return the loss of a batch, summed over its answer tokens, and note its parts."""
    pull = trainer.settings.kl_to_base
    with trainer.autocast():
        if pull:
            loss, divergence = loss_and_divergence(trainer.model, batch, flash=trainer.flash)
        else:
            loss, divergence = loss_sum(trainer.model, batch, flash=trainer.flash), None
    state.loss_sum = state.loss_sum + loss.detach().double()
    if divergence is None:
        return loss
    state.divergence = state.divergence + divergence.detach().double()
    return loss + pull * divergence


def _log(trainer: Trainer, state: TrainingState, recorder: Recorder, norm: torch.Tensor) -> str:
    """Write a line of metrics; return a remark for the progress line."""
    loss = float(state.loss_sum) / state.labelled
    _check_finite("training loss", loss, state.step)
    _check_finite("norm of the gradients", float(norm), state.step)
    state.total_tokens += state.tokens
    state.total_labelled += state.labelled
    rate = learning_rate(state.step, trainer.settings)
    kl = float(state.divergence) / state.labelled if trainer.settings.kl_to_base else None
    so_far = {"tokens": state.total_tokens, "labelled": state.total_labelled}
    recorder.train(state.step, loss=loss, kl=kl, grad_norm=float(norm), lr=rate, **so_far)
    speed = recorder.speed(state.step, tokens=state.tokens, labelled=state.labelled, squares=state.squares)
    state.last_train_loss = loss
    state.loss_sum, state.divergence, state.labelled, state.tokens, state.squares = 0.0, 0.0, 0, 0, 0
    return f"loss {loss:.3f}, {speed}"


def _refuse_not_finite(worst: torch.Tensor | None, step: int) -> None:
    """Raise `BadResultError` for a norm of the gradients, the highest since the last look, that is no number."""
    if worst is not None:
        _check_finite("norm of the gradients", float(worst), step)


def _check_finite(what: str, value: float, step: int) -> None:
    if not math.isfinite(value):
        raise BadResultError(f"the {what} is {value} at step {step}", hint="lower `train.lr` and --restart")


def evaluate(trainer: Trainer, batches: Iterator[MicroBatch], samples: int) -> tuple[float, int]:
    """Return the mean loss in nats over all answer tokens of the samples, and the number of those tokens."""
    import torch

    trainer.model.eval()
    total, labelled = 0.0, 0
    with Progress("validating", total=samples, unit="samples") as progress, torch.no_grad(), trainer.autocast():
        for batch in batches:
            here = to_device(batch, trainer.device, pin=trainer.settings.dataloader_pin_memory)
            total += float(loss_sum(trainer.model, here, flash=trainer.flash))
            labelled += batch.labelled
            progress.advance(len(batch.lengths))
    return total / labelled, labelled


def _validate(state: TrainingState, recorder: Recorder, validate: Callable[[], tuple[float, int] | None]) -> None:
    result = validate()
    if result is not None:
        state.last_val_loss, labelled = result
        _check_finite("validation loss", state.last_val_loss, state.step)
        if state.step == 0:
            state.first_val_loss = state.last_val_loss
        recorder.validation(state.step, loss=state.last_val_loss, labelled=labelled)
        log.info("step %d: validation loss %.4f over %s tokens", state.step, state.last_val_loss, f"{labelled:,}")
    recorder.restart_clock()


def _is_due(step: int, every: int, last: int) -> bool:
    return step == last or (every > 0 and step % every == 0)


def _stop_here(state: TrainingState, settings: TrainSettings, last: Path | None, save: Callable[[], Path]) -> None:
    if state.step == settings.num_steps:
        return
    if last is None or last.name != f"checkpoint-{state.step}":
        last = save()
    raise InterruptedRunError(
        f"stopped at step {state.step:,} of {settings.num_steps:,}; {last} is written",
        hint="run the same command again to continue",
    )


@contextmanager
def _polite_stop() -> Iterator[Callable[[], bool]]:
    """Let the first signal end the run after the step in hand; the second one ends it at once."""
    seen: list[int] = []

    def note(number: int, frame: Any) -> None:
        if seen:
            signal.default_int_handler(number, frame)
        seen.append(number)
        log.warning("stopping after this step; once more stops at once")

    old = {number: signal.signal(number, note) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield lambda: bool(seen)
    finally:
        for number, handler in old.items():
            signal.signal(number, handler)
