"""Changing the proportion of the task types."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sigil_common.errors import InputError
from sigil_pipeline.dataset_tools.rebalance import parse_mix, rebalance

from .conftest import read, row, write


@given(st.integers(0, 30), st.integers(0, 30), st.none() | st.integers(1, 20), st.integers(0, 3))
def test_rebalancing_gives_the_largest_exact_mix(
    tmp_path_factory: pytest.TempPathFactory, code: int, words: int, most: int | None, seed: int
) -> None:
    folder = tmp_path_factory.mktemp("mix")
    rows = [row(n) for n in range(code)] + [row(n, _task_type="explanations") for n in range(code, code + words)]
    source = write(folder / "a.jsonl", rows)
    shares = {"code_generation": 0.75, "explanations": 0.25}
    if not code or not words:
        with pytest.raises(InputError):
            rebalance(source, folder / "b.jsonl", shares, max_samples=most, seed=seed)
        return
    numbers = rebalance(source, folder / "b.jsonl", shares, max_samples=most, seed=seed)
    kept = read(folder / "b.jsonl")
    assert Counter(item["_task_type"] for item in kept) == Counter(numbers)
    assert kept == [item for item in rows if item in kept]
    assert abs(numbers["code_generation"] - 3 * numbers["explanations"]) <= 3


@pytest.mark.parametrize(
    "text", ["poems=1", "code_generation", "code_generation=x", "code_generation=-1", "explanations=0"]
)
def test_a_bad_mix_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="--mix"):
        parse_mix(text)


def test_what_was_cut_down_counts_once(tmp_path: Path) -> None:
    rows = [row(n, _weight=2.5) for n in range(4)]
    rebalance(write(tmp_path / "a.jsonl", rows), tmp_path / "b.jsonl", {"code_generation": 1.0}, max_samples=2, seed=1)
    assert {item["_weight"] for item in read(tmp_path / "b.jsonl")} == {1.0}
