"""Read the prompts of a batch: what they all start with once, and the rest in groups of like length.

Prompts of one run share their chat frame, in short ones a third of the tokens, and padded to the longest of a batch
they would cost more still. All padding stands on the left, so that a window of attention sees what it would see of
the prompt alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import takewhile
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch

READ_TOKENS = 2048
"""So many tokens are read side by side: they fill a GPU, and a group's prompts are still of like length."""
LEAST_SHARED = 16
"""A shorter common start is not worth a pass of its own."""

States = list[tuple["torch.Tensor", "torch.Tensor"]]
"""Keys and values of each layer: (rows, heads, tokens, size)."""
Read = tuple[States, "torch.Tensor", "torch.Tensor"]
"""States, mask (rows, tokens) and the next token's logits (rows, vocabulary)."""


def read(model: Any, prompts: Sequence[Sequence[int]]) -> tuple[Any, torch.Tensor, torch.Tensor]:
    """Read all prompts; return the cache, the mask and the next token's logits, in the order of `prompts`."""
    import torch

    from human_eval_rust.sampling.samplers.cache import ROOM, cache_of

    shared = common_start(prompts)
    start = _read_start(model, shared)
    order = sorted(range(len(prompts)), key=lambda number: len(prompts[number]))
    ordered = [prompts[number] for number in order]
    parts = [_read_group(model, group, start, len(shared)) for group in groups(ordered, len(shared))]
    place = torch.tensor(order, device=model.device).argsort()
    states, mask, logits = _join(parts)
    cache = cache_of(((keys[place], values[place]) for keys, values in states), room=ROOM)
    return cache, mask[place], logits[place]


def unfit(model: Any) -> str | None:
    """Return why a model's cache is not the keys and values of every token and nothing else; `None` if it is.

    Recurrent and hybrid models leave it empty, in part or whole, and would go on from nothing without a word.
    """
    import torch

    from human_eval_rust.sampling.samplers.cache import cache_of

    cache, ids = cache_of([]), torch.tensor([[0, 1, 2]], device=model.device)
    try:
        with torch.inference_mode():
            forward(model, ids, torch.ones_like(ids), cache)
        shapes = [layer.keys.shape for layer in cache.layers]
    except torch.OutOfMemoryError:
        raise
    except Exception as error:  # each such architecture has an error of its own
        return f"{type(error).__name__}: {str(error).strip().partition(chr(10))[0]}"
    if shapes and all(len(shape) == 4 and shape[2] == ids.shape[1] for shape in shapes):
        return None
    return "it carries something else from token to token"


def common_start(prompts: Sequence[Sequence[int]]) -> list[int]:
    """Return the tokens that all of several prompts start with, if they are worth it; each has one more at least."""
    if len(prompts) < 2:
        return []
    # What the first and the last of a sorted list start with, all between them start with.
    first, last = min(map(list, prompts)), max(map(list, prompts))
    most = min(map(len, prompts)) - 1
    shared = [token for token, _ in takewhile(lambda pair: pair[0] == pair[1], zip(first[:most], last, strict=False))]
    return shared if len(shared) >= LEAST_SHARED else []


def groups(prompts: Sequence[Sequence[int]], shared: int) -> Iterator[Sequence[Sequence[int]]]:
    """Cut prompts, shortest first, into groups of `READ_TOKENS` with their padding, but for what is shared."""
    first = 0
    for number, prompt in enumerate(prompts):
        if number > first and (number + 1 - first) * (len(prompt) - shared) > READ_TOKENS:
            yield prompts[first:number]
            first = number
    yield prompts[first:]


def forward(model: Any, ids: torch.Tensor, mask: torch.Tensor, cache: Any) -> torch.Tensor:
    """Extend the cache by `ids` (rows, new tokens); return the next token's logits in float32."""
    positions = (mask.cumsum(dim=1) - 1).clamp(min=0)[:, -ids.shape[1] :]
    out = model(
        input_ids=ids,
        attention_mask=mask,
        position_ids=positions,
        past_key_values=cache,
        use_cache=True,
        logits_to_keep=1,
    )
    logits: torch.Tensor = out.logits[:, -1].float()
    return logits


def _read_start(model: Any, shared: list[int]) -> States:
    import torch

    from human_eval_rust.sampling.samplers.cache import cache_of

    if not shared:
        return []
    ids = torch.tensor([shared], device=model.device)
    cache = cache_of([])
    forward(model, ids, torch.ones_like(ids), cache)
    return _states(cache)


def _read_group(model: Any, prompts: Sequence[Sequence[int]], start: States, shared: int) -> Read:
    """Read prompts whose longest has `rest` tokens after the shared start; a shorter one reads some of that again.

    So every row is its padding, what it keeps of the start, and `rest` tokens, of which a very short one's are padding.
    """
    import torch

    from human_eval_rust.sampling.samplers.cache import cache_of

    rest = max(map(len, prompts)) - shared
    kept = [max(len(prompt) - rest, 0) for prompt in prompts]
    pads = [shared + rest - len(prompt) for prompt in prompts]
    new = [list(prompt[kept_:]) for prompt, kept_ in zip(prompts, kept, strict=True)]
    ids = torch.tensor([[0] * (rest - len(row)) + row for row in new], device=model.device)
    mask = torch.tensor([[0] * pad + [1] * (shared + rest - pad) for pad in pads], device=model.device)
    # What is masked may hold anything finite: the first token's states.
    moved = torch.tensor([[max(i - (shared - k), 0) for i in range(shared)] for k in kept], device=model.device)
    cache = cache_of((keys[0][:, moved].transpose(0, 1), values[0][:, moved].transpose(0, 1)) for keys, values in start)
    logits = forward(model, ids, mask, cache)
    return _states(cache), mask, logits


def _states(cache: Any) -> States:
    return [(layer.keys, layer.values) for layer in cache.layers]


def _join(parts: Sequence[Read]) -> Read:
    """Put groups below each other, padded on the left to one width."""
    import torch
    from torch.nn.functional import pad as padded

    width = max(mask.shape[1] for _, mask, _ in parts)
    missing = [width - mask.shape[1] for _, mask, _ in parts]

    def below(pieces: Sequence[torch.Tensor]) -> torch.Tensor:
        return torch.cat([padded(piece, (0, 0, pad, 0)) for piece, pad in zip(pieces, missing, strict=True)])

    layers = zip(*(states for states, _, _ in parts), strict=True)
    states = [(below([keys for keys, _ in layer]), below([values for _, values in layer])) for layer in layers]
    mask = torch.cat([padded(mask, (pad, 0)) for (_, mask, _), pad in zip(parts, missing, strict=True)])
    return states, mask, torch.cat([logits for _, _, logits in parts])
