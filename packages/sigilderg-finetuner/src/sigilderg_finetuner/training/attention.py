"""Attention over samples packed end to end in one row, none of which sees another.

On CUDA it is torch's variable-length flash attention. Elsewhere, or with `train.use_flash_attention:
false`, it is torch's ordinary attention sample by sample: exact, and on a CPU cheaper than one masked
matrix over the whole row, because its work is the sum of squared lengths and not the square of the sum.
Both are registered with transformers under a name for which it builds no mask.
"""

from __future__ import annotations

from typing import Any

NAME = "sigil_packed"


def register() -> str:
    """Make the implementation known to transformers; return its name."""
    from transformers import AttentionInterface

    AttentionInterface.register(NAME, packed_attention)
    return NAME


def packed_attention(
    _module: Any,
    query: Any,
    key: Any,
    value: Any,
    attention_mask: Any,
    *,
    scaling: float | None = None,
    boundaries: Any = None,
    lengths: tuple[int, ...] = (),
    flash: bool = False,
    **_: Any,
) -> tuple[Any, None]:
    """Attend causally within each sample.

    query: (1, heads, T, d); key, value: (1, kv heads, T, d); returns (1, T, heads, d).
    """
    if attention_mask is not None or query.shape[0] != 1 or sum(lengths) != query.shape[2]:
        raise ValueError("packed attention takes one flat row, its sample lengths, and no mask")
    if flash:
        return _varlen(query, key, value, boundaries, max(lengths), scaling), None
    return _by_sample(query, key, value, lengths, scaling), None


def _varlen(query: Any, key: Any, value: Any, boundaries: Any, longest: int, scaling: float | None) -> Any:
    from torch.nn.attention.varlen import varlen_attn

    q, k, v = (tensor[0].transpose(0, 1).contiguous() for tensor in (query, key, value))
    # One tensor for both sides: the cuDNN kernel accepts causal packing only then.
    out: Any = varlen_attn(
        q,
        k,
        v,
        boundaries,
        boundaries,
        longest,
        longest,
        scale=scaling,
        window_size=(-1, 0),
        enable_gqa=q.shape[1] != k.shape[1],
    )
    return out.unsqueeze(0)


def _by_sample(query: Any, key: Any, value: Any, lengths: tuple[int, ...], scaling: float | None) -> Any:
    import torch
    from torch.nn.functional import scaled_dot_product_attention

    parts = [
        scaled_dot_product_attention(q, k, v, is_causal=True, scale=scaling, enable_gqa=q.shape[1] != k.shape[1])
        for q, k, v in zip(*(tensor.split(lengths, dim=2) for tensor in (query, key, value)), strict=True)
    ]
    return torch.cat(parts, dim=2).transpose(1, 2)
