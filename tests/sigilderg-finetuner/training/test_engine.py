"""What ours takes from transformers' Trainer is still there, and means what it meant."""

import inspect

import pytest
import torch
from transformers import Trainer, TrainingArguments
from transformers.trainer_callback import TrainerCallback

from sigilderg_finetuner.training import callbacks
from sigilderg_finetuner.training.engine import PackedTrainer
from sigilderg_finetuner.training.optimizers import learning_rate, make_rate


def own(kind):
    """The functions that a class defines itself, by name."""
    return {name: value for name, value in vars(kind).items() if inspect.isfunction(value) and name != "__init__"}


NEW = {"_note", "check_finite", "gather", "agreed", "_over_all"}  # of ours alone


def test_what_is_overridden_exists():
    """A name that the Trainer no longer calls would turn a rule of ours off in silence."""
    assert {name for name in own(PackedTrainer) if not hasattr(Trainer, name)} == NEW
    for kind in (callbacks.Steps, callbacks.Guard, callbacks.Records):
        assert [name for name in own(kind) if not hasattr(TrainerCallback, name)] == []


@pytest.mark.parametrize(
    ("name", "called"),
    [
        ("get_train_dataloader", "_inner_training_loop"),
        ("_maybe_log_save_evaluate", "_run_epoch"),
        ("_clip_grad_norm", "_run_epoch"),
        ("floating_point_ops", "_run_epoch"),
        ("compute_loss", "training_step"),
        ("_save_checkpoint", "_maybe_log_save_evaluate"),
        ("log", "_maybe_log_save_evaluate"),
        ("evaluate", "_evaluate"),
    ],
)
def test_what_is_overridden_is_called(name, called):
    assert f"self.{name}(" in inspect.getsource(getattr(Trainer, called))


def test_the_loss_that_is_handed_over_is_not_divided_again():
    """It is scaled by the number of answer tokens in the step, which the Trainer counts where a model takes it."""
    source = inspect.getsource(Trainer.training_step)
    assert "model_accepts_loss_kwargs" in source
    assert "current_gradient_accumulation_steps" in source


def test_the_arguments_that_are_given_exist():
    names = set(inspect.signature(TrainingArguments).parameters)
    assert {
        "logging_nan_inf_filter",
        "ddp_find_unused_parameters",
        "average_tokens_across_devices",
        "report_to",
    } <= names


@pytest.mark.parametrize("done", [0, 1, 7])
def test_the_rate_of_the_next_step_is_set_before_it(settings_for, done):
    settings = settings_for(train__num_steps=9, train__warmup_steps=3, train__min_lr_ratio=0.1).train
    optimizer = torch.optim.AdamW([torch.nn.Parameter(torch.zeros(2))], lr=settings.lr)
    rate = make_rate(optimizer, settings, done=done)
    seen = []
    for _ in range(done, 9):
        seen.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        rate.step()
    assert seen == [learning_rate(step, settings) for step in range(done + 1, 10)]
