"""Flat batches by hand, and rows prepared ahead in a thread."""

import subprocess
import sys
import threading
from collections import Counter

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from sigilderg_finetuner.data.batches import LEAST_START, Examples, ahead, collate, to_device
from sigilderg_finetuner.data.feed import training_batches, validation_batches
from sigilderg_finetuner.data.mix import Group
from sigilderg_finetuner.data.prepare import Part
from sigilderg_finetuner.data.tokens import TokenTable


def table_of(rows, answers, dtype=np.uint16):
    offsets = np.cumsum([0, *map(len, rows)]).astype(np.int64)
    ids = np.asarray([token for row in rows for token in row], dtype=dtype)
    return TokenTable(ids, offsets, np.asarray(answers, dtype=np.int64))


def examples_of(rows, answers, *, lengths=None):
    """All rows of one table, in their order."""
    count = len(rows)
    columns = [np.zeros(count), np.arange(count), lengths or [len(row) for row in rows], answers]
    return Examples([table_of(rows, answers)], *(np.asarray(column, dtype=np.int64) for column in columns))


def test_two_samples_by_hand():
    batch = collate(examples_of([[1, 2, 3, 4], [5, 6, 7]], [2, 1]), [[0], [1]])
    assert batch.input_ids.tolist() == [[1, 2, 3, 4, 5, 6, 7]]
    assert batch.positions.tolist() == [[0, 1, 2, 3, 0, 1, 2]]
    assert batch.predict_at.tolist() == [1, 2, 4, 5]
    assert batch.targets.tolist() == [3, 4, 6, 7]
    assert batch.boundaries.tolist() == [0, 4, 7]
    assert batch.lengths == (4, 3)
    assert (batch.tokens, batch.labelled) == (7, 4)


def test_number_types_are_those_that_torch_asks_for():
    batch = collate(examples_of([[65_535, 1, 2]], [1]), [[0]])
    assert batch.input_ids.tolist() == [[65_535, 1, 2]], "no wrap to negative numbers"
    assert {batch.input_ids.dtype, batch.positions.dtype, batch.predict_at.dtype, batch.targets.dtype} == {torch.int64}
    assert batch.boundaries.dtype == torch.int32


@pytest.mark.parametrize(("answer", "targets"), [(0, [2, 3]), (1, [2, 3]), (2, [3])])
def test_the_first_token_of_all_has_nothing_to_be_predicted_from(answer, targets):
    examples = examples_of([[1, 2, 3]], [answer])
    assert collate(examples, [[0]]).targets.tolist() == targets
    assert examples.labelled(0) == len(targets)


def test_a_sample_that_is_cut_loses_its_end():
    examples = examples_of([[1, 2, 3, 4, 5], [6, 7]], [2, 1], lengths=[3, 2])
    batch = collate(examples, [[0, 1]])
    assert batch.input_ids.tolist() == [[1, 2, 3, 6, 7]]
    assert batch.targets.tolist() == [3, 7]
    assert examples.labelled(0) == 1


def test_samples_of_several_tables_may_share_a_row():
    tables = [table_of([[1, 2]], [1]), table_of([[9, 9], [70_000, 4]], [1, 1], np.uint32)]
    columns = ([1, 0], [1, 0], [2, 2], [1, 1])
    examples = Examples(tables, *(np.asarray(column, dtype=np.int64) for column in columns))
    assert collate(examples, [[0, 1]]).input_ids.tolist() == [[70_000, 4, 1, 2]]


ROWS = st.lists(st.lists(st.integers(0, 99), min_size=2, max_size=9), min_size=1, max_size=6)


@given(ROWS, st.data())
def test_every_target_is_the_token_after_its_place_and_in_the_same_sample(rows, data):
    answers = [data.draw(st.integers(0, len(row) - 1)) for row in rows]
    examples = examples_of(rows, answers)
    batch = collate(examples, [list(range(len(rows)))])
    assert batch.input_ids[0, batch.predict_at + 1].tolist() == batch.targets.tolist()
    assert (batch.positions[0, batch.predict_at + 1] > 0).all()
    assert batch.labelled == sum(examples.labelled(i) for i in range(len(rows)))
    assert sum(batch.lengths) == batch.tokens == int(batch.boundaries[-1])


FRAME = list(range(100, 100 + LEAST_START))


@pytest.mark.parametrize(
    ("rows", "answers", "start"),
    [
        ([[*FRAME, 1, 2], [*FRAME, 3, 4]], [17, 17], LEAST_START),
        ([[*FRAME, 1, 2], [*FRAME, 1, 4]], [17, 17], LEAST_START),  # 1 predicts what is learned
        ([[*FRAME, 1, 2, 3], [*FRAME, 1, 4, 3]], [18, 18], LEAST_START + 1),
        ([[*FRAME, 1, 2], [*FRAME, 3, 4]], [17, 16], 0),  # the frame's last token predicts
        ([[*FRAME, 1], [*FRAME, 3, 4]], [17, 17], LEAST_START),
        ([FRAME, [*FRAME, 3, 4]], [17, 17], 0),  # the frame is a whole sample
        ([[*FRAME[1:], 1, 2], [*FRAME[1:], 3, 4]], [16, 16], 0),  # too short to be worth it
        ([[*FRAME, 1, 2]], [17], 0),  # nothing to share it with
        ([[*FRAME, 1, 2], [9, *FRAME, 4]], [17, 17], 0),
        ([[*FRAME, 1], [*FRAME, 3]], [0, 0], 0),  # all is learned
    ],
)
def test_the_start_that_samples_have_in_common(rows, answers, start):
    assert collate(examples_of(rows, answers), [list(range(len(rows)))]).start == start
    assert collate(examples_of(rows, answers), [[number] for number in range(len(rows))]).start == start


@given(st.integers(0, 24), ROWS, st.data())
def test_a_common_start_is_common_and_predicts_nothing(frame, rows, data):
    rows = [list(range(100, 100 + frame)) + row for row in rows]
    answers = [data.draw(st.integers(0, len(row) + 1)) for row in rows]
    batch = collate(examples_of(rows, answers), [list(range(len(rows)))])
    assert batch.start < min(map(len, rows))
    assert len({tuple(row[: batch.start]) for row in rows}) == 1
    assert (batch.positions[0, batch.predict_at] >= batch.start).all()
    if len(rows) > 1 and min(min(answers), frame) > LEAST_START:
        assert batch.start >= LEAST_START


def test_on_a_cpu_a_batch_stays_where_it_is():
    batch = collate(examples_of([[1, 2]], [1]), [[0]])
    assert to_device(batch, torch.device("cpu"), pin=True) is batch


def test_moving_takes_every_tensor_along_and_leaves_the_lengths():
    batch = collate(examples_of([[1, 2]], [1]), [[0]])
    moved = to_device(batch, torch.device("meta"), pin=False)
    tensors = [value for value in vars(moved).values() if isinstance(value, torch.Tensor)]
    assert [tensor.device.type for tensor in tensors] == ["meta"] * 5
    assert moved.lengths == batch.lengths
    assert moved.start == batch.start


# Ahead


def test_no_more_is_prepared_than_was_asked_for():
    made = []

    def make():
        for number in range(100):
            made.append(number)
            yield number

    items = ahead(make, 3)
    assert [next(items) for _ in range(5)] == [0, 1, 2, 3, 4]
    items.close()
    assert len(made) <= 5 + 3 + 2, "the queue, and one in each hand"


def test_a_loop_that_leaves_ends_the_thread():
    before = set(threading.enumerate())

    def endless():
        while True:
            yield 1

    items = ahead(endless, 2)
    next(items)
    (thread,) = set(threading.enumerate()) - before
    items.close()
    assert not thread.is_alive()


# Torch is imported once for six programs, each of which ends as Python ends.
LEAVES = """
import os, numpy, torch
from sigilderg_finetuner.data.batches import ahead

def endless():
    while True:
        yield [torch.from_numpy(numpy.arange(1000)).clone() for _ in range(200)]

for _ in range(6):
    child = os.fork()
    if child == 0:
        items = ahead(endless, 4)
        for _ in range(20):
            next(items)
        break
    assert os.waitpid(child, 0)[1] == 0
"""


def test_a_program_that_ends_in_the_midst_of_it_ends_well():
    """As a daemon the thread was cut off in C++ here, and the program aborted seven times of eight."""
    ended = subprocess.run([sys.executable, "-c", LEAVES], capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")


STAYS = """
import itertools, threading
from sigilderg_finetuner.data.batches import ahead

threading.Thread(target=lambda: [None for _ in ahead(itertools.count, 4)]).start()
"""


def test_a_consumer_that_outlives_the_program_is_told():
    ended = subprocess.run([sys.executable, "-c", STAYS], capture_output=True, text=True, check=False)
    assert "the program ends: no more batches are prepared" in ended.stderr


def test_items_before_an_error_are_given_out_first():
    def broken():
        yield from range(3)
        raise KeyError("x")

    items, seen = ahead(broken, 1), []
    with pytest.raises(KeyError, match="x"):
        seen.extend(items)
    assert seen == [0, 1, 2]


# Feeding


@pytest.fixture
def part():
    rows = [[n, n + 1, n + 2, n + 3] for n in range(0, 80, 4)]
    return Part(examples_of(rows, [1] * 20), [Group("s", range(20), [None] * 20)])


def first_ids(batches):
    """Return the first token of each sample, by batch."""
    return [batch.input_ids[0, batch.boundaries[:-1].long()].tolist() for batch in batches]


def all_first_ids(batches):
    return [one for ids in first_ids(batches) for one in ids]


@pytest.mark.parametrize("workers", [0, 1])
def test_a_step_has_its_rows_in_as_many_micro_batches_as_told(settings_for, part, workers):
    settings = settings_for(
        train__micro_batch_size=3,
        train__gradient_accumulation=2,
        train__max_seq_len=8,
        train__dataloader_num_workers=workers,
    )
    steps = training_batches(part, settings, skip=0)
    step = next(steps)
    assert [batch.tokens for batch in step] == [24, 24], "three rows of two samples each"
    seen = all_first_ids(step)
    while len(seen) < 20:
        seen += all_first_ids(next(steps))
    assert sorted(seen[:20]) == list(range(0, 80, 4)), "one pass holds every sample once"


def test_going_on_in_the_middle_gives_the_same_steps(settings_for, part):
    settings = settings_for(train__micro_batch_size=1, train__gradient_accumulation=3, train__max_seq_len=8)
    whole, later = training_batches(part, settings, skip=0), training_batches(part, settings, skip=4)
    for _ in range(4):
        next(whole)
    assert [first_ids(next(whole)) for _ in range(6)] == [first_ids(next(later)) for _ in range(6)]


def test_validation_sees_every_sample_once_and_ends(settings_for, part):
    part.groups[0].tasks[:] = ["fix", None] * 10
    found = list(validation_batches(part, settings_for(train__micro_batch_size=3, train__max_seq_len=12)))
    assert Counter(task for one in found for task in one.tasks) == {"fix": 10, "": 10}
    assert {count for one in found for count in one.labelled} == {3}
    batches = [one.batch for one in found]
    assert sorted(all_first_ids(batches)) == list(range(0, 80, 4))
    assert [batch.tokens for batch in batches] == [36, 36, 8]
