"""Thoughts, several versions, dropped items: judged as a careful human would.

The title of a row ends with what is expected of it: `passes` or a failure class, then the choice among versions; in
`dropped.txt`, the construct that is refused while the policy is on and named while it is off.
"""

from __future__ import annotations

import pytest

from human_eval_rust.judging.finding import Answer
from human_eval_rust.judging.prepare import Prepared, prepare
from sigil_common.records import FailureClass

from ..conftest import patient

LEAST = {"reasoning.txt": 40, "versions.txt": 20, "dropped.txt": 15}


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
    """Return the failure class, or `passes`, with the choice among versions, if there was one."""
    choice = finding.extraction.choice if finding.extraction else None
    kind = finding.failure.kind.value if finding.failure else "passes"
    return f"{kind}, {choice}" if choice else kind


@pytest.mark.parametrize("name", LEAST)
def test_there_are_enough_rows(rows, name):
    assert len({title for _, title, _, _ in rows(name)}) == len(rows(name)) >= LEAST[name]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["reasoning.txt", "versions.txt"])
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


def test_what_is_dropped_is_refused(rows, parsed):
    for entry, title, expected, text in rows("dropped.txt"):
        found = prepare("answer", Answer(parsed[entry], text), policy=True)
        if expected == "passes":
            assert isinstance(found, Prepared), title
        else:
            assert found.failure.kind is FailureClass.POLICY, title
            assert f"{expected} (compile time)" in found.failure.detail, title


@pytest.mark.slow
def test_what_is_dropped_is_named_without_the_policy(judged):
    for title, (expected, found) in judged("dropped.txt", policy=False).items():
        assert found.failure is None, title
        named = [one for one in found.extraction.dropped if " in line " in one]
        assert [one.split(" in line ")[0] for one in named] == ([] if expected == "passes" else [expected]), title


@pytest.mark.slow
def test_versions_do_not_depend_on_neighbours(rows, parsed, judge_with):
    # Every second; `benchmarks/differential.py` takes all.
    answers = [Answer(parsed[entry], text) for entry, _, _, text in rows("versions.txt")[::2]]
    assert judge_with(answers) == judge_with(answers, one_by_one=True)


def test_no_answer_has_more_than_eight_versions_compiled(parsed):
    fences = [f"```rust\n{SAME.replace('numbers.', f'{i}; numbers.')}```\n" for i in range(20)]
    found = prepare("answer", Answer(parsed["running_max"], "\n".join(fences)), policy=True)
    assert [one.code.number for one in found.versions] == list(range(20, 12, -1))
    assert len({one.name for one in found.versions}) == 8


SAME = "pub fn running_max(numbers: &[i64]) -> Vec<i64> {\n    numbers.to_vec()\n}\n"


@pytest.mark.parametrize("policy", [True, False])
def test_a_version_that_is_refused_is_not_passed_over(parsed, policy):
    bad = "```rust\n" + SAME.replace("    n", "    asm!();\n    n") + "```\n"
    good = f"```rust\n{SAME}```\n"
    last = prepare("answer", Answer(parsed["running_max"], f"{good}Or:\n{bad}"), policy=policy)
    assert last.failure.kind is (FailureClass.POLICY if policy else FailureClass.FORGED)
    # An earlier one is never compiled beside the answer, whose own fate it does not change.
    first = prepare("answer", Answer(parsed["running_max"], f"{bad}Or:\n{good}"), policy=policy)
    assert [one.name for one in first.versions] == ["answer"]
