"""Settings that are fine alone and wrong together. Needs nothing heavy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

from sigil_common.errors import InputError
from sigilderg_finetuner.grpo_settings import GrpoSettings
from sigilderg_finetuner.names import BY_VALIDATION, OWN_COURSES, TO_ZERO, optimizer_arguments, takes_beta2, why_not
from sigilderg_finetuner.settings import DatasetSettings, Settings, TrainSettings

MOST_ROWS = 1_000_000  # of a step, which are planned at one time


def check_together(settings: Settings) -> None:
    """Raise `InputError` for values that are fine alone and wrong together."""
    data, train = settings.dataset, settings.train
    _check_optimizer(train)
    _check_course(train)
    _check_step(train)
    if settings.model_revision is not None and Path(settings.model_name).is_dir():
        raise InputError(
            f"`model_revision` is for models of the hub, and {settings.model_name} is a directory", hint="leave it out"
        )
    if settings.method == "grpo":
        _check_grpo(settings)
        return
    _refuse_unread(settings.grpo, GrpoSettings(), "grpo", _names(GrpoSettings), hint=_SFT, method="sft")
    if data.min_length > data.max_length:
        raise InputError(
            "`dataset.min_length` is above `dataset.max_length`", cause=f"{data.min_length:,} > {data.max_length:,}"
        )
    if data.min_length > train.max_seq_len:
        raise InputError(
            "`dataset.min_length` is above `train.max_seq_len`, so no sample would be left",
            cause=f"{data.min_length:,} > {train.max_seq_len:,}",
        )
    _check_budgets(train)
    _check_validations(train)
    if settings.lora is None:
        _check_all_weights(settings)
    if len(set(data.names)) != len(data.names):
        raise InputError("`dataset.names` holds a source twice", hint="raise its weight in `dataset.dataset_weights`")
    _check_weights(data)


def _check_optimizer(train: TrainSettings) -> None:
    if (reason := why_not(train.optimizer)) is not None:
        raise InputError(f"`train.optimizer`: `{train.optimizer}` is not to be had here", cause=reason)
    arguments = optimizer_arguments(train.optim_args)
    if train.adam_beta2 == TrainSettings().adam_beta2:
        return
    if not takes_beta2(train.optimizer):
        raise InputError(
            f"`train.adam_beta2` means nothing with `train.optimizer: {train.optimizer}`",
            hint="leave it out; what an optimizer takes besides are `train.optim_args`",
        )
    if "beta2" in arguments:
        raise InputError("`train.adam_beta2` is given twice", cause="`train.optim_args` hold `beta2`")


def _check_step(train: TrainSettings) -> None:
    rows = max(1, train.micro_batch_size) * train.gradient_accumulation
    if rows > MOST_ROWS:
        raise InputError(
            f"`train.gradient_accumulation` x `train.micro_batch_size` are {rows:,} rows in one step",
            cause=f"more than {MOST_ROWS:,} are taken for a slip",
        )


def _check_course(train: TrainSettings) -> None:
    """Raise `InputError` for what a course of the rate would not look at."""
    if train.lr_scheduler_kwargs and train.scheduler in OWN_COURSES:
        raise InputError(
            f"`train.lr_scheduler_kwargs` mean nothing with `train.scheduler: {train.scheduler}`",
            hint="leave them out, or take a course that has some, as `cosine_with_restarts` or `polynomial`",
        )
    if train.min_lr_ratio and train.scheduler in TO_ZERO:
        raise InputError(
            f"`train.min_lr_ratio` means nothing with `train.scheduler: {train.scheduler}`",
            hint="leave it out, or take a course that ends with a rate of its own, as `cosine` or `linear`",
        )


def _check_all_weights(settings: Settings) -> None:
    """Raise `InputError` for what needs an adapter beside a frozen base."""
    quantized, misc = settings.quantization in ("nf4", "int8"), settings.misc
    if quantized:
        raise InputError(
            f"`quantization` is `{settings.quantization}`, and `lora: null` trains the weights that it would freeze",
            hint="set `quantization: none`, or leave `lora` out to train an adapter",
        )
    if settings.train.kl_to_base:
        raise InputError(
            "`train.kl_to_base` compares with the base, of which `lora: null` keeps no copy", hint="leave it out"
        )
    if misc.adapter_format != "safetensors":
        raise InputError("`misc.adapter_format` is for adapters: whole models are kept as safetensors")


def _check_grpo(settings: Settings) -> None:
    train, grpo = settings.train, settings.grpo
    if settings.lora is None:
        raise InputError("`method: grpo` trains an adapter", hint="leave `lora: null` out")
    if train.scheduler in BY_VALIDATION:
        raise InputError(f"`train.scheduler: {train.scheduler}` follows losses, of which `method: grpo` validates none")
    if grpo.reward_problems is None:
        raise InputError(
            "`grpo.reward_problems` is not given", hint="--reward-problems data/RustPractice.jsonl, or a file of yours"
        )
    completions = train.micro_batch_size * train.gradient_accumulation
    if completions == 0 or completions % grpo.num_generations:
        raise InputError(
            "`grpo.num_generations` does not divide the completions of a step",
            cause=f"they are `train.micro_batch_size` x `train.gradient_accumulation` = {completions:,}",
        )
    if grpo.draw_size % grpo.num_generations:
        raise InputError(
            "`grpo.draw_size` is no multiple of `grpo.num_generations`",
            cause=f"{grpo.draw_size:,} and {grpo.num_generations:,}",
        )
    _refuse_unread(train, TrainSettings(), "train", _NOT_WITH_GRPO, hint="leave it out")
    _refuse_unread(settings.dataset, DatasetSettings(), "dataset", _names(DatasetSettings), hint=_PROBLEMS)


def _names(section: type[Any]) -> list[str]:
    return [one.name for one in fields(section)]


def _refuse_unread(
    given: Any, default: Any, section: str, names: Sequence[str], *, hint: str, method: str = "grpo"
) -> None:
    """Raise `InputError` for the first setting with another value than its default: nothing would look at it."""
    for name in names:
        if getattr(given, name) != getattr(default, name):
            raise InputError(f"`{section}.{name}` means nothing with `method: {method}`", hint=hint)


_SFT = "say `method: grpo`, or leave the section out"
_PROBLEMS = "leave it out: what is learned from are `grpo.reward_problems`"
# Steps are of completions and each has its line; losses are not validated; attention is as transformers chooses.
_NOT_WITH_GRPO = (
    "max_tokens",
    "num_epochs",
    "kl_to_base",
    "average_last",
    "logging_steps",
    "save_at_tokens",
    "early_stopping_patience",
    "early_stopping_threshold",
    "load_best_model_at_end",
    "val_rows",
    "packing",
    "use_flash_attention",
    "dataloader_num_workers",
    "dataloader_pin_memory",
    "dataloader_prefetch_factor",
)


def _check_budgets(train: TrainSettings) -> None:
    if train.num_epochs is not None and train.max_tokens is not None:
        raise InputError(
            "`train.num_epochs` and `train.max_tokens` both say how long to train", hint="give one of them"
        )
    if train.save_at_tokens != sorted(set(train.save_at_tokens)):
        raise InputError("`train.save_at_tokens` must rise", cause=f"got {train.save_at_tokens}")
    if train.max_tokens is not None and train.save_at_tokens and train.save_at_tokens[-1] > train.max_tokens:
        raise InputError(
            "`train.save_at_tokens` goes beyond `train.max_tokens`",
            cause=f"{train.save_at_tokens[-1]:,} > {train.max_tokens:,}",
        )


def needs_validation(train: TrainSettings) -> str | None:
    """Return the setting that makes no sense without validations, if one is given."""
    if train.scheduler in BY_VALIDATION:
        return "scheduler"
    if train.early_stopping_patience:
        return "early_stopping_patience"
    return "load_best_model_at_end" if train.load_best_model_at_end else None


def _check_validations(train: TrainSettings) -> None:
    asked = needs_validation(train)
    if asked is not None and not train.val_every:
        raise InputError(
            f"`train.{asked}` goes by validations, and `train.val_every: 0` makes none before the last step",
            hint="say after how many steps to validate",
        )
    if train.early_stopping_threshold and not train.early_stopping_patience:
        raise InputError(
            "`train.early_stopping_threshold` means nothing without `train.early_stopping_patience`",
            hint="say after how many validations without progress to end",
        )
    if train.early_stopping_patience and train.average_last:
        raise InputError(
            "`train.early_stopping_patience` may end a run at any validation, and `train.average_last` must know when",
            hint="leave one of them out",
        )


def _check_weights(data: DatasetSettings) -> None:
    from sigil_common.task_types import TASK_TYPES

    for name in data.dataset_weights:
        if name not in data.names:
            raise InputError(f"`dataset.dataset_weights` names `{name}`, which is not in `dataset.names`")
    if data.dataset_weights and data.interleave_mode != "weighted":
        raise InputError(
            "`dataset.dataset_weights` count only in `weighted` mode",
            cause=f"`dataset.interleave_mode` is `{data.interleave_mode}`",
        )
    if data.dataset_weights and not any(data.dataset_weights.values()):
        raise InputError("`dataset.dataset_weights` are all 0")
    for task in data.task_weights:
        if task not in TASK_TYPES:
            raise InputError(
                f"`dataset.task_weights` names an unknown task `{task}`", hint=f"known: {', '.join(TASK_TYPES)}"
            )
