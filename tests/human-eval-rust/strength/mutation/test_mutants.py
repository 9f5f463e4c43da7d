"""Mutants: which are made, what becomes of them, and that the figures on file are those of the problems on file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from human_eval_rust.judging.judge import Judge
from human_eval_rust.problems.sources import build
from human_eval_rust.rust.tree import parse
from human_eval_rust.shipped_sets import SETS
from human_eval_rust.strength.mutation import equivalent, score
from human_eval_rust.strength.mutation.mutants import BODY, mutants, with_solution
from human_eval_rust.strength.mutation.outcomes import LIMITS, outcomes
from sigil_common.errors import InputError
from sigil_common.records import Problem

from ....clock import SOON_S

ROOT = Path(__file__).parents[4]
FOLDERS = [one.folder for one in SETS]
LEAST_MUTANTS = 25


def problem(body: str, signature: str = "f(xs: &[i64], n: usize) -> i64", test: str = "") -> Problem:
    name = signature[: signature.index("(")]
    tests = test or f"#[cfg(test)]\nmod tests {{\n    #[test]\n    fn t() {{ super::{name}(&[], 0); }}\n}}\n"
    return Problem(
        task_id="T/0",
        prompt=f"pub fn {signature} {{\n",
        canonical_solution=f"{body}\n}}\n",
        test=tests,
        entry_point=name,
    )


def made(body: str, operator: str) -> set[str]:
    return {one.mutated for one in mutants(problem(body)) if one.operator == operator}


@pytest.mark.parametrize(
    ("operator", "body", "wanted"),
    [
        ("relational", "n < 3", {"n <= 3", "n >= 3"}),
        ("relational", "n == 3", {"n != 3"}),
        ("arithmetic", "n % k", {"n / k", "n * k"}),
        ("arithmetic", "n += k;", {"n -= k;", "n *= k;", "n = k;"}),
        ("logical", "a && b", {"a || b"}),
        ("removed operand", "a && b", {"a", "b"}),
        ("swapped operands", "a - b", {"(b) - (a)"}),
        ("removed sign", "!a", {"a"}),
        ("constant", "7", {"8", "6"}),
        ("constant", "0", {"1"}),
        ("constant", "0xFF_u8", {"256u8", "254u8"}),
        ("constant", "1.5", {"2.5", "0.5"}),
        ("constant", "'b'", {"'c'", "'a'"}),
        ("constant", "b'z'", {"b'{'", "b'y'"}),
        ("constant", '"no"', {'""'}),
        ("constant", 'format!("{n} {}", 4)', {'format!("", 4)', 'format!("{n} {}", 5)', 'format!("{n} {}", 3)'}),
        ("constant", "let mut a = Vec::with_capacity(n + 1);", set()),
        ("removed statement", "a.sort();", {"(nothing)"}),
        ("removed statement", "return a;", {"(nothing)"}),
        ("constant condition", "if a { b }", {"if false { b }", "if true { b }"}),
        ("constant condition", "while a { b }", {"while false { b }"}),
        ("removed branch", "if a { b } else { c }", {"if a { b }"}),
        (
            "removed branch",
            "match a { 1 => b, _ => c }",
            {"match a { 1 if false => b, _ => c }", "match a { 1 => b, _ if false => c }"},
        ),
        ("removed branch", "match a { x if p => b }", {"match a { x if false => b }", "match a { x if true => b }"}),
        ("removed alternative", "matches!(a, 'x' | 'y')", {"matches!(a, 'x' )", "matches!(a, 'y')"}),
        ("swapped arguments", "g(a, b)", {"g(b, a)"}),
        ("swapped arguments", "(a, b)", {"(b, a)"}),
        ("swapped arguments", "a.fold(0, |x, y| 1)", {"a.fold(|x, y| 1, 0)", "a.fold(0, |y, x| 1)"}),
        ("default", "return a;", {"return Default::default();"}),
        ("default", "Some(a)", {"None"}),
        ("default", "a?", {"a.unwrap_or_default()"}),
        ("default", "a.unwrap_or(1)", {"a.unwrap_or_default()"}),
        ("default", "a.unwrap_or(0)", set()),
        ("range", "a..b", {"a..=b", "(a + 1)..b", "(a - 1)..b", "a..(b + 1)", "a..(b - 1)"}),
        ("range", "2..=9", {"2..9"}),
        ("twin", "a.min(b)", {"a.max(b)"}),
        ("twin", "a.iter().skip(1)", {"a.iter().take(1)"}),
        ("twin path", "a.is_some_and(char::is_lowercase)", {"a.is_some_and(char::is_uppercase)"}),
        ("twin path", "Ordering::Less", {"Ordering::Greater"}),
        ("twin path", "a.sort_by(f64::total_cmp)", {"a.sort_by(|a, b| b.total_cmp(a))"}),
        ("removed call", "a.iter().rev()", {"a.iter()"}),
        ("removed call", "g(a)", {"a"}),
        ("sort direction", "a.sort();", {"a.sort(); a.reverse();"}),
        ("sort direction", "a.cmp(b)", {"a.cmp(b).reverse()"}),
        ("skipped item", "a.chars().rev()", {"a.chars().skip(1).rev()"}),
        ("count off by one", "a[n]", {"a[(n) + 1]", "a[(n) - 1]"}),
        ("wrong predicate", "a.filter(|x| p)", {"a.filter(|x| !(p))", "a.filter(|x| true)"}),
        ("wrong variable", "let a = 1; a", {"let a = 1; n", "let a = 1; xs"}),
        ("wrong variable", "{ let hidden = 1; } n", {"{ let hidden = 1; } xs"}),
        ("wrong jump", "break;", {"continue;"}),
    ],
)
def test_operators(operator: str, body: str, wanted: set[str]) -> None:
    assert made(body, operator) == wanted


def test_whole_bodies_follow_the_signature() -> None:
    found = {(one.operator, one.mutated) for one in mutants(problem("0", "f(s: &str, k: u8, j: u8) -> Option<bool>"))}
    assert {name for kind, name in found if kind == "constant result"} == {
        "Default::default()",
        "None",
        "Some(Default::default())",
        "Some(true)",
        "Some(false)",
    }
    assert ("argument", "let (k, j) = (j, k);") in found
    assert ("argument", "let k = k.saturating_sub(1);") in found
    assert ("argument", "let j = 0u8;") in found
    assert {name for kind, name in found if kind == "result"} == {"result.map(|value| !value)"}


def test_edges_follow_the_signature() -> None:
    found = [one for one in mutants(problem("0", "f(xs: &[i64], s: &str) -> bool")) if one.operator == "edge"]
    assert {one.mutated for one in found} >= {
        "if xs.is_empty() { !result }",
        "if xs.iter().any(|item| *item < 0) { !result }",
        "if s.chars().count() == 1 { !result }",
        "if s.contains(char::is_uppercase) { !result }",
    }
    assert "let edge = xs.is_empty();" in found[0].body


@pytest.mark.slow
@pytest.mark.parametrize("folder", FOLDERS)
def test_mutants_of_our_problems_are_distinct_and_well_formed(folder: str) -> None:
    for one in build(ROOT / "data" / "problems" / folder):
        found = mutants(one)
        assert len({mutant.name for mutant in found}) == len({mutant.body for mutant in found}) == len(found)
        assert one.canonical_solution not in {mutant.body for mutant in found}
        assert not any(parse(one.prompt + mutant.body).root_node.has_error for mutant in found)
        assert not any("\t" in text or "\n" in text for mutant in found for text in mutant.name)
        assert one.task_id[-1] != "0" or found == mutants(one)


# Small numbers overflow soon, so that few mutants never end.
COUNT = """\
    let mut count = 0_u8;
    for &x in xs {
        if x > 3 {
            count += 1;
        }
    }
    while count > 100 {
        count -= 1;
    }
    i64::from(count)
"""
WEAK = """\
#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn some() {
        assert_eq!(above_three(&[1, 5, 9]), 2);
        assert_eq!(above_three(&[0; 5]), 0);
        assert_eq!(above_three(&[8; 101]), 100);
    }
}
"""


@pytest.mark.slow
def test_fates_are_judged_once_and_remembered(tmp_path: Path) -> None:
    weak = problem(COUNT, "above_three(xs: &[i64]) -> i64", WEAK)
    journal = tmp_path / "journal.jsonl"
    # The programs take microseconds of CPU time; two of the mutants never end, and each is tried twice.
    options = replace(LIMITS, run_timeout=SOON_S)
    found = outcomes([weak], journal=journal, n_workers=2, options=options)["T/0"]
    ends = {(outcome.mutant.original, outcome.mutant.mutated): outcome for outcome in found}
    assert ends["if x > 3 {", "if x >= 3 {"].result == "survived"
    assert ends["if x > 3 {", "if x <= 3 {"].result == "killed"
    assert ends["if x > 3 {", "if xs > 3 {"].result == "refused"
    assert ends["count -= 1;", "(nothing)"] == type(found[0])(ends["count -= 1;", "(nothing)"].mutant, "killed", "time")
    assert ends["(the body)", "Default::default()"].by == "test"

    written = journal.read_bytes()
    assert outcomes([weak], journal=journal, options=options) == {"T/0": found}
    assert journal.read_bytes() == written

    row = score.strength(weak, found, ())
    assert row.mutants == len(found) == len(mutants(weak))
    assert row.killed + row.survived == row.compiling < row.mutants
    assert {outcome.mutant.mutated for outcome in score.survivors(found, ())} >= {"if x >= 3 {", "if x > 2 {"}
    assert score.shortfalls([row])


@pytest.mark.slow
def test_a_reference_solution_that_fails_has_no_mutants_worth_counting(tmp_path: Path) -> None:
    wrong = problem("    3", "above_three(xs: &[i64]) -> i64", WEAK)
    with pytest.raises(InputError, match="T/0: the reference solution fails"):
        outcomes([wrong], journal=tmp_path / "journal.jsonl")


def test_the_list_of_equivalent_mutants_is_checked(tmp_path: Path) -> None:
    weak = problem(COUNT, "above_three(xs: &[i64]) -> i64", WEAK)
    ends = {"if x >= 3 {": "survived", "if x <= 3 {": "killed", "if xs > 3 {": "refused"}
    found = {"T/0": [equivalent.MutantOutcome(one, ends.get(one.mutated, "killed"), None) for one in mutants(weak)]}
    listed = tmp_path / "list.tsv"
    good = "T/0\tif x > 3 {\tif x >= 3 {\treason\n"
    listed.write_text(f"# remark\n\n{good}T/9\ta\tb\tanother file's problem\n")
    assert equivalent.faults(equivalent.read_equivalent(listed), found) == []
    bad = "T/0\tif x > 3 {\tif x <= 3 {\tr\nT/0\tif x > 3 {\tif xs > 3 {\tr\nT/0\tif x > 3 {\tif y {\tr\n"
    listed.write_text(good + bad)
    faults = equivalent.faults(equivalent.read_equivalent(listed), found)
    assert [fault.split(": ", 1)[0].rsplit(":", 1)[1] for fault in faults] == ["2", "3", "4"]
    for text, message in (
        (good * 2, ":2: already listed"),
        ("T/0\ta\tb\n", ":1: expected four"),
        ("a\tb\tc\t\n", ":1:"),
    ):
        listed.write_text(text)
        with pytest.raises(InputError, match=message):
            equivalent.read_equivalent(listed)
    assert equivalent.read_equivalent(tmp_path / "none.tsv") == {}


@pytest.mark.slow
@pytest.mark.parametrize("folder", FOLDERS)
def test_the_figures_on_file_are_those_of_the_problems_on_file(folder: str) -> None:
    home = ROOT / "data" / "problems" / folder
    problems = build(home)
    rows = score.read_strengths(home / score.FILE_NAME)
    current = [(one.task_id, one.entry_point, score.strength_digest(one)) for one in problems]
    stale = set(current) ^ {(row.task_id, row.entry_point, row.digest) for row in rows}
    assert not stale, "run `human-eval-rust problems strength` again"
    assert score.shortfalls(rows) == []
    assert sum(row.survived for row in rows) == 0
    assert sum(row.compiling for row in rows) / len(rows) >= LEAST_MUTANTS
    listed = equivalent.read_equivalent(home / equivalent.FILE_NAME)
    assert sum(row.equivalent for row in rows) == len(listed)
    # Constants and defaults in the place of the body are among the mutants: all of them are killed.
    assert not any(original == BODY for _, original, _ in listed)
    card = (ROOT / "data" / "README.md").read_text(encoding="utf-8")
    assert score.summary(rows) in card


def test_a_table_survives_writing_and_reading(tmp_path: Path) -> None:
    rows = [score.Strength("T/0", "f", 9, 8, 6, 1, 1, 1, "0123abcd"), score.Strength("T/1", "g", *[0] * 6, "ff")]
    score.write_strengths(tmp_path / "t.tsv", rows)
    assert score.read_strengths(tmp_path / "t.tsv") == rows
    assert rows[0].score == 6 / 7
    assert score.shortfalls(rows) == [
        "T/0: 85.7% of the mutants killed, 95% wanted",
        "6 of 7 mutants killed, 99% wanted",
    ]
    (tmp_path / "t.tsv").write_text("a\tb\n")
    with pytest.raises(InputError, match="not a table"):
        score.read_strengths(tmp_path / "t.tsv")


@pytest.mark.parametrize(
    ("task", "name"),
    [
        ("A/3", "003_f.rs"),
        ("17", "017_f.rs"),
        ("HumanEval_3_f", "003_f.rs"),
        ("two-sum", "000_f.rs"),
        ("v2/4", "004_f.rs"),
    ],
)
def test_another_solution_is_found_by_the_number_in_any_id(task: str, name: str, tmp_path: Path) -> None:
    problem = Problem(task_id=task, prompt="fn f() {\n", canonical_solution="}\n", test="", entry_point="f")
    with pytest.raises(InputError, match="cannot read"):
        with_solution(problem, tmp_path)
    (tmp_path / name).write_text("    other()\n}\n")
    assert with_solution(problem, tmp_path).canonical_solution == "    other()\n}\n"


def test_mutants_are_judged_by_as_many_as_the_memory_lasts_for(tmp_path: Path, monkeypatch) -> None:
    made = []
    monkeypatch.setattr("human_eval_rust.judging.judge.memory_of_machine", lambda: 3 * LIMITS.memory_bytes // 2)
    monkeypatch.setattr(
        "human_eval_rust.strength.mutation.outcomes.Judge", lambda *given: made.append(given[2]) or Judge(*given)
    )
    assert outcomes([], journal=tmp_path / "j.jsonl", n_workers=24) == {}
    assert made == [1]
