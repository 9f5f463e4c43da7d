"""Candidates on disk."""

from __future__ import annotations

import json

from sigil_pipeline.tasks.candidates import candidate_from_row

from ..choose.conftest import candidate


def test_candidates_survive_the_checkpoint() -> None:
    item = candidate("x", error_code="E0308", rewrite="cast", self_contained=True)
    assert candidate_from_row(json.loads(json.dumps(item.to_row()))) == item
