"""What is said of the machine and of the planned time, before anything is done."""

import json
import os

import pytest

from lambda_package import machine
from lambda_package.settings import RunSettings
from sigil_common.settings import load_settings

from ..gpus import listed, smi

AVX2 = frozenset({"avx2", "fma"})
BF16 = AVX2 | {"avx512f", "avx512bw", "avx512vl", "avx512dq", "avx512_bf16"}

LARGE = listed(24_451, "6.1", name="Tesla P40")


@pytest.fixture(autouse=True)
def no_limits(monkeypatch, tools):
    """Neither variables that limit the CPU, nor a GPU."""
    for name in ("ATEN_CPU_CAPABILITY", "ONEDNN_MAX_CPU_ISA", "DNNL_MAX_CPU_ISA"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def said(tmp_path):
    """A function that describes the machine for such settings, and such a `train` section of the training's file."""

    def say(train=None, **changes):
        file = tmp_path / "train.yml"
        file.write_text(json.dumps({} if train is None else {"train": train}))
        return machine.describe(load_settings(RunSettings, overrides={"train.config": file, **changes}).settings)

    return say


@pytest.mark.parametrize(
    ("cores", "flags", "expected"),
    [
        (2, AVX2, "2 cores (avx2), float32, as bfloat16 is slow here"),
        (1, BF16, "1 core (avx512_bf16), bfloat16 is fast"),
    ],
)
def test_a_cpu(said, monkeypatch, cores, flags, expected):
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(cores)))
    monkeypatch.setattr(machine, "cpu_flags", lambda: flags)
    assert said() == expected


def test_a_limited_cpu_is_told_as_what_it_is_limited_to(said, monkeypatch):
    monkeypatch.setattr(machine, "cpu_flags", lambda: BF16)
    monkeypatch.setenv("ATEN_CPU_CAPABILITY", "avx2")
    assert "(avx2), float32" in said()


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        (smi(81_559), "a CUDA GPU with 81,559 MiB (sm_90), bfloat16 is fast"),
        (smi(LARGE, listed(15_360, "7.5")), "a CUDA GPU with 15,360 MiB (sm_75), float32, as bfloat16 is slow here"),
        (smi(listed(81_559, "[N/A]")), "a CUDA GPU with 81,559 MiB"),
        (smi(listed("[N/A]", "12.1")), "a CUDA GPU whose memory the driver does not tell (sm_121), bfloat16 is fast"),
    ],
)
def test_a_gpu(said, tools, script, expected):
    tools({"nvidia-smi": script})
    assert said().partition(", ")[2] == expected


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        ("0", "a CUDA GPU with 15,360 MiB (sm_75), float32, as bfloat16 is slow here"),
        ("1,0", "a CUDA GPU with 24,451 MiB (sm_61), float32, as bfloat16 is slow here"),
        ("-1", "float32, as bfloat16 is slow here"),
    ],
)
def test_memory_and_capability_are_those_of_one_gpu(said, monkeypatch, tools, shown, expected):
    tools({"nvidia-smi": smi(LARGE, listed(15_360, "7.5"))})
    monkeypatch.setattr(machine, "cpu_flags", lambda: AVX2)
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", shown)
    assert said().partition(", ")[2] == expected


@pytest.mark.parametrize(
    ("train", "changes", "expected"),
    [
        (None, {}, None),
        ({"planned_minutes": 6}, {}, "planned minutes: the training 6"),
        ({"planned_minutes": 6}, {"planned_minutes": 15}, "planned minutes: 15 in all, the training 6"),
        (None, {"planned_minutes": 7.5}, "planned minutes: 7.5 in all"),
        (
            {"planned_minutes": 6},
            {"train.set": ["train.planned_minutes=50", "train.num_steps=400"]},
            "planned minutes: the training 50",
        ),
        ({"planned_minutes": "soon"}, {}, None),
        ({"planned_minutes": None}, {}, None),
    ],
)
def test_the_planned_minutes_are_those_of_the_settings(said, train, changes, expected):
    assert (said(train, **changes).partition("; ")[2] or None) == expected


def test_a_training_file_that_is_not_there_is_not_this_ones_to_tell(tmp_path):
    settings = load_settings(RunSettings, overrides={"train.config": tmp_path / "none.yml"}).settings
    assert "planned" not in machine.describe(settings)


def test_the_local_profile_tells_both(pytestconfig, monkeypatch):
    monkeypatch.chdir(pytestconfig.rootpath)
    settings = load_settings(RunSettings, file=pytestconfig.rootpath / "configs/eval-local.yml").settings
    assert machine.describe(settings).endswith("; planned minutes: 15 in all, the training 3")
