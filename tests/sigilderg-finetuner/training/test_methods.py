"""All weights in the place of an adapter, and DoRA: trained, kept, resumed, exported and drawn from like the rest."""

import json
import shutil
from pathlib import Path

import pytest
import torch
from click.testing import CliRunner

from sigil_common.errors import InputError, InterruptedRunError
from sigilderg_finetuner import flow, infer_export, inspect_checkpoint, push_model_card
from sigilderg_finetuner.checks import check_together
from sigilderg_finetuner.training import checkpoint, plan, shapes

SHORT = {"train__num_steps": 4, "train__save_every": 2, "train__val_every": 0, "train__lr": 1e-3, "train__val_rows": 4}
METHODS = {"full": {"lora": None}, "dora": {"lora__use_dora": True}}
IDS = torch.arange(5, 60)[None]


@pytest.fixture(scope="module")
def made():
    """Results by the method, each trained once."""
    return {}


@pytest.fixture
def trained(made, settings_for, tmp_path_factory):
    def make(method):
        if method not in made:
            place = tmp_path_factory.mktemp(method)
            made[method] = flow.run(settings_for(misc__output_dir=str(place), **SHORT, **METHODS[method]))
        return Path(made[method]["checkpoint"]), made[method]

    return make


def run(command, *args):
    return CliRunner().invoke(command, [str(arg) for arg in args], catch_exceptions=True)


def logits_of(path, adapter=None):
    from transformers import AutoModelForCausalLM

    model = AutoModelForCausalLM.from_pretrained(path, dtype=torch.float32)
    if adapter is not None:
        from peft import PeftModel

        from sigilderg_finetuner.training.runtime import without_remarks

        with without_remarks():
            model = PeftModel.from_pretrained(model, adapter)
    with torch.no_grad():
        return model.eval()(input_ids=IDS).logits


@pytest.mark.slow
@pytest.mark.parametrize("method", METHODS)
def test_a_stopped_run_goes_on_to_the_same_bytes(settings_for, trained, tmp_path, method):
    path, result = trained(method)
    settings = settings_for(**SHORT, **METHODS[method])
    with pytest.raises(InterruptedRunError):
        flow.run(settings, stop_after=3)
    again = flow.run(settings)
    assert again["val_loss"] == result["val_loss"] < result["val_loss_before"]
    for name in (checkpoint.adapter_file(path).name, "training_state.bin"):
        assert (Path(again["checkpoint"]) / name).read_bytes() == (path / name).read_bytes(), name


@pytest.mark.slow
def test_all_weights_are_a_model_that_any_tool_loads(trained, tiny, tmp_path):
    path, _ = trained("full")
    config = json.loads((path / "config.json").read_text())
    assert config["use_cache"] is True
    assert "sigil" not in json.dumps(config)
    assert not (path / "adapter_config.json").exists()
    assert not torch.allclose(logits_of(path), logits_of(tiny), atol=1e-3)
    found = run(infer_export.command, path, "--output", tmp_path / "merged", "--dtype", "float32", "--gguf", "f16")
    assert found.exit_code == 0, found.output
    assert torch.equal(logits_of(tmp_path / "merged"), logits_of(path))
    for option in (("--base", "dequantized-4bit"), ("--base-revision", "c" * 40)):
        refused = run(infer_export.command, path, "--output", tmp_path / "other", *option)
        assert "holds all weights of a model" in str(refused.exception)


@pytest.mark.slow
def test_what_is_made_of_a_checkpoint_takes_all_weights(trained, tiny):
    from human_eval_rust.sampling.samplers.source import find_model
    from human_eval_rust.sampling.settings import ModelSettings

    path, _ = trained("full")
    report = json.loads(run(inspect_checkpoint.command, path.parent).stdout)
    assert (report["trained"], report["faults"]) == ("all weights", [])
    card = run(push_model_card.command, path).stdout
    assert "# " in card
    assert "All weights of" in card
    assert "- lora" not in card
    assert "PeftModel" not in card
    source = find_model(ModelSettings(model=str(path.parent)))
    other = path.with_name("checkpoint-9")
    shutil.copytree(path, other)
    (other / "settings.json").write_text("{}")
    try:
        assert find_model(ModelSettings(model=str(other))).describe()["base_sha256"] == source.describe()["base_sha256"]
    finally:
        shutil.rmtree(other)
    assert (source.base, source.adapter, source.name) == (str(path), None, f"{tiny.name}+{path.name}")


@pytest.mark.slow
def test_one_changed_byte_of_all_weights_is_found(trained, settings_for, tmp_path):
    path = tmp_path / "copy" / trained("full")[0].name
    shutil.copytree(trained("full")[0], path)
    file = path / "model.safetensors"
    data = bytearray(file.read_bytes())
    data[-1] ^= 1
    file.write_bytes(data)
    with pytest.raises(InputError, match="damaged or changed"):
        checkpoint.read_adapter(path)
    with pytest.raises(InputError, match="holds all weights of a model, this run trains an adapter"):
        flow.run(settings_for(misc__load_from=str(trained("full")[0])))


@pytest.mark.slow
def test_dora_is_merged_as_peft_does_it(trained, tiny, tmp_path):
    path, _ = trained("dora")
    run(infer_export.command, path, "--output", tmp_path / "merged", "--dtype", "float32")
    found = logits_of(tmp_path / "merged")
    assert torch.allclose(found, logits_of(tiny, adapter=path), atol=1e-5)
    assert not torch.allclose(found, logits_of(tiny), atol=1e-3)


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"quantization": "nf4"}, "`quantization` is `nf4`, and `lora: null`"),
        ({"train__kl_to_base": 0.1}, "`train.kl_to_base` compares with the base"),
        ({"misc__adapter_format": "bin"}, "`misc.adapter_format` is for adapters"),
    ],
)
def test_what_needs_an_adapter_is_refused_without_one(settings_for, values, named):
    with pytest.raises(InputError) as caught:
        check_together(settings_for(**{"lora": None, **values}))
    assert named in str(caught.value)


def test_an_adapter_may_not_go_on_as_all_weights(settings_for):
    from sigil_common.settings import to_mapping
    from sigilderg_finetuner.identity import differences, identity

    adapter, whole = settings_for(), settings_for(lora=None)
    assert identity(adapter) != identity(whole) == identity(settings_for(lora=None))
    assert differences(to_mapping(adapter), whole) == ["what is trained was an adapter, now all weights"]
    assert differences(to_mapping(whole), adapter) == ["what is trained was all weights, now an adapter"]
    assert differences(to_mapping(whole), whole) == []
    assert differences(to_mapping(whole), settings_for(lora=None, train__lr=0.5)) == ["`train.lr` was 0.01, now 0.5"]


def test_all_weights_cost_sixteen_bytes_each_and_half_as_much_work_again(settings_for):
    shape = shapes.shape_of(shapes.KNOWN_SHAPES["meta-llama/Llama-3.1-8B-Instruct"], "8b")
    found = plan.memory(shape, settings_for(lora=None))
    assert (found.base, found.adapter) == (0, 16 * (shape.linear + shape.embeddings))
    work = plan.work(shape, repeated=False, whole=True).token / plan.work(shape, repeated=False).token
    assert work == 1.5
