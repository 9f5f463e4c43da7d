"""What llama.cpp has to know of a model besides its weights, read off its config.json."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sigil_common.errors import InputError
from sigilderg_finetuner.gguf_files.rotary import factors

ARCHITECTURES = {"llama": "LLAMA", "qwen2": "QWEN2", "qwen3": "QWEN3"}
"""Names of gguf's `MODEL_ARCH` by the `model_type` of a configuration."""


@dataclass(frozen=True)
class Shape:
    """The sizes of a model. `stretching`: what its rotary frequencies are divided by, if by anything."""

    kind: str
    vocabulary: int
    context: int
    hidden: int
    inner: int
    layers: int
    heads: int
    kv_heads: int
    head: int
    epsilon: float
    rope_base: float
    tied: bool
    stretching: tuple[float, ...] | None = None


def read_shape(model: Path) -> Shape:
    """Return the shape of a model directory.

    Raises `InputError` for a model whose computation GGUF would not describe: of another kind, with a window of
    attention, or with rotary frequencies scaled in a way that is not known here.
    """
    path = model / "config.json"
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
        return _shape(value, path)
    except (OSError, ValueError) as error:
        raise InputError(f"{path}: not readable as JSON", cause=str(error)) from None
    except (KeyError, TypeError, AttributeError) as error:
        raise InputError(f"{path}: not the configuration of a model", cause=f"lacks {error}") from None


def _shape(value: dict[str, Any], path: Path) -> Shape:
    kind = value["model_type"]
    if kind not in ARCHITECTURES:
        raise InputError(f"{path}: GGUF is not written for models of type `{kind}`", hint=f"for {_known()} it is")
    if value.get("sliding_window") and value.get("use_sliding_window", True):
        raise InputError(f"{path}: GGUF is not written for models with a window of attention")
    if kind == "llama" and (value.get("attention_bias") or value.get("mlp_bias")):
        raise InputError(f"{path}: GGUF is not written for Llama with biases")
    hidden, heads = value["hidden_size"], value["num_attention_heads"]
    head = value.get("head_dim") or hidden // heads
    rope = value.get("rope_parameters") or {"rope_theta": value.get("rope_theta"), **(value.get("rope_scaling") or {})}
    base = float(rope["rope_theta"])
    return Shape(
        kind=kind,
        vocabulary=value["vocab_size"],
        context=value["max_position_embeddings"],
        hidden=hidden,
        inner=value["intermediate_size"],
        layers=value["num_hidden_layers"],
        heads=heads,
        kv_heads=value.get("num_key_value_heads") or heads,
        head=head,
        epsilon=value["rms_norm_eps"],
        rope_base=base,
        tied=bool(value.get("tie_word_embeddings", False)),
        stretching=_stretching(rope, base, head, path),
    )


def _known() -> str:
    return ", ".join(f"`{name}`" for name in ARCHITECTURES)


def _stretching(rope: dict[str, Any], base: float, head: int, path: Path) -> tuple[float, ...] | None:
    """Return the factors of Llama 3.1's scaling, one for each pair of a head's dimensions; None without scaling."""
    kind = rope.get("rope_type") or rope.get("type") or "default"
    if kind == "default":
        return None
    if kind != "llama3":
        raise InputError(f"{path}: GGUF is not written for rotary frequencies scaled by `{kind}`")
    factor, low, high = rope["factor"], rope["low_freq_factor"], rope["high_freq_factor"]
    return factors(base, head, factor=factor, low=low, high=high, context=rope["original_max_position_embeddings"])
