"""What a newcomer types first: `--help` is quick, names its exit codes, and exists for every script."""

import resource
import subprocess
import sys
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
SCRIPTS = sorted(
    name
    for file in ROOT.glob("packages/*/pyproject.toml")
    for name in tomllib.loads(file.read_text())["project"].get("scripts", {})
)


def cpu_of(argv):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    found = subprocess.run(argv, capture_output=True, text=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return found, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


@pytest.mark.parametrize("script", SCRIPTS)
def test_help_is_quick(script):
    argv = [str(BIN / script), "--help"]
    found, _ = cpu_of(argv)
    assert found.returncode == 0, found.stderr
    assert "Exit codes: 0 fine" in " ".join(found.stdout.split())
    # The least of a few runs: a busy machine may slow one, never speed one up.
    assert min(cpu_of(argv)[1] for _ in range(3)) < 0.3


@pytest.mark.parametrize("script", SCRIPTS)
def test_version(script):
    found, _ = cpu_of([str(BIN / script), "--version"])
    assert (found.returncode, found.stdout) == (0, f"{script} {version('sigil-common')}\n")


def test_the_module_form_of_the_pipeline():
    found, _ = cpu_of([sys.executable, "-m", "sigil_pipeline.main", "--help"])
    assert found.returncode == 0
    assert "--crate-list" in found.stdout


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_mistyped_option_exits_2(script):
    found, _ = cpu_of([str(BIN / script), "--no-such-option"])
    assert found.returncode == 2
    assert found.stderr.startswith("error: ")
    assert "Traceback" not in found.stderr
