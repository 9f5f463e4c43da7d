"""The plan: exact counts, nothing lost, nothing cut."""

from collections import Counter
from itertools import islice

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sigil_common.errors import InputError
from sigilderg_finetuner.data.mix import Group, passes, quotas, weigh_tasks
from sigilderg_finetuner.data.pack import batched, best_fit, packed_rows

SIZES = st.lists(st.integers(0, 200), min_size=1, max_size=6)


def groups_of(sizes, task=None):
    starts = np.cumsum([0, *sizes])
    return [Group(f"s{i}", range(int(starts[i]), int(starts[i + 1])), [task] * size) for i, size in enumerate(sizes)]


def plan(groups, mode="weighted", weights=None, task_weights=None, seed=1, count=1):
    found = passes(groups, mode=mode, weights=weights or {}, task_weights=task_weights or {}, seed=seed)
    return [order.tolist() for order in islice(found, count)]


@given(SIZES, st.data())
def test_quotas_add_up_and_are_within_one_of_their_share(sizes, data):
    weights = data.draw(st.lists(st.floats(0, 10), min_size=len(sizes), max_size=len(sizes)).filter(any))
    found = quotas(sizes, weights)
    total = sum(size for size, weight in zip(sizes, weights, strict=True) if weight > 0)
    assert sum(found) == total
    for quota, weight in zip(found, weights, strict=True):
        assert abs(quota - total * weight / sum(weights)) < 1 + 1e-6
        assert quota == 0 or weight > 0


@given(SIZES.filter(any), st.sampled_from(["weighted", "round-robin", "sequential"]), st.integers(0, 5))
def test_without_weights_a_pass_holds_every_row_once(sizes, mode, seed):
    for order in plan(groups_of(sizes), mode, seed=seed, count=2):
        assert sorted(order) == list(range(sum(sizes)))


@given(SIZES.filter(any))
def test_the_plan_depends_on_its_seed_alone(sizes):
    groups = groups_of(sizes)
    assert plan(groups, seed=3, count=2) == plan(groups, seed=3, count=2)


def test_another_seed_gives_another_order():
    assert plan(groups_of([50]), seed=1) != plan(groups_of([50]), seed=2)


def test_weights_give_exact_counts_and_an_even_spread():
    order = plan(groups_of([1000, 200]), weights={"s0": 0.7, "s1": 0.3})[0]
    second = [example >= 1000 for example in order]
    assert sum(second) == 360
    assert all(26 <= sum(second[i : i + 100]) <= 34 for i in range(0, 1200, 100))


def test_a_source_below_its_quota_is_repeated_evenly_and_one_above_it_goes_on_in_the_next_pass():
    two = plan(groups_of([1000, 200]), weights={"s0": 0.7, "s1": 0.3}, count=2)
    counts = Counter(example for order in two for example in order)
    assert {counts[example] for example in range(1000, 1200)} == {3, 4}
    assert all(counts[example] in (1, 2) for example in range(1000))


def test_a_weight_of_zero_leaves_a_source_out():
    assert max(plan(groups_of([10, 10]), weights={"s0": 1.0, "s1": 0.0})[0]) < 10


def test_sequential_keeps_the_order_of_the_sources():
    order = plan(groups_of([5, 5]), "sequential")[0]
    assert max(order[:5]) < 5 <= min(order[5:])


def test_round_robin_takes_turns():
    order = plan(groups_of([3, 5]), "round-robin")[0]
    assert [example >= 3 for example in order] == [False, True, False, True, False, True, True, True]


@given(st.integers(1, 80), st.floats(0, 4))
def test_task_weights_are_exact_to_the_row(size, weight):
    group = groups_of([size], "error_fixing")[0]
    chosen = weigh_tasks(group, {"error_fixing": weight}, seed=7)
    assert len(chosen) == int(weight) * size + round((weight % 1) * size)
    counts = Counter(chosen)
    assert all(counts[example] in (int(weight), int(weight) + 1) for example in group.examples)


@given(st.lists(st.integers(1, 40), min_size=1, max_size=4), st.integers(1, 5), st.floats(0.1, 3))
def test_rows_own_weights_compare_them_and_are_multiplied_with_those_of_their_task(sizes, least, factor):
    own = [least * (number + 1) for number, size in enumerate(sizes) for _ in range(size)]
    tasks = ["error_fixing" if weight == least else None for weight in own]
    group = Group("s", range(len(own)), tasks, own)
    counts = Counter(own[example] for example in weigh_tasks(group, {}, seed=7))
    assert counts == {least * (n + 1): (n + 1) * size for n, size in enumerate(sizes)}
    counts = Counter(own[example] for example in weigh_tasks(group, {"error_fixing": factor}, seed=7))
    assert counts[least] == int(factor) * sizes[0] + round((factor % 1) * sizes[0])


@pytest.mark.parametrize(("task", "own"), [(1e9, [1.0, 1.0]), (1.0, [1e-9, 1.0]), (1e300, [1e-300, 1e300])])
def test_weights_that_would_fill_the_memory_are_refused(task, own):
    group = Group("local:x", range(2), ["error_fixing"] * 2, own)
    with pytest.raises(InputError, match="`local:x`: rows of task `error_fixing` would be taken"):
        weigh_tasks(group, {"error_fixing": task}, seed=1)


def test_weights_that_are_all_alike_change_nothing():
    group = Group("s", range(5), [None] * 5, [1.7] * 5)
    assert weigh_tasks(group, {}, seed=1) == [0, 1, 2, 3, 4]


def test_tasks_without_a_weight_count_once():
    group = Group("s", [0, 1], ["explanations", None])
    assert weigh_tasks(group, {"explanations": 0.0}, seed=1) == [1]


def test_nothing_left_is_an_error():
    with pytest.raises(InputError, match="no training rows"):
        plan(groups_of([0, 0]))
    with pytest.raises(InputError, match="`s1` has a weight"):
        plan(groups_of([3, 0]), weights={"s0": 1.0, "s1": 1.0})


LENGTHS = st.lists(st.integers(1, 64), min_size=1, max_size=120)


@given(LENGTHS)
def test_packing_loses_nothing_and_never_overfills(lengths):
    rows = best_fit(lengths, 64)
    assert sorted(item for row in rows for item in row) == list(range(len(lengths)))
    assert all(sum(lengths[item] for item in row) <= 64 for row in rows)
    # At most one row can be half empty, else two would have been one.
    assert sum(sum(lengths[item] for item in row) <= 32 for row in rows) <= 1


def test_an_item_longer_than_a_row_is_an_error_and_not_cut():
    with pytest.raises(ValueError, match="65 tokens"):
        best_fit([3, 65], 64)


def test_real_lengths_fill_the_rows():
    lengths = np.random.default_rng(0).integers(40, 400, 2000).tolist()
    rows = best_fit(lengths, 1024)
    assert sum(lengths) / (1024 * len(rows)) > 0.98


@settings(max_examples=20)
@given(LENGTHS, st.integers(1, 5), st.integers(0, 3))
def test_going_on_in_the_middle_gives_the_same_batches(lengths, size, skip):
    orders = [np.arange(len(lengths))[::-1], np.arange(len(lengths))]
    whole = list(batched(packed_rows(orders, lengths, 64), size))
    assert list(batched(packed_rows(orders, lengths, 64), size, skip=skip)) == whole[skip:]


def test_without_packing_each_sample_has_its_own_row():
    assert list(packed_rows([np.array([2, 0, 1])], [5, 5, 5], 64, packing=False)) == [[2], [0], [1]]


def test_windows_do_not_reach_over_the_end_of_a_pass():
    rows = list(packed_rows([np.array([0, 1]), np.array([0, 1])], [10, 10], 64))
    assert rows == [[0, 1], [0, 1]]
