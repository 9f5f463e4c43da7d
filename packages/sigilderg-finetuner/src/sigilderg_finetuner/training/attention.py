"""Attention over samples packed end to end in one row, none of which sees another.

On CUDA it may be torch's variable-length flash attention (kernel.py). Elsewhere, or with
`train.use_flash_attention: false`, it is torch's ordinary attention sample by sample: exact, and on a CPU cheaper than
one masked matrix over the whole row, because its work is the sum of squared lengths and not the square of the sum.
Both are registered with transformers under a name for which it builds no mask.

Of samples that begin alike the ordinary one also takes a row that holds this start once, see start.py.

A compiled layer is compiled again for each new number that it is given, and samples have other lengths in every step.
So what such a layer gets is tensors, and numbers that never change.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sigil_common.errors import InputError

if TYPE_CHECKING:
    from sigilderg_finetuner.data.batches import MicroBatch

NAME = "sigil_packed"
FLASH = "torch varlen_attn (flash)"
BY_SAMPLE = "torch scaled_dot_product_attention, sample by sample"
_NOT_DONE = {"softcap": "a cap on its scores (`softcap`)", "s_aux": "sinks (`s_aux`)"}


def register(*, apart: bool = False) -> str:
    """Make the implementation known to transformers; return its name.

    `apart` leaves it out of what is compiled, as attention sample by sample needs it.
    """
    from transformers import AttentionInterface

    attend = packed_attention
    if apart:
        import torch

        disable: Any = torch.compiler.disable
        attend = disable(packed_attention)
    AttentionInterface.register(NAME, attend)
    return NAME


def about(batch: MicroBatch, start: int, flash: bool) -> dict[str, Any]:
    """Return what attention has to know of the samples in a row; `start` as in start.py."""
    if flash:
        return {"boundaries": batch.boundaries, "longest": batch.longest}
    lengths: Any = batch.sizes
    if batch.input_ids.device.type == "cuda":
        import torch

        lengths = torch.tensor(lengths)  # stays in main memory, where it is read
    return {"lengths": lengths, "start": start}


def packed_attention(
    _module: Any,
    query: Any,
    key: Any,
    value: Any,
    attention_mask: Any,
    *,
    scaling: float | None = None,
    boundaries: Any = None,
    longest: int = 0,
    lengths: Any = (),
    start: int = 0,
    **asked: Any,
) -> tuple[Any, None]:
    """Attend causally within each sample, to the last `sliding_window` tokens where the layer has such.

    query: (1, heads, T, d); key, value: (1, kv heads, T, d); returns (1, T, heads, d). Flash attention takes the
    `boundaries` of samples and the length of the `longest`, or more; the ordinary one, where that is not given,
    `lengths` of whole samples, numbers or a tensor. All but the first come without their first `start` tokens, which
    are those of the first. Raises `InputError` for what packed attention does not do: capped scores, and sinks.
    """
    for name, what in _NOT_DONE.items():
        if asked.get(name) is not None:
            raise InputError("this model cannot be trained on packed rows", cause=f"its attention has {what}")
    window: int | None = asked.get("sliding_window")
    if attention_mask is not None or query.shape[0] != 1:
        raise ValueError("packed attention takes one flat row, its sample lengths, and no mask")
    if longest:
        return _varlen(query, key, value, boundaries, longest, scaling, window), None
    whole: tuple[int, ...] = lengths if isinstance(lengths, tuple) else tuple(lengths.tolist())
    sizes = (*whole[:1], *(length - start for length in whole[1:]))
    if sum(sizes) != query.shape[2] or start >= min(whole):
        raise ValueError("packed attention takes one flat row, its sample lengths, and no mask")
    return _by_sample(query, key, value, sizes, start, scaling, window), None


def _varlen(
    query: Any, key: Any, value: Any, boundaries: Any, longest: int, scaling: float | None, window: int | None
) -> Any:
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
        window_size=(-1 if window is None else window - 1, 0),
        enable_gqa=q.shape[1] != k.shape[1],
    )
    return out.unsqueeze(0)


def _by_sample(
    query: Any, key: Any, value: Any, sizes: tuple[int, ...], start: int, scaling: float | None, window: int | None
) -> Any:
    import torch
    from torch.nn.functional import scaled_dot_product_attention

    more = {"scale": scaling, "enable_gqa": query.shape[1] != key.shape[1]}
    queries, keys, values = (tensor.split(sizes, dim=2) for tensor in (query, key, value))
    whole = 1 if start else len(sizes)
    parts = []
    for q, k, v in zip(queries[:whole], keys[:whole], values[:whole], strict=True):
        if window is None or q.shape[2] <= window:
            parts.append(scaled_dot_product_attention(q, k, v, is_causal=True, **more))
        else:
            mask = _unseen(q.shape[2], 0, query, window)
            parts.append(scaled_dot_product_attention(q, k, v, attn_mask=mask, **more))
    if whole < len(sizes):
        unseen = _unseen(max(sizes[whole:]), start, query, window)
        first_keys, first_values = keys[0][:, :, :start], values[0][:, :, :start]
        for q, k, v in zip(queries[whole:], keys[whole:], values[whole:], strict=True):
            k, v = torch.cat([first_keys, k], dim=2), torch.cat([first_values, v], dim=2)
            mask = unseen[: q.shape[2], : k.shape[2]]
            parts.append(scaled_dot_product_attention(q, k, v, attn_mask=mask, **more))
    return torch.cat(parts, dim=2).transpose(1, 2)


def _unseen(size: int, start: int, like: Any, window: int | None) -> Any:
    """Return what is added to the scores of `size` tokens after a start: -inf for what a token does not see.

    That is what lies ahead of it, and what lies `window` or more tokens back. Numbers, as torch would make them of
    truth values for each sample and layer again.
    """
    import torch

    mask = torch.full((size, start + size), -torch.inf, dtype=like.dtype, device=like.device).triu(start + 1)
    if window is not None and start + size > window:
        far = torch.full((size, start + size), -torch.inf, dtype=like.dtype, device=like.device).tril(start - window)
        mask = mask.minimum(far)
    return mask
