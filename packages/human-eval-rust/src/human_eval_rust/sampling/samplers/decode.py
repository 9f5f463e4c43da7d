"""Draw many completions side by side with a transformers model.

Each prompt is read once, whatever the number of its completions; rows that are finished leave the batch.
A completion has a generator of its own, whose numbers are made on the CPU: what is drawn for one does not
depend on its neighbours, on the device, or on whether the run was interrupted, but for the rounding of
matrix products, which may differ between batch sizes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from human_eval_rust.sampling.samplers.reading import forward, read

if TYPE_CHECKING:
    import torch

CANDIDATES = 64  # tokens looked at first when sampling from the top p; all are, where these do not suffice


@dataclass
class Row:
    """One completion in the making."""

    prompt: int  # number of its prompt
    seed: int
    temperature: float
    written: list[int] = field(default_factory=list)
    ended: bool = False


def decode(
    model: Any,
    prompts: Sequence[Sequence[int]],
    rows: Sequence[Row],
    *,
    max_new_tokens: int,
    top_p: float,
    ends: frozenset[int],
    is_done: Callable[[Row], bool],
) -> None:
    """Extend every row until it ends, `is_done` says so, or `max_new_tokens` are written."""
    import torch

    device = model.device
    draws = _uniforms(rows, max_new_tokens).to(device)
    temperatures = torch.tensor([row.temperature for row in rows], device=device)
    with torch.inference_mode():
        cache, mask, logits = read(model, prompts)
        alive = list(range(len(rows)))
        chosen = torch.tensor([row.prompt for row in rows], device=device)
        cache.batch_select_indices(chosen)
        mask, logits = mask[chosen], logits[chosen]
        for step in range(max_new_tokens):
            index = torch.tensor(alive, device=device)
            tokens = pick(logits, draws[index, step], temperatures[index], top_p)
            kept = _note(rows, alive, tokens.tolist(), ends, is_done)
            if not kept or step + 1 == max_new_tokens:
                return
            if len(kept) < len(alive):
                stay = torch.tensor(kept, device=device)
                cache.batch_select_indices(stay)
                mask, tokens = mask[stay], tokens[stay]
                alive = [alive[i] for i in kept]
            mask = torch.cat([mask, mask.new_ones(len(alive), 1)], dim=1)
            logits = forward(model, tokens[:, None], mask, cache)


def _note(
    rows: Sequence[Row], alive: list[int], tokens: list[int], ends: frozenset[int], is_done: Callable[[Row], bool]
) -> list[int]:
    """Add each alive row's token; return the places in `alive` of those that go on."""
    kept = []
    for place, (number, token) in enumerate(zip(alive, tokens, strict=True)):
        row = rows[number]
        if token in ends:
            row.ended = True
            continue
        row.written.append(token)
        if not is_done(row):
            kept.append(place)
    return kept


def _uniforms(rows: Sequence[Row], count: int) -> torch.Tensor:
    """Return one number of [0, 1) for each row and token, from the row's own seed: (rows, count)."""
    import torch

    return torch.stack(
        [torch.rand(count, generator=torch.Generator().manual_seed(row.seed), dtype=torch.float64) for row in rows]
    )


def pick(logits: torch.Tensor, uniform: torch.Tensor, temperature: torch.Tensor, top_p: float) -> torch.Tensor:
    """Draw one token for each row: (rows, vocabulary) logits, (rows,) uniforms -> (rows,) tokens.

    Nucleus sampling (Holtzman et al. 2020, arXiv:1904.09751): of the likeliest tokens that together reach
    `top_p`, the one where the cumulative share passes `uniform`. A temperature of 0 takes the likeliest.
    """
    tokens = logits.argmax(dim=-1)
    drawn = (temperature > 0).nonzero()[:, 0]
    if len(drawn):
        tokens[drawn] = _draw(logits[drawn] / temperature[drawn, None], uniform[drawn], top_p)
    return tokens


def _draw(logits: torch.Tensor, uniform: torch.Tensor, top_p: float) -> torch.Tensor:
    """Look at the likeliest tokens of each row, and at all of them in rows where these do not reach `top_p`."""
    norm = logits.logsumexp(dim=-1, keepdim=True)
    tokens, enough = _among(logits, norm, uniform, top_p, min(CANDIDATES, logits.shape[1]))
    flat = (~enough).nonzero()[:, 0]
    if len(flat):
        tokens[flat], _ = _among(logits[flat], norm[flat], uniform[flat], top_p, logits.shape[1])
    return tokens


def _among(
    logits: torch.Tensor, norm: torch.Tensor, uniform: torch.Tensor, top_p: float, count: int
) -> tuple[torch.Tensor, torch.Tensor]:
    """Draw among the `count` likeliest tokens; also tell for each row whether they reach `top_p`."""
    import torch

    likeliest, tokens = logits.topk(count, dim=-1)
    shares = (likeliest - norm).double().exp()
    reached = shares.cumsum(dim=-1)
    within = reached - shares < top_p
    mass = (shares * within).sum(dim=-1, keepdim=True)
    place = ((reached <= uniform[:, None] * mass) & within).sum(dim=-1)
    place = torch.minimum(place, within.sum(dim=-1) - 1)
    return tokens.gather(1, place[:, None])[:, 0], reached[:, -1] >= top_p
