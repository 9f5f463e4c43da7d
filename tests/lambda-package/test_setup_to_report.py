"""eval_setup.sh from its first line to the report, with played scripts in its environment: what users do to runs."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from .player import PLAYER, PROBLEMS, SCRIPTS
from .toolchain import TOOLCHAIN

ROOT = Path(__file__).resolve().parents[2]
PLAYED = ["problems", "sample-base", "sample-tuned"]
PLAYED += [f"judge-{model}-policy-{policy}" for model in ("base", "tuned") for policy in ("off", "on")]
REAL = ["compare", "report"]
# The run and its last two stages, which with CTRL_C are stopped once as they put a file in its place.
LAMBDA = """
import os, pathlib, signal, sys, time
sys.executable = {python!r}
stopped = pathlib.Path(dict(zip(sys.argv, sys.argv[1:])).get("--log-file", "")).parent / "stopped"
if "CTRL_C" in os.environ and sys.argv[1] in ("compare", "report") and not stopped.exists():
    def stop(*_):
        stopped.touch()
        os.killpg(0, signal.SIGINT)  # as the terminal does
        while True:  # and not `pause`, which a signal that another thread hears does not end
            time.sleep(0.01)
    os.replace = stop
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a background job of a shell ignores it
from lambda_package.cli import main
main()
"""

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def clone(tmp_path_factory):
    """A clone in a folder with a space in its name, its environment made, and a run of a given checkpoint described."""
    clone = tmp_path_factory.mktemp("machine") / "a clone"
    scripts = clone / ".venv/bin"
    scripts.mkdir(parents=True)
    for name in ("scripts", "configs", "requirements", "packages"):
        (clone / name).symlink_to(ROOT / name)
    (clone / "eval_setup.sh").write_text((ROOT / "eval_setup.sh").read_text())
    played = dict.fromkeys(SCRIPTS, f"#!{sys.executable} -SE\n{PLAYER}")
    played["sigilderg-lambda"] = f"#!{sys.executable}\n{LAMBDA.format(python=str(scripts / 'python'))}"
    tools = {"python": "exit 0", "bwrap": "exit 0", "nvidia-smi": "exit 9"} | TOOLCHAIN | {"cargo": "exit 0"}
    for name, text in {**{name: f"#!/bin/sh\n{body}\n" for name, body in tools.items()}, **played}.items():
        (scripts / name).write_text(text)
        (scripts / name).chmod(0o755)
    ask = f'ROOT="{clone}"; . "{clone}/scripts/bootstrap.sh"; is_made base; printf %s "$wanted"'
    wanted = subprocess.run(["bash", "-c", ask], capture_output=True, text=True, check=True, env=environment(clone))
    (clone / ".venv/installed-base").write_text(wanted.stdout)
    for name in ("base", "mine"):
        (clone / name).mkdir()
    (clone / "base/config.json").write_text("{}")
    (clone / "mine/adapter_config.json").write_text(json.dumps({"base_model_name_or_path": str(clone / "base")}))
    (clone / "set.jsonl").write_text(PROBLEMS)
    settings = {
        "model": {"name": str(clone / "base")},
        "train": {"checkpoint": str(clone / "mine")},
        "sandbox_mode": "none",
        "sample": {"problem_files": ["set.jsonl"], "n_samples": 1},
        "judge": {"k": [1]},
        "stats": {"resamples": 200},
    }
    (clone / "own.yml").write_text(json.dumps(settings))
    return clone


def environment(clone):
    return {
        **os.environ,
        "PATH": f"{clone}/.venv/bin:/usr/bin:/bin",
        "SKIP_ENV_CHECK": "1",
        "HF_HUB_OFFLINE": "1",
        "METRICS": (ROOT / "tests/sigil-common/golden/metrics.json").read_text(),
    }


def set_up(clone, **more):
    """Run the script as a shell's foreground job; return its exit code and what it said."""
    argv = ["bash", str(clone / "eval_setup.sh"), "--config", "own.yml", "--run-dir", "runs/own"]
    env = environment(clone) | more
    done = subprocess.run(argv, capture_output=True, text=True, check=False, cwd=clone, env=env, start_new_session=True)
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, done.stderr


def finished_in(said):
    return [line.split()[0] for line in said.splitlines() if " finished in " in line]


def outputs(clone):
    return {
        path.relative_to(clone): path.read_bytes() for path in sorted((clone / "runs/own/stages").glob("*/*.jsonl"))
    }


@pytest.fixture(scope="module")
def stopped(clone):
    """What each of several starts said, of which the first ones end by Ctrl-C, each in another stage."""
    said = []
    for stage in PLAYED + REAL:
        code, text = set_up(clone, CTRL_C="1")
        assert code == 4, text
        assert [line.split() for line in text.splitlines() if line.endswith(" started")][-1] == [stage, "started"]
        # The run hears of it by the signal, or before that by the end of its stage.
        assert re.search(r"error: (stage `[\w-]+` was )?interrupted\n\nhint: run the same command again", text), text
        said.append(text)
    code, text = set_up(clone, CTRL_C="1")
    assert code == 0, text
    return [*said, text]


def test_ctrl_c_in_every_stage_loses_nothing(clone, stopped):
    ended = [stage for text in stopped for stage in finished_in(text)]
    assert ended == PLAYED + REAL
    assert not [path for path in (clone / "runs/own").rglob("*") if path.name.endswith(".tmp")]
    assert (clone / "runs/own/report.html").is_file()


def test_a_torn_last_line_of_any_file_is_made_again(clone, stopped):
    before = outputs(clone)
    for path, text in before.items():
        (clone / path).write_bytes(text[: len(text) - 9])
    code, said = set_up(clone)
    assert code == 0, said
    # What they wrote is as it was, so the comparison stands; the report tells times, where these are others.
    assert [stage for stage in finished_in(said) if stage != "report"] == PLAYED
    assert outputs(clone) == before


def test_answers_that_were_edited_are_not_judged(clone, stopped):
    (samples,) = (clone / "runs/own/stages").glob("sample-tuned-*/samples.jsonl")
    known = samples.read_bytes()
    samples.write_bytes(known.replace(b"tuned", b"other"))
    code, said = set_up(clone)
    samples.write_bytes(known)
    assert code == 1
    assert "samples.jsonl is not what stage `sample-tuned` wrote" in said
    assert "rm -r" in said
