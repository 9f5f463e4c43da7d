"""Inspecting and exporting a checkpoint: figures by hand, and every fault of its files named."""

import json

import pytest
import torch
from click.testing import CliRunner
from torch import nn

from sigil_common.errors import BadResultError, InputError, MissingError
from sigil_common.jsonl import write_json
from sigil_common.manifest import digest_tree
from sigilderg_finetuner import infer_export, inspect_checkpoint, merging, push_model_card
from sigilderg_finetuner.training import model


def test_inspection_says_sizes_and_norms(saved):
    path, _, tuned = saved()
    report = inspect_checkpoint.inspect(path)
    ups = {name: p for name, p in model.adapter_parameters(tuned).items() if ".lora_B." in name}
    assert report["faults"] == []
    assert report["adapter_tensors"] == 2 * len(ups) == 8
    assert report["adapter_weights"] == sum(p.numel() for p in model.adapter_parameters(tuned).values())
    for kind in ("q_proj", "v_proj"):
        squares = sum(float(p.detach().norm()) ** 2 for name, p in ups.items() if kind in name)
        assert report["norm_by_layer_kind"][kind] == pytest.approx(squares**0.5, abs=1e-5)
    assert (report["step"], report["base_revision"]) == (7, "r")


@pytest.mark.parametrize(
    ("change", "faults"),
    [
        (
            lambda w: {n: v * (0 if "layers.0.self_attn.q_proj.lora_B" in n else 1) for n, v in w.items()},
            ["1 of 4 adapted layers have not changed"],
        ),
        (
            lambda w: {n: v * (float("inf") if "layers.1.self_attn.v_proj.lora_B" in n else 1) for n, v in w.items()},
            ["`base_model.model.model.layers.1.self_attn.v_proj.lora_B.weight` holds values that are not numbers"],
        ),
    ],
)
def test_inspection_counts_what_is_wrong(saved, rewrite, change, faults):
    path, _, _ = saved()
    rewrite(path, change)
    assert inspect_checkpoint.inspect(path)["faults"] == faults


def test_inspection_ends_badly_where_training_could_not_go_on(saved):
    path, _, _ = saved()
    (path / "training_state.bin").unlink()
    found = CliRunner().invoke(inspect_checkpoint.command, [str(path.parent)])
    assert isinstance(found.exception, BadResultError)
    assert str(found.exception) == f"{path}: no training_state.bin, so training cannot go on from it"
    assert json.loads(found.stdout)["faults"], "the report is printed all the same"


# Exporting


@pytest.mark.parametrize(
    "text", [None, "", "{", "[]", "{}", '{"r": 2}', '{"lora_alpha": 2}', '{"r": "2", "lora_alpha": 4}']
)
def test_export_needs_a_whole_configuration_of_the_adapter(saved, text):
    path, _, _ = saved()
    (path / "adapter_config.json").unlink() if text is None else (path / "adapter_config.json").write_text(text)
    with pytest.raises(InputError, match=r"adapter_config\.json: "):
        merging.read(path)


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"bias": "all"}, "bias"),
        ({"rank_pattern": {"q": 1}}, "rank_pattern"),
        ({"alpha_pattern": {"q": 1}}, "alpha_pattern"),
        ({"modules_to_save": ["x"]}, "modules_to_save"),
        ({"fan_in_fan_out": True}, "fan_in_fan_out"),
    ],
)
def test_adapters_that_are_no_plain_sum_are_refused_by_their_word(saved, change, word):
    path, _, _ = saved()
    config = json.loads((path / "adapter_config.json").read_text())
    write_json(path / "adapter_config.json", config | change)
    with pytest.raises(InputError, match=f"cannot merge an adapter with `{word}`"):
        merging.read(path)


@pytest.mark.parametrize(("rslora", "scale"), [(False, 4.0), (True, 8 / 2**0.5)])
def test_the_scale_is_alpha_over_rank_or_its_root(saved, rslora, scale):
    path, _, _ = saved()
    config = json.loads((path / "adapter_config.json").read_text())
    assert (config["r"], config["lora_alpha"]) == (2, 8)
    write_json(path / "adapter_config.json", config | {"use_rslora": rslora})
    assert merging.read(path).scale == pytest.approx(scale)


@pytest.mark.parametrize(
    "lost",
    [
        ["0.self_attn.q_proj.lora_A"],
        ["0.self_attn.q_proj.lora_B"],
        ["0.self_attn.q_proj.lora_A", "1.self_attn.q_proj.lora_B"],
    ],
)
def test_half_a_pair_is_refused(saved, rewrite, lost):
    path, _, _ = saved()
    rewrite(path, lambda w: {name: v for name, v in w.items() if not any(part in name for part in lost)})
    with pytest.raises(InputError, match="other than pairs"):
        merging.read(path)


def test_a_sum_is_formed_by_hand():
    base = nn.ModuleDict({"a": nn.Linear(3, 2, bias=False), "b": nn.Linear(3, 2, bias=False)})
    before = {name: layer.weight.detach().clone() for name, layer in base.items()}
    down, up = torch.tensor([[1.0, 2.0, 3.0]]), torch.tensor([[10.0], [-1.0]])
    merging.merge(base, merging.Adapter({"a": (down, up)}, 0.5), None)
    assert torch.allclose(base["a"].weight, before["a"] + torch.tensor([[5.0, 10.0, 15.0], [-0.5, -1.0, -1.5]]))
    assert torch.equal(base["b"].weight, before["b"])
    with pytest.raises(InputError, match="`c`, which the base model does not have"):
        merging.merge(base, merging.Adapter({"c": (down, up)}, 0.5), None)


@pytest.mark.parametrize("text", [None, "{", "[]", "{}", '{"quantization": "nf4"}'])
def test_rounding_needs_whole_settings(saved, text):
    path, _, _ = saved()
    (path / "settings.json").unlink() if text is None else (path / "settings.json").write_text(text)
    with pytest.raises(InputError, match=r"no whole settings\.json"):
        merging.four_bit(path)


def test_a_base_that_is_no_longer_that_of_the_training_is_not_merged_into(saved, rewrite, tiny, tmp_path):
    path, _, _ = saved()  # its base had the digest `r`
    out = tmp_path / "merged"
    found = CliRunner().invoke(infer_export.command, [str(path), "--output", str(out)])
    assert isinstance(found.exception, InputError)
    assert found.exception.what == f"{tiny} is not the model that {path} was trained on"
    assert not out.exists()
    found = CliRunner().invoke(infer_export.command, [str(path), "--output", str(out), "--base-model", str(tiny)])
    assert found.exit_code == 0, found.output
    assert json.loads((out / "sigil_export.json").read_text())["base_revision"] == digest_tree(tiny)


def test_an_adapter_whose_scale_has_changed_is_not_merged(saved, tiny, tmp_path):
    path, _, _ = saved()
    config = (path / "adapter_config.json").read_text()
    (path / "adapter_config.json").write_text(config.replace('"lora_alpha": 8', '"lora_alpha": 9'))
    words = [str(path), "--output", str(tmp_path / "merged"), "--base-model", str(tiny)]
    found = CliRunner().invoke(infer_export.command, words)
    assert isinstance(found.exception, InputError)
    assert "adapter_config.json: damaged or changed" in found.exception.what


def test_a_revision_of_a_base_that_is_a_directory_is_refused(saved, tiny, tmp_path):
    words = [str(saved()[0]), "--output", str(tmp_path / "m"), "--base-model", str(tiny), "--base-revision", "c" * 40]
    found = CliRunner().invoke(infer_export.command, words)
    assert isinstance(found.exception, InputError)
    assert found.exception.what.startswith("--base-revision is for models of the hub, and ")


@pytest.mark.parametrize("looks", [infer_export, inspect_checkpoint])
def test_a_commit_of_the_hub_is_not_asked_of_a_directory(saved, tmp_path, looks):
    output = ["--output", str(tmp_path / "merged")] if looks is infer_export else []
    found = CliRunner().invoke(looks.command, [str(saved()[0]), "--revision", "c" * 40, *output])
    assert isinstance(found.exception, InputError)
    assert found.exception.what.startswith("--revision is for checkpoints of the hub, and ")


@pytest.mark.parametrize("name", ["OWNER/NA@ME", "owner/name", "checkpoint-9", ""])
@pytest.mark.parametrize("looks", [infer_export, inspect_checkpoint, push_model_card])
def test_a_directory_that_is_not_there_is_called_so(tmp_path, monkeypatch, name, looks):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    place = name or str(tmp_path / "a file")
    (tmp_path / "a file").write_text("")
    output = ["--output", "merged"] if looks is infer_export else []
    found = CliRunner().invoke(looks.command, [place, *output])
    # What may be a name of the hub is looked for there by all but the card, and told as both.
    on_hub = {
        "OWNER/NA@ME": f"no such checkpoint: {name}",
        "owner/name": f"no directory {name} here; ",
    }
    wanted = f"no such checkpoint directory: {place}"
    wanted = wanted if looks is push_model_card else on_hub.get(name, wanted)
    assert isinstance(found.exception, InputError | MissingError), found.output
    assert found.exception.what.startswith(wanted)


def test_inspection_ends_badly_for_damaged_weights(saved):
    path, _, _ = saved()
    data = (path / "adapter_model.safetensors").read_bytes()
    (path / "adapter_model.safetensors").write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    found = CliRunner().invoke(inspect_checkpoint.command, [str(path)])
    assert isinstance(found.exception, BadResultError)
    assert "damaged or changed" in found.exception.what
