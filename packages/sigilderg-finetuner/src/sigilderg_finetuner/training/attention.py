"""Attention over samples packed end to end in one row, none of which sees another.

On CUDA it is torch's variable-length flash attention. Elsewhere, or with `train.use_flash_attention:
false`, it is torch's ordinary attention sample by sample: exact, and on a CPU cheaper than one masked
matrix over the whole row, because its work is the sum of squared lengths and not the square of the sum.
Both are registered with transformers under a name for which it builds no mask.

Of samples that begin alike the ordinary one also takes a row that holds this start once, see start.py.
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
    start: int = 0,
    flash: bool = False,
    **_: Any,
) -> tuple[Any, None]:
    """Attend causally within each sample.

    query: (1, heads, T, d); key, value: (1, kv heads, T, d); returns (1, T, heads, d). `lengths` are those of whole
    samples. All but the first come without their first `start` tokens, which are those of the first.
    """
    sizes = (*lengths[:1], *(length - start for length in lengths[1:]))
    if attention_mask is not None or query.shape[0] != 1 or sum(sizes) != query.shape[2] or start >= min(lengths):
        raise ValueError("packed attention takes one flat row, its sample lengths, and no mask")
    if not flash:
        return _by_sample(query, key, value, sizes, start, scaling), None
    if start:
        raise ValueError("flash attention takes whole samples")
    return _varlen(query, key, value, boundaries, max(lengths), scaling), None


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


def _by_sample(query: Any, key: Any, value: Any, sizes: tuple[int, ...], start: int, scaling: float | None) -> Any:
    import torch
    from torch.nn.functional import scaled_dot_product_attention

    more = {"scale": scaling, "enable_gqa": query.shape[1] != key.shape[1]}
    queries, keys, values = (tensor.split(sizes, dim=2) for tensor in (query, key, value))
    whole = 1 if start else len(sizes)
    parts = [
        scaled_dot_product_attention(q, k, v, is_causal=True, **more)
        for q, k, v in zip(queries[:whole], keys[:whole], values[:whole], strict=True)
    ]
    if whole < len(sizes):
        unseen = _unseen(max(sizes[whole:]), start, query)
        first_keys, first_values = keys[0][:, :, :start], values[0][:, :, :start]
        for q, k, v in zip(queries[whole:], keys[whole:], values[whole:], strict=True):
            k, v = torch.cat([first_keys, k], dim=2), torch.cat([first_values, v], dim=2)
            mask = unseen[: q.shape[2], : k.shape[2]]
            parts.append(scaled_dot_product_attention(q, k, v, attn_mask=mask, **more))
    return torch.cat(parts, dim=2).transpose(1, 2)


def _unseen(size: int, start: int, like: Any) -> Any:
    """Return what is added to the scores of `size` tokens after a start: -inf for what lies ahead of a token.

    Numbers, as torch would make them of truth values for each sample and layer again.
    """
    import torch

    return torch.full((size, start + size), -torch.inf, dtype=like.dtype, device=like.device).triu(start + 1)
