"""Which proposals become problems: each once, none that was trained on, none of a benchmark."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sigil_pipeline.batch.state import CrateResult
from sigil_pipeline.choose.known import Problems, read_problems
from sigil_pipeline.flow import assemble, hold_out
from sigil_pipeline.heldout.choose import choose_problems, shape
from sigil_pipeline.heldout.propose import Proposal, proposal_from_row
from sigil_pipeline.output.heldout import heldout_counts, problem_rows
from sigil_pipeline.settings import Settings

from ..choose.conftest import LONG, candidate

NOTHING = Problems()
HEAD = "pub fn {}(numbers: &[u32]) -> u32 {{\n"
SIDES = "pub fn {}(a: f64, b: f64) -> f64 {{\n"
BODY = LONG.partition("{\n")[2] + "\n"
PERIMETER = "    let sides = [a, b];\n    2.0 * sides.iter().sum::<f64>()\n}\n"


def proposal(name: str, line: int, head: str = "", body: str = "", **more: object) -> Proposal:
    values = {
        "crate": "held",
        "version": "1.0.0",
        "file": "src/lib.rs",
        "lines": (line, line + 9),
        "name": name,
        "edition": "2021",
        "prompt": f"/// Docs of {name}.\n{(head or HEAD).format(name)}",
        "solution": body or BODY,
    }
    return Proposal(**{**values, **more})  # type: ignore[arg-type]


def chosen(proposals: list[Proposal], trained=(), benchmarks=NOTHING, **changes: object):
    kept, dropped = choose_problems(proposals, list(trained), benchmarks, Settings(**changes))
    return [one.name for one in kept], {one.proposal.name: one.reason for one in dropped}


AREA = proposal("area", 1, SIDES, PERIMETER)


def test_code_that_differs_in_names_constants_and_widths_counts_once() -> None:
    other = PERIMETER.replace("sides", "edges").replace("2.0", "4.5").replace("f64", "f32")
    renamed = proposal("rim", 20, SIDES.replace("f64", "f32").replace("a:", "x:"), other.replace("[a,", "[x,"))
    operator = proposal("power", 40, SIDES, PERIMETER.replace("2.0 *", "2.0 +"))
    calls = proposal("most", 60, SIDES, PERIMETER.replace("sum", "product"))
    assert chosen([AREA, renamed, operator, calls]) == (["area", "power", "most"], {"rim": "renamed"})


def test_what_was_trained_on_is_no_problem_in_whatever_names() -> None:
    total, area = proposal("total", 80), AREA
    assert chosen([total, area], [candidate("t", LONG)]) == (["area"], {"total": "near_duplicate"})
    trained = candidate(
        "t", "fn zz(q: f32, r: f32) -> f32 {\n" + PERIMETER.replace("sides", "s").replace("a, b", "q, r")
    )
    assert chosen([total, area], [trained]) == (["total"], {"area": "renamed"})


def test_benchmarks_are_kept_out_as_of_the_samples(tmp_path: Path) -> None:
    file = tmp_path / "bench.jsonl"
    file.write_text(json.dumps({"task_id": "b/0", "prompt": HEAD.format("total"), "canonical_solution": BODY}) + "\n")
    names = proposal("total", 80, body=BODY.replace("sum", "acc"))
    assert chosen([names, AREA], benchmarks=read_problems([file])) == (["area"], {"total": "contaminated_code"})


def test_no_crate_gives_more_than_its_most_and_the_seed_decides_which() -> None:
    many = [
        proposal(f"f{at}", 20 * at + 1, body=f"    let mut x = {'1 + ' * at}2;\n    x {op}= x * x;\n    x\n}}\n")
        for at, op in enumerate("+-*/%&|^")
    ]
    kept, dropped = chosen(many, heldout_per_crate=3)
    assert len(kept) == 3
    assert set(dropped.values()) == {"over_limit"}
    assert kept == [one.name for one in many if one.name in kept]
    assert len({tuple(chosen(many, heldout_per_crate=3, seed=seed)[0]) for seed in range(5)}) > 1


def test_crates_of_a_repository_that_is_trained_on_give_no_problems() -> None:
    def result(name: str, repository: str | None, **more: object) -> CrateResult:
        return CrateResult(name, name, "1.0.0", report={"repository": repository, "license": "MIT"}, **more)

    trained = result("a", "https://example.org/Mono.git", candidates=(candidate("f"),))
    sister = result("b", "https://example.org/mono/", proposals=(proposal("area", 1, SIDES, PERIMETER, crate="b"),))
    other = result("c", None, proposals=(proposal("area", 1, SIDES, PERIMETER, crate="c"),))
    settings = Settings(heldout_crates=Path("held.txt"), heldout_problems=Path("held.jsonl"))
    found = hold_out(assemble([trained], NOTHING, settings), [sister, other], NOTHING, settings)
    assert [one.crate for one in found.problems] == ["c"]
    assert [(one.proposal.crate, one.reason) for one in found.dropped] == [("b", "same_repository")]
    (row,) = problem_rows(found)
    assert (row["task_id"], row["_license"], row["_source_lines"]) == ("HeldOut/c-0", "MIT", [1, 10])


def test_problems_with_and_without_tests_are_one_set() -> None:
    tests = "#[cfg(test)]\nmod tests {}\n"
    made = (proposal("area", 1, SIDES, PERIMETER, test=tests), proposal("total", 20, untested="no_example"))
    assert tuple(proposal_from_row(one.to_row()) for one in made) == made
    settings = Settings(heldout_crates=Path("held.txt"), heldout_problems=Path("held.jsonl"))
    result = CrateResult("held", "held", "1.0.0", report={"repository": None, "license": "MIT"}, proposals=made)
    found = hold_out(assemble([], NOTHING, settings), [result], NOTHING, settings)
    with_tests, without = problem_rows(found)
    assert (with_tests["task_id"], with_tests["test"]) == ("HeldOut/held-0", tests)
    assert (without["task_id"], without["kind"]) == ("HeldOut/held-1", "compile")
    assert "kind" not in with_tests
    assert "test" not in without
    counts = heldout_counts(found)
    assert (counts.problems, counts.tested, counts.untested) == (2, 1, {"no_example": 1})


def test_no_problem_is_like_an_exercise_even_one_that_repeats_a_sample() -> None:
    nearly = BODY.replace("sum + n", "sum - n")
    exercise = proposal("total", 1, body=nearly, crate="ours")
    problem = proposal("total", 40, body=nearly.replace("sum -= 1", "sum *= 1"))
    sample = candidate("t", LONG)
    near = {"dedup_threshold": 0.75}
    assert chosen([exercise], [sample], **near)[1] == {"total": "near_duplicate"}
    assert chosen([problem], [sample], **near)[0] == ["total"]
    kept, dropped = choose_problems([problem, AREA], [sample], NOTHING, Settings(**near), [exercise])
    assert [one.name for one in kept] == ["area"]
    assert [(one.reason, one.detail) for one in dropped] == [("near_duplicate", "ours/src/lib.rs:1")]


def test_objections_are_passed_on() -> None:
    refused = proposal("x", 1, prompt="", solution="", objection="not_alone")
    assert chosen([refused]) == ([], {"x": "not_alone"})


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("fn a(x: u8) -> u8 { x + 1 }", "pub(crate) const fn b(yy: i64) -> i64 { yy + 250 }", True),
        ("fn a(x: u8) -> f64 { x as f64 }", "fn b(x: i32) -> f32 { x as f32 }", True),
        ('fn a() -> &str { "a" }', "fn b() -> &str { 'x' }", True),
        ("fn a(x: bool) -> bool { x == true }", "fn b(x: bool) -> bool { x == false }", True),
        ("fn a(x: u8) -> u8 { x + 1 }", "fn a(x: u8) -> u8 { x - 1 }", False),
        ("fn a(x: &str) -> u8 { x.len() }", "fn a(x: &str) -> u8 { x.count() }", False),
        ("fn a(x: &str) -> bool { x.is_empty() }", "fn a(x: String) -> bool { x.is_empty() }", False),
    ],
)
def test_what_a_shape_keeps(first: str, second: str, same: bool) -> None:
    assert (shape(first) == shape(second)) is same
