"""Micro batches of one shape, for devices on which every new shape costs something.

On a GPU a row of another length makes the allocator look for other blocks, cuDNN plan its kernels anew, and compiled
layers be compiled again. So what is left of a micro batch is filled, behind its samples:

    tokens        up to rows x capacity, and GROUP more
    samples       tokens to fill with are shared out among samples of their own, so that there are a multiple of GROUP.
                  None is empty: some kernels return what is no number for such. None is longer than a row either,
                  so that kernels are always given the same longest length
    answers       up to a multiple of the tokens that go through the head at one time, with a target that is ignored

No sample sees another, and what fills up predicts nothing: loss and gradients are those of the samples, but for
rounding. Tokens and answer tokens that are counted are those of the samples (`MicroBatch.tokens`, `.labelled`).
"""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise

from sigilderg_finetuner.data.batches import MicroBatch

GROUP = 64
IGNORED = -100  # the target that torch's losses leave out


def even(batch: MicroBatch, *, rows: int, capacity: int, chunk: int) -> MicroBatch:
    """Return the batch filled up to the shape of `rows` rows of `capacity` tokens; more, where its samples need more.

    Answers are filled up to a multiple of `chunk`.
    """
    import torch

    group = min(GROUP, capacity)
    size = capacity * max(rows, math.ceil(batch.tokens / capacity)) + group
    filling = shares(size - batch.tokens, len(batch.lengths), group, capacity)
    ends = torch.tensor((*batch.lengths, *filling), dtype=torch.int32).cumsum(0, dtype=torch.int32)
    ignored = chunk * max(1, math.ceil(batch.labelled / chunk)) - batch.labelled
    filler = torch.zeros(1, size - batch.tokens, dtype=torch.int64)
    more = torch.cat([torch.arange(length) for length in filling])[None]
    # Any token does, as nothing is learned of it. Not one for all: its gradients would be added up one by one.
    places = (size - 1 - torch.arange(ignored)) % size
    return replace(
        batch,
        input_ids=torch.cat([batch.input_ids, filler], dim=1),
        positions=torch.cat([batch.positions, more], dim=1),
        predict_at=torch.cat([batch.predict_at, places]),
        targets=torch.cat([batch.targets, torch.full((ignored,), IGNORED)]),
        boundaries=torch.cat([batch.boundaries[:1], ends]),
        start=0,
        filling=filling,
        ignored=ignored,
        most=capacity,
    )


def shares(tokens: int, samples: int, group: int, capacity: int) -> tuple[int, ...]:
    """Return the lengths of samples with so many tokens together, as equal as can be: 1 to `capacity` each.

    With the `samples` that are there they are a multiple of `group`, and no more than have to be. `tokens` are `group`
    or more, `group` is at most `capacity`: then there are always such.
    """
    count = math.ceil((samples + math.ceil(tokens / capacity)) / group) * group - samples
    return tuple(end - start for start, end in pairwise(tokens * number // count for number in range(count + 1)))
