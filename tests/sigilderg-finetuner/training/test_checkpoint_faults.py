"""A checkpoint whose files are missing, cut, overwritten or of another run: each fault is named, none passes."""

import json
import shutil

import pytest
import torch
from click.testing import CliRunner

from sigil_common.errors import BadResultError, InputError, MissingError
from sigil_common.jsonl import write_json
from sigil_common.records import CheckpointInfo
from sigilderg_finetuner import infer_export, inspect_checkpoint
from sigilderg_finetuner.training import checkpoint, model

MADE = {}


def tuned_of(settings):
    base = model.load_base(settings, torch.device("cpu"))
    tuned = model.add_lora(base, settings.lora, seed=1)
    optimizer = torch.optim.AdamW(model.adapter_parameters(tuned).values(), lr=0.01)
    return tuned, optimizer


@pytest.fixture
def settings_of(settings_for):
    return lambda **more: settings_for(lora__target_modules=["q_proj", "v_proj"], lora__r=2, **more)


@pytest.fixture
def saved(settings_of, tokenizer, tmp_path, tmp_path_factory):
    """A function that returns a fresh copy of a checkpoint after one step with made-up gradients."""

    def make(format="safetensors"):
        if format not in MADE:
            settings = settings_of(misc__adapter_format=format)
            tuned, optimizer = tuned_of(settings)
            for parameter in model.adapter_parameters(tuned).values():
                parameter.grad = torch.ones_like(parameter)
            optimizer.step()
            state = checkpoint.TrainingState(step=7, loss_sum=torch.tensor(1.5).double(), labelled=3, last_val_loss=0.5)
            info = CheckpointInfo(
                base_model=settings.model_name,
                base_revision="r",
                step=7,
                quantization="none",
                config_sha256="c",
                data_sha256="d",
            )
            MADE[format] = (
                checkpoint.save(
                    tmp_path_factory.mktemp("run"),
                    model=tuned,
                    optimizer=optimizer,
                    tokenizer=tokenizer,
                    state=state,
                    info=info,
                    settings=settings,
                ),
                state,
                tuned,
            )
        path, state, tuned = MADE[format]
        shutil.copytree(path, tmp_path / "run" / path.name)
        return tmp_path / "run" / path.name, state, tuned

    return make


@pytest.mark.parametrize("format", ["safetensors", "bin"])
def test_what_was_saved_comes_back(saved, settings_of, format):
    path, state, before = saved(format)
    tuned, optimizer = tuned_of(settings_of())
    found = checkpoint.restore(path, model=tuned, optimizer=optimizer)
    assert vars(found) == vars(state) | {"loss_sum": 1.5}
    for name, parameter in model.adapter_parameters(tuned).items():
        assert torch.equal(parameter, model.adapter_parameters(before)[name])
    assert all(int(kept["step"]) == 1 for kept in optimizer.state.values())


def test_a_checkpoint_has_these_files_that_all_may_read(saved):
    path, _, _ = saved()
    names = {
        "adapter_config.json",
        "adapter_model.safetensors",
        "training_state.bin",
        "settings.json",
        "sigil_checkpoint.json",
        "tokenizer.json",
        "tokenizer_config.json",
        "chat_template.jinja",
    }
    assert {file.name for file in path.iterdir()} == names
    assert {file.stat().st_mode & 0o777 for file in MADE["safetensors"][0].iterdir()} == {0o644}
    assert [entry.name for entry in MADE["safetensors"][0].parent.iterdir()] == ["checkpoint-7"]


def harm(path, damage):
    data = path.read_bytes()
    if damage == "gone":
        path.unlink()
    else:
        path.write_bytes({"empty": b"", "junk": b"junk" * 9, "half": data[: len(data) // 2]}[damage])


DAMAGES = ["gone", "empty", "junk", "half"]


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("format", ["safetensors", "bin"])
def test_damaged_weights_are_an_input_error(saved, format, damage):
    path, _, _ = saved(format)
    harm(path / f"adapter_model.{format}", damage)
    with pytest.raises(InputError, match="no adapter weights" if damage == "gone" else "damaged") as caught:
        checkpoint.read_adapter(path)
    assert caught.value.cause


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_state_is_an_input_error(saved, settings_of, damage):
    path, _, _ = saved()
    harm(path / "training_state.bin", damage)
    tuned, optimizer = tuned_of(settings_of())
    with pytest.raises(InputError, match=r"training_state\.bin: damaged or missing") as caught:
        checkpoint.restore(path, model=tuned, optimizer=optimizer)
    assert caught.value.cause


@pytest.mark.parametrize(
    "kept",
    [[], {}, {"state": {}}, {"state": {"no_such": 1}, "optimizer": None}, {"state": {}, "optimizer": {}}, "text"],
)
def test_a_state_of_another_form_is_too(saved, settings_of, kept):
    path, _, _ = saved()
    torch.save(kept, path / "training_state.bin")
    tuned, optimizer = tuned_of(settings_of())
    with pytest.raises(InputError, match="damaged or missing"):
        checkpoint.restore(path, model=tuned, optimizer=optimizer)


def test_a_state_cannot_smuggle_in_code(saved, settings_of):
    path, _, _ = saved()
    torch.save({"state": {}, "optimizer": shutil.rmtree}, path / "training_state.bin")
    tuned, optimizer = tuned_of(settings_of())
    with pytest.raises(InputError, match="damaged or missing"):
        checkpoint.restore(path, model=tuned, optimizer=optimizer)


@pytest.mark.parametrize("text", [None, "", "{}", "[]", '{"step": -1}', "\x00"])
def test_a_checkpoint_must_say_what_it_is(saved, text):
    path, _, _ = saved()
    if text is None:
        (path / checkpoint.INFO_FILE).unlink()
    else:
        (path / checkpoint.INFO_FILE).write_text(text)
    with pytest.raises(InputError, match="not a checkpoint" if text is None else "damaged"):
        checkpoint.read_info(path)


def rewrite(path, change):
    from safetensors.torch import save_file

    save_file(change(checkpoint.read_adapter(path)), path / "adapter_model.safetensors")


@pytest.mark.parametrize(
    "change",
    [
        lambda weights: dict(list(weights.items())[1:]),
        lambda weights: {name: w for name, w in weights.items() if "v_proj" not in name},
        lambda weights: weights | {"base_model.model.model.layers.0.mlp.up_proj.lora_A.weight": torch.zeros(2, 64)},
        lambda weights: {name: w[:1] if ".lora_A." in name else w for name, w in weights.items()},
        lambda weights: {},
    ],
    ids=["one is missing", "a kind is missing", "one too many", "another size", "nothing"],
)
def test_an_adapter_that_does_not_fit_the_model_is_refused(saved, settings_of, change):
    path, _, _ = saved()
    rewrite(path, change)
    tuned, optimizer = tuned_of(settings_of())
    with pytest.raises(InputError, match="does not fit the model") as caught:
        checkpoint.restore(path, model=tuned, optimizer=optimizer)
    assert caught.value.cause


# Among others


def test_only_whole_checkpoints_are_listed_and_by_number(tmp_path):
    for name in (
        "checkpoint-10",
        "checkpoint-9",
        "checkpoint-100",
        "checkpoint-x",
        "checkpoint-5.tmp",
        ".checkpoint-7.tmp",
    ):
        (tmp_path / name).mkdir()
        (tmp_path / name / checkpoint.INFO_FILE).write_text("{}")
    (tmp_path / "checkpoint-8").mkdir()
    assert [path.name for path in checkpoint.list_checkpoints(tmp_path)] == [
        "checkpoint-9",
        "checkpoint-10",
        "checkpoint-100",
    ]
    assert checkpoint.list_checkpoints(tmp_path / "gone") == []


@pytest.mark.parametrize(("keep", "left"), [(0, [1, 2, 3, 10]), (1, [10]), (3, [2, 3, 10]), (9, [1, 2, 3, 10])])
def test_the_newest_are_kept(tmp_path, keep, left):
    for number in (1, 2, 3, 10):
        (tmp_path / f"checkpoint-{number}").mkdir()
        (tmp_path / f"checkpoint-{number}" / checkpoint.INFO_FILE).write_text("{}")
    checkpoint._prune(tmp_path, keep)
    assert [path.name for path in checkpoint.list_checkpoints(tmp_path)] == [f"checkpoint-{number}" for number in left]


def test_a_place_that_cannot_be_written_is_named(saved, settings_of, tokenizer, tmp_path):
    path, state, tuned = saved()
    (tmp_path / "file").write_text("")
    with pytest.raises(MissingError, match=r"cannot write .*file/checkpoint-7") as caught:
        checkpoint.save(
            tmp_path / "file",
            model=tuned,
            optimizer=torch.optim.AdamW(tuned.parameters()),
            state=state,
            tokenizer=tokenizer,
            info=checkpoint.read_info(path),
            settings=settings_of(),
        )
    assert "last whole checkpoint" in caught.value.hint


# Inspecting


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
def test_inspection_counts_what_is_wrong(saved, change, faults):
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
        infer_export.read(path)


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"use_dora": True}, "use_dora"),
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
        infer_export.read(path)


@pytest.mark.parametrize(("rslora", "scale"), [(False, 4.0), (True, 8 / 2**0.5)])
def test_the_scale_is_alpha_over_rank_or_its_root(saved, rslora, scale):
    path, _, _ = saved()
    config = json.loads((path / "adapter_config.json").read_text())
    assert (config["r"], config["lora_alpha"]) == (2, 8)
    write_json(path / "adapter_config.json", config | {"use_rslora": rslora})
    assert infer_export.read(path).scale == pytest.approx(scale)


@pytest.mark.parametrize("half", [".lora_A.", ".lora_B."])
def test_half_a_pair_is_refused(saved, half):
    path, _, _ = saved()
    rewrite(path, lambda w: {n: v for n, v in w.items() if half not in n or "layers.0.self_attn.q_proj" not in n})
    with pytest.raises(InputError, match="other than pairs"):
        infer_export.read(path)


def test_a_sum_is_formed_by_hand():
    from torch import nn

    base = nn.ModuleDict({"a": nn.Linear(3, 2, bias=False), "b": nn.Linear(3, 2, bias=False)})
    before = {name: layer.weight.detach().clone() for name, layer in base.items()}
    down, up = torch.tensor([[1.0, 2.0, 3.0]]), torch.tensor([[10.0], [-1.0]])
    infer_export.merge(base, infer_export.Adapter({"a": (down, up)}, 0.5), None)
    assert torch.allclose(base["a"].weight, before["a"] + torch.tensor([[5.0, 10.0, 15.0], [-0.5, -1.0, -1.5]]))
    assert torch.equal(base["b"].weight, before["b"])
    with pytest.raises(InputError, match="`c`, which the base model does not have"):
        infer_export.merge(base, infer_export.Adapter({"c": (down, up)}, 0.5), None)


@pytest.mark.parametrize("text", [None, "{", "[]", "{}", '{"quantization": "nf4"}'])
def test_rounding_needs_whole_settings(saved, text):
    path, _, _ = saved()
    (path / "settings.json").unlink() if text is None else (path / "settings.json").write_text(text)
    with pytest.raises(InputError, match=r"no whole settings\.json"):
        infer_export._four_bit(path)
