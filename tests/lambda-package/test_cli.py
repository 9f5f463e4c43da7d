"""The commands: their options, exit codes, what goes to stdout and what to stderr."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from lambda_package import doctor
from lambda_package import verify as verifying
from lambda_package.cli import command, parse_assignments
from lambda_package.compare import read_comparison
from lambda_package.headline import sentences, verdict
from lambda_package.stages import PAGES
from sigil_common.errors import InputError, SigilError
from sigil_common.manifest import describe_files

from .toolchain import TOOLCHAIN

LAMBDA = str(Path(sys.executable).parent / "sigilderg-lambda")
PROFILE = {"--profile", "--config", "--configs", "--run-dir", "--set"}
OPTIONS = {
    "run": PROFILE
    | {"--strict", "--max-hours", "--yes", "--skip-checks", "--offline", "--keep"}
    | {"--dry-run", "--json"},
    "plan": PROFILE | {"--json"},
    "doctor": PROFILE,
    "checkpoint": {"--revision", "--output-dir"},
    "compare": {f"--{model}-policy-{policy}" for model in ("base", "tuned") for policy in ("off", "on")}
    | {"--k", "--seed", "--resamples", "--confidence", "--output"}
    | {"--primary-set", "--primary-metric", "--base-likelihood", "--tuned-likelihood"}
    | {"--base-name", "--tuned-name", "--report", "--look", "--overall", "--width", "--max-samples"},
    "report": {
        "--comparison",
        "--base-results",
        "--tuned-results",
        "--base-samples",
        "--tuned-samples",
        "--stage",
        "--dataset-summary",
        "--checkpoint",
        "--problem-file",
        "--accepted",
        "--drawn-metrics",
        "--accepted-alone",
        "--settings-digest",
        "--profile-digest",
        "--deviation",
        "--output-dir",
    },
    "clean": {"--stage", "--unfinished", "--yes"},
    "verify": {"--rejudge", "--seed", "--strict"},
}
REPORT = ["report", "--comparison", "none", "--base-results", "a", "--tuned-results", "b"]
COMMON = {"--quiet", "--debug", "--log-file", "--help"}

KEYS = st.from_regex(r"[a-z_]{1,8}(\.[a-z_]{1,8}){0,2}", fullmatch=True)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)


def run(*args):
    """Run the command in this process; return what a shell would get: exit code, stdout, stderr."""
    found = CliRunner().invoke(command, [str(word) for word in args])
    if isinstance(found.exception, SigilError):
        return found.exception.exit_code, found.stdout, f"error: {found.exception}\n"
    if found.exception is not None and not isinstance(found.exception, SystemExit):
        raise found.exception
    return found.exit_code, found.stdout, found.stderr


@pytest.fixture(autouse=True)
def place(tmp_path, monkeypatch):
    """An empty working directory."""
    (tmp_path / "place").mkdir()
    monkeypatch.chdir(tmp_path / "place")
    return tmp_path / "place"


def test_the_help_lists_every_command():
    text = CliRunner().invoke(command, ["--help"]).output
    assert re.findall(r"^  ([a-z]+) ", text, re.MULTILINE) == sorted(OPTIONS)
    assert set(command.commands) == set(OPTIONS)


@pytest.mark.parametrize("name", OPTIONS)
def test_the_help_of_a_command_names_its_options_and_exit_codes(name):
    found = CliRunner().invoke(command, [name, "--help"])
    assert found.exit_code == 0
    assert set(re.findall(r"^ +(?:-\w, )?(--[a-z-]+)", found.output, re.MULTILINE)) == OPTIONS[name] | COMMON
    assert "Exit codes: 0 fine, 1 bad result" in found.output


def test_assignments_by_example():
    words = ("a=1", "b.c=[1, 2]", "d=true", "e=x=y", "f=", "g= spaced ", "a=2", "h=0.5", "i='1'", "j={k: 3}")
    assert parse_assignments(words) == {
        "a": 2,
        "b.c": [1, 2],
        "d": True,
        "e": "x=y",
        "f": None,
        "g": "spaced",
        "h": 0.5,
        "i": "1",
        "j": {"k": 3},
    }


@given(st.dictionaries(KEYS, VALUES, max_size=4))
def test_what_is_written_as_yaml_comes_back(values):
    words = tuple(f"{key}={yaml.safe_dump(value, default_flow_style=True)}" for key, value in values.items())
    assert parse_assignments(words) == values


@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("plain", "--set plain: expected KEY=VALUE"),
        ("=1", "--set =1: expected KEY=VALUE"),
        ("", "--set : expected KEY=VALUE"),
        ("a=[1", r"--set a=\[1: value is not valid YAML"),
        ("a=: :", "--set a=: :: value is not valid YAML"),
    ],
)
def test_a_malformed_assignment_is_quoted(word, message):
    with pytest.raises(InputError, match=message) as caught:
        parse_assignments((word,))
    assert caught.value.cause or "--set sample.max_new_tokens=128" in caught.value.hint


@pytest.fixture
def files(verdict_file):
    better = {f"A/{i}": ["passed" if i < 12 else "test"] for i in range(20)}
    base = verdict_file("base.jsonl", {task: ["test"] for task in better})
    return ["--base-policy-off", base, "--tuned-policy-off", verdict_file("tuned.jsonl", better)]


def test_compare_writes_its_file_and_says_the_sentence_and_report_goes_on_from_there(files, tmp_path):
    output = tmp_path / "deep" / "comparison.json"
    options = ["--k", 1, "--k", 5, "--seed", 9, "--resamples", 300, "--confidence", 0.9, "--output", output]
    code, said, error = run("compare", *files, *options)
    assert (code, error) == (0, "")
    written = read_comparison(output)
    assert said == verdict(written) + "\n"
    assert (written.seed, written.resamples, written.confidence) == (9, 300, 0.9)
    assert {row.policy for row in written.metrics} == {"off"}
    assert "pass@5" in {row.metric for row in written.unavailable}
    sources = ["--comparison", output, "--base-results", files[1], "--tuned-results", files[3]]
    made = run("report", *sources, "--output-dir", tmp_path / "out")
    assert made == (0, "".join(f"{tmp_path / 'out' / name}\n" for name in PAGES), "")
    page = (tmp_path / "out/report.md").read_text()
    assert [sentence for sentence in sentences(written) if f"\n{sentence}\n" not in page] == []


def test_compare_takes_both_policies_or_one(files, place):
    both = [*files, "--base-policy-on", files[1], "--tuned-policy-on", files[3], "--resamples", 100]
    assert run("compare", *both)[0] == 0
    found = read_comparison(place / "comparison.json")
    assert {row.policy for row in found.metrics} == {"off", "on"}
    (place / "comparison.json").unlink()
    half = run("compare", *files, "--base-policy-on", files[1])
    assert half == (2, "", "error: --base-policy-on and --tuned-policy-on go together\n")
    assert list(place.iterdir()) == []


def test_compare_takes_both_likelihoods_or_none_and_says_the_same_sentence(files, likelihood_file, place):
    base, tuned = (likelihood_file(name, {"A/0": (bits, [1])}) for name, bits in (("b", 1.5), ("t", 1.0)))
    plain = run("compare", *files, "--resamples", 100)
    assert read_comparison(place / "comparison.json").likelihood == ()
    measured = run("compare", *files, "--resamples", 100, "--base-likelihood", base, "--tuned-likelihood", tuned)
    assert measured == plain
    assert plain[0] == 0
    found = read_comparison(place / "comparison.json")
    assert [(row.base, row.tuned) for row in found.likelihood] == [(1.5, 1.0), (1.0, 1.0)]
    (place / "comparison.json").unlink()
    for model, file in (("base", base), ("tuned", tuned)):
        half = run("compare", *files, f"--{model}-likelihood", file)
        assert half == (2, "", "error: --base-likelihood and --tuned-likelihood go together\n")
    assert list(place.iterdir()) == []


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["compare"], "nothing to compare"),
        (["compare", "--base-policy-off", "none"], "nothing to compare"),
        (["compare", "none_results.jsonl"], "one model cannot be compared"),
        (["compare", "none", "none"], "no such file: none"),
        (["compare", "a", "b", "--base-policy-on", "c"], "RUNs and files by option do not go together"),
        (["compare", "--report", "out"], "--report is for RUNs"),
        (["compare", "--base-policy-off", "none", "--tuned-policy-off", "none"], "no such file: none"),
        (["compare", "--k", "0"], "--k"),
        (["compare", "--resamples", "99"], "--resamples"),
        (["compare", "--confidence", "1"], "--confidence"),
        (["compare", "--confidence", "nan"], "'nan' is not a number"),
        (["run", "--dry-run", "--max-hours", "nan"], "'nan' is not a number"),
        (REPORT, "cannot read none"),
        ([*REPORT, "--accepted", "a"], "--accepted and --drawn-metrics go together"),
        ([*REPORT, "--drawn-metrics", "m"], "--accepted and --drawn-metrics go together"),
        ([*REPORT, "--profile-digest", "d"], "--profile-digest goes with --settings-digest"),
        ([*REPORT, "--accepted-alone"], "--accepted-alone goes with both"),
        (["verify", "none.json"], "cannot read none.json"),
        (["verify"], "cannot read runs/local/manifest.json"),
        (["verify", "--rejudge", "5"], "--rejudge"),
        (["run", "--profile", "none"], "unknown profile `none`"),
        (["run", "--set", "nonsense"], "--set nonsense: expected KEY=VALUE"),
        (["doctor", "--config", "none.yml"], "no such config file: none.yml"),
        (["nothing"], "No such command 'nothing'"),
    ],
)
def test_mistakes_end_with_two_and_a_message(args, words, place):
    code, said, error = run(*args)
    assert (code, said) == (2, "")
    assert words in error
    assert list(place.iterdir()) == []


def test_verify_ends_with_one_when_a_file_differs(tmp_path, write_manifest):
    (tmp_path / "a").write_text("a")
    (tmp_path / "b").write_text("b")
    manifest = write_manifest(tmp_path, describe_files([tmp_path / "a", tmp_path / "b"], relative_to=tmp_path))
    lacking = f"stages: 1 differ\n  {manifest}: names no stage `compare`, so nothing shows what the run came to\n"
    assert run("verify", manifest)[1] == f"2 files: as recorded\n{lacking}2 checks done, 1 with faults\n"
    (tmp_path / "b").write_text("c")
    found = run("verify", manifest)
    said = f"2 files: 1 differ\n  {tmp_path / 'b'}: differs from its digest\n{lacking}2 checks done, 2 with faults\n"
    assert found == (1, said, f"error: {manifest} does not prove what it records: 2 things not as recorded\n")
    script = subprocess.run([LAMBDA, "verify", str(manifest)], capture_output=True, text=True, check=False)
    assert (script.returncode, script.stdout, script.stderr) == found


def test_verify_ends_with_one_for_what_was_not_done_where_that_is_asked_for(tmp_path, monkeypatch):
    whole, part = verifying.Check("a"), verifying.Check("b", skipped="not here")
    monkeypatch.setattr(verifying, "verify", lambda *_: iter([whole, part]))
    said = "a: as recorded\nb: not done, not here\n1 check done, all as recorded; not done: b (not here)\n"
    assert run("verify", tmp_path) == (0, said, "")
    code, out, told = run("verify", tmp_path, "--strict")
    assert (code, out) == (1, said)
    assert told.startswith(f"error: not every check of {tmp_path} was done\n")
    monkeypatch.setattr(verifying, "verify", lambda *_: iter([whole]))
    assert run("verify", tmp_path, "--strict")[0] == 0


@pytest.fixture
def profile(tmp_path, monkeypatch):
    """A profile whose files are there, as an option; problem files and the like are all one file of one problem."""
    monkeypatch.setattr(doctor, "require_access", lambda name: None)
    (tmp_path / "file.jsonl").write_text('{"task_id": "A/0"}\n')
    file = str(tmp_path / "file.jsonl")
    config = {
        "model": {"name": "owner/model"},
        "dataset": {"config": file, "crate_list": file, "solution_files": [file]},
        "train": {"config": file},
        "sandbox_mode": "none",
        "sample": {"problem_files": [file]},
    }
    (tmp_path / "eval-small.yml").write_text(json.dumps(config))
    return ["--profile", "small", "--configs", tmp_path]


def test_doctor_lists_what_it_found_and_ends_with_three_when_something_is_missing(profile, tools, tmp_path):
    tools(TOOLCHAIN | {"rustup": "", "clippy-driver": "echo no clippy >&2; exit 101"})
    code, said, error = run("doctor", *profile, "--run-dir", tmp_path / "here")
    assert code == 3
    rows = {line[9:24].strip(): (line[:7].strip(), line[26:]) for line in said.splitlines() if line[:1] != " "}
    assert rows["rustc"] == ("ok", "rustc 1.90.0")
    assert rows["sandbox"][0] == "warning"
    assert rows["run directory"] == ("ok", str(tmp_path / "here"))
    assert "MISSING  clippy           no clippy\n" + " " * 26 + "hint: rustup component add clippy\n" in said
    count = [level for level, _ in rows.values()].count("MISSING")
    assert error == f"error: this machine lacks {count} of the things that profile `small` needs\n"


def test_doctor_ends_well_when_nothing_is_missing(profile, tools, monkeypatch):
    monkeypatch.setattr(doctor, "FREE_DISK_GIB", 0.0)
    tools(TOOLCHAIN)
    code, said, _ = run("doctor", *profile)
    assert (code, "MISSING" in said) == (0, False)
    code, said, _ = run("doctor", *profile, "--set", "dataset.crate_list=none")
    assert code == 2
    assert "MISSING  settings         cannot read none" in said


@pytest.mark.parametrize("text", ["2024-13-45", "0b_", "!!int abc"])
def test_what_yaml_takes_for_a_number_or_a_day_and_is_none_is_refused(text):
    with pytest.raises(InputError, match="value is not valid YAML"):
        parse_assignments((f"a={text}",))


@given(st.text())
def test_any_word_is_settings_or_wrong_input(word):
    try:
        assert len(parse_assignments((word,))) == 1
    except InputError:
        pass


@pytest.mark.parametrize("name", ["run", "doctor"])
@pytest.mark.parametrize("word", ["seed=soon", "seed=-1", "judge.timeout=.inf"])
def test_a_wrong_setting_is_named_as_it_was_given(profile, name, word):
    key = word.partition("=")[0]
    code, _, error = run(name, *profile, "--set", word)
    assert (code, error.partition(f"`{key}`")[0]) == (2, f"error: --set {key}: ")


def test_doctor_looks_at_the_run_directory_that_a_run_would_take(profile, tmp_path):
    _, said, _ = run("doctor", "--config", tmp_path / "eval-small.yml")
    assert "ok       run directory    runs/small\n" in said
