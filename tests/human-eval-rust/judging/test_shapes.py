"""Thoughts: judged as a careful human would.

The title of a row ends with what is expected of it: `passes` or a failure class.
"""

from __future__ import annotations

import pytest

from human_eval_rust.judging.finding import Answer
from human_eval_rust.judging.prepare import prepare
from sigil_common.records import FailureClass

from ..conftest import patient

LEAST = {"reasoning.txt": 40}


@pytest.fixture(scope="module")
def rows(corpus):
    """A function that returns `(answer's entry point, title, what is expected, answer)` of every row of a file."""

    def read(name):
        return [(entry, *title.split(" -> "), text) for entry, title, text in corpus(name)]

    return read


@pytest.fixture(scope="module")
def judged(rows, parsed, judge_with):
    """A function that judges a file; the findings come by title, each with what is expected."""

    def judge(name, **options):
        cases = rows(name)
        findings = judge_with([Answer(parsed[entry], text) for entry, _, _, text in cases], patient(**options))
        return {title: (expected, found) for (_, title, expected, _), found in zip(cases, findings, strict=True)}

    return judge


def outcome(finding):
    """Return the failure class, or `passes`."""
    return finding.failure.kind.value if finding.failure else "passes"


@pytest.mark.parametrize("name", LEAST)
def test_there_are_enough_rows(rows, name):
    assert len({title for _, title, _, _ in rows(name)}) == len(rows(name)) >= LEAST[name]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["reasoning.txt"])
def test_what_a_careful_human_would_say(judged, name):
    found = judged(name)
    assert {title: outcome(one) for title, (_, one) in found.items()} == {t: e for t, (e, _) in found.items()}


def test_code_in_thoughts_alone_is_no_code(rows, parsed):
    cases = [(entry, text) for entry, _, expected, text in rows("reasoning.txt") if expected == "no_code"]
    for entry, text in cases:
        finding = prepare("answer", Answer(parsed[entry], text), policy=True)
        assert finding.failure.kind is FailureClass.NO_CODE
        assert "reasoning" in finding.extraction.dropped
    assert len(cases) > 10
