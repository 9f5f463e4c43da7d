"""A runbook may be the first page that somebody reads, so it says where its commands are."""

import re
from pathlib import Path

import pytest

RUNBOOKS = sorted((Path(__file__).resolve().parents[2] / "docs/runbooks").glob("*.md"))


@pytest.mark.parametrize("path", RUNBOOKS, ids=lambda path: path.stem)
def test_a_runbook_with_commands_says_where_they_are(path):
    text = path.read_text(encoding="utf-8")
    if re.search(r"^\s*(?:sigil|human-eval|evaluate_)", text, re.MULTILINE):
        assert "`. .venv/bin/activate`" in text.split("```")[0]
