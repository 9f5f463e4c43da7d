"""TRL's GRPOTrainer with our prompts, our drawing, our judge and our checkpoints.

TRL makes advantages of rewards and a loss of advantages. Ours is what a result follows from: which problems each step
draws for, the tokens that a model is given, where a completion ends, the random numbers, and what a checkpoint is. The
Trainer's own part of that is `Driven`, as for learning from samples.

A step is one batch of completions: it is drawn in parts, each of which is judged while the next is drawn, and the
gradient of all of it is one update. So the model that drew is the model that learns. Importing this imports torch.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from datasets import Dataset
from transformers.trainer_callback import PrinterCallback
from trl.trainer.grpo_trainer import GRPOTrainer

from sigil_common.asking import end_tokens
from sigil_common.errors import BadResultError
from sigil_common.progress import Progress
from sigil_common.seeds import derive_seed
from sigilderg_finetuner.reinforcement.arguments import arguments_of
from sigilderg_finetuner.reinforcement.callbacks import EachStep, Lines, SignalGuard
from sigilderg_finetuner.reinforcement.course import steps
from sigilderg_finetuner.reinforcement.drawing import Drawer, OwnDrawer, ServerDrawer, Written
from sigilderg_finetuner.reinforcement.judge import Judge
from sigilderg_finetuner.reinforcement.recording import RewardRecorder, figures, means_by_problem
from sigilderg_finetuner.reinforcement.trim import rows_of_use, trimmed, without_rows
from sigilderg_finetuner.settings import Settings
from sigilderg_finetuner.training.driven import Driven
from sigilderg_finetuner.training.job import Job
from sigilderg_finetuner.training.model import adapter_parameters
from sigilderg_finetuner.training.optimizers import Course, make_rate
from sigilderg_finetuner.training.pace import Pace
from sigilderg_finetuner.training.state import TrainingState
from sigilderg_finetuner.training.stopping import polite_stop


@dataclass(frozen=True)
class Work:
    """What the engine asks of the run around it. Problems go by their task ids, `prompts` are their token ids."""

    prompts: Mapping[str, Sequence[int]]
    training: Sequence[str]
    measured: Sequence[str]
    judge: Judge
    recorder: RewardRecorder
    pace: Pace
    tokenizer: Any
    save: Callable[[], Path]


@dataclass
class Drawn:
    """The completions of a step, and what is still owed for them."""

    written: list[Written]
    tickets: list[int]
    tasks: list[str]
    seconds: float
    rewards: list[float | None]


class RewardTrainer(Driven, GRPOTrainer):  # type: ignore[misc]
    """Trains a job from where `progress` stands; `work` is what it needs from outside."""

    def __init__(self, job: Job, progress: TrainingState, work: Work, settings: Settings) -> None:
        arguments = arguments_of(settings, cpu=job.device.type == "cpu")
        arguments.device  # noqa: B018  (which counts the GPUs)
        arguments._n_gpu = min(arguments.n_gpu, 1)  # one process, one device
        self.drive(job, progress, work.save)
        self.work = work
        self.grpo = settings.grpo
        self.drawn: Drawn | None = None
        self.has_signal = False
        kept = {name: weight.detach().clone() for name, weight in adapter_parameters(job.model).items()}
        begin: Any = super().__init__  # TRL's
        begin(
            model=job.model,
            reward_funcs=self.tests,
            args=arguments,
            # The prompt is the task id, under which everything else is known here.
            train_dataset=Dataset.from_dict({"prompt": list(work.training)}),
            processing_class=work.tokenizer,
            optimizers=(job.optimizer, make_rate(job.optimizer, Course(job.settings), done=progress.step)),
            rollout_func=self.roll_out,
        )
        self._put_back(kept)
        self._step = progress.step * self.args.gradient_accumulation_steps
        ends = end_tokens(job.model, work.tokenizer)
        self.drawer: Drawer = (
            ServerDrawer(self.vllm_generation, work.tokenizer, ends)
            if self.grpo.vllm_mode == "server"
            else OwnDrawer(job.model, work.tokenizer, self.grpo)
        )
        self.remove_callback(PrinterCallback)

    def _put_back(self, kept: Mapping[str, torch.Tensor]) -> None:
        """Undo what TRL does to adapters: on a quantised base it rounds them, and that of the reference would learn."""
        for name, parameter in self.job.model.named_parameters():
            if name in kept:
                parameter.data = kept[name]
            elif (own := name.replace(".ref.", ".default.")) in kept:
                parameter.data = kept[own].clone()
                parameter.requires_grad_(False)

    def _send_telemetry(self) -> None:
        """Tell nobody: TRL would report each run to the hub."""

    def get_train_dataloader(self) -> Any:
        """Return the task ids of each step that is left, once for each forward pass, of which the first draws."""
        settings, group = self.job.settings, self.grpo.num_generations
        passes = self.args.gradient_accumulation_steps
        size = passes * self.args.per_device_train_batch_size // group
        course = steps(
            self.work.training,
            done=self.progress.step,
            last=settings.num_steps,
            size=size,
            repeats=group,
            seed=settings.seed,
        )
        return ([{"prompt": task} for task in tasks] for _, tasks in course for _ in range(passes))

    def roll_out(self, tasks: list[str], _trainer: Any) -> dict[str, Any]:
        """Draw the completions of a step, in TRL's form; the judge has them as soon as they are drawn.

        A completion that closed its function has ended as it should, without an end token. TRL takes what ends without
        one for truncated, so one is put there which nothing is learned from.
        """
        step = self.state.global_step + 1
        self.drawn = drawn = self._draw(tasks, "draw", step)
        torch.manual_seed(derive_seed(self.job.settings.seed, "shuffle", step))  # TRL shuffles what is drawn
        closed = [one.finish == "closed" for one in drawn.written]
        end = self.eos_token_ids[0]
        log_probs = [one.log_probs for one in drawn.written]
        return {
            "prompt_ids": [list(self.work.prompts[task]) for task in tasks],
            "completion_ids": [[*one.ids, *[end] * shut] for one, shut in zip(drawn.written, closed, strict=True)],
            "env_mask": [[1] * len(one.ids) + [0] * shut for one, shut in zip(drawn.written, closed, strict=True)],
            "logprobs": None
            if None in log_probs
            else [[*(one or ()), *[0.0] * shut] for one, shut in zip(log_probs, closed, strict=True)],
        }

    def _draw(self, tasks: Sequence[str], purpose: str, step: int) -> Drawn:
        began, size = time.monotonic(), self.grpo.draw_size
        drawn = Drawn([], [], list(tasks), 0.0, [])
        for first in range(0, len(tasks), size):
            part = tasks[first : first + size]
            seed = derive_seed(self.job.settings.seed, purpose, step, first)
            written = self.drawer.draw([self.work.prompts[task] for task in part], seed)
            texts = (one.text for one in written)
            drawn.tickets.append(self.work.judge.ask(list(zip(part, texts, strict=True))))
            drawn.written += written
        drawn.seconds = time.monotonic() - began
        return drawn

    def tests(self, **_: Any) -> list[float | None]:
        """Return the rewards of what was drawn last; the judge was at it since then."""
        assert self.drawn is not None
        waited = time.monotonic()
        judging = self._collect(self.drawn)
        waited = time.monotonic() - waited
        seconds = {"draw_seconds": self.drawn.seconds, "judge_seconds": judging, "judge_wait_seconds": waited}
        self.work.recorder.times(self.state.global_step + 1, seconds)
        return self.drawn.rewards

    def _collect(self, drawn: Drawn) -> float:
        """Wait for the rewards; return how long the judge worked."""
        replies = [self.work.judge.rewards(ticket) for ticket in drawn.tickets]
        drawn.rewards = [reward for reply in replies for reward in reply.rewards]
        return sum(reply.seconds for reply in replies)

    def _generate_and_score_completions(self, inputs: Any) -> Any:
        out = super()._generate_and_score_completions(inputs)
        self.has_signal = bool(rows_of_use(out).any())
        return out

    def compute_loss(
        self, model: Any, inputs: Any, return_outputs: bool = False, num_items_in_batch: Any = None
    ) -> torch.Tensor:
        """Return TRL's loss of a part of the step, with dropout of its own and without columns that are padding."""
        passes = self.args.gradient_accumulation_steps
        torch.manual_seed(
            derive_seed(self.job.settings.seed, "dropout", self.state.global_step + 1, self._step % passes)
        )
        loss = self._loss_of_use(model, inputs)
        self.progress.loss_sum = self.progress.loss_sum + loss.detach().double()
        return loss

    def _loss_of_use(self, model: Any, inputs: dict[str, Any]) -> torch.Tensor:
        """Return TRL's loss. `dapo` divides by the tokens of the step, so rows that move nothing can be left out."""
        if self.grpo.loss_type == "dapo" and self.grpo.beta == 0:
            useful = rows_of_use(inputs)
            if not bool(useful.any()):  # of no weight, but it has a gradient, as the Trainer expects
                return sum((one.sum() * 0.0 for one in adapter_parameters(model).values()), torch.zeros(()))
            inputs = without_rows(inputs, useful)
        found: Any = super().compute_loss(model, trimmed(inputs))
        loss: torch.Tensor = found
        return loss

    def log(self, logs: dict[str, float], start_time: float | None = None) -> None:
        """Hand a line to the callbacks: a step's with our own figures, a measurement's as it is, and no other."""
        if "val_reward" in logs:
            super(GRPOTrainer, self).log(logs)
        elif "loss" in logs:
            self.check_finite(self.progress.step)
            super(GRPOTrainer, self).log(self._line(logs))
            self.progress.clear()
            self._metrics["train"].clear()

    def _line(self, logs: Mapping[str, float]) -> dict[str, Any]:
        drawn, state = self.drawn, self.progress
        assert drawn is not None
        found = figures(drawn.rewards, self.grpo.num_generations)
        count = len(drawn.written)
        written = sum(len(one.ids) for one in drawn.written)
        state.total_tokens += written + sum(len(self.work.prompts[task]) for task in drawn.tasks)
        state.total_labelled += written
        state.last_train_loss = float(state.loss_sum)
        kept = {name: _mean(self._metrics["train"].get(name, [])) for name in ("entropy", "kl")}
        return {
            "train_loss": state.last_train_loss,
            "grad_norm": float(logs["grad_norm"]),
            "lr": logs["learning_rate"],
            "tokens": state.total_tokens,
            "labelled_tokens": state.total_labelled,
            **vars(found),
            "truncated": sum(one.finish == "length" for one in drawn.written) / count,
            "closed": sum(one.finish == "closed" for one in drawn.written) / count,
            "entropy": kept["entropy"],
            "kl_to_start": kept["kl"],
        }

    def evaluate(self, *given: Any, **named: Any) -> dict[str, float]:
        """Measure the mean reward; the random numbers are the same at every measurement."""
        tasks = [task for task in self.work.measured for _ in range(self.grpo.val_samples)]
        if self.grpo.vllm_mode == "server":
            self.vllm_generation.sync_weights()
        with self.work.pace.pause(validating=True):
            drawn = self._draw(tasks, "measure", 0)
            self._collect(drawn)
        rows = [
            {
                "task_id": task,
                "sample_index": number % self.grpo.val_samples,
                "reward": reward,
                "finish_reason": one.finish,
                "completion": one.text,
            }
            for number, (task, one, reward) in enumerate(zip(tasks, drawn.written, drawn.rewards, strict=True))
        ]
        self.work.recorder.answers(self.progress.step, rows)
        means = means_by_problem(rows)
        if not means:
            raise BadResultError("none of the measured completions could be judged", hint="the judge said why above")
        metrics = {"val_reward": sum(means.values()) / len(means), "val_answers": len(rows)}
        self.log(metrics)
        self.control = self.callback_handler.on_evaluate(self.args, self.state, self.control, metrics)
        return metrics


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None


def train(trainer: RewardTrainer, *, stop_after: int | None = None) -> Path:
    """Run to the last step; return the last checkpoint. As `training.engine.train` it raises."""
    state, last = trainer.progress, trainer.job.settings.num_steps
    with Progress("training", total=last, unit="steps", done=state.step) as progress, polite_stop() as stopping:
        trainer.add_callback(Lines(lambda: trainer.progress, trainer.work.recorder, progress))
        if state.step == 0:
            trainer.evaluate()
        trainer.add_callback(SignalGuard(trainer, lambda: trainer.has_signal))
        trainer.add_callback(
            EachStep(trainer, progress, trainer.work.pace, lambda step: stopping() or step == stop_after)
        )
        trainer.train()
    assert trainer.last is not None
    return trainer.last
