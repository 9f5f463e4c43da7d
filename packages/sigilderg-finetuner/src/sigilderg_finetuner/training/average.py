"""The mean of the adapter over the last steps before a checkpoint that is a result of the run.

Uniform mean of the last N iterates of the weights, as in latest weight averaging (LAWA; Kaddour 2022, "Stop Wasting
My Time! Saving Days of ImageNet and BERT Training with Latest Weight Averaging", arXiv:2209.14981), here over
optimizer steps and not over epochs:

    w_saved(s) = (w(s - N + 1) + ... + w(s)) / N

for each weight of `lora_A` and of `lora_B` by itself (the product of the means is not the mean of the products).
Training never sees the mean: it goes on from the last iterate. Sums are kept in float64, so that their order of
magnitude does not matter, and in checkpoints, so that a resumed run ends with the same bytes.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch

log = logging.getLogger(__name__)


class Average:
    """Sums the weights over the windows of `last` steps that end at the steps `ends`.

    A window that would begin before the first step begins with it; that is said once.
    """

    def __init__(self, parameters: Mapping[str, torch.nn.Parameter], last: int, ends: Iterable[int]) -> None:
        self._parameters = parameters
        self._last = last
        self._ends = tuple(sorted(ends))
        self._sums: dict[int, dict[str, torch.Tensor]] = {}
        self._raw: dict[str, torch.Tensor] | None = None
        for end in self._ends:
            if end < last:
                log.warning("checkpoint-%d: its mean is over its %d steps, not over `train.average_last`", end, end)

    def add(self, step: int) -> None:
        """Take the weights after `step` into every window that it lies in."""
        for end in self._ends:
            if end - self._last < step <= end:
                self._add_to(self._sums.setdefault(end, {}))

    def _add_to(self, sums: dict[str, torch.Tensor]) -> None:
        for name, parameter in self._parameters.items():
            weight = parameter.detach().double()
            sums[name] = sums[name].add_(weight) if name in sums else weight.clone()

    @contextmanager
    def in_place(self, step: int) -> Iterator[None]:
        """Let the model hold the mean of the window that ends at `step`, if one does, until the block ends."""
        sums = self._sums.pop(step, None)
        if sums is None:
            yield
            return
        self._raw = {name: parameter.detach().clone() for name, parameter in self._parameters.items()}
        self._fill({name: total / min(self._last, step) for name, total in sums.items()})
        try:
            yield
        finally:
            self._fill(self._raw)
            self._raw = None

    def _fill(self, weights: Mapping[str, torch.Tensor]) -> None:
        for name, parameter in self._parameters.items():
            parameter.data.copy_(weights[name])

    def to_keep(self) -> dict[str, Any]:
        """Return what a checkpoint needs besides the adapter: open sums, and the weights where the mean is in place."""
        sums = {end: {name: total.cpu() for name, total in one.items()} for end, one in self._sums.items()}
        raw = None if self._raw is None else {name: weight.cpu() for name, weight in self._raw.items()}
        return {"sums": sums, "raw": raw}

    def restore(self, kept: Mapping[str, Any]) -> None:
        """Put back what `to_keep` gave: the weights to go on from, and the open sums."""
        if kept["raw"] is not None:
            self._fill(kept["raw"])
        for end, one in kept["sums"].items():
            self._sums[end] = {name: total.to(self._parameters[name].device) for name, total in one.items()}
