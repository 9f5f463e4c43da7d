"""Draw two batches at a time on a CPU, each with half of its threads.

The products of one batch do not fill two cores: two at a time take a sixth less time than one after the other
(docs/adr/0064-two-batches-at-a-time.md). How many batches are left decides nothing: sums of floats depend on the number
of threads, so the last batch of a continued run has as many as it would have had in one go.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

from human_eval_rust.sampling.samplers import Completions, Drawn, Request

MOST = 2
"""Each batch at work has keys and values of its own in memory."""

Draw = Callable[[Sequence[Request], Callable[[], bool]], list[Drawn]]
"""Draws one batch; may raise anything as soon as the second argument returns true."""


def in_order(draw: Draw, batches: Sequence[Sequence[Request]], *, device: Any) -> Completions:
    """Yield what `draw` returns for each batch, in their order.

    An error comes in its batch's turn, and ends all that is at work by then.
    """
    import torch

    threads = torch.get_num_threads()
    workers = min(MOST, threads) if device.type == "cpu" else 1
    stopped = Event()
    if workers < MOST:
        yield from (draw(batch, stopped.is_set) for batch in batches)
        return
    pool = ThreadPoolExecutor(workers, "draw", torch.set_num_threads, (threads // workers,))
    try:
        yield from pool.map(lambda batch: draw(batch, stopped.is_set), batches)
    finally:
        stopped.set()
        pool.shutdown(cancel_futures=True)
