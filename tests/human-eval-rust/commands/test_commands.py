"""The commands `human-eval-rust problems` and `policy`, and what is said of the policy in the documents."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from human_eval_rust.policy.rules import RULES, clippy_toml, markdown
from human_eval_rust.policy.unicode import deception
from sigil_common.jsonl import read_objects, write_jsonl

from ...clock import HANG_S


def run(*argv: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "human_eval_rust.commands.main", *argv], capture_output=True, text=True, check=False
    )


@pytest.mark.slow
def test_a_problem_file_is_built_and_listed(pytestconfig, tmp_path):
    sources = pytestconfig.rootpath / "tests" / "human-eval-rust" / "corpus" / "problems"
    out = tmp_path / "problems.jsonl"
    assert run("problems", "build", str(sources), "--output", str(out)).returncode == 0
    first = out.read_bytes()
    run("problems", "build", str(sources), "--output", str(out))
    assert out.read_bytes() == first
    rows = [row for _, row in read_objects(out)]
    assert rows[0]["prompt"].endswith("-> Vec<i64> {\n")
    assert rows[0]["canonical_solution"].rstrip().endswith("}")
    assert rows[0]["test"].startswith("#[cfg(test)]")
    assert run("problems", "list", str(out)).stdout.splitlines()[0] == "problems/0\trunning_max"


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("000_a.rs", "pub fn b() {\n}\n#[cfg(test)]\nmod tests {}\n", "expected one `pub fn a`"),
        ("000_a.rs", "pub fn a() {\n}\n", "expected one `#[cfg(test)]`"),
        ("a.rs", "", "does not look like"),
    ],
)
def test_sources_that_cannot_be_cut(tmp_path, name, text, message):
    (tmp_path / name).write_text(text)
    done = run("problems", "build", str(tmp_path), "--output", str(tmp_path / "out.jsonl"))
    assert done.returncode == 2
    assert message in done.stderr
    assert not (tmp_path / "out.jsonl").exists()


@pytest.mark.slow
def test_a_line_that_is_not_json_is_a_fault_among_others(tmp_path):
    path = tmp_path / "p.jsonl"
    path.write_bytes(b'{broken\n[1]\n"\xff"\n\n{"task_id": "a/0"}\n{"name": "n", "prompt": "p", "stop_tokens": []}\n')
    done = run("problems", "check", str(path))
    assert done.returncode == 1
    for number, what in (
        (1, "(no task id): not JSON"),
        (2, "expected a JSON object, got list"),
        (3, "not UTF-8"),
        (5, "a/0: field `prompt`"),
        (6, "n: read as multipl-e: field `tests`"),
    ):
        assert f"p.jsonl:{number}: " in done.stdout
        assert what in done.stdout
    assert run("problems", "check", str(tmp_path / "nope.jsonl")).returncode == 2


@pytest.mark.slow
def test_the_check_finds_every_kind_of_fault(problems, tmp_path):
    good = [problem.to_row() for problem in problems.values()]
    bad = good[0]
    rows = [
        good[1],
        {**bad, "task_id": "a/wrong-solution", "canonical_solution": "    numbers.to_vec()\n}\n"},
        {**bad, "task_id": "a/no-test", "test": "#[cfg(test)]\nmod tests {}\n"},
        {**bad, "task_id": "a/other-name", "entry_point": "other"},
        {
            **bad,
            "task_id": "a/blunt",
            "test": "#[cfg(test)]\nmod tests {\n    use super::*;\n    #[test]\n"
            "    fn a() { assert!(running_max(&[]).is_empty()); }\n}\n",
        },
        {**bad, "task_id": "a/broken-prompt", "prompt": bad["prompt"].replace("Vec<i64>", "Vec<NoSuchType>")},
        {**bad, "task_id": "a/timed", "test": bad["test"] + "// none\nuse std::time::Instant;\n"},
        good[1],
        {"task_id": "a/no-fields"},
    ]
    path = tmp_path / "bad.jsonl"
    write_jsonl(path, rows)
    done = run("problems", "check", str(path), "--timeout", str(HANG_S))
    lines = done.stdout.splitlines()
    assert done.returncode == 1
    for number, what in (
        (2, "the reference solution fails: test"),
        (3, "no `#[test]` function"),
        (4, "does not declare `fn other`"),
        (5, "the tests accept a default value"),
        (6, "its prompt does not compile: cannot find type `NoSuchType`"),
        (7, "depends on time"),
        (8, "task id occurs before"),
        (9, "field `prompt`"),
    ):
        assert any(f"bad.jsonl:{number}: " in line and what in line for line in lines), (number, what, done.stdout)
    assert not any("bad.jsonl:1:" in line for line in lines)
    assert len([line for line in lines if "bad.jsonl:6:" in line]) == 1
    write_jsonl(path, good)
    done = run("problems", "check", str(path), "--timeout", str(HANG_S))
    assert (done.returncode, done.stdout) == (0, "")


def test_the_policy_document_is_made_from_the_table(pytestconfig):
    document = (pytestconfig.rootpath / "docs" / "POLICY.md").read_text(encoding="utf-8")
    assert document.endswith(markdown()), "docs/POLICY.md is out of date: see its first lines"
    assert run("policy").stdout == markdown()


def test_the_table_has_no_rule_twice_and_clippy_gets_all_of_them():
    assert len({(rule.kind, rule.path) for rule in RULES}) == len(RULES)
    assert clippy_toml().count("path = ") == len([rule for rule in RULES if rule.kind != "lint"])


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("let x = 1;", False),
        ("let größe = 1;", False),
        ("let π = 1;", False),
        ("let 数 = 1;", False),
        ("// Привет", False),
        ('let s = "мир\u200b";', False),
        ("let mах = 1;", True),
        ("let ѕсоре = 1;", True),
        ("let а = 1;", True),
        ("let ｘ = 1;", True),
        ("let a\u200bb = 1;", True),
        ("// \u202e", True),
        ('"\u2066"', True),
        ("let _αβ = 1;", False),
    ],
)
def test_deceptive_unicode(text, found):
    assert (deception(text) is not None) == found


def test_help_names_all_commands():
    done = run("--help")
    assert done.returncode == 0
    for name in ("generate", "evaluate", "likelihood", "problems", "policy"):
        assert f"  {name} " in done.stdout
    assert run("nonsense").returncode == 2


def test_the_package_offers_judge():
    code = "import human_eval_rust as h; from human_eval_rust import judge; print(judge.__name__, h.judge is judge)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["judge", "True"]


@pytest.mark.slow
def test_the_tests_of_a_set_are_measured_with_mutants(pytestconfig, tmp_path):
    corpus = pytestconfig.rootpath / "tests" / "human-eval-rust" / "corpus" / "problems"
    folder = tmp_path / "set"
    folder.mkdir()
    (folder / "000_largest.rs").write_text((corpus / "003_largest.rs").read_text())
    argv = ("problems", "strength", str(folder), "--journal", str(tmp_path / "journal.jsonl"), "--n_workers", "2")
    done = run(*argv)
    assert "set/0\tlargest\t" in done.stdout
    assert "set/0\tlargest\t" in (folder / "mutation_score.tsv").read_text()
    assert done.returncode == int("survivors:" in done.stdout or "wanted" in done.stdout)
    again = run(*argv)
    assert (again.stdout, again.returncode) == (done.stdout, done.returncode)
    assert "resumed the outcomes of" in again.stderr
    assert run("problems", "strength").returncode == 2
    out = tmp_path / "pairs.jsonl"
    made = run("problems", "pairs", str(folder), "--output", str(out), "--journal", str(tmp_path / "journal.jsonl"))
    assert made.stderr.endswith(f"wrote {out}: 2 pairs of 1 problem, 0 without any\n")
    assert all(json.loads(line)["task_id"] == "set/0" for line in out.read_text().splitlines())
    assert run("problems", "pairs", str(folder)).returncode == 2
