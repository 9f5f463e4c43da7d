"""The whole command: files in, files out; resumed, repeated and interrupted runs; wrong input."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from human_eval_rust.evaluate import evaluate
from human_eval_rust.evaluation.results import Files
from human_eval_rust.evaluation.settings import EvaluateSettings
from sigil_common.errors import InputError
from sigil_common.jsonl import read_objects, write_jsonl

from ..clock import HANG_S, SOON_S, running

COMMAND = (sys.executable, "-m", "human_eval_rust.commands.evaluate")
RIGHT = "    let mut best = i64::MIN;\n    numbers.iter().map(|&n| { best = best.max(n); best }).collect()\n}\n"
WRONG = "    numbers.to_vec()\n}\n"
UNSAFE = "    let x = 7; let _ = unsafe { *(&x as *const i32) };\n" + RIGHT
ANSWERS = [
    ("problems/0", RIGHT),
    ("problems/0", WRONG),
    ("problems/0", "    nonsense\n}\n"),
    ("problems/0", "I cannot."),
    ("problems/0", RIGHT),
    ("problems/0", UNSAFE),
    ("problems/1", '    panic!("no")\n}\n'),
    ("problems/2", "    encode(text)\n}\n"),
    ("problems/2", ""),
    ("problems/2", "    if {\n"),
]


@pytest.fixture
def problem_file(problems, tmp_path):
    path = tmp_path / "problems.jsonl"
    write_jsonl(path, (problem.to_row() for problem in problems.values()))
    return path


@pytest.fixture
def samples(tmp_path):
    path = tmp_path / "x.jsonl"
    write_jsonl(path, ({"task_id": task, "completion": text, "note": "ignored"} for task, text in ANSWERS))
    return path


def run(samples: Path, problem_file: Path, **changes: object) -> dict:
    return evaluate(samples, EvaluateSettings(problem_file=problem_file, **{"timeout": HANG_S, **changes})).to_row()


@pytest.mark.slow
def test_the_figures_are_those_that_can_be_counted_by_hand(samples, problem_file):
    found = run(samples, problem_file, k="1,3")
    rows = [row for _, row in read_objects(samples.with_name("x.jsonl_results.jsonl"))]
    assert [row["passed"] for row in rows] == [True, False, False, False, True, False, False, True, False, False]
    assert [row.get("failure") for row in rows] == [
        None,
        "test",
        "compile",
        "no_code",
        None,
        "policy",
        "panic",
        None,
        "no_code",
        "syntax",
    ]
    assert [row["sample_index"] for row in rows] == [0, 1, 2, 3, 4, 5, 0, 0, 1, 2]
    assert [row["completion"] for row in rows] == [text for _, text in ANSWERS]
    assert found["pass@1"] == pytest.approx((2 / 6 + 0 + 1 / 3) / 3)
    assert found["pass@3"] is None
    assert "`problems/1` has 1" in found["unavailable"]["pass@3"]
    assert (found["problems"], found["problems_judged"], found["coverage"]) == (4, 3, 0.75)
    assert found["problems_without_samples"] == 1
    assert found["task_ids_without_samples"] == ["problems/3"]
    assert (found["samples"], found["judged"], found["passed"]) == (10, 10, 3)
    assert (found["has_code_rate"], found["parse_rate"], found["compile_rate"]) == (0.8, 0.7, 0.5)
    assert found["failures"] == {"compile": 1, "no_code": 2, "panic": 1, "policy": 1, "syntax": 1, "test": 1}
    assert json.loads(samples.with_name("x.jsonl_metrics.json").read_text()) == found
    first = rows[1]
    assert first["tests"]["failed"] == ["examples", "negative_numbers", "extremes"]
    assert "running_max([1, 3, 2])" in first["tests"]["message"]
    assert rows[2]["rustc_code"] == "E0425"


@pytest.mark.slow
def test_an_answer_that_takes_a_vector_for_a_slice_passes_but_not_strictly(problem_file, tmp_path):
    samples = tmp_path / "x.jsonl"
    owned = "pub fn running_max(numbers: Vec<i64>) -> Vec<i64> {\n" + RIGHT
    write_jsonl(samples, ({"task_id": "problems/0", "completion": text} for text in (owned, RIGHT)))
    found = run(samples, problem_file, k="1,2")
    assert [found[f"pass@{k}"] for k in ("1", "1_strict", "2", "2_strict")] == [1.0, 0.5, 1.0, 1.0]
    assert (found["passed"], found["passed_strict"]) == (2, 1)
    rows = [row for _, row in read_objects(tmp_path / "x.jsonl_results.jsonl")]
    assert [(row["extraction"]["shape"], row["extraction"]["adapted"]) for row in rows] == [
        ("function", ["argument `numbers` passed as Vec<i64> instead of &[i64]"]),
        ("body", []),
    ]


@pytest.mark.slow
def test_without_the_policy_unsafe_passes_and_both_runs_live_side_by_side(samples, problem_file, tmp_path):
    found = run(samples, problem_file, enforce_policy=False, output_dir=tmp_path / "off", limit=1)
    assert found["passed"] == 3
    assert sorted(path.name for path in (tmp_path / "off").iterdir()) == [
        ".x.jsonl_results.jsonl.lock",
        "x.jsonl_metrics.json",
        "x.jsonl_references.jsonl",
        "x.jsonl_results.jsonl",
        "x.jsonl_timings.jsonl",
    ]


@pytest.mark.slow
def test_clippy_is_heard_when_asked_for(problem_file, tmp_path):
    samples = tmp_path / "x.jsonl"
    untidy = "    let _a = 1u8 as u8;\n" + RIGHT
    write_jsonl(samples, ({"task_id": "problems/0", "completion": text} for text in (RIGHT, untidy)))
    rows = {}
    for how in ("off", "report", "require"):
        run(samples, problem_file, clippy=how)
        rows[how] = [row for _, row in read_objects(samples.with_name("x.jsonl_results.jsonl"))]
    assert [row["passed"] for row in rows["off"] + rows["report"]] == [True] * 4
    assert "clippy" not in rows["off"][1]
    assert rows["report"][0]["clippy"] == []
    assert "line 1: unnecessary_cast" in rows["report"][1]["clippy"]
    assert [row.get("failure") for row in rows["require"]] == [None, "clippy"]


@pytest.mark.slow
def test_results_do_not_depend_on_the_number_of_workers(samples, problem_file, tmp_path, monkeypatch):
    monkeypatch.setattr("human_eval_rust.judging.judge._LEAST", 1)
    made = []
    for workers in (1, 2, 24):
        run(samples, problem_file, n_workers=workers, results_file=tmp_path / f"{workers}.jsonl")
        made.append((tmp_path / f"{workers}.jsonl").read_bytes())
    assert made[0] == made[1] == made[2]


@pytest.mark.slow
def test_a_second_run_judges_only_what_is_new(samples, problem_file, monkeypatch):
    from human_eval_rust.judging.judge import Judge

    run(samples, problem_file)
    results = Files.beside(samples, None, None).results
    before = results.read_bytes()
    judged: list[int] = []
    start = Judge._start

    def counting(self, answers):
        judged.append(len(answers))
        return start(self, answers)

    monkeypatch.setattr(Judge, "_start", counting)
    run(samples, problem_file)
    assert (sum(judged), results.read_bytes()) == (0, before)
    with samples.open("a") as out:
        out.write(json.dumps({"task_id": "problems/0", "completion": WRONG + "\n"}) + "\n")
    run(samples, problem_file)
    assert sum(judged) == 1
    judged.clear()
    run(samples, problem_file, run_timeout=HANG_S - 1)
    assert sum(judged) == 10 + 3  # the references of three problems
    judged.clear()
    run(samples, problem_file, run_timeout=HANG_S - 1, resume=False)
    assert sum(judged) == 10 + 3  # the references of three problems


@pytest.mark.slow
def test_verdicts_of_fewer_samples_are_taken_from_where_they_are(samples, problem_file, monkeypatch, tmp_path):
    from human_eval_rust.judging.judge import Judge

    few = tmp_path / "few.jsonl"
    few.write_text("".join(samples.read_text().splitlines(keepends=True)[:6]))
    run(few, problem_file)
    known = [Files.beside(few, None, None).results]
    run(samples, problem_file, results_file=tmp_path / "all_anew.jsonl")
    judged: list[int] = []
    start = Judge._start
    monkeypatch.setattr(Judge, "_start", lambda self, answers: judged.append(len(answers)) or start(self, answers))
    run(samples, problem_file, results_file=tmp_path / "more.jsonl", known_results=known)
    assert sum(judged) == 4 + 2  # and the references of the two problems that are new
    assert (tmp_path / "more.jsonl").read_bytes() == (tmp_path / "all_anew.jsonl").read_bytes()
    judged.clear()
    run(few, problem_file, results_file=tmp_path / "same.jsonl", known_results=[*known, tmp_path / "none.jsonl"])
    assert judged == []
    # What was judged otherwise is judged anew.
    run(few, problem_file, results_file=tmp_path / "other.jsonl", known_results=known, run_timeout=HANG_S - 1)
    assert sum(judged) > 0


@pytest.mark.slow
def test_a_killed_run_continues_to_the_same_bytes(problem_file, tmp_path):
    rows = [{"task_id": "problems/0", "completion": f"    let _n = {i};\n{RIGHT}"} for i in range(120)]
    samples = tmp_path / "many.jsonl"
    write_jsonl(samples, rows)
    run(samples, problem_file, results_file=tmp_path / "whole.jsonl")
    argv = [*COMMAND, str(samples), "--problem_file", str(problem_file), "--n_workers", "1", "--timeout", str(HANG_S)]
    files = Files.beside(samples, None, None)
    with running(argv) as child:
        child.until(lambda: _lines(files.journal) >= 20, "20 lines of its journal")
        child.end(signal.SIGKILL)
    assert not files.results.exists()
    assert 20 <= _lines(files.journal) < 121
    done = subprocess.run(argv, capture_output=True, text=True, check=True)
    assert "verdicts of an earlier run" in done.stderr
    assert files.results.read_bytes() == (tmp_path / "whole.jsonl").read_bytes()
    assert not files.journal.exists()
    assert json.loads(done.stdout)["passed"] == 120


@pytest.mark.slow
def test_what_ran_out_of_time_before_a_kill_is_only_tried_once_more(problem_file, tmp_path, monkeypatch):
    from human_eval_rust.judging.judge import Judge

    samples = tmp_path / "late.jsonl"
    loops = [f"    loop {{ std::hint::black_box({i}); }}\n}}\n" for i in range(2)]
    texts = [RIGHT, *loops, WRONG, loops[0]]
    write_jsonl(samples, ({"task_id": "problems/0", "completion": text} for text in texts))
    changes = {"run_timeout": SOON_S}
    run(samples, problem_file, output_dir=tmp_path / "whole", **changes)
    whole, files = (Files.beside(samples, out, None) for out in (tmp_path / "whole", None))
    asked: list[tuple[int, bool]] = []
    attempt = Judge.attempt

    def killed(self, answers, *, again=False):
        asked.append((len(answers), again))
        if again and answers:
            raise KeyboardInterrupt
        return attempt(self, answers, again=again)

    monkeypatch.setattr(Judge, "attempt", killed)
    with pytest.raises(KeyboardInterrupt):
        run(samples, problem_file, **changes)
    assert not files.results.exists()
    assert _lines(files.journal) == 1 + 4
    assert asked == [(1, False), (0, True), (4, False), (2, True)]
    asked.clear()
    monkeypatch.setattr(
        Judge,
        "attempt",
        lambda self, some, *, again: asked.append((len(some), again)) or attempt(self, some, again=again),
    )
    run(samples, problem_file, **changes)
    assert asked == [(0, False), (2, True)]
    assert files.results.read_bytes() == whole.results.read_bytes()
    assert not files.journal.exists()
    times = [[(row["sample_index"], row["run_s"] > 0) for _, row in read_objects(one.times)] for one in (files, whole)]
    assert times == [[(index, True) for index in range(4)]] * 2
    before = files.times.read_bytes()
    run(samples, problem_file, **changes)
    assert files.times.read_bytes() == before


@pytest.mark.slow
def test_an_interrupted_run_ends_politely_and_says_how_to_go_on(problem_file, tmp_path):
    samples = tmp_path / "many.jsonl"
    write_jsonl(samples, ({"task_id": "problems/0", "completion": f"    let _n = {i};\n{RIGHT}"} for i in range(300)))
    argv = [*COMMAND, str(samples), "--problem_file", str(problem_file), "--timeout", str(HANG_S)]
    files = Files.beside(samples, None, None)
    with running(argv, preexec_fn=_hear_ctrl_c) as child:
        child.until(lambda: _lines(files.journal) >= 10, "10 lines of its journal")
        assert child.end(signal.SIGINT) == 4
        assert "run the same command again" in child.stderr()
    assert files.journal.exists()
    assert not files.results.exists()


def _lines(path: Path) -> int:
    return path.read_bytes().count(b"\n") if path.exists() else 0


GOOD = {"task_id": "problems/0", "completion": RIGHT}
BROKEN = {
    "empty": (b"", "holds no samples"),
    "blank lines": (b"\n\n", "holds no samples"),
    "not json": (b"{]", "x.jsonl:1: not JSON"),
    "two values on a line": (b'{"a": 1} {"b": 2}', "x.jsonl:1: not JSON"),
    "cut off": (json.dumps(GOOD).encode()[:-5], "x.jsonl:1: not JSON"),
    "cut off later": (json.dumps(GOOD).encode() + b"\n" + json.dumps(GOOD).encode()[:-5], "x.jsonl:2: not JSON"),
    "a list": (b"[1]", "expected a JSON object, got list"),
    "a string": (b'"text"', "expected a JSON object, got str"),
    "a number": (b"1", "expected a JSON object, got int"),
    "null": (b"null", "expected a JSON object, got NoneType"),
    "json over many lines": (json.dumps(GOOD, indent=1).encode(), "x.jsonl:1: not JSON"),
    "one list of all": (json.dumps([GOOD, GOOD]).encode(), "expected a JSON object"),
    "latin-1": ('{"task_id": "problems/0", "completion": "é"}'.encode("latin-1"), "x.jsonl:1: not UTF-8"),
    "utf-16": (json.dumps(GOOD).encode("utf-16"), "x.jsonl:1: not UTF-8"),
    "binary": (bytes(range(256)), "x.jsonl:1: not"),
    "zero bytes": (b"\0" * 64, "x.jsonl:1: not JSON"),
    "gzip by another name": (b"\x1f\x8b\x08\0\0\0\0\0", "x.jsonl:1: not"),
    "csv": (b"task_id,completion\nproblems/0,code\n", "x.jsonl:1: not JSON"),
    "yaml": (b"task_id: problems/0\n", "x.jsonl:1: not JSON"),
    "python's words": (b"{'task_id': 'problems/0', 'completion': ''}", "x.jsonl:1: not JSON"),
    "nested without end": (b"[" * 100_000, "x.jsonl:1: not JSON"),
    "no task id": (b'{"completion": ""}', "x.jsonl:1: field `task_id`"),
    "no completion": (b'{"task_id": "problems/0"}', "x.jsonl:1: field `completion`"),
    "null completion": (b'{"task_id": "problems/0", "completion": null}', "x.jsonl:1: field `completion`"),
    "completion is a list": (b'{"task_id": "problems/0", "completion": ["a"]}', "x.jsonl:1: field `completion`"),
    "completion is a number": (b'{"task_id": "problems/0", "completion": 1}', "x.jsonl:1: field `completion`"),
    "completion is an object": (b'{"task_id": "problems/0", "completion": {}}', "x.jsonl:1: field `completion`"),
    "task id is a number": (b'{"task_id": 0, "completion": ""}', "x.jsonl:1: field `task_id`"),
    "task id is null": (b'{"task_id": null, "completion": ""}', "x.jsonl:1: field `task_id`"),
    "task id is empty": (b'{"task_id": "", "completion": ""}', "x.jsonl:1: field `task_id`"),
    "unknown task id": (b'{"task_id": "problems/99", "completion": ""}', "x.jsonl:1: field `task_id`: no problem"),
    "task id of another set": (b'{"task_id": "HumanEval/0", "completion": ""}', "no problem `HumanEval/0`"),
    "task id in other case": (b'{"task_id": "Problems/0", "completion": ""}', "no problem `Problems/0`"),
    "task id with a space": (b'{"task_id": "problems/0 ", "completion": ""}', "no problem `problems/0 `"),
    "unknown task id late": (
        b'{"task_id": "problems/0", "completion": ""}\n\n{"task_id": "x", "completion": ""}',
        "x.jsonl:3: field `task_id`",
    ),
    "misspelt field": (b'{"task_id": "problems/0", "completions": ""}', "x.jsonl:1: field `completion`"),
    "negative index": (b'{"task_id": "problems/0", "completion": "", "sample_index": -1}', "field `sample_index`"),
    "index is a word": (b'{"task_id": "problems/0", "completion": "", "sample_index": "a"}', "field `sample_index`"),
    "a results file": (b'{"task_id": "problems/0", "passed": true, "result": "passed"}', "field `completion`"),
    "a problem file": (b'{"task_id": "problems/0", "prompt": "", "test": ""}', "field `completion`"),
    "a dataset": (b'{"prompt": "a", "gen": "b"}', "x.jsonl:1: field `task_id`"),
}


def test_there_are_enough_broken_files():
    assert len(BROKEN) >= 40


@pytest.mark.parametrize("name", BROKEN)
def test_broken_samples_are_found_before_anything_compiles(name, problem_file, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", "/nonexistent")
    content, message = BROKEN[name]
    samples = tmp_path / "x.jsonl"
    samples.write_bytes(content)
    results = Files.beside(samples, None, None).results
    results.write_text("earlier results\n")
    with pytest.raises(InputError, match=r".") as caught:
        run(samples, problem_file)
    assert message in str(caught.value)
    assert results.read_text() == "earlier results\n"
    assert {path.name for path in tmp_path.iterdir()} == {"x.jsonl", "x.jsonl_results.jsonl", "problems.jsonl"}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--k", "0"], "--k: every k must be at least 1"),
        (["--k", "a"], "--k: `a` is not a list"),
        (["--n_workers", "0"], "n_workers"),
        (["--timeout", "-1"], "timeout"),
        (["--timeout", "nan"], "timeout"),
        (["--timeout", "inf"], "timeout"),
        (["--run-timeout", "inf"], "run_timeout"),
        (["--sandbox-mode", "docker"], "docker"),
        (["--task-id", "nope"], "no problem `nope`"),
        (["--problem_file", "no.jsonl"], "no such problem file"),
        (["--problem_file", "nope"], "there is no problem set"),
        (["--limit", "0"], "limit"),
        (["--colour"], "No such option"),
        (["--output-dir", "a", "--results-file", "b"], "exclude each other"),
    ],
)
def test_wrong_options_end_with_status_2_and_one_error(samples, problem_file, options, message):
    argv = [*COMMAND, str(samples)]
    if "--problem_file" not in options:
        argv += ["--problem_file", str(problem_file)]
    done = subprocess.run([*argv, *options], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("error: ")
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_a_missing_samples_file(problem_file, tmp_path):
    with pytest.raises(InputError, match="no such file"):
        run(tmp_path / "nope.jsonl", problem_file)


def test_no_sandbox_needs_consent(samples, problem_file):
    argv = [*COMMAND, str(samples), "--problem_file", str(problem_file)]
    done = subprocess.run(
        [*argv, "--sandbox-mode", "none"], capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
    )
    assert done.returncode == 3
    assert "--allow-no-sandbox" in done.stderr


@pytest.mark.slow
def test_a_look_at_one_problem_loses_no_verdicts(samples, problem_file, monkeypatch, caplog):
    whole = run(samples, problem_file)
    one = run(samples, problem_file, task_id=["problems/2"])
    assert one["samples"] < whole["samples"]
    monkeypatch.setattr(
        "human_eval_rust.evaluation.executors.LocalExecutor.attempt", lambda *_: pytest.fail("judged again")
    )
    assert run(samples, problem_file) == whole
    assert not list(samples.parent.glob(".*journal"))


@pytest.mark.slow
def test_half_a_character_is_judged_like_any_other_text(problems, problem_file, tmp_path):
    task = next(iter(problems.values()))
    body = task.canonical_solution
    path = tmp_path / "x.jsonl"
    path.write_text(
        "".join(
            json.dumps({"task_id": task.task_id, "completion": text}) + "\n"
            for text in ("    // \ud800\n" + body, '    let _ = "\udfff";\n' + body, "\ud800 only")
        )
    )
    found = run(path, problem_file)
    assert (found["passed"], found["failures"]) == (2, {"no_code": 1})


@pytest.mark.slow
def test_where_an_answer_stands_is_its_own_affair(problems, problem_file, tmp_path):
    task = next(iter(problems.values()))
    shows = [
        '    panic!("{}", file!())\n}\n',
        '    here(); todo!()\n}\n\n#[track_caller]\nfn here() { panic!("{}", std::panic::Location::caller()) }\n',
    ]
    rows = [{"task_id": task.task_id, "completion": text} for text in shows]
    others = [{"task_id": task.task_id, "completion": f"    // {i}\n{task.canonical_solution}"} for i in range(5)]
    found = []
    for name, lines in (("a", rows), ("b", [*others, *rows])):
        write_jsonl(tmp_path / f"{name}.jsonl", lines)
        run(tmp_path / f"{name}.jsonl", problem_file)
        verdicts = [row for _, row in read_objects(tmp_path / f"{name}.jsonl_results.jsonl")]
        found.append([row["detail"] for row in verdicts if not row["passed"]])
    assert found[0] == found[1]


def test_results_never_take_the_place_of_the_samples(samples, problem_file):
    before = samples.read_bytes()
    with pytest.raises(InputError, match="would be overwritten"):
        run(samples, problem_file, results_file=samples)
    assert samples.read_bytes() == before


@pytest.mark.slow
def test_a_problem_that_cannot_be_scored_is_told_and_never_passed(problems, tmp_path, samples):
    path = tmp_path / "cut.jsonl"
    rows = [problem.to_row() for problem in problems.values()]
    rows[0]["test"] = "#[cfg(test)]\nmod tests {\n    use super::*;\n"
    write_jsonl(path, rows)
    found = run(samples, path)
    assert list(found["unusable_problems"]) == ["problems/0"]
    assert (found["not_judged"], found["judged"], found["passed"]) == (6, 4, 1)


@pytest.mark.slow
@pytest.mark.parametrize("count", [1, 4])
@pytest.mark.parametrize("number", [0, 3])
def test_tests_that_do_not_compile_are_never_the_answers_fault(problems, tmp_path, number, count):
    row = list(problems.values())[number].to_row()
    row["test"] = row["test"].replace("use super::*;", "use super::*;\n    const WRONG: u8 = no_such_name;", 1)
    write_jsonl(tmp_path / "broken.jsonl", [row])
    answers = [f"    // {i}\n" + row["canonical_solution"] for i in range(count)] + ["    no_such_thing()\n}\n"]
    write_jsonl(tmp_path / "x.jsonl", [{"task_id": row["task_id"], "completion": text} for text in answers])
    found = run(tmp_path / "x.jsonl", tmp_path / "broken.jsonl", k="1")
    assert "its tests do not compile" in found["unusable_problems"][row["task_id"]]
    assert (found["pass@1"], found["judged"], found["passed"]) == (None, 0, 0)
    assert run(tmp_path / "x.jsonl", tmp_path / "broken.jsonl", k="1") == found


def _hear_ctrl_c():
    """A background job of a shell ignores SIGINT, and so would its children."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.mark.slow
def test_how_an_answer_ended_is_passed_on_though_equal_answers_share_a_verdict(tmp_path, problem_file):
    path = tmp_path / "ends.jsonl"
    ends = ["length", "closed", "stop", None]
    rows = [{"task_id": "problems/0", "completion": RIGHT, "finish_reason": end} for end in ends]
    write_jsonl(path, ({key: value for key, value in row.items() if value is not None} for row in rows))
    for _ in range(2):  # judged, then known
        found = run(path, problem_file)
        verdicts = [row for _, row in read_objects(path.with_name("ends.jsonl_results.jsonl"))]
        assert [row.get("finish_reason") for row in verdicts] == ends
        assert found["at_token_limit_rate"] == pytest.approx(1 / 3)
