"""What a run says at its end."""

from __future__ import annotations

import logging

import pytest

from sigil_pipeline.choose.dedup import drop_duplicates
from sigil_pipeline.choose.mix import Mix
from sigil_pipeline.flow import say_what_was_left_out
from sigil_pipeline.output.dataset import Dataset

from .choose.conftest import candidate


def test_dropped_candidates_are_counted_by_reason(caplog: pytest.LogCaptureFixture) -> None:
    getters = [f"fn get_{n}(&self) -> u8 {{ self.field_{n} }}" for n in (1, 2, 3)]
    items = [candidate(f"f{n}", code) for n, code in enumerate([*getters, getters[0]])]
    kept, dropped = drop_duplicates(items, 0.85)
    dataset = Dataset((), len(items), tuple(dropped), (), len(kept), Mix(tuple(kept), "no candidates"))
    with caplog.at_level(logging.INFO):
        say_what_was_left_out(dataset)
    assert caplog.messages == ["3 of 4 candidates dropped: 1 duplicate, 2 renamed"]
