"""Attention over packed samples against the textbook's formula, written out with a mask."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from sigilderg_finetuner.training.attention import NAME, packed_attention, register

pytestmark = pytest.mark.slow


def textbook(query, key, value, lengths, scaling):
    """softmax(Q K^T s + mask) V over the whole row, each sample seeing its own past alone; one head at a time."""
    heads, total = query.shape[1], query.shape[2]
    sample = torch.repeat_interleave(torch.arange(len(lengths)), torch.tensor(lengths))
    seen = (sample[:, None] == sample[None, :]) & torch.ones(total, total).tril().bool()
    out = torch.empty(1, total, heads, query.shape[3], dtype=query.dtype)
    for head in range(heads):
        shared = head * key.shape[1] // heads
        scores = query[0, head] @ key[0, shared].T * scaling
        out[0, :, head] = scores.masked_fill(~seen, -math.inf).softmax(dim=-1) @ value[0, shared]
    return out


def states(lengths, heads, kv_heads, width=4, seed=0):
    torch.manual_seed(seed)
    shapes = [(1, count, sum(lengths), width) for count in (heads, kv_heads, kv_heads)]
    return [torch.randn(shape, dtype=torch.float64) for shape in shapes]


@settings(max_examples=40)
@given(
    st.lists(st.integers(1, 7), min_size=1, max_size=5),
    st.sampled_from([(1, 1), (4, 4), (4, 2), (6, 1)]),
    st.integers(0, 9),
)
def test_it_is_masked_softmax(lengths, heads, seed):
    query, key, value = states(lengths, *heads, seed=seed)
    found, weights = packed_attention(None, query, key, value, None, lengths=tuple(lengths))
    assert weights is None
    assert found.shape == (1, sum(lengths), heads[0], 4)
    assert torch.allclose(found, textbook(query, key, value, lengths, 1 / math.sqrt(4)), atol=1e-12)


@pytest.mark.parametrize("scaling", [1.0, 0.1, 0.5])
def test_the_scale_may_be_given(scaling):
    query, key, value = states([3, 5], 2, 2)
    found, _ = packed_attention(None, query, key, value, None, lengths=(3, 5), scaling=scaling)
    assert torch.allclose(found, textbook(query, key, value, [3, 5], scaling), atol=1e-12)


def test_the_first_token_of_a_sample_sees_itself_alone():
    query, key, value = states([3, 4, 1], 2, 2)
    found, _ = packed_attention(None, query, key, value, None, lengths=(3, 4, 1))
    for start in (0, 3, 7):
        assert torch.allclose(found[0, start], value[0, :, start])


def test_a_change_reaches_later_tokens_of_its_own_sample_alone():
    query, key, value = states([3, 4], 2, 2)
    before, _ = packed_attention(None, query, key, value, None, lengths=(3, 4))
    key[0, :, 4] += 1.0
    value[0, :, 4] += 1.0
    after, _ = packed_attention(None, query, key, value, None, lengths=(3, 4))
    changed = (before != after).any(dim=(2, 3) if before.dim() == 4 else -1)[0]
    assert changed.tolist() == [False, False, False, False, True, True, True]


def test_gradients_are_those_of_the_formula_too():
    lengths = [2, 5]
    grown = []
    for attend in (
        lambda q, k, v: packed_attention(None, q, k, v, None, lengths=tuple(lengths))[0],
        lambda q, k, v: textbook(q, k, v, lengths, 0.5),
    ):
        parts = [part.requires_grad_() for part in states(lengths, 4, 2)]
        (attend(*parts) ** 2).sum().backward()
        grown.append([part.grad for part in parts])
    assert all(torch.allclose(one, other, atol=1e-10) for one, other in zip(*grown, strict=True))


def without_repeats(state, lengths, start):
    """The states of a row that holds the start of its samples once."""
    first, *others = state.split(lengths, dim=2)
    return torch.cat([first, *(other[:, :, start:] for other in others)], dim=2)


def with_repeats(state, lengths, start):
    """The same row with the start before every sample again."""
    first, *rests = state.split([lengths[0], *(length - start for length in lengths[1:])], dim=2)
    return torch.cat([first, *(part for rest in rests for part in (first[:, :, :start], rest))], dim=2)


@settings(max_examples=40)
@given(
    st.lists(st.integers(1, 6), min_size=1, max_size=5),
    st.integers(1, 4),
    st.sampled_from([(1, 1), (4, 4), (4, 2), (6, 1)]),
    st.sampled_from([1.0, 0.3]),
)
def test_a_start_held_once_is_seen_by_all_and_gathers_their_gradients(rests, start, heads, scaling):
    lengths = [start + rest for rest in rests]
    sizes = [lengths[0], *rests[1:]]
    grown, outputs = [], []
    for attend in (
        lambda q, k, v: packed_attention(None, q, k, v, None, lengths=tuple(lengths), start=start, scaling=scaling)[0],
        lambda q, k, v: without_repeats(
            textbook(*(with_repeats(one, lengths, start) for one in (q, k, v)), lengths, scaling).transpose(1, 2),
            lengths,
            start,
        ).transpose(1, 2),
    ):
        parts = [part.requires_grad_() for part in states(sizes, *heads)]
        outputs.append(attend(*parts))
        (outputs[-1] ** 2).sum().backward()
        grown.append([part.grad for part in parts])
    assert torch.allclose(*outputs, atol=1e-12)
    assert all(torch.allclose(one, other, atol=1e-10) for one, other in zip(*grown, strict=True))


def test_a_start_that_is_a_whole_sample_is_refused():
    query, key, value = states([3], 1, 1)
    with pytest.raises(ValueError, match="one flat row"):
        packed_attention(None, query, key, value, None, lengths=(3, 3), start=3)


@pytest.mark.parametrize("wrong", ["mask", "two rows", "short", "long", "none"])
def test_what_is_not_one_flat_row_is_refused(wrong):
    query, key, value = states([2, 3], 1, 1)
    lengths = {"short": (2, 2), "long": (2, 4), "none": ()}.get(wrong, (2, 3))
    mask = torch.zeros(1) if wrong == "mask" else None
    if wrong == "two rows":
        query, key, value = (torch.cat([part, part]) for part in (query, key, value))
    with pytest.raises(ValueError, match="one flat row"):
        packed_attention(None, query, key, value, mask, lengths=lengths)


def test_transformers_finds_it_by_its_name():
    from transformers import AttentionInterface

    assert register() == NAME
    assert AttentionInterface()[NAME] is packed_attention
