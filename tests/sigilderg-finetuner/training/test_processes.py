"""Two processes do what one does with twice the accumulation, to the bit."""

import json
import os
import shutil
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from subprocess import PIPE

import pytest

from sigil_common.errors import InputError
from sigil_common.jsonl import write_json
from sigil_common.settings import to_mapping
from sigilderg_finetuner import flow
from sigilderg_finetuner.cli import without_launch
from sigilderg_finetuner.training import ranks, shards

SHORT = {"train__num_steps": 4, "train__save_every": 2, "train__val_every": 2, "train__logging_steps": 3}
SAME = ("metrics.jsonl", "checkpoint-2/adapter_model.safetensors", "checkpoint-4/adapter_model.safetensors")


def together(settings, path, monkeypatch, *more):
    """Train in two processes, as a launcher starts them; return their exit codes, outputs and messages."""
    write_json(path, to_mapping(settings))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with monkeypatch.context() as here:
        own = {"WORLD_SIZE": 2, "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": port, "OMP_NUM_THREADS": 1}
        for name, value in own.items():
            here.setenv(name, str(value))
        command = [sys.executable, "-m", "sigilderg_finetuner.cli", str(path), *more]
        environments = [{**os.environ, "RANK": str(rank), "LOCAL_RANK": str(rank)} for rank in range(2)]
        both = [subprocess.Popen(command, stdout=PIPE, stderr=PIPE, text=True, env=env) for env in environments]
        with ThreadPoolExecutor(2) as pool:
            told = list(pool.map(subprocess.Popen.communicate, both))
    out, err = zip(*told, strict=True)
    return [one.returncode for one in both], list(out), list(err)


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
        (["run.yml", "--nproc", "2", "--restart"], ["run.yml", "--restart"]),
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


@pytest.mark.slow
def test_a_model_in_parts_goes_on_as_a_whole_one(settings_for, tmp_path, monkeypatch):
    """Gradients are not clipped here: the norm of parts is summed in another order, and differs in its last digit."""
    short = SHORT | {"lora": None, "train__max_grad_norm": 1e9, "train__val_rows": 4, "train__lr": 1e-3}
    one = settings_for("one", train__gradient_accumulation=2, **short)
    two = settings_for("two", train__gradient_accumulation=1, **short)
    flow.run(one)
    shutil.copytree(one.misc.output_dir, two.misc.output_dir)
    shutil.rmtree(two.misc.output_dir / "checkpoint-4")
    monkeypatch.setenv("ACCELERATE_USE_FSDP", "true")
    monkeypatch.setenv("FSDP_VERSION", "2")
    codes, out, err = together(two, tmp_path / "two.json", monkeypatch)
    assert codes == [0, 0], err
    assert json.loads(out[0])["last_step"] == 4
    for name in ("model.safetensors", "training_state.bin"):
        assert (two.misc.output_dir / "checkpoint-4" / name).read_bytes() == (
            one.misc.output_dir / "checkpoint-4" / name
        ).read_bytes(), name


@pytest.mark.parametrize(
    ("values", "version", "named"),
    [
        ({}, "1", "its first version is not known"),
        ({"quantization": "nf4"}, "2", "cannot be cut up"),
        ({"train__optimizer": "adamw_8bit"}, "2", "does not know parts of weights"),
        ({"train__average_last": 2}, "2", "`train.average_last` was not tried on parts"),
    ],
)
def test_what_cannot_be_cut_up_is_named(settings_for, monkeypatch, values, version, named):
    monkeypatch.setenv("ACCELERATE_USE_FSDP", "true")
    monkeypatch.setenv("FSDP_VERSION", version)
    with pytest.raises(InputError) as caught:
        shards.asked_for(settings_for(**values))
    assert named in str(caught.value)


def test_the_configuration_for_parts_asks_for_what_is_known():
    from accelerate.commands.config.config_args import load_config_from_file

    found = load_config_from_file("configs/accelerate/fsdp2-8.yml")
    assert (found.num_processes, found.distributed_type.value, found.fsdp_config["fsdp_version"]) == (8, "FSDP", 2)


@pytest.mark.parametrize("count", [2, 4, 8])
def test_configurations_of_the_launcher_are_such(count):
    from accelerate.commands.config.config_args import load_config_from_file

    found = load_config_from_file(f"configs/accelerate/ddp-{count}.yml")
    assert (found.num_processes, str(found.distributed_type.value), found.mixed_precision) == (count, "MULTI_GPU", "no")
