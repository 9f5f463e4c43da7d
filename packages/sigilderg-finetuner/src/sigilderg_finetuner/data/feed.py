"""The batches of a run: those to learn from, without end, and those to validate on."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass

from sigilderg_finetuner.data import mix, pack
from sigilderg_finetuner.data.batches import MicroBatch, ahead, collate
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


@dataclass(frozen=True)
class Checked:
    """A batch to validate on; for each of its samples the kind of task and the number of answer tokens."""

    batch: MicroBatch
    tasks: tuple[str, ...]
    labelled: tuple[int, ...]


def validation_batches(
    part: Part, settings: Settings, *, rank: int = 0, world: int = 1, even: bool = False
) -> Iterator[Checked]:
    """Yield all validation samples once, packed as in training; of these batches, each `world`th.

    `even` gives every process as many: who has one too few ends with the first batch again, with no sample to count.
    """
    examples, tasks = part.examples, part.tasks()
    rows = iter(pack.best_fit(examples.length.tolist(), settings.train.max_seq_len))
    batches = list(pack.batched(rows, settings.train.micro_batch_size))
    for batch in batches[rank::world]:
        members = [example for row in batch for example in row]
        labelled = tuple(examples.labelled(example) for example in members)
        yield Checked(collate(examples, batch), tuple(tasks[example] for example in members), labelled)
    if even and 0 < len(batches) % world <= rank:
        yield Checked(collate(examples, batches[0]), (), ())
