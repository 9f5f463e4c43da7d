"""Before torch is imported: what fits, what `auto` means, and what is refused; and what the machine says of itself."""

import json
from contextlib import nullcontext
from dataclasses import replace

import pytest

from sigil_common.errors import InputError, MissingError
from sigil_common.settings import load_settings
from sigilderg_finetuner import flow
from sigilderg_finetuner.settings import Settings
from sigilderg_finetuner.spellings import SPELLINGS
from sigilderg_finetuner.training import fit, machine, runtime, shapes
from sigilderg_finetuner.training.memory import GIB, memory
from sigilderg_finetuner.training.plan import make_plan
from sigilderg_finetuner.training.shapes import check_fits, read_shape

from ...gpus import listed, smi

LLAMA = "meta-llama/Llama-3.1-8B-Instruct"
SEVEN = ["q_proj", "k_proj", "v_proj", "o_proj", "up_proj", "down_proj", "gate_proj"]
OPEN = {"quantization": "auto", "train.grad_checkpointing": "auto", "train.micro_batch_size": "auto"}


def settings_of(**changes):
    values = {"model_name": LLAMA, **OPEN, **{key.replace("__", "."): value for key, value in changes.items()}}
    return load_settings(Settings, overrides=values, spellings=SPELLINGS).settings


@pytest.mark.parametrize(
    ("gib", "expected"),
    [
        (141, ("none", False, 4)),
        (80, ("none", False, 2)),
        (40, ("none", True, 8)),
        (24, ("none", True, 1)),
        (16, ("nf4", True, 2)),
    ],
)
def test_the_fastest_that_fits_is_chosen(gib, expected):
    found = fit.fit(settings_of(), room=gib * GIB)
    train = found.train
    assert memory(read_shape(LLAMA), found).total <= 0.9 * gib * GIB
    assert train.micro_batch_size * train.gradient_accumulation == 64, "a step has as many rows everywhere"
    assert (found.quantization, train.grad_checkpointing, train.micro_batch_size) == expected


def test_what_is_said_is_kept_and_too_little_is_refused():
    said = settings_of(quantization="nf4", train__grad_checkpointing=True, train__micro_batch_size=4)
    assert fit.fit(said, room=1.0) is said, "an estimate does not overrule what is asked for"
    found = fit.fit(settings_of(quantization="int8"), room=30 * GIB)
    assert (found.quantization, found.train.gradient_accumulation) == ("int8", 64 // found.train.micro_batch_size)
    with pytest.raises(InputError, match="does not fit into 4 GiB") as caught:
        fit.fit(settings_of(), room=4 * GIB)
    assert "the least is" in caught.value.cause


def test_a_machine_without_a_gpu_quantises_nothing(monkeypatch):
    monkeypatch.setattr(fit, "device_bytes", lambda: ("cpu", 64 * GIB))
    assert fit.fit(settings_of(train__max_seq_len=256)).quantization == "none"


def test_a_plan_names_what_auto_chose_and_its_price(monkeypatch, dataset, caplog):
    monkeypatch.setattr(fit, "device_bytes", lambda: ("cuda", 80 * GIB))
    plan = make_plan(settings_of(dataset__names=[f"local:{dataset}"], train__dollars_per_hour=3.0))
    assert (plan["quantization"], plan["grad_checkpointing"], plan["micro_batch_size"]) == ("none", False, 2)
    assert plan["dollars"]["A100"] == pytest.approx(3 * plan["hours"]["A100"], abs=0.02)
    assert plan["passes_over_the_data_about"] > 20
    assert "times over its data, and will learn it by heart" in caplog.text


# What does not fit the model


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"max_seq_len": 4097}, "`train.max_seq_len` is 4,097, and the window of"),
        ({"targets": ["q_proj", "no_such"]}, "`lora.target_modules`: the model has no linear layer `no_such`"),
        ({"targets": ["proj"]}, "no linear layer `proj`"),
        ({"rank": 65}, "`lora.r` is 65, and the model's hidden states have 64 dimensions"),
    ],
)
def test_what_does_not_fit_is_refused_by_the_files(tiny, change, message):
    fine = {"max_seq_len": 4096, "targets": ["q_proj", "mlp.up_proj"], "rank": 64}
    check_fits(str(tiny), None, **fine)
    with pytest.raises(InputError) as caught:
        check_fits(str(tiny), None, **fine | change)
    assert message in caught.value.what


def test_of_a_model_without_files_the_configuration_tells(tmp_path):
    with pytest.raises(InputError, match="the window of"):
        check_fits(LLAMA, None, max_seq_len=131_073, targets=SEVEN)
    with pytest.raises(InputError, match="no linear layer `c_attn`") as caught:
        check_fits(LLAMA, None, max_seq_len=8, targets=["c_attn"])
    assert "q_proj" in caught.value.hint
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "other"}))
    check_fits(str(tmp_path), None, max_seq_len=8, targets=["anything"])
    check_fits("models/gone", None, max_seq_len=8, targets=["anything"])


def test_both_are_refused_before_anything_is_made(settings_for, tmp_path):
    for change in ({"train__max_seq_len": 5000}, {"lora__target_modules": ["no_such"]}):
        with pytest.raises(InputError):
            flow.run(settings_for(**change))
        with pytest.raises(InputError):
            make_plan(settings_for(**change))
    assert not (tmp_path / "out").exists()


def test_any_model_of_the_hub_can_be_planned_for(monkeypatch):
    import io
    import urllib.request

    value, asked = dict(shapes.KNOWN_SHAPES[LLAMA], num_hidden_layers=3), []

    def answer(request, timeout):
        asked.append(request.full_url)
        if "some/model" not in request.full_url:
            raise OSError("no network")
        return io.BytesIO(json.dumps({"text_config": value}).encode())

    monkeypatch.setattr(urllib.request, "urlopen", answer)
    found = read_shape("some/model", "v1")
    assert (found.layers, found.window) == (3, 131_072)
    assert asked[0].endswith("/some/model/resolve/v1/config.json")
    assert read_shape(LLAMA).layers == 32
    with pytest.raises(InputError, match="cannot plan for `other/model`"):
        read_shape("other/model")
    with pytest.raises(InputError, match="cannot plan for `models/gone`"):
        read_shape("models/gone")
    check_fits("some/model", None, max_seq_len=1 << 30, targets=["any"])
    assert len(asked) == 2, "only a plan asks the hub"


# The machine


class Cuda:
    """torch.cuda of a build that sees nothing."""

    def __init__(self, words=None):
        self.words = words

    def is_available(self):
        return False

    def init(self):
        if self.words:
            raise RuntimeError(self.words)


@pytest.fixture
def driver(tmp_path, monkeypatch):
    """A function that gives the machine an nvidia-smi that lists such GPUs; there is none yet, nothing is hidden."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(machine, "DRIVER", tmp_path / "version")
    for name in ("CUDA_VISIBLE_DEVICES", "CUDA_DEVICE_ORDER"):
        monkeypatch.delenv(name, raising=False)

    def install(*gpus):
        (tmp_path / "nvidia-smi").write_text(f"#!/bin/sh\n{smi(*gpus)}\n")
        (tmp_path / "nvidia-smi").chmod(0o755)

    return install


def test_a_gpu_that_torch_does_not_see_stops_the_run_with_the_drivers_words(driver, monkeypatch, tmp_path):
    machine.check_gpu_is_seen(Cuda("no driver"))
    (tmp_path / "version").write_text("NVRM version")
    with pytest.raises(MissingError, match="torch sees none") as caught:
        machine.check_gpu_is_seen(Cuda("The NVIDIA driver on your system is too old (found version 12020).\nMore"))
    assert caught.value.cause == "The NVIDIA driver on your system is too old (found version 12020)."
    assert "--device cpu" in caught.value.hint
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "0")
    machine.use_cpu()
    machine.check_gpu_is_seen(Cuda("too old"))


@pytest.mark.parametrize(
    ("shown", "stopped"), [(None, True), ("0", True), ("7", True), ("MIG-1", True), ("", False), ("-1", False)]
)
def test_a_gpu_that_is_listed_is_missed_unless_all_are_hidden(driver, monkeypatch, shown, stopped):
    driver(143_771)
    if shown is not None:
        monkeypatch.setenv("CUDA_VISIBLE_DEVICES", shown)
    with pytest.raises(MissingError, match="torch sees none") if stopped else nullcontext():
        machine.check_gpu_is_seen(Cuda("no CUDA-capable device is detected"))


def test_what_fits_goes_by_the_gpu_that_is_trained_on(driver, monkeypatch):
    def chosen():
        found = fit.fit(settings_of())
        return found.quantization, found.train.micro_batch_size

    driver(listed(16_384, "7.5"), listed(81_920, "9.0"), listed(143_771, "8.0"))
    assert machine.device_bytes() == ("cuda", 81_920 << 20)
    assert chosen() == ("none", 2)
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "2,0")
    assert machine.device_bytes() == ("cuda", 16_384 << 20)
    assert chosen() == ("nf4", 2)
    for shown in ("", "MIG-1"):
        monkeypatch.setenv("CUDA_VISIBLE_DEVICES", shown)
        assert machine.device_bytes()[0] == "cpu"
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES")
    driver(listed("[N/A]"))
    assert machine.device_bytes()[0] == "cpu"
    driver()
    assert machine.device_bytes()[0] == "cpu"


def test_what_runs_is_said(settings_for, caplog, tmp_path):
    caplog.set_level("INFO")
    found = runtime.describe(replace(settings_for()))
    assert found["attention"].startswith("torch scaled_dot_product_attention")
    assert f"on {found['name']}, attention by torch" in caplog.text
    (tmp_path / "cpuinfo").write_text("processor: 0\nmodel name\t: Some CPU @ 2 GHz\n")
    assert machine.cpu_name(tmp_path / "cpuinfo") == "Some CPU @ 2 GHz"
    assert machine.cpu_name(tmp_path / "gone") == "cpu"
