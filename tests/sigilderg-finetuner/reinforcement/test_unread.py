"""What nothing would look at where a run learns from rewards is refused by name."""

import dataclasses

import pytest

from sigil_common.errors import InputError
from sigil_common.settings import load_settings
from sigilderg_finetuner.checks import check_together
from sigilderg_finetuner.reinforcement import flow
from sigilderg_finetuner.settings import DatasetSettings, Settings

GIVEN = {"method": "grpo", "grpo.reward_problems": "p", "grpo.num_generations": 4}
FOR_SAMPLES = {
    "train.logging_steps": 3, "train.val_rows": 8, "train.packing": False, "train.use_flash_attention": False,
    "train.early_stopping_threshold": 0.1, "train.dataloader_num_workers": 0, "train.dataloader_pin_memory": False,
    "train.dataloader_prefetch_factor": 1, "train.max_tokens": 5, "train.average_last": 2,
    "dataset.names": ["local:x"], "dataset.cache_dir": "x", "dataset.overlong": "cut", "dataset.format": "plain",
    "dataset.interleave_mode": "sequential", "dataset.dataset_weights": {"x": 1.0}, "dataset.hub_rows": 3,
    "dataset.task_weights": {"explanations": 2.0}, "dataset.max_answer_length": 3,
}  # fmt: skip


def other(value):
    return not value if isinstance(value, bool) else value / 2 + 0.1 if isinstance(value, float) else value + 1


def all_of_samples():
    rest = {f"dataset.{one.name}": getattr(DatasetSettings(), one.name) for one in dataclasses.fields(DatasetSettings)}
    return FOR_SAMPLES | {key: other(value) for key, value in rest.items() if key not in FOR_SAMPLES}


@pytest.mark.parametrize(("key", "value"), all_of_samples().items())
def test_what_is_for_samples_is_refused_by_name(key, value):
    settings = load_settings(Settings, overrides=GIVEN | {key: value}).settings
    with pytest.raises(InputError, match=f"`{key}` means nothing with `method: grpo`"):
        check_together(settings)


def test_defaults_are_not():
    check_together(load_settings(Settings, overrides=GIVEN).settings)


def test_an_optimizer_that_is_not_to_be_had_is_refused_for_rewards_too():
    with pytest.raises(InputError, match="is not to be had here"):
        check_together(load_settings(Settings, overrides=GIVEN | {"train.optimizer": "lomo"}).settings)


@pytest.mark.parametrize(("variable", "program"), [("DEEPSPEED", "DeepSpeed"), ("FSDP", "FSDP")])
def test_a_launcher_that_wants_parts_is_refused(monkeypatch, variable, program):
    monkeypatch.setenv(f"ACCELERATE_USE_{variable}", "true")
    with pytest.raises(InputError, match=f"the launcher asks for {program}, and `method: grpo`"):
        flow.make_plan(load_settings(Settings, overrides=GIVEN).settings)
