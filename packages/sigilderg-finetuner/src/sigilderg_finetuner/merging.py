"""Add an adapter to the weights of its base.

The sum W + s B A is formed in float32, one weight at a time, and only then cast: merged in bfloat16 the error
of the logits doubles. W may be rounded to four bits before, as it was in training. Merging *into* four-bit weights is
not offered: rounding again loses most of what was learned. With DoRA each row of the sum is scaled to the length that
was learned for it.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sigil_common import checkpoints
from sigil_common.errors import InputError

if TYPE_CHECKING:
    import torch

_LENGTHS = ".lora_magnitude_vector"
# Variants of LoRA whose weights are not W + s B A, with rows scaled or not.
_UNSUPPORTED = ("modules_to_save", "rank_pattern", "alpha_pattern", "fan_in_fan_out", "layer_replication")


@dataclass(frozen=True)
class Adapter:
    """An adapter's weights by the name of the module that they change: (A (r, in), B (out, r)), and the scale.

    `lengths` are those of the rows of the sum, (out,), where DoRA learned them.
    """

    pairs: dict[str, tuple[torch.Tensor, torch.Tensor]]
    scale: float
    lengths: dict[str, torch.Tensor] = field(default_factory=dict)


def read(checkpoint: Path) -> Adapter:
    """Read an adapter of LoRA or DoRA; raise `InputError` for a variant that cannot be merged as a sum."""
    from sigilderg_finetuner.training.checkpoint import read_adapter

    config = adapter_config(checkpoint)
    odd = [name for name in _UNSUPPORTED if config.get(name)]
    if odd or config.get("bias", "none") != "none":
        raise InputError(f"{checkpoint}: cannot merge an adapter with `{(odd or ['bias'])[0]}`")
    rank = config["r"]
    scale = config["lora_alpha"] / (math.sqrt(rank) if config.get("use_rslora") else rank)
    weights = read_adapter(checkpoint)
    pairs, lengths = {}, {}
    for name, down in weights.items():
        if name.endswith(".lora_A.weight"):
            module = name.removeprefix("base_model.model.").removesuffix(".lora_A.weight")
            up = weights.get(name.replace(".lora_A.", ".lora_B."))
            if up is not None:
                pairs[module] = (down, up)
        elif name.endswith(_LENGTHS):
            lengths[name.removeprefix("base_model.model.").removesuffix(_LENGTHS)] = down
    if 2 * len(pairs) + len(lengths) != len(weights) or (lengths and lengths.keys() != pairs.keys()):
        raise InputError(f"{checkpoint}: holds weights other than pairs of lora_A and lora_B")
    if bool(config.get("use_dora")) != bool(lengths):
        raise InputError(f"{checkpoint}: `use_dora` and the weights contradict each other")
    return Adapter(pairs, scale, lengths)


def adapter_config(checkpoint: Path) -> dict[str, Any]:
    """Return PEFT's configuration; raise `InputError` where it is missing, damaged or lacks rank or scale."""
    config = checkpoints.adapter_config(checkpoint)
    if not all(isinstance(config.get(name), int) for name in ("r", "lora_alpha")):
        raise InputError(f"{checkpoint / checkpoints.ADAPTER_CONFIG}: no `r` and `lora_alpha` of a LoRA adapter")
    return config


def merge(model: Any, adapter: Adapter, rounding: dict[str, Any] | None) -> None:
    """Add the adapter to the model's weights in place, one weight at a time, in float32.

    `rounding`, where given, first rounds every adapted weight to four bits, as in training.
    """
    import torch

    modules = dict(model.named_modules())
    with torch.no_grad():
        for name, (down, up) in adapter.pairs.items():
            if name not in modules:
                raise InputError(f"the adapter changes `{name}`, which the base model does not have")
            weight = modules[name].weight
            base = weight if rounding is None else _rounded(weight, rounding)
            total = base.float() + adapter.scale * (up.float() @ down.float())
            if (length := adapter.lengths.get(name)) is not None:
                total *= (length.float() / total.norm(dim=1))[:, None]
            weight.copy_(total.to(weight.dtype))


def four_bit(checkpoint: Path) -> dict[str, Any]:
    """Return the rounding that the checkpoint was trained with."""
    try:
        settings = json.loads((checkpoint / "settings.json").read_text(encoding="utf-8"))
        quantization, four, bf16 = settings["quantization"], settings["bnb_4bit"], settings["train"]["bf16"]
        rounding = {"quant_type": four["quant_type"], "compress_statistics": four["use_double_quant"]}
    except (OSError, ValueError, KeyError, TypeError):
        raise InputError(f"{checkpoint}: no whole settings.json, so its rounding is not known") from None
    if quantization != "nf4":
        raise InputError(f"{checkpoint} was trained with quantization `{quantization}`, not in four bits")
    # Training rounds from the type that it loads the base in.
    return {"dtype": "bfloat16" if bf16 else "float32", **rounding}


def _rounded(weight: torch.Tensor, rounding: dict[str, Any]) -> torch.Tensor:
    import torch
    from bitsandbytes import functional

    options = {key: value for key, value in rounding.items() if key != "dtype"}
    packed, state = functional.quantize_4bit(weight.detach().to(getattr(torch, rounding["dtype"])), **options)
    restored: torch.Tensor = functional.dequantize_4bit(packed, state)
    return restored
