"""A model cut up by DeepSpeed's ZeRO-3: what a launcher may ask for, and two processes where it is there."""

import json
from importlib.util import find_spec
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from sigil_common.errors import InputError, MissingError
from sigilderg_finetuner import flow
from sigilderg_finetuner.training import parted, shards, zero

from .test_processes import SHORT, together

HERE = find_spec("deepspeed") is not None
TOLD = "ACCELERATE_DEEPSPEED_"
SMALL = {"stage": 3, "stage3_param_persistence_threshold": 0}  # a tiny model's weights would all stay whole


@pytest.fixture
def ask(monkeypatch, tmp_path):
    """A function that lets a launcher ask for DeepSpeed, by a file of its settings or by what accelerate says."""

    def asked(*, file=None, patch=monkeypatch, **told):
        patch.setenv("ACCELERATE_USE_DEEPSPEED", "true")
        if file is not None:
            path = tmp_path / "deepspeed.json"
            path.write_text(file if isinstance(file, str) else json.dumps(file))
            told["CONFIG_FILE"] = str(path)
        for name, value in told.items():
            patch.setenv(TOLD + name, value)

    return asked


@pytest.fixture
def installed(monkeypatch):
    monkeypatch.setattr(zero, "find_spec", lambda name: object())


def difference(first, second):
    """The largest difference of any two values in the checkpoints of a run."""
    (name,) = (path.name for path in first.glob("*.safetensors"))
    ours, theirs = load_file(first / name), load_file(second / name)
    assert list(ours) == list(theirs)
    pairs = list(zip(ours.values(), theirs.values(), strict=True))
    ours, theirs = (torch.load(one / "training_state.bin", weights_only=True)["optimizer"] for one in (first, second))
    assert ours["param_groups"] == theirs["param_groups"]
    for number, moments in ours["state"].items():
        assert list(moments) == list(theirs["state"][number])
        pairs += zip(moments.values(), theirs["state"][number].values(), strict=True)
    return max(float((one - other).abs().max()) for one, other in pairs)


@pytest.mark.slow
@pytest.mark.skipif(not HERE, reason="DeepSpeed is not installed: it comes with the extra `deepspeed`")
@pytest.mark.parametrize("lora", [False, True])
def test_two_processes_in_parts_end_as_one(settings_for, tmp_path, monkeypatch, ask, lora):
    """From the start, on from a checkpoint of their own, and on with one process that holds all."""
    method = {} if lora else {"lora": None}
    short = SHORT | method | {"train__lr": 1e-3, "train__max_grad_norm": 0.5, "train__val_rows": 4}
    one = settings_for("one", train__gradient_accumulation=4, **short)
    two = settings_for("two", train__gradient_accumulation=2, **short)
    expected = flow.run(one)
    with monkeypatch.context() as asked:
        ask(file={"zero_optimization": SMALL}, patch=asked)
        for stop in ("1", "3"):
            codes, out, err = together(two, tmp_path / "two.json", asked, "--stop-after", stop)
            assert codes == [4, 4], err
            assert out == ["", ""], "stdout is for the result"
    moved = settings_for(misc__output_dir=str(two.misc.output_dir), train__gradient_accumulation=4, **short)
    assert flow.run(moved)["last_step"] == expected["last_step"]
    for step in (2, 4):
        name = f"checkpoint-{step}"
        assert difference(one.misc.output_dir / name, two.misc.output_dir / name) < 5e-6
    lines = [Path(x.misc.output_dir / "metrics.jsonl").read_text().splitlines() for x in (one, two)]
    for ours, theirs in zip(*(map(json.loads, line) for line in lines), strict=True):
        by_task = [line.pop("val_loss_by_task", {}) for line in (ours, theirs)]
        assert ours == pytest.approx(theirs, rel=1e-5)
        assert by_task[0] == pytest.approx(by_task[1], rel=1e-5)


@pytest.mark.parametrize(("rank", "own"), [(0, [1, 2]), (1, [3, 0]), (2, [0, 0])])
def test_a_part_of_a_moment_ends_in_zeros(monkeypatch, rank, own):
    monkeypatch.setattr(torch.distributed, "get_rank", lambda: rank)
    assert parted._part_of(torch.tensor([[1.0], [2.0], [3.0]]), 2).tolist() == own


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"quantization": "nf4"}, "weights in `quantization: nf4` cannot be cut up"),
        ({"train__optimizer": "adagrad"}, "`train.optimizer: adagrad` was not tried on its parts"),
        ({"lora__use_dora": True}, "`lora.use_dora` looks at whole weights of the base"),
        ({"train__kl_to_base": 0.1}, "`train.kl_to_base` was not tried on parts"),
    ],
)
def test_what_deepspeed_cannot_cut_up_is_named(settings_for, ask, installed, values, named):
    ask(ZERO_STAGE="3")
    settings = settings_for(**values)
    with pytest.raises(InputError) as caught:
        flow.run(settings)
    assert caught.value.what == f"the launcher asks for DeepSpeed: {named}"
    assert not settings.misc.output_dir.exists()


@pytest.mark.parametrize(
    ("told", "named"),
    [
        ({}, "its stage 2 is not known here"),
        ({"ZERO_STAGE": "1"}, "its stage 1 is not known here"),
        ({"ZERO_STAGE": "3", "OFFLOAD_PARAM_DEVICE": "cpu"}, "offload_param_device is cpu"),
        ({"ZERO_STAGE": "3", "OFFLOAD_OPTIMIZER_DEVICE": "nvme"}, "offload_optimizer_device is nvme"),
        ({"CONFIG_FILE": "none.json"}, "none.json cannot be read"),
        ({"file": "{"}, "cannot be read"),
        ({"file": []}, "is not a mapping"),
        ({"file": {"zero_optimization": 3}}, "is not a mapping"),
        ({"file": {}}, "its stage 0 is not known here"),
        ({"file": {"zero_optimization": SMALL, "optimizer": {"type": "Adam"}}}, "sets `optimizer`"),
        ({"file": {"zero_optimization": SMALL, "bf16": {"enabled": True}}}, "sets `bf16`"),
        ({"file": {"zero_optimization": SMALL | {"offload_param": {}}}}, "sets `zero_optimization.offload_param`"),
        ({"file": {"zero_optimization": SMALL | {"sub_group_size": 1.5}}}, "must be a whole number"),
    ],
)
def test_what_cannot_be_had_of_deepspeed_is_named(settings_for, ask, installed, told, named):
    ask(**told)
    settings = settings_for()
    with pytest.raises(InputError) as caught:
        flow.run(settings)
    assert named in str(caught.value)
    assert not settings.misc.output_dir.exists()


@pytest.mark.parametrize(
    ("told", "found"),
    [
        ({"ZERO_STAGE": "3", "OFFLOAD_PARAM_DEVICE": "none", "CONFIG_FILE": "None"}, {}),
        ({"file": {"zero_optimization": SMALL}}, {"stage3_param_persistence_threshold": 0}),
        (
            {
                "file": {
                    "zero_optimization": {"stage": 3, "overlap_comm": True, "reduce_bucket_size": "auto"},
                    "train_batch_size": "auto",
                    "bf16": {"enabled": "auto"},
                    "fp16": {"enabled": False},
                }
            },
            {"overlap_comm": True},
        ),
    ],
)
def test_what_moves_and_holds_other_amounts_is_taken(settings_for, ask, installed, told, found):
    ask(**told)
    assert zero.tuning() == found
    assert shards.asked_for(settings_for(lora=None)) == "zero3"
    assert shards.asked_for(settings_for(lora=None)) is None, "accelerate is not told of it"


def test_deepspeed_that_is_not_there_is_said(settings_for, ask, monkeypatch):
    monkeypatch.setattr(zero, "find_spec", lambda name: None)
    ask(ZERO_STAGE="3")
    settings = settings_for()
    with pytest.raises(MissingError, match="DeepSpeed, which is not installed") as caught:
        flow.run(settings)
    assert "sigilderg-finetuner[deepspeed]" in caught.value.hint
    assert not settings.misc.output_dir.exists()


def test_the_configuration_for_deepspeed_asks_for_what_is_known():
    from accelerate.commands.config.config_args import load_config_from_file

    found = load_config_from_file("configs/accelerate/zero3-8.yml")
    assert (found.num_processes, found.distributed_type.value) == (8, "DEEPSPEED")
    assert found.deepspeed_config["zero_stage"] == 3
    assert {found.deepspeed_config[f"offload_{what}_device"] for what in ("param", "optimizer")} == {"none"}
