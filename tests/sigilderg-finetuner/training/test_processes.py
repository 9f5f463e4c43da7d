"""Two processes do what one does with twice the accumulation, to the bit."""

import json
import socket
import subprocess
import sys

import pytest

from sigil_common.errors import InputError
from sigil_common.jsonl import write_json
from sigil_common.settings import to_mapping
from sigilderg_finetuner import flow
from sigilderg_finetuner.cli import without_launch
from sigilderg_finetuner.training import ranks

SHORT = {"train__num_steps": 4, "train__save_every": 2, "train__val_every": 2, "train__logging_steps": 3}
SAME = ("metrics.jsonl", "checkpoint-2/adapter_model.safetensors", "checkpoint-4/adapter_model.safetensors")


def together(settings, path, monkeypatch, *more):
    """Train in two processes, as a launcher starts them."""
    write_json(path, to_mapping(settings))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    for name, value in {"WORLD_SIZE": 2, "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": port, "OMP_NUM_THREADS": 1}.items():
        monkeypatch.setenv(name, str(value))
    monkeypatch.delenv("SIGIL_WARM", raising=False)
    running = []
    for number in range(2):
        monkeypatch.setenv("RANK", str(number))
        monkeypatch.setenv("LOCAL_RANK", str(number))
        command = [sys.executable, "-m", "sigilderg_finetuner.cli", str(path), *more]
        running.append(subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True))
    found = [child.communicate() for child in running]
    for name in ("WORLD_SIZE", "RANK", "LOCAL_RANK", "MASTER_ADDR", "MASTER_PORT", "OMP_NUM_THREADS"):
        monkeypatch.delenv(name)
    return [child.returncode for child in running], *zip(*found, strict=True)


def files(settings):
    return {name: (settings.misc.output_dir / name).read_bytes() for name in SAME}


@pytest.mark.slow
def test_two_processes_are_one_with_twice_the_accumulation(settings_for, tmp_path, monkeypatch):
    one = settings_for("one", train__gradient_accumulation=2, **SHORT)
    two = settings_for("two", train__gradient_accumulation=1, **SHORT)
    expected = flow.run(one)
    codes, out, err = together(two, tmp_path / "two.json", monkeypatch, "--stop-after", "3")
    assert codes == [4, 4], err
    codes, out, err = together(two, tmp_path / "two.json", monkeypatch)
    assert codes == [0, 0], err
    assert files(two) == files(one)
    result = json.loads(out[0])
    assert result | {"checkpoint": ""} == expected | {"checkpoint": ""}
    assert out[1] == "", "one process speaks"
    moved = settings_for(misc__output_dir=str(two.misc.output_dir), train__gradient_accumulation=2, **SHORT)
    assert flow.run(moved) == result, "it is the same run for one process"


@pytest.mark.parametrize(
    ("given", "left"),
    [
        (["run.yml", "--nproc", "2", "--restart"], ["run.yml"]),
        (["--nproc=2", "run.yml", "--set", "train.lr=1"], ["run.yml", "--set", "train.lr=1"]),
        (["run.yml", "--stop-after", "2"], ["run.yml", "--stop-after", "2"]),
    ],
)
def test_what_is_for_the_launcher_is_not_handed_on(given, left):
    assert without_launch(given) == left


@pytest.mark.parametrize(("gpus", "module"), [(True, "accelerate.commands.launch"), (False, "torch.distributed.run")])
def test_the_launcher_is_that_of_the_machine(monkeypatch, gpus, module):
    started = []
    monkeypatch.setattr(ranks.os, "execv", lambda path, command: started.append(command))
    ranks.launch(2, ["run.yml"], gpus=gpus)
    (command,) = started
    assert command[1:3] == ["-m", module]
    assert command[-3:] == ["-m", "sigilderg_finetuner.cli", "run.yml"]
    assert "2" in command


@pytest.mark.parametrize("name", ["FSDP", "DEEPSPEED"])
def test_a_launcher_that_would_cut_the_model_up_is_refused(settings_for, monkeypatch, name):
    monkeypatch.setenv(f"ACCELERATE_USE_{name}", "true")
    with pytest.raises(InputError, match="the launcher asks for"):
        flow.run(settings_for())


@pytest.mark.parametrize("count", [2, 4, 8])
def test_configurations_of_the_launcher_are_such(count):
    from accelerate.commands.config.config_args import load_config_from_file

    found = load_config_from_file(f"configs/accelerate/ddp-{count}.yml")
    assert (found.num_processes, str(found.distributed_type.value), found.mixed_precision) == (count, "MULTI_GPU", "no")
