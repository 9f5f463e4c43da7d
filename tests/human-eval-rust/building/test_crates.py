"""Crates that foreign problem files import: built once, offered where they are imported, missed out loud."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from human_eval_rust import judge
from human_eval_rust.building import extern_crates as externs
from human_eval_rust.building import kept
from human_eval_rust.evaluate import evaluate
from human_eval_rust.evaluation.executors import _RemoteJudge
from human_eval_rust.evaluation.samples import SampleLine
from human_eval_rust.evaluation.settings import EvaluateSettings
from human_eval_rust.judging import judge as judging
from human_eval_rust.judging.finding import Answer
from human_eval_rust.judging.judge import fitted
from human_eval_rust.problems.crates import imported, is_unknown, offered, unknown_imports, without_imports
from human_eval_rust.problems.files import load
from human_eval_rust.problems.parsed import parse_problem
from human_eval_rust.rewards import reward_function
from human_eval_rust.strength.check import check_file
from sigil_common.errors import MissingError
from sigil_common.jsonl import write_jsonl
from sigil_common.records import FailureClass
from sigil_common.rustc import Compiler, find_toolchain
from sigil_common.sandbox import open_sandbox

from ...clock import HANG_S
from ..conftest import patient

FILE = Path(__file__).parents[1] / "corpus" / "foreign" / "humaneval_x_crates.jsonl"
PROBLEMS = load(FILE)
PARSED = {task: parse_problem(problem) for task, problem in PROBLEMS.items()}
WRONG = {
    "Rust/0": '    Some(format!("{:X}", md5::compute(text)))\n}\n',
    "Rust/1": '    Regex::new(r"\\d+").unwrap().find_iter(text).map(|m| m.as_str().parse::<i64>().unwrap()).sum()\n}\n',
    "Rust/2": "    text.chars().map(|c| (b'a' + (c as u8 - b'a' + 4) % 26) as char).collect()\n}\n",
    "Rust/3": "    rand::thread_rng().gen_range(low, high + 1)\n}\n",
    "Rust/4": "    HashMap::new()\n}\n",
    "Rust/5": "    a - b\n}\n",
}


@pytest.fixture(scope="session")
def crates():
    """The crates, built if this machine has never built them; skips where they cannot be fetched."""
    found = externs.open_externs(Compiler(find_toolchain(), open_sandbox()))
    if found is None:
        pytest.skip("cargo cannot fetch or build the crates on this machine")
    return found


def right() -> list[Answer]:
    return [Answer(task, task.problem.canonical_solution) for task in PARSED.values()]


def test_crates_are_those_that_imports_name():
    text = "use rand::Rng;\n// use md5;\n    extern crate regex;\nuse std::rand2;\n"
    assert imported([text, '"use md5;"']) == {"rand", "regex"}
    assert imported(["use md5;"]) == imported(["pub use ::md5 as hash;"]) == {"md5"}
    assert imported(["use {std::fmt, rand::Rng, r#regex as r};\nfn f() {\n    use md5;\n"]) == {"md5", "rand", "regex"}
    assert not imported(["mod rand { }\nuse rand::x;", "use super::regex;", "use serde::Serialize;"])


def test_an_import_is_left_out_line_for_line():
    text = "use std::fmt;\nuse rand::{\n    Rng,\n};\nextern crate regex;\nuse md5; // sums\nfn a() {}\n"
    assert without_imports(text, {"rand", "regex"}.__contains__) == (
        "use std::fmt;\n\n\n\n\nuse md5; // sums\nfn a() {}\n"
    )


def test_an_import_of_several_crates_is_left_out_where_all_of_them_are():
    text = "use {serde::Serialize, std::fmt};\nuse {serde::Serialize, rayon};\nfn f() {\n"
    assert without_imports(text, is_unknown) == "use {serde::Serialize, std::fmt};\n\nfn f() {\n"
    assert unknown_imports(text) == {"serde", "rayon"}


def test_our_own_problems_import_no_crate():
    from human_eval_rust.problems.files import shipped
    from human_eval_rust.shipped_sets import SHIPPED_SETS

    for name in SHIPPED_SETS:
        assert not any(parse_problem(problem).crates for problem in load(shipped(name)).values())


@pytest.mark.slow
def test_reference_solutions_pass_and_wrong_ones_do_not(crates, judge_with):
    wrong = [Answer(task, WRONG[name]) for name, task in PARSED.items()]
    found = judge_with([*right(), *wrong, *right(), *right()])
    assert [one.failure for one in found if one.failure is None] == [None] * (len(found) - len(wrong))
    assert {one.failure.kind for one in found[len(PARSED) : 2 * len(PARSED)]} == {FailureClass.TEST}
    alone = judge_with([*right(), *wrong], one_by_one=True)
    assert alone == found[: len(alone)]


@pytest.mark.slow
@pytest.mark.parametrize(("policy", "failure"), [(True, FailureClass.POLICY), (False, FailureClass.COMPILE)])
def test_a_problem_that_imports_no_crate_is_offered_none(policy, failure, crates, judge_with):
    uses = [
        '    regex::Regex::new("a").unwrap();\n    a + b\n}\n',
        'use md5;\nfn plain_sum(a: i32, b: i32) -> i32 { md5::compute("a"); a + b }\n',
        "extern crate rand;\nfn plain_sum(a: i32, b: i32) -> i32 { rand::random::<i32>(); a + b }\n",
    ]
    plain = [Answer(PARSED["Rust/5"], text) for text in uses]
    # What a crate itself needs is not offered either.
    needed = Answer(PARSED["Rust/1"], "    memchr::memchr(1, text.as_bytes());\n    0\n}\n")
    found = judge_with([*right(), *plain, needed], patient(policy=policy))
    assert [one.failure for one in found[: len(PARSED)]] == [None] * len(PARSED)
    assert [one.failure.kind for one in found[len(PARSED) :]] == [failure] * 4


@pytest.mark.slow
def test_every_way_to_import_a_crate_works(crates, judge_with):
    body = 'Regex::new(r"-?\\d+").unwrap().find_iter(text).map(|m| m.as_str().parse::<i64>().unwrap()).sum()'
    heads = ["use regex::Regex;\n", "extern crate regex as re;\n", "use ::regex as re;\n", ""]
    paths = ["", "re::", "re::", "::regex::"]
    answers = [
        Answer(PARSED["Rust/1"], f"{head}fn sum_numbers(text: &str) -> i64 {{ {path}{body} }}\n")
        for head, path in zip(heads, paths, strict=True)
    ]
    assert [one.failure for one in judge_with(answers)] == [None] * len(answers)


@pytest.mark.slow
def test_chance_is_the_same_in_every_run(crates, judge_with):
    values = (
        "rand::random::<u64>(), rand::StdRng::new().unwrap().next_u64(), rand::OsRng::new().unwrap().next_u32(), "
        "rand::weak_rng().gen::<u32>(), rand::thread_rng().gen_range(0, 9)"
    )
    first, second = (
        judge_with([Answer(PARSED["Rust/3"], f'    panic!("{{:?}}", ({values}))\n}}\n')])[0] for _ in range(2)
    )
    assert first.failure.kind is FailureClass.PANIC
    assert first == second


@pytest.mark.slow
def test_workers_do_not_change_the_results_and_metrics_name_the_crates(crates, tmp_path):
    samples = tmp_path / "s.jsonl"
    texts = [(task, text) for task, one in PROBLEMS.items() for text in (one.canonical_solution, WRONG[task])]
    write_jsonl(samples, ({"task_id": task, "completion": text} for task, text in texts))
    found = []
    for workers in (1, 24):
        settings = EvaluateSettings(
            problem_file=FILE, k="1", timeout=HANG_S, n_workers=workers, output_dir=tmp_path / str(workers)
        )
        summary = evaluate(samples, settings).to_row()
        assert (summary["pass@1"], summary["crates"], summary["crates_left_out"]) == (0.5, offered(), [])
        found.append((tmp_path / str(workers) / "s.jsonl_results.jsonl").read_bytes())
    assert found[0] == found[1]


@pytest.mark.slow
def test_one_answer_a_reward_and_a_remote_judge_have_the_crates(crates):
    task = "Rust/1"
    solution = PROBLEMS[task].canonical_solution
    assert judge(PROBLEMS[task], [solution, WRONG[task]], patient())[0].passed
    assert reward_function(FILE, options=patient(), n_workers=1)([solution], [task]) == [1.0]
    remote = _RemoteJudge(patient(), find_toolchain().version, open_sandbox().name)
    sample = SampleLine(task, solution, 0)
    ((_, judged),) = remote.attempt(PARSED, [sample], True, False)
    assert judged.finding.failure is None
    with pytest.raises(MissingError, match="some machines"):
        remote.attempt(PARSED, [sample], False, False)


@pytest.mark.slow
def test_a_sound_file_has_no_faults(crates):
    assert check_file(FILE, 24, patient()) == []


@pytest.mark.slow
def test_nothing_is_built_for_problems_that_import_no_crate(monkeypatch, judge_with):
    def never(*_args):
        raise AssertionError("asked for crates")

    monkeypatch.setattr(judging, "open_externs", never)
    (found,) = judge_with([Answer(PARSED["Rust/5"], PROBLEMS["Rust/5"].canonical_solution)])
    assert found.failure is None


def test_crates_that_were_damaged_or_are_not_the_pinned_ones_are_not_taken(crates, tmp_path):
    copy = shutil.copytree(crates["md5"].parent, tmp_path / "kept")
    assert kept._read(copy) is not None
    (copy / crates["md5"].name).write_bytes(b"!<arch>")
    assert kept._read(copy) is None
    with pytest.raises(MissingError, match=r"checksum of md5 .* is not the pinned one"):
        externs._check_lock('[[package]]\nname = "md5"\nversion = "0.7.0"\nchecksum = "00"\n')


@pytest.mark.slow
def test_without_a_network_the_run_goes_on_and_says_so(tmp_path):
    samples = tmp_path / "s.jsonl"
    texts = [(task, one.canonical_solution + " " * i) for task, one in PROBLEMS.items() for i in range(3)]
    write_jsonl(samples, ({"task_id": task, "completion": text} for task, text in texts))
    (tmp_path / "cargo").mkdir()
    closed = {"CARGO_NET_OFFLINE": "true", "CARGO_HOME": str(tmp_path / "cargo"), "XDG_CACHE_HOME": str(tmp_path)}
    commands = {
        "run": ["evaluate_functional_correctness", str(samples), "--problem_file", str(FILE), "--k", "1"],
        "check": ["human-eval-rust", "problems", "check", str(FILE)],
    }
    done = {
        name: subprocess.run(
            [str(Path(sys.executable).with_name(argv[0])), *argv[1:], "--timeout", str(HANG_S)],
            env={**os.environ, **closed},
            check=False,
            capture_output=True,
            text=True,
        )
        for name, argv in commands.items()
    }
    for one in done.values():
        (said,) = [line for line in one.stderr.splitlines() if "cannot be built (" in line]
        assert "md5, rand, regex" in said
        assert "cargo cannot fetch them" in said
        assert "left out" in said
    assert (done["run"].returncode, done["check"].returncode) == (1, 1)  # five of six problems cannot be scored
    metrics = json.loads(done["run"].stdout)
    assert (metrics["crates"], metrics["crates_left_out"]) == ({}, sorted(offered()))
    assert list(metrics["unusable_problems"]) == ["Rust/0", "Rust/1", "Rust/2", "Rust/3", "Rust/4"]
    assert all("its imports of md5, rand, regex are left out" in why for why in metrics["unusable_problems"].values())
    assert metrics["passed"] == 3  # the one that needs no crate
    faults = done["check"].stdout.splitlines()
    assert len(faults) == 5
    assert all("its imports of md5, rand, regex are left out" in line for line in faults)


def test_a_failed_build_is_one_for_the_whole_process(monkeypatch, tmp_path):
    asked = []
    monkeypatch.setattr(externs, "_known", {})
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(externs, "fetch_side", lambda *_: asked.append(1) or _failed())
    compiler = Compiler(find_toolchain(), open_sandbox())
    assert externs.open_externs(compiler) is externs.open_externs(compiler) is None
    assert asked == [1]
    assert externs.provenance(PARSED.values(), compiler) == {"crates": {}, "crates_left_out": sorted(offered())}
    fitting = fitted(right(), compiler)
    assert not any(answer.parsed.crates for answer in fitting)
    assert "use rand" not in fitting[0].parsed.problem.prompt


def _failed():
    from sigil_common.cargo import CargoRun

    return CargoRun(ok=False, stdout=b"", stderr="error: no way out\n")
