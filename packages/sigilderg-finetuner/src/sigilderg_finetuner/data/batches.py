"""Join packed rows into one flat micro batch, ready for attention that keeps samples apart.

A micro batch is a single row of token ids without padding (but see even.py). `lengths` says where samples end,
positions start again at 0 in each, and only the hidden states that predict a token of an answer go on to the head.
`start` says how much all samples have in common, see training/start.py.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

from sigilderg_finetuner.data.tokens import TokenTable

if TYPE_CHECKING:
    import numpy as np
    import torch
    from numpy.typing import NDArray

T = TypeVar("T")
LEAST_START = 16  # tokens; a shorter common start is not worth the masks that it takes


@dataclass(frozen=True)
class Examples:
    """All usable samples of one split: tables of their sources, and for each sample table, row, length.

    `cut` is the longest length a sample is given (train.max_seq_len); longer ones lose their end, which
    only happens where the user asked for it.
    """

    tables: list[TokenTable]
    source: NDArray[np.int64]
    row: NDArray[np.int64]
    length: NDArray[np.int64]
    answer: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.row)

    def labelled(self, example: int) -> int:
        """Return how many tokens of a sample the loss is taken on; the first token has no predecessor."""
        return int(self.length[example] - max(1, self.answer[example]))


@dataclass(frozen=True)
class MicroBatch:
    """input_ids, positions: (1, T) int64; predict_at, targets: (L,) int64 into T and of the vocabulary.

    What follows `start` is of batches that are filled up to a shape, see even.py.
    """

    input_ids: torch.Tensor
    positions: torch.Tensor
    predict_at: torch.Tensor
    targets: torch.Tensor
    boundaries: torch.Tensor  # (samples + 1,) int32, cumulative
    lengths: tuple[int, ...]
    start: int = 0  # tokens that all samples begin with, and that predict nothing which is learned
    filling: tuple[int, ...] = ()  # lengths of samples without a meaning that come last
    ignored: int = 0  # targets that come last and that no loss is taken on
    most: int = 0  # tokens that the longest sample may have; 0: that it has

    @property
    def tokens(self) -> int:
        """Tokens of the samples, all of them useful."""
        return sum(self.lengths)

    @property
    def labelled(self) -> int:
        """Tokens that the loss is taken on."""
        return self.targets.shape[0] - self.ignored

    @property
    def sizes(self) -> tuple[int, ...]:
        """Lengths of all that is in the row."""
        return self.lengths + self.filling

    @property
    def longest(self) -> int:
        """No sample has more tokens."""
        return self.most or max(self.lengths)


def collate(examples: Examples, rows: Sequence[Sequence[int]]) -> MicroBatch:
    """Join the samples of some packed rows into one flat batch."""
    import numpy as np
    import torch

    members = [example for row in rows for example in row]
    ids, firsts, positions, predict_at, targets = [], [], [], [], []
    start = 0
    for example in members:
        length = int(examples.length[example])
        tokens = examples.tables[examples.source[example]].row(int(examples.row[example]))[:length].astype(np.int64)
        first = max(1, int(examples.answer[example]))
        ids.append(tokens)
        firsts.append(first)
        positions.append(np.arange(length, dtype=np.int64))
        predict_at.append(np.arange(start + first - 1, start + length - 1, dtype=np.int64))
        targets.append(tokens[first:])
        start += length
    lengths = tuple(int(examples.length[example]) for example in members)
    boundaries = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)
    return MicroBatch(
        torch.from_numpy(np.concatenate(ids))[None],
        torch.from_numpy(np.concatenate(positions))[None],
        torch.from_numpy(np.concatenate(predict_at)),
        torch.from_numpy(np.concatenate(targets)),
        torch.from_numpy(boundaries),
        lengths,
        common_start(ids, firsts),
    )


def common_start(samples: Sequence[NDArray[np.int64]], firsts: Sequence[int]) -> int:
    """Return how many tokens can be computed once for all samples; 0 where that is not worth it.

    `firsts` are the places of the first learned tokens. The token that predicts one is computed for each sample,
    and so is at least one token of a sample.
    """
    limit = min(min(len(tokens), first) for tokens, first in zip(samples, firsts, strict=True)) - 1
    if len(samples) < 2 or limit < LEAST_START:
        return 0
    common = 0
    for column in zip(*(tokens[:limit].tolist() for tokens in samples), strict=True):
        if len(set(column)) > 1:
            break
        common += 1
    return common if common >= LEAST_START else 0


def to_device(batch: MicroBatch, device: torch.device, *, pin: bool) -> MicroBatch:
    """Copy a batch to the device; a pinned source lets the copy run beside the computation."""
    if device.type == "cpu":
        return batch
    moved = {
        name: (tensor.pin_memory() if pin else tensor).to(device, non_blocking=pin)
        for name in ("input_ids", "positions", "predict_at", "targets", "boundaries")
        for tensor in [getattr(batch, name)]
    }
    return replace(batch, **moved)


def ahead(make: Callable[[], Iterator[T]], depth: int) -> Generator[T]:
    """Yield what `make()` yields, prepared up to `depth` items ahead in a thread; the order is the same.

    The thread has ended when the iterator is closed or used up, and ends by itself when the program does. A daemon is
    cut off at the program's end instead, and where it stands in C++ just then (as tensors are made), that aborts.
    """
    if depth == 0:
        yield from make()
        return
    items: queue.Queue[tuple[str, object]] = queue.Queue(depth)
    stop = threading.Event()
    thread = threading.Thread(target=_produce, args=(make, items, stop), name="batches")
    thread.start()
    try:
        while True:
            try:
                kind, item = items.get(timeout=0.5)
            except queue.Empty:
                if thread.is_alive() or not items.empty():
                    continue
                raise RuntimeError("the program ends: no more batches are prepared") from None
            if kind == "end":
                return
            if kind == "error":
                assert isinstance(item, BaseException)
                raise item
            yield item  # type: ignore[misc]
    finally:
        stop.set()
        thread.join()


def _produce(make: Callable[[], Iterator[T]], items: queue.Queue[tuple[str, object]], stop: threading.Event) -> None:
    def is_over() -> bool:
        return stop.is_set() or not threading.main_thread().is_alive()

    def put(kind: str, item: object) -> None:
        while not is_over():
            try:
                items.put((kind, item), timeout=0.1)
                return
            except queue.Full:
                continue

    try:
        for item in make():
            put("item", item)
            if is_over():
                return
        put("end", None)
    except BaseException as error:  # handed to the consumer, which raises it
        put("error", error)
