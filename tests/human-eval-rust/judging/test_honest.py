"""Honest, right answers pass, in whatever shape they come, with the policy on and off."""

from __future__ import annotations

import pytest

from human_eval_rust.judging.finding import Answer

from ..conftest import patient


@pytest.fixture(scope="module")
def rows(corpus):
    return corpus("honest.txt")


def test_there_are_enough_rows(rows):
    assert len(rows) >= 80
    assert len({(entry, title) for entry, title, _ in rows}) == len(rows)


@pytest.mark.slow
@pytest.mark.parametrize("policy", [True, False])
def test_honest_answers_pass(rows, parsed, judge_with, policy):
    findings = judge_with([Answer(parsed[entry], text) for entry, _, text in rows], patient(policy=policy))
    failed = {
        f"{entry}: {title}": finding.failure
        for (entry, title, _), finding in zip(rows, findings, strict=True)
        if finding.failure
    }
    assert failed == {}
    assert all(finding.parses and finding.compiles and finding.has_code for finding in findings)


@pytest.mark.slow
def test_line_ends_and_byte_order_marks_do_not_matter(rows, parsed, judge_with):
    texts = [(parsed[entry], text) for entry, _, text in rows[::6]]
    answers = [Answer(task, text.replace("\n", "\r\n")) for task, text in texts]
    answers += [Answer(task, "\ufeff" + text) for task, text in texts]
    assert [finding.failure for finding in judge_with(answers)] == [None] * len(answers)


@pytest.mark.slow
def test_the_order_of_a_hash_map_is_the_same_in_every_run(parsed, judge_with):
    body = """    let seen: std::collections::HashSet<i64> = (0..50).collect();
    panic!("{:?} {}", seen, numbers.len());
}
"""
    findings = [judge_with([Answer(parsed["running_max"], body)])[0] for _ in range(3)]
    assert findings[0].tests.message.startswith("{")
    assert findings[0] == findings[1] == findings[2]


@pytest.mark.slow
def test_a_verdict_does_not_depend_on_its_neighbours(rows, corpus, parsed, judge_with):
    cheats = [row for row in corpus("cheats.txt") if "[endless]" not in row[1]]
    cheats = [row for row in cheats if "[policy]" in row[1] or "test" in row[1] or "own" in row[1]]
    answers = [Answer(parsed[entry], text) for entry, _, text in [*rows[::5], *cheats[::6]]]
    assert judge_with(answers) == judge_with(answers, one_by_one=True)
