"""Batches filled up to one shape: what every shape keeps to, and that the samples stay as they are."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from sigilderg_finetuner.data import pack
from sigilderg_finetuner.data.batches import Examples, collate
from sigilderg_finetuner.data.even import GROUP, IGNORED, even, shares
from sigilderg_finetuner.data.tokens import TokenTable


def packed(lengths, rows, capacity):
    """The first micro batch of samples that are half answer."""
    lengths = np.asarray(lengths)
    ids = np.arange(1, lengths.sum() + 1).astype(np.uint16)
    table = TokenTable(ids, np.cumsum([0, *lengths]).astype(np.int64), lengths // 2)
    count = np.arange(len(lengths))
    examples = Examples([table], 0 * count, count, lengths, table.answers)
    return collate(examples, pack.best_fit(lengths.tolist(), capacity)[:rows])


@given(
    st.integers(1, 5),
    st.integers(1, 200).flatmap(lambda c: st.tuples(st.just(c), st.lists(st.integers(1, c), min_size=1, max_size=40))),
    st.integers(1, 50),
)
def test_every_batch_has_one_shape_and_its_samples(rows, packable, chunk):
    capacity, lengths = packable
    batch = packed(lengths, rows, capacity)
    found, group = even(batch, rows=rows, capacity=capacity, chunk=chunk), min(GROUP, capacity)
    size = rows * capacity + group
    assert found.input_ids.shape == found.positions.shape == (1, size)
    assert found.targets.shape == found.predict_at.shape
    assert found.targets.shape[0] % chunk == 0
    assert 0 <= found.ignored <= chunk
    assert (len(found.boundaries) - 1) % group == 0
    pieces = np.diff(found.boundaries.numpy())
    assert tuple(pieces) == found.sizes
    assert pieces.min() >= 1, "no sample is empty"
    assert pieces.max() <= found.longest == capacity
    assert max(found.filling) - min(found.filling) <= 1
    assert found.positions[0].tolist() == [place for length in pieces for place in range(length)]
    assert 0 <= int(found.predict_at.min()) <= int(found.predict_at.max()) < size

    assert (found.tokens, found.labelled, found.lengths) == (batch.tokens, batch.labelled, batch.lengths)
    for name, before in vars(batch).items():
        after = getattr(found, name)
        if isinstance(before, torch.Tensor):
            assert after.dtype == before.dtype
            assert after[..., : before.shape[-1]].equal(before), name
    assert set(found.targets[batch.labelled :].tolist()) <= {IGNORED}


@given(st.integers(1, 300), st.integers(1, 80), st.integers(0, 5_000), st.integers(0, 400))
def test_shares_are_of_1_to_capacity(capacity, group, more, samples):
    group = min(group, capacity)
    found = shares(group + more, samples, group, capacity)
    assert sum(found) == group + more
    assert 1 <= min(found) <= max(found) <= capacity
    assert (samples + len(found)) % group == 0
    least = -(-(group + more) // capacity)
    assert least <= len(found) < least + group


def test_number_of_samples_varies_in_large_steps_alone():
    found = {
        len(even(packed([9] * count, 8, 512), rows=8, capacity=512, chunk=64).boundaries) for count in range(1, 400, 9)
    }
    assert found == {GROUP * number + 1 for number in range(1, 8)}


def test_a_batch_of_more_rows_gets_as_many():
    """As the two samples that the loss is proven on."""
    found = even(packed([100, 90], 2, 100), rows=1, capacity=100, chunk=8)
    assert found.input_ids.shape[1] == 264


@pytest.mark.parametrize("answers", [7, 8, 9])
def test_answers_are_filled_up_to_a_chunk(answers):
    found = even(packed([2 * answers], 1, 64), rows=1, capacity=64, chunk=8)
    assert found.ignored == {7: 1, 8: 0, 9: 7}[answers]
    assert found.labelled == answers
    assert len(set(found.predict_at[answers:].tolist())) == found.ignored, "no place gathers the gradients of all"
