"""Which settings make a run another run: every single one is on one side or the other."""

import dataclasses
from pathlib import Path

import pytest

from sigil_common.settings import load_settings, to_mapping
from sigilderg_finetuner.checks import check_together
from sigilderg_finetuner.identity import differences, identity, number_types
from sigilderg_finetuner.settings import Settings

# How a run is done or reported, where things lie, and what is compared in another way.
FREE = {
    "model_name",
    "model_revision",
    "dataset.names",
    "dataset.use_cache",
    "dataset.cache_dir",
    "train.num_steps",
    "train.logging_steps",
    "train.val_rows",
    "train.save_every",
    "train.keep_checkpoints",
    "train.early_stopping_patience",
    "train.early_stopping_threshold",
    "train.load_best_model_at_end",
    "train.dataloader_num_workers",
    "train.dataloader_pin_memory",
    "train.dataloader_prefetch_factor",
    "train.planned_minutes",
    "train.dollars_per_hour",
    "train.bf16",
    "bnb_4bit.compute_dtype",
    "misc.output_dir",
    "misc.adapter_format",
    "misc.log_backend",
    "grpo.reward_problems",
    "grpo.val_problems",
    "grpo.judge",
    "grpo.vllm_server_base_url",
}
OTHER = {
    "model_name": "x",
    "model_revision": "v2",
    "quantization": "int8",
    "dataset.names": ["local:other"],
    "dataset.cache_dir": "x",
    "dataset.overlong": "cut",
    "dataset.format": "plain",
    "dataset.interleave_mode": "sequential",
    "dataset.task_weights": {"explanations": 2.0},
    "dataset.dataset_weights": {"local:datasets/local.jsonl": 2.0},
    "train.scheduler": "linear",
    "train.optimizer": "adamw_8bit",
    "train.optim_args": "momentum=0.9",
    "train.lr_scheduler_kwargs": {"power": 2.0},
    "train.bf16": True,
    "train.planned_minutes": 3,
    "train.dollars_per_hour": 3,
    "train.max_tokens": 3,
    "train.warmup_ratio": 0.1,
    "train.save_at_tokens": [3],
    "dataset.max_answer_length": 3,
    "dataset.hub_rows": 3,
    "train.num_epochs": 2.0,
    "lora.target_modules": ["q_proj"],
    "bnb_4bit.quant_type": "fp4",
    "bnb_4bit.compute_dtype": "float32",
    "misc.output_dir": "x",
    "misc.adapter_format": "bin",
    "misc.load_from": "x",
    "misc.log_backend": "wandb",
    "method": "grpo",
    "grpo.reward_problems": "x",
    "grpo.val_problems": "x",
    "grpo.judge": ["x"],
    "grpo.prompt_style": "completion",
    "grpo.loss_type": "grpo",
    "grpo.scale_rewards": "none",
    "grpo.vllm_mode": "server",
    "grpo.vllm_server_base_url": "x",
}


def other(key, value):
    """Another allowed value of a setting."""
    if key in OTHER:
        return OTHER[key]
    if isinstance(value, bool):
        return not value
    return value + 1 if isinstance(value, int) else value / 2 + 0.1


def all_settings():
    for item in dataclasses.fields(Settings):
        value = getattr(Settings(), item.name)
        if dataclasses.is_dataclass(value):
            yield from (
                (f"{item.name}.{inner.name}", getattr(value, inner.name)) for inner in dataclasses.fields(value)
            )
        else:
            yield item.name, value


@pytest.mark.parametrize(("key", "value"), list(all_settings()))
def test_a_setting_is_part_of_the_identity_unless_it_is_free(key, value):
    method = {"method": "grpo"} if key.startswith("grpo.") else {}
    before = load_settings(Settings, overrides=method).settings
    changed = load_settings(Settings, overrides=method | {key: other(key, value)}).settings
    assert changed != before, "the other value is another value"
    assert (identity(changed) == identity(before)) is (key in FREE)


def test_what_is_for_rewards_alone_changes_no_run_on_samples():
    changed = load_settings(Settings, overrides={"grpo.beta": 0.1}).settings
    assert identity(changed) == identity(Settings())
    assert differences(to_mapping(Settings()), changed) == []


def test_later_settings_that_are_off_change_no_identity():
    """A run from before they existed goes on: its checkpoints hold the digest without them."""
    from sigil_common.manifest import digest_json
    from sigilderg_finetuner import identity as module

    values = to_mapping(Settings())
    values["dataset"]["dataset_weights"] = [None]
    for name in ("model_name", "model_revision", "method", "grpo"):
        del values[name]
    for key in FREE - {"model_name", "model_revision"}:
        if key.startswith("grpo."):
            continue
        group, _, name = key.partition(".")
        del values[group][name]
    for group, later in module._OFF.items():
        for name in later:
            del values[group][name]
    assert identity(Settings()) == digest_json(values)


def test_what_differs_from_a_kept_run_is_named_with_both_values():
    def of(**values):
        return load_settings(
            Settings, overrides={key.replace("__", "."): value for key, value in values.items()}
        ).settings

    kept = to_mapping(of(lora__r=8, dataset__task_weights={"explanations": 2.0}))
    del kept["train"]["average_last"]  # as before there was one
    assert differences(kept, of(lora__r=8, dataset__task_weights={"explanations": 2.0}, train__num_steps=3)) == []
    assert differences(kept, of(train__average_last=4)) == [
        "`dataset.task_weights` was {'explanations': 2.0}, now {}",
        "`train.average_last` was 0, now 4",
        "`lora.r` was 8, now 16",
    ]


@pytest.mark.parametrize(
    "more",
    [{"scheduler": "greedy"}, {"early_stopping_patience": 2}, {"load_best_model_at_end": True}],
    ids=["rate", "end", "best"],
)
def test_losses_that_decide_anything_are_of_the_same_rows(more):
    def of(**values):
        given = {f"train.{name}": value for name, value in (more | values).items()}
        return load_settings(Settings, overrides=given).settings

    kept = to_mapping(of())
    assert differences(kept, of(val_rows=8)) == ["`train.val_rows` was 256, now 8"]
    assert differences(kept, of()) == []
    assert (identity(of()) == identity(of(val_rows=8))) is ("scheduler" not in more)


def test_a_warm_up_that_is_a_ratio_is_compared_as_one():
    kept = to_mapping(Settings())
    kept["train"] |= {"warmup_ratio": 0.1, "warmup_steps": 1_200}
    assert differences(kept, load_settings(Settings, overrides={"train.warmup_ratio": 0.1}).settings) == []


def test_weights_of_sources_count_by_their_place_and_not_by_their_name():
    def of(names, weights):
        return identity(
            load_settings(Settings, overrides={"dataset.names": names, "dataset.dataset_weights": weights}).settings
        )

    assert of(["local:a", "local:b"], {"local:a": 1, "local:b": 2}) == of(
        ["local:x", "local:y"], {"local:y": 2, "local:x": 1}
    )
    assert of(["local:a", "local:b"], {"local:a": 1, "local:b": 2}) != of(
        ["local:a", "local:b"], {"local:a": 2, "local:b": 1}
    )


@pytest.mark.parametrize(
    ("bf16", "quantization", "products", "expected"),
    [
        ("auto", "nf4", "auto", {"dtype": "auto", "products": "auto"}),
        (True, "nf4", "float16", {"dtype": "bfloat16", "products": "float16"}),
        (False, "none", "bfloat16", {"dtype": "float32"}),
        ("auto", "int8", "bfloat16", {"dtype": "auto"}),
    ],
)
def test_number_types_are_told_apart_from_the_rest(bf16, quantization, products, expected):
    overrides = {"train.bf16": bf16, "quantization": quantization, "bnb_4bit.compute_dtype": products}
    assert number_types(load_settings(Settings, overrides=overrides).settings) == expected


def test_the_defaults_fit_together():
    check_together(Settings())
    assert Settings().misc.output_dir == Path("out")
