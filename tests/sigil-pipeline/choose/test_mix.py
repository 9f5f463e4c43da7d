"""The task mix."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from sigil_common.task_types import TASK_SHARES
from sigil_pipeline.choose.mix import choose_all, choose_strict, filled, quotas

from .conftest import candidate


@given(st.integers(0, 2000), st.dictionaries(st.sampled_from("abcd"), st.floats(0.01, 10), min_size=1))
def test_quotas_are_whole_and_near_their_shares(total: int, shares: dict[str, float]) -> None:
    found = quotas(total, shares)
    whole = sum(shares.values())
    assert sum(found.values()) == total
    assert all(abs(found[name] - total * share / whole) < 1 for name, share in shares.items())


TASKS = list(TASK_SHARES)


@given(
    st.lists(st.tuples(st.integers(0, 30), st.sampled_from(TASKS), st.sampled_from("pqr")), max_size=80),
    st.none() | st.integers(1, 40),
    st.none() | st.integers(1, 10),
    st.integers(0, 3),
)
def test_a_mix_has_its_proportion_and_takes_each_chunk_once(
    wanted: list[tuple[int, str, str]], most: int | None, per_crate: int | None, seed: int
) -> None:
    items = [candidate(f"f{n}", task=task, crate=crate) for n, task, crate in dict.fromkeys(wanted)]
    mix = choose_strict(items, TASK_SHARES, max_samples=most, max_per_crate=per_crate, seed=seed)
    counts = Counter(item.task_type for item in mix.chosen)
    present = {name: share for name, share in TASK_SHARES.items() if any(item.task_type == name for item in items)}
    assert dict(counts) == {name: n for name, n in quotas(len(mix.chosen), present or TASK_SHARES).items() if n}
    assert len({item.chunk for item in mix.chosen}) == len(mix.chosen) <= (most or len(items))
    assert all(n <= (per_crate or len(items)) for n in Counter(item.crate for item in mix.chosen).values())
    again = choose_strict(items[::-1], TASK_SHARES, max_samples=most, max_per_crate=per_crate, seed=seed)
    assert len(again.chosen) == len(mix.chosen)


def test_the_best_of_a_crate_are_taken_when_it_is_capped() -> None:
    items = [candidate(f"f{n}", rank=float(n)) for n in range(10)]
    mix = choose_strict(items, {"code_generation": 1.0}, max_samples=None, max_per_crate=3, seed=1)
    assert sorted(item.rank for item in mix.chosen) == [0.0, 1.0, 2.0]


COUNTS = st.dictionaries(st.sampled_from(TASKS), st.integers(0, 40), min_size=1)


@given(st.integers(0, 200), COUNTS)
def test_what_a_scarce_type_cannot_take_the_others_do(total: int, available: dict[str, int]) -> None:
    shares = {name: TASK_SHARES[name] for name in available}
    found = filled(total, shares, available)
    assert sum(found.values()) == min(total, sum(available.values()))
    assert all(0 <= found[name] <= count for name, count in available.items())
    open_ended = filled(total, shares, dict.fromkeys(available, total))
    assert open_ended == quotas(total, shares)
    # None is short while another has more than its share.
    short = [name for name in found if found[name] < available[name]]
    for name in short:
        for other in found:
            assert found[other] / shares[other] < (found[name] + 1) / shares[name] + 1 / shares[other]


ITEMS = st.lists(st.tuples(st.integers(0, 30), st.sampled_from(TASKS), st.sampled_from("pqr")), max_size=80)


@given(ITEMS, st.none() | st.integers(1, 40), st.none() | st.integers(1, 10))
def test_all_are_taken_that_the_limits_allow(
    wanted: list[tuple[int, str, str]], most: int | None, per_crate: int | None
) -> None:
    items = [candidate(f"f{n}", task=task, crate=crate) for n, task, crate in dict.fromkeys(wanted)]
    mix = choose_all(items, TASK_SHARES, max_samples=most, max_per_crate=per_crate, seed=1)
    by_crate = Counter(item.crate for item in items)
    allowed = sum(min(count, per_crate or count) for count in by_crate.values())
    assert (
        len(mix.chosen) == len({(item.chunk, item.task_type) for item in mix.chosen}) == min(allowed, most or allowed)
    )
    assert set(mix.chosen) <= set(items)
    assert all(n <= (per_crate or n) for n in Counter(item.crate for item in mix.chosen).values())
    cut = (
        "max_samples" if most is not None and most < allowed else "max_per_crate" if allowed < len(items) else "nothing"
    )
    assert mix.limited_by == (cut if items else "no candidates")
    assert set(mix.shares) == {item.task_type for item in items}
    assert set(choose_all(items[::-1], TASK_SHARES, max_samples=most, max_per_crate=per_crate, seed=1).chosen) == set(
        mix.chosen
    )


def test_a_type_without_a_share_is_not_taken() -> None:
    items = [candidate("f"), candidate("g", task="explanations")]
    mix = choose_all(items, {"code_generation": 1.0, "explanations": 0.0}, max_samples=None, max_per_crate=None, seed=1)
    assert mix.chosen == (items[0],)


def test_of_a_single_type_a_loose_mix_is_the_strict_one() -> None:
    items = [candidate(f"f{n}", rank=float(n % 7), crate="pq"[n % 3 == 0]) for n in range(60)]
    for limits in ({"max_samples": None, "max_per_crate": 11}, {"max_samples": 17, "max_per_crate": None}):
        loose, strict = (make(items, {"code_generation": 1}, seed=3, **limits) for make in (choose_all, choose_strict))
        assert loose.chosen == strict.chosen
