"""What ours takes from transformers' Trainer is still there, and means what it meant."""

import inspect
import json
from pathlib import Path

import pytest
import torch
from transformers import Trainer, TrainingArguments
from transformers.trainer_callback import TrainerCallback

from sigil_common.errors import InputError
from sigilderg_finetuner import flow
from sigilderg_finetuner.training import callbacks
from sigilderg_finetuner.training.driven import Driven
from sigilderg_finetuner.training.engine import PackedTrainer
from sigilderg_finetuner.training.optimizers import Course, learning_rate, make_rate


def own(kind):
    """The functions that a class defines itself, by name."""
    return {name: value for name, value in vars(kind).items() if inspect.isfunction(value) and name != "__init__"}


NEW = {"_note", "drive", "check_finite", "gather", "agreed", "_over_all"}  # of ours alone


def test_what_is_overridden_exists():
    """A name that the Trainer no longer calls would turn a rule of ours off in silence."""
    assert {name for name in own(Driven) | own(PackedTrainer) if not hasattr(Trainer, name)} == NEW
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
        ("_wrap_model", "_prepare_for_training"),
    ],
)
def test_what_is_overridden_is_called(name, called):
    assert f"self.{name}(" in inspect.getsource(getattr(Trainer, called))


TAKES = {
    "get_train_dataloader": "self",
    "compute_loss": "self model inputs return_outputs num_items_in_batch",
    "floating_point_ops": "self inputs",
    "_clip_grad_norm": "self model",
    "_wrap_model": "self model training dataloader",
    "_save_checkpoint": "self model trial",
    "_maybe_log_save_evaluate": "self tr_loss grad_norm model trial epoch ignore_keys_for_eval start_time "
    "learning_rate",
    "log": "self logs start_time",
    "evaluate": "self eval_dataset ignore_keys metric_key_prefix",
}


def test_what_is_overridden_takes_what_it_took():
    """All that ours has of the Trainer's is named here; a new argument may change what the method is for."""
    assert {name for name in own(Driven) | own(PackedTrainer) if hasattr(Trainer, name)} == set(TAKES)
    assert {name: " ".join(inspect.signature(getattr(Trainer, name)).parameters) for name in TAKES} == TAKES


def test_a_model_that_is_wrapped_already_is_not_wrapped_again():
    """It is known by its being another object than the model (engine.Apart)."""
    assert "use_accelerator_prepare = model is self.model" in inspect.getsource(Trainer._prepare_for_training)


def test_between_steps_it_is_logged_then_validated_then_saved():
    """What on_evaluate of callbacks.Steps asks for is done after the same step."""
    source = inspect.getsource(Trainer._maybe_log_save_evaluate)
    places = [source.index(word) for word in ("control.should_log", "self._evaluate(", "self._save_checkpoint(")]
    assert places == sorted(places)
    assert "self.control.should_training_stop" in inspect.getsource(Trainer._run_epoch)


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
    rate = make_rate(optimizer, Course(settings), done=done)
    seen = []
    for _ in range(done, 9):
        seen.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        rate.step()
    assert seen == [learning_rate(step, settings) for step in range(done + 1, 10)]


@pytest.mark.slow
def test_a_run_begins_with_the_adapter_of_another(settings_for, rows, tmp_path):
    short = {"train__num_steps": 2, "train__val_every": 0, "lora__rslora": True}
    first = flow.run(settings_for("first", **short))
    second = flow.run(settings_for("second", misc__load_from=first["checkpoint"], train__seed=9, **short))
    assert second["val_loss_before"] == first["val_loss"]
    config = json.loads((Path(second["checkpoint"]) / "adapter_config.json").read_text())
    assert config["use_rslora"] is True


def test_what_cannot_be_begun_with_is_named(settings_for, tmp_path):
    with pytest.raises(InputError, match=r"`misc\.load_from`: .*none cannot be loaded"):
        flow.run(settings_for(misc__load_from=str(tmp_path / "none")))


@pytest.mark.slow
def test_lines_are_sent_to_a_tracker_and_written_all_the_same(settings_for, monkeypatch):
    from transformers.integrations import integration_utils

    from sigilderg_finetuner.training import runtime

    sent = []

    class Tracker(TrainerCallback):
        def on_log(self, args, state, control, logs=None, **_):
            sent.append((state.global_step, logs))

    monkeypatch.setitem(integration_utils.INTEGRATION_TO_CALLBACK, "mlflow", Tracker)
    monkeypatch.setattr(runtime, "find_spec", lambda name: True)
    settings = settings_for(train__num_steps=3, train__val_every=0, misc__log_backend="mlflow")
    flow.run(settings)
    rows = [json.loads(line) for line in (settings.misc.output_dir / "metrics.jsonl").read_text().splitlines()]
    assert [step for step, _ in sent] == [row["step"] for row in rows] == [0, 3, 3]
    assert sent[1][1]["loss"] == pytest.approx(rows[1]["train_loss"], rel=1e-6)
