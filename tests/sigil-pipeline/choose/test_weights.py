"""Weights that give the tasks their shares."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sigil_common.task_types import TASK_SHARES
from sigil_pipeline.choose.weights import weights_of

COUNTS = st.dictionaries(st.sampled_from(list(TASK_SHARES)), st.integers(1, 100_000), min_size=1)


@given(COUNTS)
def test_weighted_shares_are_the_wanted_ones_and_no_sample_counts_less_than_once(counts: dict[str, int]) -> None:
    weights = weights_of(counts, TASK_SHARES)
    assert min(weights.values()) == 1
    weighted = {name: counts[name] * weight for name, weight in weights.items()}
    wanted = sum(TASK_SHARES[name] for name in counts)
    for name, value in weighted.items():
        assert value / sum(weighted.values()) == pytest.approx(TASK_SHARES[name] / wanted, rel=1e-5)


def test_what_is_not_there_has_no_weight() -> None:
    assert weights_of({"a": 4, "b": 0, "c": 5}, {"a": 0.5, "b": 0.5, "c": 0.0}) == {"a": 1.0}
    assert weights_of({}, {"a": 1.0}) == {}
