"""What a run will need, before a machine is rented: memory, hours, and what decides them.

Sizes follow from the model's config.json alone:

    linear weights L   all projections; embeddings E (twice where the head is not tied)
    base memory        NF4: (0.5 + 0.0156) bytes per linear weight with double quantisation, 2 bytes per
                       embedding weight; int8: 1 byte; bfloat16: 2 bytes
    adapter            r (in + out) weights per target layer, 4 bytes each, and as much again three times for
                       gradient and the two moments of AdamW
    activations        per token and layer about 34 h bytes kept (2 h with checkpointing), h the hidden size
    work               2 FLOPs per weight and token forward and 2 backward, as the frozen base needs no weight
                       gradients (2 more with checkpointing, which repeats the forward pass); causal attention
                       over a sample of n tokens 2 n^2 h per layer forward and 4 n^2 h backward; train.kl_to_base
                       adds a forward pass

These are estimates to about a fifth; the run prints what it measures.
"""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sigil_common.errors import InputError
from sigilderg_finetuner.data.prepare import read_data
from sigilderg_finetuner.settings import Settings, check_together
from sigilderg_finetuner.training import model

GIB = 1 << 30
CHARACTERS_PER_TOKEN = 3.2  # of Rust with prompts, in vocabularies of 50,000 to 130,000
MFU = 0.40  # share of the peak that training of this kind reaches
PEAK_BF16 = {"H100/H200 SXM": 989e12, "A100": 312e12}
_GPU_NAMES = {"H100/H200 SXM": re.compile(r"H[12]00(?!\d)"), "A100": re.compile(r"A100(?!\d)")}

# Shapes of models that plans are made for before their files are at hand, from their published configurations.
KNOWN_SHAPES: dict[str, dict[str, Any]] = {
    "meta-llama/Meta-Llama-3.1-8B-Instruct": {
        "hidden_size": 4096,
        "intermediate_size": 14336,
        "num_hidden_layers": 32,
        "num_attention_heads": 32,
        "num_key_value_heads": 8,
        "vocab_size": 128256,
        "tie_word_embeddings": False,
    },
}
KNOWN_SHAPES["meta-llama/Llama-3.1-8B-Instruct"] = KNOWN_SHAPES["meta-llama/Meta-Llama-3.1-8B-Instruct"]


@dataclass(frozen=True)
class Shape:
    """The sizes of a Llama-like model. `layers_in_out` gives (inputs, outputs) of each projection."""

    hidden: int
    layers: int
    embedding: int
    tied: bool
    layers_in_out: dict[str, tuple[int, int]]

    @property
    def linear(self) -> int:
        """Weights in all projections."""
        return self.layers * sum(inputs * outputs for inputs, outputs in self.layers_in_out.values())

    @property
    def embeddings(self) -> int:
        """Weights of the embedding, and of the head where it is not the same."""
        return self.embedding if self.tied else 2 * self.embedding


def make_plan(settings: Settings) -> dict[str, Any]:
    """Check settings and data and return the estimate; needs neither torch nor the weights."""
    check_together(settings)
    chosen = read_data(settings.dataset)
    shape = read_shape(settings.model_name)
    tokens = most_tokens(settings)
    characters = sum(
        len(one.source.rows[i].prompt or "") + len(one.source.rows[i].text) for one in chosen for i in one.train
    )
    return {
        "model": settings.model_name,
        "weights": shape.linear + shape.embeddings,
        "rows": {one.source.name: {"train": len(one.train), "val": len(one.val)} for one in chosen},
        "steps": fewest_steps(settings),
        "tokens_at_most": tokens,
        "passes_over_the_data_about": round(tokens * CHARACTERS_PER_TOKEN / characters, 1),
        "memory_gib": {name: round(value / GIB, 2) for name, value in asdict(memory(shape, settings)).items()},
        "hours": {name: round(hours(shape, settings, peak), 2) for name, peak in PEAK_BF16.items()},
        "assumed_mfu": MFU,
    }


def planned_seconds(settings: Settings, device: Any) -> float | None:
    """Return the planned time of a run: what the settings say, else the estimate for a GPU whose peak is known."""
    if settings.train.planned_minutes is not None:
        return settings.train.planned_minutes * 60
    if device.type != "cuda":
        return None
    import torch

    name = torch.cuda.get_device_name(device)
    peak = next((PEAK_BF16[known] for known, pattern in _GPU_NAMES.items() if pattern.search(name)), None)
    try:
        shape = read_shape(settings.model_name)
    except InputError:
        return None
    return None if peak is None else hours(shape, settings, peak) * 3600


def hours(shape: Shape, settings: Settings, peak: float) -> float:
    """Return the estimated hours of a run on a GPU with `peak` FLOP/s in bfloat16."""
    return most_tokens(settings) * flops_per_token(shape, settings) / (peak * MFU) / 3600


def most_tokens(settings: Settings) -> int:
    """Return the number of tokens that a run sees if every row is full."""
    train = settings.train
    return fewest_steps(settings) * train.gradient_accumulation * train.micro_batch_size * train.max_seq_len


def fewest_steps(settings: Settings) -> int:
    """Return the number of optimizer steps; with `train.max_tokens`, as many as full rows need."""
    train = settings.train
    if train.max_tokens is None:
        return train.num_steps
    return -(-train.max_tokens // (train.gradient_accumulation * train.micro_batch_size * train.max_seq_len))


@dataclass(frozen=True)
class Memory:
    """Bytes on the device."""

    base: float
    adapter: float
    activations: float
    head: float
    total: float


def memory(shape: Shape, settings: Settings) -> Memory:
    """Return an estimate of the device memory at its peak, in bytes."""
    # `auto` is bfloat16 on the GPUs that a plan is made for.
    unquantized = 4.0 if settings.train.bf16 is False else 2.0
    per_weight = {"nf4": 0.5 + 0.0156, "int8": 1.0, "none": unquantized}[settings.quantization]
    base = per_weight * shape.linear + 2 * shape.embeddings
    adapter = 16.0 * adapter_weights(shape, settings)
    tokens = settings.train.micro_batch_size * settings.train.max_seq_len
    kept = 2 if settings.train.grad_checkpointing else 34
    activations = float(tokens * shape.layers * shape.hidden * kept)
    heads = 2 if settings.train.kl_to_base else 1
    head = float(heads * model.HEAD_CHUNK * (shape.embedding // shape.hidden) * 10)
    return Memory(base, adapter, activations, head, base + adapter + activations + head)


def adapter_weights(shape: Shape, settings: Settings) -> int:
    """Return the number of weights that are trained."""
    chosen = [size for name, size in shape.layers_in_out.items() if name in settings.lora.target_modules]
    return shape.layers * settings.lora.r * sum(inputs + outputs for inputs, outputs in chosen)


@dataclass(frozen=True)
class Work:
    """Floating-point operations: `token` for each token, `square` for each sample's squared length."""

    token: float
    square: float


def work(shape: Shape, *, repeated: bool, pulled: bool = False) -> Work:
    """Return the work of training.

    `repeated` counts the second forward pass of checkpointing too, `pulled` that of the base for `train.kl_to_base`.
    """
    passes = 2 + repeated + pulled
    return Work(
        token=2.0 * passes * (shape.linear + shape.embedding), square=2.0 * (passes + 1) * shape.layers * shape.hidden
    )


def flops_per_token(shape: Shape, settings: Settings) -> float:
    """Return the work of one token, if every row were a single sample."""
    train = settings.train
    each = work(shape, repeated=train.grad_checkpointing, pulled=train.kl_to_base > 0)
    return each.token + each.square * train.max_seq_len


def read_shape(name: str) -> Shape:
    """Return the sizes of a model from its config.json; raise `InputError` where they are not to be had."""
    value = KNOWN_SHAPES.get(name)
    path = Path(name) / "config.json"
    if path.is_file():
        try:
            value = json.loads(path.read_text(encoding="utf-8"))
        except ValueError as error:
            raise InputError(f"{path}: not readable as JSON", cause=str(error)) from None
    if value is None:
        raise InputError(
            f"cannot plan for `{name}`: its config.json is not here",
            hint="give a model directory; sigilderg-import-gguf makes one of a GGUF file",
        )
    return shape_of(value, str(path))


def shape_of(value: dict[str, Any], where: str) -> Shape:
    """Return the sizes that a configuration gives; raise `InputError` if it is not of a Llama-like model."""
    try:
        hidden, inner = value["hidden_size"], value["intermediate_size"]
        head = value.get("head_dim") or hidden // value["num_attention_heads"]
        q, kv = head * value["num_attention_heads"], head * value["num_key_value_heads"]
        sizes = {
            "q_proj": (hidden, q),
            "k_proj": (hidden, kv),
            "v_proj": (hidden, kv),
            "o_proj": (q, hidden),
            "gate_proj": (hidden, inner),
            "up_proj": (hidden, inner),
            "down_proj": (inner, hidden),
        }
        tied = bool(value.get("tie_word_embeddings", False))
        return Shape(hidden, value["num_hidden_layers"], hidden * value["vocab_size"], tied, sizes)
    except (KeyError, TypeError) as error:
        raise InputError(f"{where}: not the configuration of a Llama-like model", cause=f"lacks {error}") from None
