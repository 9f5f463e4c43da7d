"""The whole chain through its console scripts, with an answer that is known exactly."""

import json
import signal
import subprocess
from pathlib import Path

import pytest

from ..clock import HANG_S, is_free, running, until
from .conftest import LAMBDA, STAGES, chain, command, fresh_stages

JUDGE = [name for name in STAGES if name.startswith("judge-")]

pytestmark = pytest.mark.slow


def test_the_verdict_is_the_known_one(workplace, finished):
    comparison = json.loads(Path(finished["comparison"]).read_text())
    rates = {row["id"]: (row["base"], row["tuned"]) for row in comparison["metrics"]}
    assert rates == {
        "T, has code, policy off": (0.75, 1.0),
        "T, parses, policy off": (0.75, 1.0),
        "T, compiles, policy off": (0.5, 1.0),
        "T, pass@1, policy off": (0.25, 0.75),
        "T, pass@2, policy off": (0.5, 1.0),
        "T, ends at the token limit, policy off": (0.25, 0.0),
        "T, has code, policy on": (0.75, 1.0),
        "T, parses, policy on": (0.75, 1.0),
        "T, compiles, policy on": (0.5, 0.75),
        "T, pass@1, policy on": (0.25, 0.5),
        "T, pass@2, policy on": (0.5, 1.0),
    }
    assert comparison["failures"] == {
        "base policy off": {"passed": 1, "no_code": 1, "compile": 1, "panic": 1},
        "base policy on": {"passed": 1, "no_code": 1, "compile": 1, "panic": 1},
        "tuned policy off": {"passed": 3, "panic": 1},
        "tuned policy on": {"passed": 2, "policy": 1, "panic": 1},
    }
    assert finished["verdict"].startswith("No detectable difference: T pass@1 25.0% to 75.0%")


def test_the_data_set_is_made_of_the_crate(workplace, finished):
    (dataset,) = (workplace / "run/stages").glob("dataset-*/dataset.full.jsonl")
    rows = [json.loads(line) for line in dataset.read_text().splitlines()]
    assert {row["_source_crate"] for row in rows} == {"tally"}
    assert {"code_generation", "transformations", "error_fixing"} <= {row["_task_type"] for row in rows}


def test_the_adapter_is_real(workplace, finished):
    (train,) = (workplace / "run/stages").glob("train-*")
    checkpoint = train / "checkpoints/checkpoint-3"
    assert (checkpoint / "adapter_model.safetensors").stat().st_size > 1000
    info = json.loads((checkpoint / "sigil_checkpoint.json").read_text())
    assert info["step"] == 3
    assert info["quantization"] == "nf4"


def test_the_manifest_holds(workplace, finished):
    manifest = json.loads(Path(finished["manifest"]).read_text())
    assert [stage["name"] for stage in manifest["stages"]] == STAGES
    assert manifest["compute"]["train"]["dtype"] in ("float32", "bfloat16")
    assert manifest["compute"]["train"]["instructions"] == manifest["environment"]["machine"]["instructions"]
    assert manifest["compute"]["sample-tuned"] == {}  # replayed from a file
    assert all(item["origin"] == "local" for item in manifest["environment"]["own_packages"].values())
    verify = [str(LAMBDA), "verify", finished["manifest"]]
    assert subprocess.run(verify, capture_output=True, check=False).returncode == 0
    report = workplace / "run" / "report.md"
    report.write_text(report.read_text() + "x")
    verify += ["--rejudge", "0"]
    assert subprocess.run(verify, capture_output=True, check=False).returncode == 1
    report.write_text(report.read_text()[:-1])


def test_a_second_run_does_nothing_and_a_change_redoes_what_it_touches(workplace, finished):
    again = chain(workplace)
    assert again.returncode == 0, again.stderr
    assert fresh_stages(again.stderr) == []
    assert again.stderr.count("done before") == len(STAGES)
    changed = chain(workplace, "--set", f"judge.timeout={HANG_S - 1}")
    # The verdicts come out the same, so the comparison made of them stands; the report tells how was judged.
    assert fresh_stages(changed.stderr) == [*JUDGE, "report"]
    restated = chain(workplace, "--set", "stats.confidence=0.9")
    assert fresh_stages(restated.stderr) == ["compare", "report"]


def test_stopped_at_any_moment_it_continues_to_the_same_bytes(workplace, finished):
    where = "stopped"
    stages = workplace / where / "stages"
    for stage, how, code in (("dataset", signal.SIGINT, 4), ("train", signal.SIGKILL, -signal.SIGKILL)):
        with running(command(workplace, run_dir=where), preexec_fn=_hear_ctrl_c) as child:
            child.until(lambda stage=stage: list(stages.glob(f"{stage}-*/log.txt")), f"stage {stage} was at work")
            ended = child.end(how)
            # A stage that outlives the engine for a moment still writes, and holds the directory.
            until(lambda: is_free(workplace / where / ".lock"), "the stage has ended, too")
            log = child.stderr()
        assert ended == code, log
        assert "Traceback" not in log
        assert how == signal.SIGKILL or "run the same command again" in log
    found = chain(workplace, run_dir=where)
    assert found.returncode == 0, found.stderr
    for name in (
        "dataset.jsonl",
        "dataset.full.jsonl",
        "samples.jsonl",
        "samples.jsonl_results.jsonl",
        "comparison.json",
    ):
        ours = [path.read_bytes() for path in sorted((workplace / where / "stages").glob(f"*/{name}"))]
        theirs = [path.read_bytes() for path in sorted((workplace / "run/stages").glob(f"*/{name}"))]
        assert set(ours) <= set(theirs), name


@pytest.mark.parametrize(
    ("args", "code", "words"),
    [
        (["--set", "dataset.crate_list=none.txt"], 2, "cannot read none.txt"),
        (["--set", "sample.n_smaples=3"], 2, "unknown setting `sample.n_smaples`"),
        (["--set", "sample.temperature=0"], 2, "gives the same answer 2 times"),
        (["--set", "sample.choose={nothing: 3}"], 2, "`sample.choose` names `nothing`"),
        (["--set", "sample.choose={problems: 0}"], 2, "`sample.choose.problems`: Input should be greater than 0"),
        (["--set", "judge.timeout=-1"], 2, "judge.timeout"),
        (["--run-dir", "/etc/hostname/none"], 3, "cannot write"),
        (["--config", "none.yml"], 2, "no such config file: none.yml"),
        (["--profile", "none"], 2, "unknown profile `none`"),
    ],
)
def test_mistakes_are_told_before_any_stage(workplace, args, code, words):
    argv = [str(LAMBDA), "run", *args] if "--profile" in args else command(workplace, *args)
    found = subprocess.run(argv, capture_output=True, text=True, check=False)
    assert found.returncode == code
    assert words in found.stderr
    assert "Traceback" not in found.stderr
    assert " started" not in found.stderr


def _hear_ctrl_c():
    """A background job of a shell ignores SIGINT, and so would its children."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
