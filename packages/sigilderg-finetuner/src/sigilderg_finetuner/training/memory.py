"""What a run keeps in the memory of its device, estimated from the sizes of the model.

    linear weights L   all projections; embeddings E (twice where the head is not tied)
    base memory        NF4: (0.5 + 0.0156) bytes per linear weight with double quantisation, 2 bytes per
                       embedding weight; int8: 1 byte; bfloat16: 2 bytes
    adapter            r (in + out) weights per target layer, 4 bytes each, and as much again three times for
                       gradient and the two moments of AdamW; with `lora: null` the same of all weights, and no base
    activations        per token and layer 49.6 h + 12.4 i + 4.25 k bytes kept, 25.6 h + 8.4 i + 4.25 k without dropout:
                       h the hidden size, i that inside the MLP, k that of all keys. Fitted to what was really kept, by
                       hooks, for six shapes in bfloat16 with LoRA on seven modules, to half a percent. Taken as twice
                       as much in float32. With checkpointing 2 h a layer, and all of one layer that is worked on
    head               16 bytes a logit, of so many answer tokens as have logits at one time

These are estimates to about a fifth.
"""

from __future__ import annotations

from dataclasses import dataclass

from sigilderg_finetuner.settings import Settings
from sigilderg_finetuner.training import model
from sigilderg_finetuner.training.shapes import Shape

GIB = 1 << 30


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
    per_weight = {"nf4": 0.5 + 0.0156, "int8": 1.0, "none": unquantized, "auto": unquantized}[settings.quantization]
    base = 0.0 if settings.lora is None else per_weight * shape.linear + 2 * shape.embeddings
    adapter = 16.0 * adapter_weights(shape, settings)
    tokens = settings.train.micro_batch_size * settings.train.max_seq_len
    layer = _kept(shape, settings)
    if settings.train.grad_checkpointing:
        inputs = shape.hidden * (4 if settings.train.bf16 is False else 2)
        activations = tokens * (shape.layers * inputs + layer)
    else:
        activations = tokens * shape.layers * layer
    heads = 2 if settings.train.kl_to_base else 1
    head = float(heads * model.HEAD_CHUNK * (shape.embedding // shape.hidden) * 16)
    return Memory(base, adapter, activations, head, base + adapter + activations + head)


def _kept(shape: Shape, settings: Settings) -> float:
    """Return the bytes of one token that one layer keeps for its backward pass."""
    inner, keys = shape.layers_in_out["up_proj"][1], shape.layers_in_out["k_proj"][1]
    dropout = settings.lora is not None and settings.lora.dropout
    by_hidden, by_inner = (49.6, 12.4) if dropout else (25.6, 8.4)
    kept = by_hidden * shape.hidden + by_inner * inner + 4.25 * keys
    return kept * (2 if settings.train.bf16 is False else 1)


def adapter_weights(shape: Shape, settings: Settings) -> int:
    """Return the number of weights that are trained."""
    if settings.lora is None:
        return shape.linear + shape.embeddings
    chosen = [size for name, size in shape.layers_in_out.items() if name in settings.lora.target_modules]
    return shape.layers * settings.lora.r * sum(inputs + outputs for inputs, outputs in chosen)
