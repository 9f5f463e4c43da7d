"""The keys and values of a batch, in memory with room for the tokens to come.

The cache of transformers is copied whole for every token that is written, which takes a good part of the time that a
small model needs on a CPU (benchmarks/drawing.py).
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any

import torch
from transformers import DynamicCache, cache_utils

ROOM = 64
"""Tokens that memory is taken for at a time."""

DynamicLayer: Any = cache_utils.DynamicLayer  # its types do not hold for subclasses


def cache_of(states: Iterable[tuple[torch.Tensor, torch.Tensor]], room: int = 0) -> Any:
    """Return a cache that holds the given keys and values of each layer: (rows, heads, tokens, size).

    Where it must grow, it takes memory for `room` tokens more than it needs.
    """
    make: Any = DynamicCache
    cache = make()
    cache.layer_class_to_replicate = partial(RoomyLayer, room)
    for layer, (keys, values) in enumerate(states):
        cache.update(keys, values, layer)
    return cache


class RoomyLayer(DynamicLayer):  # type: ignore[misc]
    """One layer of the cache; `keys` and `values` are views of the part that is filled."""

    def __init__(self, room: int) -> None:
        super().__init__()
        self.room = room
        self.held: tuple[torch.Tensor, ...] = ()

    def update(
        self, key_states: torch.Tensor, value_states: torch.Tensor, *_: Any, **__: Any
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Add the states of new tokens; return those of all."""
        if not self.is_initialized:
            self.lazy_initialization(key_states, value_states)
        old = self.get_seq_length()
        new = old + key_states.shape[-2]
        if not self.held or self.held[0].shape[-2] < new:
            before = (self.keys, self.values) if old else ()
            self.held = tuple(
                states.new_empty((*states.shape[:2], new + self.room, states.shape[3]))
                for states in (key_states, value_states)
            )
            for held, states in zip(self.held, before, strict=False):
                held[:, :, :old] = states
        for held, states in zip(self.held, (key_states, value_states), strict=True):
            held[:, :, old:new] = states
        self._show(new)
        return self.keys, self.values

    def batch_select_indices(self, indices: torch.Tensor) -> None:
        """Keep the rows of these numbers, in their order."""
        length = self.get_seq_length()
        if length:
            self.held = tuple(held[indices] for held in self.held)
            self._show(length)

    def _show(self, length: int) -> None:
        self.keys, self.values = (held[:, :, :length] for held in self.held)
