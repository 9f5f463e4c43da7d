"""The engine on the oldest transformers that is supported; all other tests are of the one that is locked."""

import json
import os
import re
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import pytest

from sigil_common.jsonl import write_json
from sigil_common.settings import to_mapping
from sigilderg_finetuner import flow

ROOT = Path(__file__).parents[3]
OLDEST = ROOT / ".venv/oldest"  # `make setup` makes it of requirements/oldest.txt
LOCKED = re.search(r"^transformers==(\S+)", (ROOT / "requirements/oldest.txt").read_text(), re.MULTILINE)[1]
# What the trainer for rewards takes of TRL's is TRL's own, or named here: TRL is not imported, which takes seconds.
PINS = (
    "test_what_is_overridden_exists",
    "test_what_is_overridden_is_called",
    "test_what_is_overridden_takes_what_it_took",
    "test_a_model_that_is_wrapped_already_is_not_wrapped_again",
    "test_between_steps_it_is_logged_then_validated_then_saved",
    "test_the_loss_that_is_handed_over_is_not_divided_again",
    "test_the_arguments_that_are_given_exist",
)

# In one process, which imports all that is heavy once and does without pytest: the tests named, then a run.
BOTH = """
import runpy, sys
from sigilderg_finetuner.training import runtime
runtime.prepare()
import transformers
file, names, settings = sys.argv[1:]
tests = runpy.run_path(file)
for name in names.split():
    given = [mark.args[1] for mark in getattr(tests[name], "pytestmark", ()) if mark.name == "parametrize"]
    for values in given[0] if given else [()]:
        tests[name](*values)
        print(name, *values)
print(transformers.__version__, transformers.__file__)
from sigilderg_finetuner import cli
sys.argv = ["sigilderg-train", settings]
cli.main()
"""


def versions(lock):
    return dict(re.findall(r"^([a-z0-9-]+)==(\S+)", (ROOT / "requirements" / lock).read_text(), re.MULTILINE))


def test_it_is_the_oldest_of_the_range():
    """That what is installed is the newest, the lock sees to."""
    project = tomllib.loads((ROOT / "packages/sigilderg-finetuner/pyproject.toml").read_text())["project"]
    (wanted,) = [one for one in project["dependencies"] if one.startswith("transformers")]
    low, high = re.fullmatch(r"transformers>=(\d+\.\d+),<(\d+\.\d+)", wanted).groups()
    assert LOCKED.startswith(f"{low}.")
    newest = versions("base.txt")["transformers"]
    assert newest.startswith(f"{high.split('.')[0]}.{int(high.split('.')[1]) - 1}.")
    assert metadata.version("transformers") == newest


@pytest.mark.slow
def test_the_engine_on_the_oldest(settings_for, tmp_path, monkeypatch):
    if not OLDEST.is_dir():
        (pytest.fail if os.environ.get("CI") else pytest.skip)(f"{OLDEST} is not there; `make setup` makes it")
    short = {"train__num_steps": 2, "train__logging_steps": 1, "train__val_every": 0, "train__val_rows": 4}
    here, there = settings_for("here", **short), settings_for("there", **short)
    flow.run(here)
    write_json(tmp_path / "there.json", to_mapping(there))
    monkeypatch.delenv("SIGIL_WARM", raising=False)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(OLDEST), *filter(None, sys.path)]))
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    pins = [str(Path(__file__).with_name("test_engine.py")), " ".join(PINS)]
    command = [sys.executable, "-c", BOTH, *pins, str(tmp_path / "there.json")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    assert f"\n{LOCKED} {OLDEST}/" in done.stdout
    ran = [line.split()[0] for line in done.stdout.splitlines() if line.startswith("test_")]
    assert (set(ran), len(ran)) == (set(PINS), 15)
    lines = [
        [json.loads(line) for line in (one.misc.output_dir / "metrics.jsonl").read_text().splitlines()]
        for one in (here, there)
    ]
    assert lines[1] == lines[0]
