"""Tests made of the examples in docs, with the real compiler and sandbox: which are kept, and how that is said."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from human_eval_rust.problems.parsed import parse_problem
from sigil_common.records import Problem

from ..conftest import CRATES, Ran, run_pipeline

KEPT = {"in_weeks", "half"}
UNTESTED = {
    "keys_of": "fails",  # in whatever order the maps come, with next to no chance of "unsteady"
    "reversed": "unsteady",
    "third": "fails",
    "stutter": "vacuous",
    "larger": "one_result",
    "power": "leans_on_crate",
    "squares": "not_compiled",
    "apart": "no_example",
}


def rows_of(done: Ran) -> dict[str, dict[str, str]]:
    file = done.output.with_name("held.jsonl")
    return {row["entry_point"]: row for row in map(json.loads, file.read_text().splitlines())}


def run(folder: Path, *more: str) -> Ran:
    (folder / "held.txt").write_text(f"path:{CRATES / 'mini-docs'}\n")
    held = ["--heldout-crates", str(folder / "held.txt"), "--heldout-problems", str(folder / "held.jsonl")]
    done = run_pipeline(folder / "data.jsonl", "--crates", "path:mini-num", *held, *more)
    assert done.returncode == 0, done.stderr
    return done


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    return run(tmp_path_factory.mktemp("docs"), "--max-threads", "2")


@pytest.mark.slow
def test_examples_that_hold_and_reach_the_function_become_tests(ran: Ran) -> None:
    rows = rows_of(ran)
    problems = {name: Problem.model_validate(row) for name, row in rows.items()}
    assert {name for name, one in problems.items() if one.kind == "tests"} == KEPT
    assert all(one.test == "" for name, one in problems.items() if name not in KEPT)
    assert problems.keys() == KEPT | UNTESTED.keys()
    assert (
        rows["in_weeks"]["test"]
        == """\
#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn example_1() {
        let days = in_weeks(2);
        assert_eq!(days, Some(Days { count: 14 }));
    }

    #[test]
    fn example_2() {
        assert_eq!(in_weeks(u32::MAX), None, "mini_docs::in_weeks(7)");
    }
}
"""
    )


@pytest.mark.slow
def test_the_evaluator_reads_them(ran: Ran) -> None:
    for name in KEPT:
        parsed = parse_problem(Problem.model_validate(rows_of(ran)[name]))
        assert [case.path for case in parsed.tests] == [
            f"tests::{found}" for found in re.findall(r"fn (example_\d+)", parsed.problem.test)
        ]
        assert not parsed.further.names


@pytest.mark.slow
def test_why_there_is_no_test_is_counted(ran: Ran) -> None:
    counts = ran.summary["heldout"]
    assert (counts["problems"], counts["tested"]) == (len(KEPT | UNTESTED.keys()), len(KEPT))
    assert counts["untested"] == dict(sorted(Counter(UNTESTED.values()).items()))


@pytest.mark.slow
def test_workers_change_nothing(ran: Ran, tmp_path: Path) -> None:
    again = run(tmp_path, "--max-threads", "1")
    for name in ("held.jsonl", "data.jsonl", "data.full.jsonl", "data.jsonl.summary.json"):
        assert again.output.with_name(name).read_bytes() == ran.output.with_name(name).read_bytes()
