"""Optimizers and courses of the rate, under the names that transformers' Trainer gives them."""

from __future__ import annotations

from typing import Literal

from sigil_common.errors import InputError

Optimizer = Literal[
    "adamw", "adamw_torch", "adamw_torch_fused", "adamw_torch_xla", "adamw_torch_npu_fused", "adamw_anyprecision",
    "adamw_torch_4bit", "adamw_torch_8bit", "adamw_8bit", "adamw_bnb_8bit", "paged_adamw_32bit", "paged_adamw_8bit",
    "adafactor", "sgd", "adagrad", "rmsprop", "rmsprop_bnb", "rmsprop_bnb_8bit", "rmsprop_bnb_32bit",
    "ademamix", "ademamix_8bit", "paged_ademamix_32bit", "paged_ademamix_8bit",
    "lion_32bit", "lion_8bit", "paged_lion_32bit", "paged_lion_8bit",
    "grokadamw", "schedule_free_radam", "schedule_free_adamw", "schedule_free_sgd", "stable_adamw",
    "galore_adamw", "galore_adamw_8bit", "galore_adafactor", "galore_adamw_layerwise", "galore_adamw_8bit_layerwise",
    "galore_adafactor_layerwise", "apollo_adamw", "apollo_adamw_layerwise", "lomo", "adalomo",
]  # fmt: skip
Scheduler = Literal[
    "cosine", "linear", "constant", "cosine_with_restarts", "polynomial", "inverse_sqrt", "cosine_with_min_lr",
    "cosine_warmup_with_min_lr", "warmup_stable_decay", "reduce_lr_on_plateau", "greedy",
]  # fmt: skip
BY_VALIDATION = ("reduce_lr_on_plateau", "greedy")  # the rate follows what validations find
OWN_COURSES = ("cosine", "linear", "constant")  # computed here, of `train.min_lr_ratio` alone
TO_ZERO = ("constant", "inverse_sqrt", "cosine_with_restarts")  # no last rate can be given

# What an optimizer needs besides torch and transformers: how it is imported, and how it is installed.
_PACKAGES = {
    "bitsandbytes": "bitsandbytes", "torchao": "torchao", "torchdistx": "torchdistx", "torch_xla": "torch_xla",
    "torch_npu": "torch_npu", "grokadamw": "grokadamw", "schedulefree": "schedulefree", "optimi": "torch-optimi",
}  # fmt: skip
_NEEDS = {
    "adamw_torch_xla": "torch_xla", "adamw_torch_npu_fused": "torch_npu", "adamw_anyprecision": "torchdistx",
    "adamw_torch_4bit": "torchao", "adamw_torch_8bit": "torchao", "grokadamw": "grokadamw", "stable_adamw": "optimi",
}  # fmt: skip
_WITHOUT_BETAS = ("adafactor", "sgd", "adagrad", "rmsprop", "schedule_free_sgd", "grokadamw")  # how names begin
_OF_BITSANDBYTES = ("adamw_8bit", "adamw_bnb_8bit", "paged_", "ademamix", "lion_", "rmsprop_bnb")


def package_of(optimizer: str) -> tuple[str, str] | None:
    """Return the package that an optimizer needs besides: the name to import it by, and the one to install it by."""
    if optimizer.startswith(_OF_BITSANDBYTES):
        name = "bitsandbytes"
    elif optimizer.startswith("schedule_free"):
        name = "schedulefree"
    elif optimizer in _NEEDS:
        name = _NEEDS[optimizer]
    else:
        return None
    return name, _PACKAGES[name]


def takes_beta2(optimizer: str) -> bool:
    """Tell whether `train.adam_beta2` reaches an optimizer: some have no moments, or no setting of theirs."""
    return not optimizer.startswith(_WITHOUT_BETAS)


def optimizer_arguments(text: str | None) -> dict[str, float | bool | str]:
    """Return `train.optim_args`, split as transformers does; numbers, `true` and `false` are such.

    Raises `InputError` for another form, and for what has a setting of its own.
    """
    found: dict[str, float | bool | str] = {}
    for part in text.replace(" ", "").split(",") if text else ():
        name, equals, value = part.partition("=")
        if not (name and equals and value) or "=" in value:
            raise InputError(f"`train.optim_args` holds `{part}`", hint="name=value,name=value")
        if name in _OWN_SETTINGS:
            raise InputError(f"`train.optim_args` holds `{name}`", hint=f"set `train.{name}`")
        found[name] = _value_of(value)
    return found


_OWN_SETTINGS = ("lr", "weight_decay")


def _value_of(text: str) -> float | bool | str:
    if text.lower() in ("true", "false"):
        return text.lower() == "true"
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text


def why_not(optimizer: str) -> str | None:
    """Return why an optimizer of the Trainer is not one here, in a few words; None of all others."""
    if optimizer in ("lomo", "adalomo") or optimizer.endswith("_layerwise"):
        return "it changes weights in the backward pass, before gradients are summed, proven and clipped"
    if optimizer.startswith(("galore_", "apollo_")):
        return "its state holds more than tensors, so no checkpoint could be read without running code of it"
    return None
