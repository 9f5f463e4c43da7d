"""What happens between two steps with rewards: a line for each, and gradients are proven where there can be any."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from transformers.trainer_callback import TrainerCallback

from sigil_common.progress import Progress
from sigilderg_finetuner.reinforcement.recording import RewardRecorder
from sigilderg_finetuner.training import callbacks
from sigilderg_finetuner.training.state import TrainingState


class EachStep(callbacks.Steps):
    """A line for each step: one step is many completions."""

    def on_step_end(self, args: Any, state: Any, control: Any, **more: Any) -> None:
        """Say what is due."""
        super().on_step_end(args, state, control, **more)
        control.should_log = True


class SignalGuard(callbacks.Guard):
    """Proves gradients on the first two steps that have any: where all rewards are alike, there is nothing to learn."""

    def __init__(self, trainer: callbacks.Driver, has_signal: Callable[[], bool]) -> None:
        super().__init__(trainer)
        self.has_signal = has_signal

    def on_pre_optimizer_step(self, args: Any, state: Any, control: Any, **more: Any) -> None:
        """Look at the gradients before they are used."""
        if self.has_signal():
            super().on_pre_optimizer_step(args, state, control, **more)
        else:
            self.until += 1


class Lines(TrainerCallback):
    """Writes metrics.jsonl, whatever else the lines are sent to."""

    def __init__(self, state: Callable[[], TrainingState], recorder: RewardRecorder, progress: Progress) -> None:
        self.state, self.recorder, self.progress = state, recorder, progress

    def on_log(self, args: Any, state: Any, control: Any, logs: Any = None, **_: Any) -> None:
        """Write a line."""
        known = {name: value for name, value in logs.items() if name != "epoch"}
        self.recorder.line(self.state().step, known)
        reward = known.get("reward")
        if reward is not None:
            self.progress.advance(0, note=f"reward {reward:.3f}, {known['zero_spread']:.0%} of prompts without spread")
