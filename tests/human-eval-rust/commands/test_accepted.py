"""From verdicts to training samples: which answers, which code, which prompt."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from human_eval_rust.accepted import BENCHMARKS
from human_eval_rust.commands import accepted
from human_eval_rust.judging.finding import Answer
from human_eval_rust.problems.files import load, shipped
from human_eval_rust.problems.parsed import parse_problem
from human_eval_rust.sampling.prompt import instruction
from sigil_common.errors import BadResultError, InputError
from sigil_common.jsonl import read_models, read_objects, write_json, write_jsonl
from sigil_common.manifest import digest_file
from sigil_common.records import Problem, Sample, Verdict

HEAD = "/// Returns twice `x`.\npub fn double(x: i64) -> i64 {\n"
TEST = "#[cfg(test)]\nmod tests {\n    use super::*;\n    #[test]\n    fn t() { assert_eq!(double(2), 4); }\n}\n"
DOUBLE = Problem(task_id="Own/0", prompt=HEAD, canonical_solution="    x * 2\n}\n", test=TEST, entry_point="double")
TRIPLE = DOUBLE.model_copy(
    update={
        "task_id": "Own/1",
        "prompt": HEAD.replace("twice", "thrice").replace("double", "triple"),
        "test": TEST.replace("double(2), 4", "triple(2), 6"),
        "canonical_solution": "    x * 3\n}\n",
        "entry_point": "triple",
    }
)


def verdict(completion, task="Own/0", index=0, *, passed=True, **more):
    row = {"task_id": task, "sample_index": index, "passed": passed, "result": "passed" if passed else "failed"}
    tests = {"declared": 1, "passed": int(passed)}
    return {**row, "completion": completion, "has_code": True, "parses": True, "compiles": True, "tests": tests, **more}


@pytest.fixture
def make(tmp_path):
    """A function that writes problems and results, runs the command, and returns the rows of the data set."""

    def run(*results, problems=(DOUBLE, TRIPLE), options=(), output="data.jsonl"):
        file = tmp_path / "problems.jsonl"
        write_jsonl(file, (problem.to_row() for problem in problems))
        paths = []
        for number, rows in enumerate(results):
            paths.append(tmp_path / f"s{number}.jsonl_results.jsonl")
            write_jsonl(paths[-1], rows)
        out = tmp_path / output
        argv = [*paths, "--problem-file", file, "--output", out, *options]
        found = CliRunner().invoke(accepted.command, [str(word) for word in argv], catch_exceptions=True)
        if found.exception and not isinstance(found.exception, SystemExit):
            raise found.exception
        assert found.exit_code == 0, found.output
        return [row for _, row in read_objects(out)], json.loads(found.stdout)

    return run


def test_a_sample_asks_what_generate_asks_and_answers_with_the_code_that_was_judged(make, tmp_path):
    rows, said = make([verdict("\n    x + x\n}\n\nThat is all."), verdict("\n    x\n}\n", index=1, passed=False)])
    assert rows == [
        {
            "prompt": instruction(DOUBLE),
            "gen": "pub fn double(x: i64) -> i64 {\n    x + x\n}",
            "split": "train",
            "_task_type": "code_generation",
            "_source": "accepted",
            "_verified": "passes 1 test",
            "_task_id": "Own/0",
            "_results": "s0.jsonl_results.jsonl",
            "_results_given": 1,
            "_sample_index": 0,
        }
    ]
    assert said == {
        "dataset": str(tmp_path / "data.jsonl"),
        "samples": 1,
        "problems": 1,
        "left_out": {"not passed": 1},
    }
    ((_, sample),) = read_models(tmp_path / "data.jsonl", Sample)
    assert sample.split == "train"


@pytest.mark.parametrize(
    ("completion", "gen"),
    [
        (
            "\n    help(x)\n}\n\nfn help(y: i64) -> i64 { y * 2 }\n",
            "pub fn double(x: i64) -> i64 {\n    help(x)\n}\n\nfn help(y: i64) -> i64 { y * 2 }",
        ),
        ("Sure!\n```rust\nfn double(x: i64) -> i64 { x * 2 }\n```\nDone.", "fn double(x: i64) -> i64 { x * 2 }"),
        ("\n    x * 2\n", "pub fn double(x: i64) -> i64 {\n    x * 2\n}"),
    ],
    ids=["with a helper", "in a fence", "cut before its brace"],
)
def test_of_an_answer_its_code_alone_is_kept(make, completion, gen):
    assert make([verdict(completion)])[0][0]["gen"] == gen


def test_of_several_versions_the_one_that_was_judged(make):
    completion = (
        "```rust\nfn double(x: i64) -> i64 { x * 2 }\n```\nor\n```rust\nfn double(x: i64) -> i64 { two(x) }\n```"
    )
    choice = "version 1 of 2: version 2 does not compile with the prompt's signature"
    extraction = {"shape": "fenced function", "choice": choice}
    assert make([verdict(completion, extraction=extraction)])[0][0]["gen"] == "fn double(x: i64) -> i64 { x * 2 }"


def test_what_cannot_be_learned_from_is_counted(make):
    adapted = {"shape": "function", "adapted": ["argument `x` passed as Vec<i64> instead of &[i64]"]}
    nested = "mod a {\n    pub fn double(x: i64) -> i64 { x * 2 }\n}\n"
    rows, said = make(
        [
            verdict("\n    2 * x\n}\n"),
            verdict("\n    x\n}\n", extraction=adapted),
            verdict(nested),
            verdict("", passed=False),
        ]
    )
    assert len(rows) == 1
    assert said["left_out"] == {"nested in a module or an impl": 1, "not passed": 1, "with converted arguments": 1}


BODIES = ["\n    x * 2\n}", "\n    2 * x\n}", "\n    x + x\n}", "\n    x << 1\n}", "\n    x   * 2\n}\n"]


def test_equal_answers_count_once_and_all_that_differ_can_be_had(make):
    rows, said = make([verdict(body, index=i) for i, body in enumerate(BODIES)], options=["--per-problem", "0"])
    assert len(rows) == 4
    assert said["left_out"] == {"repeated": 1}


@pytest.mark.parametrize("count", [1, 3])
def test_the_choice_goes_by_seed_and_text_and_not_by_place(make, count):
    rows = [verdict(body, index=i) for i, body in enumerate(BODIES[:4])]
    options = ["--per-problem", str(count)]
    one = [row["gen"] for row in make(rows, options=options)[0]]
    other = [row["gen"] for row in make(rows[::-1][:2], rows[::-1][2:], options=options)[0]]
    assert len(one) == count
    assert one == other
    seeds = [make(rows, options=[*options, "--seed", str(seed)])[0] for seed in range(9)]
    assert len({tuple(row["gen"] for row in found) for found in seeds}) > 1


def test_the_same_command_writes_the_same_bytes_in_the_order_of_the_problems(make, tmp_path):
    rows = [verdict("\n    x * 3\n}", "Own/1"), verdict("\n    x * 2\n}")]
    found, _ = make(rows)
    assert [row["_task_id"] for row in found] == ["Own/0", "Own/1"]
    make(rows, output="again.jsonl")
    assert (tmp_path / "again.jsonl").read_bytes() == (tmp_path / "data.jsonl").read_bytes()


def metrics_of(tmp_path, sha256):
    from human_eval_rust.evaluation.results import Files

    one = {"name": "x", "sha256": sha256}
    numbers = dict.fromkeys(
        "problems problems_judged coverage problems_without_samples samples judged not_judged "
        "sandbox_trouble passed passed_strict compile_timeout run_timeout".split(),
        1,
    )
    texts = dict.fromkeys("clippy sandbox problem_format fingerprint".split(), "x")
    empty = {"unavailable": {}, "unusable_problems": {}, "failures": {}, "compile_errors": {}, "imports_left_out": {}}
    rates = dict.fromkeys("has_code_rate parse_rate compile_rate pass_rate".split(), 0.5)
    more = {"crates": {}, "crates_left_out": [], "task_ids_without_samples": [], "policy": True, "pass@1": 0.5}
    files = {"sample_file": one, "problem_file": one, "toolchain": "rustc 1.90.0 (abc)\nhost: x"}
    path = Files(tmp_path / "s0.jsonl_results.jsonl").metrics
    write_json(path, {**numbers, **texts, **empty, **rates, **more, **files})


def test_the_compiler_is_named_where_the_metrics_do(make, tmp_path):
    make([verdict(BODIES[0])])
    metrics_of(tmp_path, digest_file(tmp_path / "problems.jsonl"))
    assert make([verdict(BODIES[0])])[0][0]["_verified"] == "passes 1 test with rustc 1.90.0 (abc)"


def test_results_of_another_problem_file_are_refused(make, tmp_path):
    metrics_of(tmp_path, "0" * 64)
    with pytest.raises(InputError, match="judged with another problem file"):
        make([verdict(BODIES[0])])
    (tmp_path / "s0.jsonl_metrics.json").unlink()
    with pytest.raises(InputError, match=r"s0\.jsonl_results\.jsonl:2: no problem `Own/7`"):
        make([verdict(BODIES[0]), verdict(BODIES[0], "Own/7")])


def test_what_only_compiles_says_so(make):
    rows, _ = make([verdict(BODIES[0], tests={"declared": 0})])
    assert rows[0]["_verified"] == "compiles"


def test_what_compiles_may_be_enough_where_tests_fail(make):
    ends = [
        verdict("\n    x * 3\n}", passed=False, failure="test", tests={"declared": 2, "passed": 1}),
        verdict("\n    x\n}", index=1, passed=False, failure="test", idle="makes nothing of its parameters"),
        verdict("\n    std::process::exit(x as i32 * 2)\n}", index=2, passed=False, failure="forged"),
        verdict("\n    y\n}", index=3, passed=False, compiles=False, failure="compile"),
        verdict(BODIES[0], index=4),
    ]
    options = ["--per-problem", "0", "--accept", "compiles"]
    rows, found = make(ends, options=options)
    assert sorted((row["_sample_index"], row["_verified"]) for row in rows) == [(0, "compiles"), (4, "passes 1 test")]
    assert found["left_out"] == {"compiling, and attempting nothing": 1, "compiling, and forged": 1, "not compiled": 1}
    assert [row["_sample_index"] for row in make(ends, options=options[:2])[0]] == [4]


def test_answers_of_several_rounds_are_chosen_from_together_and_say_where_they_stand(make):
    rounds = [verdict(BODIES[0])], [verdict(BODIES[0]), verdict(BODIES[1], index=1)]
    rows, _ = make(*rounds, options=["--per-problem", "0"])
    assert sorted((row["_results_given"], row["_sample_index"]) for row in rows) == [(1, 0), (2, 1)]
    assert len(make(*rounds)[0]) == 1


def test_what_compiles_and_attempts_nothing_teaches_nothing(make):
    untested = DOUBLE.model_copy(update={"kind": "compile", "test": ""})
    ends = [verdict("    todo!()\n}\n", tests={"declared": 0}, idle="never comes to a result")]
    ends.append(verdict(BODIES[0], index=1, tests={"declared": 0}))
    rows, found = make(ends, problems=[untested])
    assert [row["_sample_index"] for row in rows] == [1]
    assert found["left_out"] == {"compiling, and attempting nothing": 1}


def test_a_body_begins_on_its_own_line(make):
    rows, _ = make([verdict("x * 2\n}\n")])
    assert "{\n" in rows[0]["gen"]


def test_nothing_to_learn_from_is_a_bad_result_and_leaves_no_file(make, tmp_path):
    with pytest.raises(BadResultError, match="none of the answers") as caught:
        make([verdict("", passed=False), verdict("", index=1, passed=False)])
    assert caught.value.cause == "2 not passed"
    assert not (tmp_path / "data.jsonl").exists()


@pytest.mark.parametrize("renamed", [False, True])
@pytest.mark.parametrize("name", BENCHMARKS)
def test_shipped_benchmarks_are_refused_under_any_name(make, name, renamed):
    problem = next(iter(load(shipped(name)).values()))
    task = "Own/5" if renamed else problem.task_id
    taken = problem.model_copy(update={"task_id": task})
    rows = [verdict(problem.canonical_solution, task)]
    with pytest.raises(InputError, match=f"1 problem of a benchmark .`{task}`"):
        make(rows, problems=(DOUBLE, taken))
    assert len(make(rows, problems=(DOUBLE, taken), options=["--i-know"])[0]) == 1


@pytest.mark.slow
def test_what_is_kept_passes_by_itself(make, judge_with):
    """The code of each sample, judged as an answer, passes as the answer did."""
    bodies = ["\n    let y = x;\n    y + y\n}\n", "\n    twice(x)\n}\n\nfn twice(a: i64) -> i64 {\n    a * 2\n}\n"]
    fenced = "Here:\n\n```rust\npub fn double(x: i64) -> i64 {\n    x << 1\n}\n```\n"
    rows, _ = make([verdict(text, index=i) for i, text in enumerate([*bodies, fenced])], options=["--per-problem", "0"])
    assert len(rows) == 3
    found = judge_with([Answer(parse_problem(DOUBLE), row["gen"]) for row in rows])
    assert [finding.failure for finding in found] == [None, None, None]


def test_a_verdict_reads_as_a_record():
    assert Verdict.model_validate(verdict("x")).passed_strictly
