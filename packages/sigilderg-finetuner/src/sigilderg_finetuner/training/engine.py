"""`transformers.Trainer` with our rows, our loss and our checkpoints.

The Trainer drives: accumulation, clipping, devices, processes, callbacks and trackers are its own. Ours is what a run's
result follows from: which rows each step sees (an exact plan, data/feed.py), the loss (of the answer tokens alone,
normalised over all of an optimizer step), the rate of each step, and what a checkpoint is (whole or not there).

Nothing is read back from the device between two lines of the log. Importing this imports torch.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from transformers import Trainer, TrainingArguments
from transformers.trainer_callback import PrinterCallback

from sigil_common.progress import Progress
from sigil_common.seeds import derive_seed
from sigilderg_finetuner.data.batches import MicroBatch
from sigilderg_finetuner.settings import MiscSettings
from sigilderg_finetuner.training import callbacks, parted, ranks, shards
from sigilderg_finetuner.training.driven import Driven, refuse_not_finite
from sigilderg_finetuner.training.job import Job, Sum, TokenLosses, token_losses
from sigilderg_finetuner.training.model import decoder_of, loss_sum
from sigilderg_finetuner.training.optimizers import Course, make_optimizer, make_rate
from sigilderg_finetuner.training.pace import Pace
from sigilderg_finetuner.training.pull import loss_and_divergence
from sigilderg_finetuner.training.recorder import Recorder
from sigilderg_finetuner.training.state import TrainingState
from sigilderg_finetuner.training.stopping import polite_stop

log = logging.getLogger(__name__)


class Objective(torch.nn.Module):
    """The tuned model as that which is minimised: whatever is wrapped around it sees every forward pass."""

    def __init__(self, job: Job) -> None:
        super().__init__()
        self.model = job.model
        self.job = job

    def forward(self, batch: MicroBatch, each: bool = False) -> dict[str, torch.Tensor]:
        """Return sums over the answer tokens of a batch: the `loss` to minimise, and its `parts` to be noted.

        With `each` the loss of each token instead.
        """
        pull, flash = self.job.settings.kl_to_base, self.job.flash
        with self.job.autocast():
            if each:
                return {"losses": token_losses(self.model, batch, flash=flash)}
            if pull:
                loss, divergence = loss_and_divergence(self.model, batch, flash=flash)
            else:
                loss = loss_sum(self.model, batch, flash=flash)
                divergence = torch.zeros_like(loss)
        parts = torch.stack([loss.detach(), divergence.detach()]).double()
        return {"loss": loss + pull * divergence if pull else loss, "parts": parts}


def objective_of(job: Job) -> Objective:
    """Return what is minimised; if asked for, cut the model up, and give its parts a fresh optimizer."""
    objective = Objective(job)
    # A DeepSpeed that is there, asked for or not, would look for it, and speak of it on stdout.
    os.environ.setdefault("DS_ACCELERATOR", job.device.type)
    if job.sharded == "zero3":
        parted.cut_job(objective, job)
    elif job.sharded:
        shards.cut(objective, decoder_of(job.model).layers, job.device.type, ranks.world())
        job.optimizer = make_optimizer(job.model, job.settings)
    return objective


class Apart(torch.nn.Module):
    """An objective that is cut up already: another object than the model, which the Trainer would wrap again."""

    def __init__(self, objective: torch.nn.Module) -> None:
        super().__init__()
        self.objective = objective

    def forward(self, batch: MicroBatch) -> Any:
        """Return what the objective does."""
        return self.objective(batch)


@dataclass(frozen=True)
class Work:
    """What the engine asks of the run around it: rows, validation, checkpoints."""

    steps: Generator[list[MicroBatch]]  # micro batches of this process, by optimizer step
    validate: Callable[[TokenLosses], dict[str, Sum] | None]  # of this process, by kind of task
    save: Callable[[], Path]


class PackedTrainer(Driven, Trainer):
    """Trains an objective from where `progress` stands; `work` is what it needs from outside."""

    def __init__(self, objective: Objective, progress: TrainingState, work: Work, arguments: TrainingArguments) -> None:
        job = objective.job
        self.drive(job, progress, work.save)
        self.work = work
        self._micro = (0, 0)
        self.objective: Objective = objective
        self.course = Course(job.settings, progress.course)
        rate = make_rate(job.optimizer, self.course, done=progress.step)
        super().__init__(model=self.objective, args=arguments, optimizers=(job.optimizer, rate))
        self.model_accepts_loss_kwargs = True  # so the number of answer tokens in a step is counted for `compute_loss`
        self.remove_callback(PrinterCallback)

    def _wrap_model(self, model: Any, *given: Any, **named: Any) -> Any:
        if isinstance(self.job.optimizer, parted.PartedOptimizer):
            return parted.InTurns(self.job.optimizer)
        return Apart(model) if self.job.sharded else super()._wrap_model(model, *given, **named)

    def get_train_dataloader(self) -> Any:
        """Return the micro batches that come next, one by one."""
        return ({"batch": batch, "labels": batch.targets} for step in self.work.steps for batch in step)

    def compute_loss(
        self, model: Any, inputs: Any, return_outputs: bool = False, num_items_in_batch: Any = None
    ) -> torch.Tensor:
        """Return the share of a micro batch in the mean loss of its step's answer tokens."""
        job, world, step = self.job, self.args.world_size, self.state.global_step + 1
        number = self._micro[1] + 1 if self._micro[0] == step else 0
        self._micro = (step, number)
        place = number * world + self.args.process_index
        torch.manual_seed(derive_seed(job.settings.seed, "dropout", step, place))
        batch = job.ready(inputs["batch"])
        found = model(batch)
        self._note(batch, found["parts"])
        loss: torch.Tensor = found["loss"] / num_items_in_batch
        return loss * world if world > 1 else loss  # of which the mean over processes is taken

    def _note(self, batch: MicroBatch, parts: torch.Tensor) -> None:
        state = self.progress
        state.loss_sum = state.loss_sum + parts[0]
        if self.job.settings.kl_to_base:
            state.divergence = state.divergence + parts[1]
        state.labelled += batch.labelled
        state.tokens += batch.tokens
        state.squares += sum(length * length for length in batch.lengths)

    def log(self, logs: dict[str, float], start_time: float | None = None) -> None:
        """Hand a line to the callbacks: training's with our own sums, a validation's as it is, and no other."""
        if "eval_loss" in logs:
            super().log(logs)
        elif "loss" in logs:
            self.check_finite(self.progress.step)
            self.gather()
            means = self.progress.means(with_divergence=self.job.settings.kl_to_base > 0)
            rate = self.course.rate(self.progress.step)
            super().log(means | {"grad_norm": logs["grad_norm"], "learning_rate": rate})
            self.progress.clear()

    def evaluate(self, *given: Any, **named: Any) -> dict[str, float]:
        """Validate; return the mean loss in nats, or nothing where there are no rows to validate on."""
        result = self.work.validate(lambda batch: self.objective(batch, each=True)["losses"])
        if result is None:
            return {}
        state = self.progress
        losses = self._over_all(*(one.loss for one in result.values()))
        counts = self._over_all(*(one.labelled for one in result.values()))
        loss, labelled = sum(losses) / sum(counts), int(sum(counts))
        refuse_not_finite("validation loss", loss, state.step)
        by_task = {task: one / count for task, one, count in zip(result, losses, counts, strict=True) if task}
        state.validated(loss, threshold=self.job.settings.early_stopping_threshold)
        if state.step and self.course.validated(loss):
            state.course = self.course.to_keep()
            for group in self.job.optimizer.param_groups:
                group["lr"] = self.course.rate(state.step + 1)
        metrics = {"eval_loss": loss, "eval_labelled_tokens": labelled}
        metrics |= {f"eval_{task}_loss": value for task, value in by_task.items()}
        self.log(metrics)
        note = f"validation loss {loss:.4f} over {labelled:,} tokens"
        note += "".join(f", {task} {value:.4f}" for task, value in by_task.items())
        log.info("step %d: %s", state.step, note)
        self.control = self.callback_handler.on_evaluate(self.args, self.state, self.control, metrics)
        return metrics


def arguments_of(job: Job, misc: MiscSettings, *, accumulation: int) -> TrainingArguments:
    """Return the Trainer's view of the settings; from here on the processes of a run know each other.

    When to log, validate and save, callbacks.py says.
    """
    settings = job.settings
    if misc.log_backend == "tensorboard":
        os.environ.setdefault("TENSORBOARD_LOGGING_DIR", str(misc.output_dir / "runs"))
    arguments = TrainingArguments(
        output_dir=str(misc.output_dir),
        per_device_train_batch_size=1,  # the rows of a micro batch come joined
        gradient_accumulation_steps=accumulation,
        max_steps=settings.num_steps,
        learning_rate=settings.lr,
        weight_decay=settings.weight_decay,
        max_grad_norm=settings.max_grad_norm,
        logging_strategy="no",
        save_strategy="no",
        eval_strategy="no",
        report_to=misc.log_backend,
        use_cpu=job.device.type == "cpu",
        seed=settings.seed,
        average_tokens_across_devices=True,
        ddp_find_unused_parameters=False,
        logging_nan_inf_filter=False,
        remove_unused_columns=False,
        disable_tqdm=True,
    )
    arguments.device  # noqa: B018  (which joins the processes and counts the GPUs)
    arguments._n_gpu = min(arguments.n_gpu, 1)  # one process, one device
    return arguments


def train(trainer: PackedTrainer, recorder: Recorder | None, pace: Pace, *, stop_after: int | None = None) -> Path:
    """Run to the last step; return the last checkpoint. The process that records has a recorder.

    Raises `InterruptedRunError` after a signal or at `stop_after`, with a checkpoint written, and `BadResultError` when
    the loss is no longer a number.
    """
    state, steps = trainer.progress, trainer.job.settings.num_steps
    with Progress("training", total=steps, unit="steps", done=state.step) as progress, polite_stop() as stopping:
        if recorder is not None:
            trainer.add_callback(callbacks.Records(trainer, recorder, progress))
        if state.step == 0:
            trainer.evaluate()
        trainer.add_callback(callbacks.Guard(trainer))
        trainer.add_callback(callbacks.Steps(trainer, progress, pace, lambda step: stopping() or step == stop_after))
        trainer.train()
    assert trainer.last is not None
    return trainer.last
