"""What makes a run another run: the settings that its weights and metrics follow from, and the number types."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from sigil_common.manifest import digest_json
from sigil_common.settings import to_mapping
from sigilderg_finetuner.checks import needs_validation
from sigilderg_finetuner.names import BY_VALIDATION
from sigilderg_finetuner.settings import Settings

# These change how a run is done, reported or how long it goes on, never what a step of it computes; or stand elsewhere
# in a checkpoint's info.
_FREE = {
    "dataset": ("names", "use_cache", "cache_dir"),
    "train": (
        "num_steps",
        "logging_steps",
        "val_rows",
        "save_every",
        "keep_checkpoints",
        "early_stopping_patience",
        "early_stopping_threshold",
        "load_best_model_at_end",
        "dataloader_num_workers",
        "dataloader_pin_memory",
        "dataloader_prefetch_factor",
        "planned_minutes",
        "dollars_per_hour",
        "bf16",
    ),
    "bnb_4bit": ("compute_dtype",),
    "misc": ("output_dir", "adapter_format", "log_backend"),
    "grpo": ("reward_problems", "val_problems", "judge", "vllm_server_base_url"),
}
# Settings that came later, by the value that leaves them out: it is no part of the identity, so that runs from
# before them go on.
_OFF: dict[str, dict[str, Any]] = {
    "dataset": {"max_answer_length": None, "hub_rows": None},
    "train": {
        "max_tokens": None,
        "num_epochs": None,
        "warmup_ratio": None,
        "kl_to_base": 0.0,
        "average_last": 0,
        "save_at_tokens": [],
        "deterministic": False,
        "optim_args": None,
        "lr_scheduler_kwargs": {},
    },
    "lora": {"rslora": False, "use_dora": False},
    "misc": {"load_from": None},
}


def identity(settings: Settings) -> str:
    """Return the digest of everything in the settings that can change what a step computes.

    Where files lie is no part of it; base model and data have digests of their own, and number types,
    which `auto` leaves to the machine, are compared as they turned out (`number_types`).
    """
    values = _binding(to_mapping(settings), rows=settings.train.scheduler in BY_VALIDATION)
    for group, later in _OFF.items():
        for name, off in later.items() if values[group] is not None else ():
            if values[group][name] == off:
                values[group].pop(name)
    return digest_json(values)


def differences(kept: Mapping[str, Any], settings: Settings) -> list[str]:
    """Return what binds a run and is not as in the settings `kept` by its checkpoint, each with both values.

    A setting that `kept` lacks came later, and had its default. The rows of validations bind only a run that goes by
    their losses, which are of one kind then.
    """
    if (method := kept.get("method", "sft")) != settings.method:
        return [f"`method` was {method}, now {settings.method}"]
    rows = needs_validation(settings.train) is not None
    default, now, before = (
        _flat(_binding(one, rows=rows))
        for one in (to_mapping(Settings(method=settings.method)), to_mapping(settings), kept)
    )
    before = {key: value for key, value in before.items() if key in now}
    if (trained := kept.get("lora", now)) is None or settings.lora is None:
        was, here = ("all weights" if one is None else "an adapter" for one in (trained, settings.lora))
        now = {key: value for key, value in now.items() if not key.startswith("lora")}
        if was != here:
            return [f"what is trained was {was}, now {here}"]
    if settings.train.warmup_ratio is not None:  # the number of steps follows from it
        del now["train.warmup_steps"]
    return [
        f"`{key}` was {was}, now {value}"
        for key, value in now.items()
        if (was := before.get(key, default[key])) != value
    ]


def _binding(mapping: Mapping[str, Any], *, rows: bool) -> dict[str, Any]:
    """Return settings as written, without those that are free, and weights of sources by their place.

    With `rows` those that validations see are not free.
    """
    values = {name: dict(value) if isinstance(value, Mapping) else value for name, value in mapping.items()}
    data = values.get("dataset", {})
    weights = data.get("dataset_weights") or {}
    data["dataset_weights"] = [weights.get(name) for name in data.get("names", [])]
    for name in ("model_name", "model_revision"):
        values.pop(name, None)
    if values.get("method", "sft") == "sft":
        values.pop("method", None)
        values.pop("grpo", None)
    for group, names in _FREE.items():
        for name in names:
            if not (rows and name == "val_rows"):
                values.get(group, {}).pop(name, None)
    return values


def _flat(values: Mapping[str, Any]) -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for name, value in values.items():
        if isinstance(value, Mapping) and name != "task_weights":
            flat |= {f"{name}.{inner}": one for inner, one in value.items()}
        else:
            flat[name] = value
    return flat


def training_type(settings: Settings) -> Literal["auto", "bfloat16", "float32"]:
    """Return the number type that `train.bf16` asks for."""
    bf16 = settings.train.bf16
    return "auto" if bf16 == "auto" else "bfloat16" if bf16 else "float32"


def number_types(settings: Settings) -> dict[str, str]:
    """Return the number types of a run: `dtype` of the forward pass and, for a 4-bit base, of its `products`."""
    found: dict[str, str] = {"dtype": training_type(settings)}
    return found | ({"products": settings.bnb_4bit.compute_dtype} if settings.quantization == "nf4" else {})
