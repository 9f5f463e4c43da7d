"""The task mix."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from sigil_common.task_types import TASK_SHARES
from sigil_pipeline.choose.mix import choose, quotas

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
    mix = choose(items, TASK_SHARES, max_samples=most, max_per_crate=per_crate, seed=seed)
    counts = Counter(item.task_type for item in mix.chosen)
    present = {name: share for name, share in TASK_SHARES.items() if any(item.task_type == name for item in items)}
    assert dict(counts) == {name: n for name, n in quotas(len(mix.chosen), present or TASK_SHARES).items() if n}
    assert len({item.chunk for item in mix.chosen}) == len(mix.chosen) <= (most or len(items))
    assert all(n <= (per_crate or len(items)) for n in Counter(item.crate for item in mix.chosen).values())
    again = choose(items[::-1], TASK_SHARES, max_samples=most, max_per_crate=per_crate, seed=seed)
    assert len(again.chosen) == len(mix.chosen)


def test_the_best_of_a_crate_are_taken_when_it_is_capped() -> None:
    items = [candidate(f"f{n}", rank=float(n)) for n in range(10)]
    mix = choose(items, {"code_generation": 1.0}, max_samples=None, max_per_crate=3, seed=1)
    assert sorted(item.rank for item in mix.chosen) == [0.0, 1.0, 2.0]
