"""The batches of a run: those to learn from, without end, and those to validate on."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from itertools import islice

from sigilderg_finetuner.data import mix, pack
from sigilderg_finetuner.data.batches import Examples, MicroBatch, ahead, collate
from sigilderg_finetuner.data.prepare import Part
from sigilderg_finetuner.settings import Settings


def orders(part: Part, settings: Settings) -> Iterator[mix.Indices]:
    """Yield the examples of one pass over the data after another, in the order in which they are learned."""
    dataset = settings.dataset
    return mix.passes(
        part.groups,
        mode=dataset.interleave_mode,
        weights=dataset.dataset_weights,
        task_weights=dataset.task_weights,
        seed=dataset.shuffle_seed,
    )


def planned_rows(part: Part, settings: Settings) -> Iterator[list[int]]:
    """Yield the packed rows of a run, without end."""
    loop, lengths = settings.train, part.examples.length.tolist()
    return pack.packed_rows(orders(part, settings), lengths, loop.max_seq_len, packing=loop.packing)


def training_batches(
    part: Part, settings: Settings, *, skip: int, rank: int = 0, world: int = 1
) -> Generator[list[MicroBatch]]:
    """Yield the micro batches of one optimizer step after another, without end; of these, each `world`th."""
    loop = settings.train

    def make() -> Iterator[list[MicroBatch]]:
        size = loop.micro_batch_size
        for step in pack.batched(planned_rows(part, settings), size * loop.gradient_accumulation, skip=skip):
            yield [collate(part.examples, step[i : i + size]) for i in range(rank * size, len(step), world * size)]

    return ahead(make, loop.dataloader_prefetch_factor if loop.dataloader_num_workers else 0)


def validation_batches(
    examples: Examples, settings: Settings, *, rank: int = 0, world: int = 1
) -> Iterator[MicroBatch]:
    """Yield all validation samples once, packed as in training; of these batches, each `world`th."""
    rows = iter(pack.best_fit(examples.length.tolist(), settings.train.max_seq_len))
    for batch in islice(pack.batched(rows, settings.train.micro_batch_size), rank, None, world):
        yield collate(examples, batch)
