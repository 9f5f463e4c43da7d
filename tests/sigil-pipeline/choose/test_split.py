"""Train and validation."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sigil_pipeline.choose.split import validation_crates


@given(
    st.dictionaries(st.text("abcdef", min_size=1, max_size=4), st.integers(1, 500), min_size=1, max_size=20),
    st.floats(0.01, 0.5),
    st.integers(0, 5),
)
def test_a_split_leaves_neither_side_empty_and_is_near_its_ratio(
    counts: dict[str, int], ratio: float, seed: int
) -> None:
    val = validation_crates(counts, {}, ratio=ratio, seed=seed)
    assert val <= set(counts)
    if len(counts) > 1:
        assert 0 < len(val) < len(counts)
    total = sum(counts.values())
    share = sum(counts[crate] for crate in val) / total
    assert abs(share - ratio) <= max(counts.values()) / total


def test_crates_of_one_repository_stay_together() -> None:
    counts = {f"c{n}": 10 for n in range(10)}
    repositories = {f"c{n}": f"https://x/y{n // 2}{'.git' if n % 2 else '/'}" for n in range(10)}
    for seed in range(5):
        val = validation_crates(counts, repositories, ratio=0.3, seed=seed)
        assert all((f"c{n}" in val) == (f"c{n + 1}" in val) for n in range(0, 10, 2))
