"""What a run says at its end."""

from __future__ import annotations

import logging

import pytest

from sigil_pipeline.choose.dedup import drop_duplicates
from sigil_pipeline.choose.mix import Mix
from sigil_pipeline.flow import say_what_was_left_out
from sigil_pipeline.output.card import card_text
from sigil_pipeline.output.dataset import Dataset
from sigil_pipeline.output.summary import summary_of
from sigil_pipeline.settings import Settings

from .choose.conftest import candidate


def test_dropped_candidates_are_counted_by_reason(caplog: pytest.LogCaptureFixture) -> None:
    getters = [f"fn get_{n}(&self) -> u8 {{ self.field_{n} }}" for n in (1, 2, 3)]
    items = [candidate(f"f{n}", code) for n, code in enumerate([*getters, getters[0]])]
    kept, dropped = drop_duplicates(items, 0.85)
    dataset = Dataset((), len(items), tuple(dropped), (), len(kept), Mix(tuple(kept), "no candidates"))
    with caplog.at_level(logging.INFO):
        say_what_was_left_out(dataset)
    assert caplog.messages == ["3 of 4 candidates dropped: 1 duplicate, 2 renamed"]


def test_a_task_that_has_too_few_samples_for_its_share_is_named(caplog: pytest.LogCaptureFixture) -> None:
    few = [candidate("f", task="transformations")]
    kept = (*few, *[candidate(f"g{n}", task="explanations") for n in range(99)])
    mix = Mix(kept, "nothing", {"transformations": 0.15, "explanations": 0.05})
    dataset = Dataset((), len(kept), (), (), len(kept), mix)
    say_what_was_left_out(dataset)
    (said,) = caplog.messages
    assert said.startswith("`transformations` has 10.0% of the weight, not 75.0%: ")
    summary = summary_of(dataset, Settings())
    assert summary.samples.reached_mix == {"transformations": 0.1, "explanations": 0.9}
    assert "| transformations | 1 | 1.0% | 11 | 10.0% | 15.0% |" in card_text(summary, Settings())
