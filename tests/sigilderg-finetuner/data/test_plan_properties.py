"""The order of rows and their packing: what holds for any sizes, weights and lengths."""

from collections import Counter
from itertools import islice, pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sigilderg_finetuner.data.mix import Group, _interleave, _take, passes, quotas, weigh_tasks
from sigilderg_finetuner.data.pack import batched, best_fit, packed_rows

MODES = st.sampled_from(["weighted", "round-robin", "sequential"])
SIZES = st.lists(st.integers(0, 60), min_size=1, max_size=5)


def groups_of(sizes):
    starts = np.cumsum([0, *sizes]).tolist()
    return [Group(f"s{i}", range(starts[i], starts[i] + size), [None] * size) for i, size in enumerate(sizes)]


def plan(sizes, count, *, mode="weighted", weights=None, seed=1):
    found = passes(groups_of(sizes), mode=mode, weights=weights or {}, task_weights={}, seed=seed)
    return [order.tolist() for order in islice(found, count)]


@pytest.mark.parametrize(
    ("sizes", "weights", "expected"),
    [
        ([3, 5], None, [3, 5]),
        ([0, 0], None, [0, 0]),
        ([10, 10], [1, 1], [10, 10]),
        ([10, 10], [1, 3], [5, 15]),
        ([10, 10, 10], [1, 1, 1], [10, 10, 10]),
        ([5, 5], [1, 2], [3, 7]),  # 3.33 and 6.67
        ([1, 1, 1], [1, 1, 2], [1, 1, 1]),  # 0.75, 0.75, 1.5: the larger remainders win, the earlier one first
        ([100, 7], [0, 5], [0, 7]),
        ([2, 2], [1e-9, 1], [0, 4]),
        ([4, 4], [0.1, 0.1], [4, 4]),
    ],
)
def test_quotas_by_hand(sizes, weights, expected):
    assert quotas(sizes, weights) == expected


@given(SIZES, st.lists(st.integers(1, 9), min_size=5, max_size=5), st.integers(1, 50))
def test_the_scale_of_weights_plays_no_part(sizes, weights, scale):
    weights = weights[: len(sizes)]
    assert quotas(sizes, weights) == quotas(sizes, [weight * scale for weight in weights])


@given(st.integers(1, 40), st.lists(st.integers(0, 90), min_size=1, max_size=6), st.integers(0, 9))
def test_a_source_is_a_chain_of_permutations_however_it_is_cut(size, counts, seed):
    pool = np.arange(100, 100 + size)
    pieces, start = [], 0
    for count in counts:
        pieces.append(_take(pool, start, count, seed))
        start += count
    chain = np.concatenate(pieces).tolist()
    assert chain == _take(pool, 0, start, seed).tolist()
    for turn in range(0, start - size + 1, size):
        assert sorted(chain[turn : turn + size]) == pool.tolist()


def test_one_turn_is_shuffled_unlike_the_next():
    turns = _take(np.arange(50), 0, 150, 3).reshape(3, 50).tolist()
    assert len({tuple(turn) for turn in turns}) == 3
    assert turns[0] != list(range(50))


@settings(max_examples=40)
@given(SIZES.filter(any), st.data())
def test_over_many_passes_every_row_of_a_source_is_used_as_often_as_any_other(sizes, data):
    weights = data.draw(st.lists(st.integers(0, 5), min_size=len(sizes), max_size=len(sizes)))
    weights = [float(weight) if size else 0.0 for size, weight in zip(sizes, weights, strict=True)]
    if not any(weights):
        return
    named = {f"s{i}": weight for i, weight in enumerate(weights)}
    seen = Counter(example for order in plan(sizes, 5, weights=named) for example in order)
    for group, count in zip(groups_of(sizes), quotas(sizes, weights), strict=True):
        uses = [seen[example] for example in group.examples]
        assert sum(uses) == 5 * count
        assert not uses or max(uses) - min(uses) <= 1


@given(st.lists(st.integers(0, 30), min_size=1, max_size=5), MODES)
def test_an_order_takes_each_quota_whole_and_each_source_from_its_front(counts, mode):
    order = _interleave(counts, mode).tolist()
    assert sorted(order) == list(range(sum(counts)))
    starts = np.cumsum([0, *counts])
    for low, high in pairwise(starts):
        own = [place for place in order if low <= place < high]
        assert own == sorted(own)


@given(st.lists(st.integers(1, 30), min_size=2, max_size=4))
def test_weighted_sources_are_spread_so_that_no_part_of_a_pass_lacks_one(counts):
    order = _interleave(counts, "weighted").tolist()
    starts = np.cumsum([0, *counts]).tolist()
    total = sum(counts)
    for source, count in enumerate(counts):
        taken = 0
        for done, place in enumerate(order, start=1):
            taken += starts[source] <= place < starts[source + 1]
            assert abs(taken - count * done / total) <= len(counts)


@given(st.lists(st.integers(1, 20), min_size=2, max_size=4))
def test_round_robin_takes_one_of_each_as_long_as_there_is_one(counts):
    order = _interleave(counts, "round-robin").tolist()
    sources = np.searchsorted(np.cumsum(counts), order, side="right").tolist()
    shortest = min(counts)
    for turn in range(shortest):
        assert sources[turn * len(counts) : (turn + 1) * len(counts)] == list(range(len(counts)))


def test_the_name_of_a_source_plays_no_part():
    one, other = (
        [Group(name, range(20), [None] * 20), Group(f"{name}2", range(20, 30), [None] * 10)] for name in ("a", "z")
    )
    orders = [
        next(passes(groups, mode="weighted", weights={}, task_weights={}, seed=4)).tolist() for groups in (one, other)
    ]
    assert orders[0] == orders[1]


@given(st.integers(1, 60), st.floats(0, 3), st.floats(0, 3))
def test_a_higher_task_weight_keeps_all_that_a_lower_one_takes(size, a, b):
    low, high = sorted((a, b))
    group = Group("s", range(size), ["explanations"] * size)
    few, many = (Counter(weigh_tasks(group, {"explanations": weight}, seed=5)) for weight in (low, high))
    assert few <= many


def test_each_task_is_weighed_by_itself():
    group = Group("s", range(30), ["error_fixing", "explanations", None] * 10)
    counts = Counter(weigh_tasks(group, {"error_fixing": 2.5, "explanations": 0.5}, seed=1))
    by_task = [sum(counts[example] for example in range(task, 30, 3)) for task in range(3)]
    assert by_task == [25, 5, 10]


# Packing


def slow_best_fit(lengths, capacity):
    """The same by its definition: each item, longest first, into the fullest row that still holds it."""
    rows = []
    for item in sorted(range(len(lengths)), key=lambda i: (-lengths[i], i)):
        room = [capacity - sum(lengths[other] for other in row) for row in rows]
        fitting = [(left, number) for number, left in enumerate(room) if left >= lengths[item]]
        if fitting:
            rows[min(fitting)[1]].append(item)
        else:
            rows.append([item])
    return sorted(rows, key=lambda row: row[0])


LENGTHS = st.lists(st.integers(1, 32), min_size=0, max_size=60)


@given(LENGTHS)
def test_it_is_best_fit_decreasing(lengths):
    assert best_fit(lengths, 32) == slow_best_fit(lengths, 32)


@given(LENGTHS)
def test_the_longest_of_a_row_comes_first_and_rows_keep_its_place(lengths):
    rows = best_fit(lengths, 32)
    assert all(lengths[row[0]] == max(lengths[item] for item in row) for row in rows)
    assert [row[0] for row in rows] == sorted(row[0] for row in rows)


@given(LENGTHS)
def test_it_needs_no_more_rows_than_the_proven_bound(lengths):
    rows = best_fit(lengths, 32)
    least = -(-sum(lengths) // 32)
    assert least <= len(rows) <= 11 * least / 9 + 4 or len(rows) <= sum(length > 16 for length in lengths) + least


@pytest.mark.parametrize(
    ("lengths", "rows"),
    [
        ([], []),
        ([32], [[0]]),
        ([16, 16, 16], [[0, 1], [2]]),
        ([2, 30, 2, 28], [[1, 0], [3, 2]]),
        ([1, 1, 31], [[1], [2, 0]]),
    ],
)
def test_rows_by_hand(lengths, rows):
    assert best_fit(lengths, 32) == rows


@given(st.lists(st.integers(1, 32), min_size=1, max_size=40), st.integers(1, 50), st.integers(0, 9))
def test_windows_hold_rows_of_their_own_part_alone(lengths, window, seed):
    order = np.random.default_rng(seed).permutation(len(lengths))
    place = {example: position for position, example in enumerate(order.tolist())}
    rows = list(packed_rows([order], lengths, 32, window=window))
    assert sorted(example for row in rows for example in row) == sorted(place)
    assert all(len({place[example] // window for example in row}) == 1 for row in rows)
    parts = [place[row[0]] // window for row in rows]
    assert parts == sorted(parts)


@given(st.integers(0, 30), st.integers(1, 7), st.integers(0, 6))
def test_batches_are_full_but_for_the_last(count, size, skip):
    found = list(batched(iter([[n] for n in range(count)]), size, skip=skip))
    assert [row[0] for batch in found for row in batch] == list(range(min(count, skip * size), count))
    assert all(len(batch) == size for batch in found[:-1])
