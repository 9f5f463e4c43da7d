"""What can be done with a checkpoint: merge, inspect, describe."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from click.testing import CliRunner

from sigil_common.errors import BadResultError, InputError
from sigil_common.jsonl import write_json
from sigilderg_finetuner import flow, infer_export, inspect_checkpoint, merging, push_model_card
from sigilderg_finetuner.training import checkpoint

pytestmark = pytest.mark.slow
IDS = torch.arange(5, 60)[None]


@pytest.fixture(scope="module")
def made():
    """Checkpoints by their kind, each trained once."""
    return {}


@pytest.fixture
def trained(made, settings_for, tmp_path_factory):
    def make(kind, **overrides):
        if kind not in made:
            place = tmp_path_factory.mktemp(kind)
            short = {"train__num_steps": 3, "train__val_every": 0, "misc__output_dir": str(place)}
            made[kind] = Path(flow.run(settings_for(**short, **overrides))["checkpoint"])
        return made[kind]

    return make


GOLDEN_COMPARISON = Path(__file__).parents[2] / "sigil-common/golden/comparison.json"


def run(command, *args):
    return CliRunner().invoke(command, [str(arg) for arg in args], catch_exceptions=True)


def logits_of(model):
    with torch.no_grad():
        return model(input_ids=IDS).logits


def with_adapter(tiny, path):
    from peft import PeftModel
    from transformers import AutoModelForCausalLM

    from sigilderg_finetuner.training.runtime import without_remarks

    with without_remarks():
        return PeftModel.from_pretrained(AutoModelForCausalLM.from_pretrained(tiny, dtype=torch.float32), path).eval()


def load(path):
    from transformers import AutoModelForCausalLM

    return AutoModelForCausalLM.from_pretrained(path, dtype=torch.float32).eval()


@pytest.mark.parametrize("format", ["safetensors", "bin"])
def test_merged_weights_say_what_base_and_adapter_say(tiny, trained, tmp_path, format):
    path = trained(format, misc__adapter_format=format)
    assert (path / f"adapter_model.{format}").is_file()
    found = run(infer_export.command, path, "--output", tmp_path / "merged", "--dtype", "float32")
    assert found.exit_code == 0, found.output
    expected = logits_of(with_adapter(tiny, path))
    merged = logits_of(load(tmp_path / "merged"))
    assert torch.allclose(merged, expected, atol=1e-5)
    assert not torch.allclose(logits_of(load(tiny)), expected, atol=1e-2)


def test_the_merged_directory_has_tokenizer_and_template(tokenizer, trained, tmp_path):
    from transformers import AutoTokenizer

    run(infer_export.command, trained("safetensors"), "--output", tmp_path / "merged")
    kept = AutoTokenizer.from_pretrained(tmp_path / "merged")
    assert kept.chat_template == tokenizer.chat_template
    assert kept("pub fn f() {}")["input_ids"] == tokenizer("pub fn f() {}")["input_ids"]


def test_the_same_export_is_not_made_twice_and_another_does_not_replace_it(trained, tmp_path):
    path, output = trained("safetensors"), tmp_path / "merged"
    assert json.loads(run(infer_export.command, path, "--output", output).stdout)["made"] is True
    assert json.loads(run(infer_export.command, path, "--output", output).stdout)["made"] is False
    assert isinstance(run(infer_export.command, path, "--output", output, "--dtype", "float16").exception, InputError)


def test_a_file_for_llama_cpp_is_written_beside_the_directory_once(trained, tmp_path):
    import gguf

    path, output = trained("safetensors"), tmp_path / "merged"
    wanted = ["--output", output, "--gguf", "f16", "--gguf", "q8_0"]
    files = [tmp_path / "merged-F16.gguf", tmp_path / "merged-Q8_0.gguf"]
    assert json.loads(run(infer_export.command, path, *wanted).stdout)["gguf"] == list(map(str, files))
    down = [gguf.GGUFReader(file).get_tensor(3) for file in files]
    assert [one.tensor_type.name for one in down] == ["F16", "Q8_0"]
    before = [file.stat().st_mtime_ns for file in files]
    run(infer_export.command, path, *wanted)
    assert [file.stat().st_mtime_ns for file in files] == before
    files[0].write_bytes(b"GGUF of somebody else")
    assert "another export" in str(run(infer_export.command, path, *wanted).exception)


@pytest.mark.parametrize("bf16", [True, False])
def test_the_four_bit_base_can_be_merged_as_it_was_trained_on(trained, tmp_path, tiny, settings_for, bf16):
    from sigilderg_finetuner.training import model

    types = {"train__bf16": bf16, "bnb_4bit__compute_dtype": "bfloat16" if bf16 else "float32"}
    path = trained(f"nf4-{bf16}", quantization="nf4", **types)
    run(infer_export.command, path, "--output", tmp_path / "m", "--base", "dequantized-4bit", "--dtype", "float32")
    run(infer_export.command, path, "--output", tmp_path / "o", "--dtype", "float32")
    settings = settings_for(quantization="nf4", **types)
    tuned = model.add_lora(model.load_base(settings, torch.device("cpu")), settings.lora, 1)
    checkpoint.restore(path, model=tuned, optimizer=torch.optim.AdamW(model.adapter_parameters(tuned).values()))
    tuned.get_base_model().set_attn_implementation("eager")
    with torch.autocast("cpu", torch.bfloat16, enabled=bf16):
        as_trained = logits_of(tuned.eval()).float()
    near = (logits_of(load(tmp_path / "m")) - as_trained).abs().mean()
    far = (logits_of(load(tmp_path / "o")) - as_trained).abs().mean()
    assert near < far / (3 if bf16 else 100)


def test_four_bit_export_needs_a_four_bit_run(trained, tmp_path):
    found = run(infer_export.command, trained("safetensors"), "--output", tmp_path / "m", "--base", "dequantized-4bit")
    assert "not in four bits" in str(found.exception)


def test_variants_that_are_no_sum_are_refused(trained, tmp_path):
    path = tmp_path / "dora"
    shutil.copytree(trained("safetensors"), path)
    config = json.loads((path / "adapter_config.json").read_text())
    write_json(path / "adapter_config.json", {**config, "use_dora": True})
    with pytest.raises(InputError, match="use_dora"):
        merging.read(path)


def test_inspection_finds_nothing_wrong_with_a_good_checkpoint(trained):
    found = run(inspect_checkpoint.command, trained("safetensors").parent)
    assert found.exit_code == 0
    report = json.loads(found.stdout)
    assert report["step"] == 3
    assert report["faults"] == []
    assert set(report["norm_by_layer_kind"]) == {
        "q_proj",
        "k_proj",
        "v_proj",
        "o_proj",
        "up_proj",
        "down_proj",
        "gate_proj",
    }


@pytest.mark.parametrize(("value", "fault"), [(0.0, "have not changed"), (np.nan, "not numbers")])
def test_inspection_finds_an_adapter_that_does_nothing_or_is_broken(trained, rewrite, tmp_path, value, fault):
    path = tmp_path / "copy"
    shutil.copytree(trained("safetensors"), path)
    rewrite(path, lambda weights: {name: torch.full_like(w, value) for name, w in weights.items()})
    found = run(inspect_checkpoint.command, path)
    assert isinstance(found.exception, BadResultError)
    assert fault in str(found.exception)


def test_a_truncated_adapter_is_an_input_error(trained, tmp_path):
    path = tmp_path / "copy"
    shutil.copytree(trained("safetensors"), path)
    whole = (path / "adapter_model.safetensors").read_bytes()
    (path / "adapter_model.safetensors").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(InputError, match="damaged"):
        checkpoint.read_adapter(path)


def test_a_directory_that_is_no_checkpoint(tmp_path):
    with pytest.raises(InputError, match="not a checkpoint"):
        checkpoint.read_info(tmp_path)
    (tmp_path / checkpoint.INFO_FILE).write_text("{}")
    with pytest.raises(InputError, match="damaged"):
        checkpoint.read_info(tmp_path)


def test_the_adapter_config_names_no_set_order(trained):
    config = json.loads((trained("safetensors") / "adapter_config.json").read_text())
    assert config["target_modules"] == sorted(config["target_modules"])
    assert config["peft_type"] == "LORA"
    assert config["r"] == 4


def test_the_card_holds_what_the_run_left(trained):
    import yaml

    path = trained("safetensors")
    found = run(push_model_card.command, path, "--name", "Tiny", "--comparison", GOLDEN_COMPARISON)
    assert found.exit_code == 0, found.output
    _, head, body = found.stdout.split("---\n", 2)
    assert yaml.safe_load(head)["library_name"] == "peft"
    metrics = [json.loads(line) for line in (path.parent / "metrics.jsonl").read_text().splitlines()]
    last = [row["val_loss"] for row in metrics if "val_loss" in row][-1]
    assert f"| validation loss at step 3 | {last:.4f} |" in body
    assert "**pass@1**" in body
    assert "```text\n<s><|user|>\n{prompt}</s>\n<|assistant|>\n{answer}</s>\n```" in body
    assert "![training and validation loss](loss.svg)" in body
    assert "| time of the steps | 0 min" in body
    assert "More Information Needed" not in body


def test_the_card_is_sent_only_when_told(trained, monkeypatch, tmp_path):
    sent = []
    monkeypatch.setattr(push_model_card, "send", lambda files, repository: sent.append((files, repository)))
    path = trained("safetensors")
    run(push_model_card.command, path, "--output", tmp_path / "README.md")
    assert sent == []
    refused = run(push_model_card.command, path, "--upload", "me/it")
    assert "the base's name on the hub is not known, and nothing was sent" in str(refused.exception)
    shown = run(push_model_card.command, path, "--upload", "me/it", "--base-model", "a/b", "--license", "mit").stdout
    ((files, repository),) = sent
    assert repository == "me/it"
    assert files["README.md"].decode() == shown
    assert files["loss.svg"] == path.parent / "loss.svg"
    assert {"adapter_model.safetensors", "tokenizer.json", "chat_template.jinja"} < set(files)
    assert not {"training_state.bin", "settings.json"} & set(files)
    assert json.loads(files["adapter_config.json"])["base_model_name_or_path"] == "a/b"


def test_a_merged_model_is_sent_in_place_of_the_adapter(trained, monkeypatch, tmp_path):
    sent = []
    monkeypatch.setattr(push_model_card, "send", lambda files, repository: sent.append(files))
    path, merged = trained("safetensors"), tmp_path / "merged"
    run(infer_export.command, path, "--output", merged)
    known = ["--base-model", "a/b", "--license", "mit", "--merged", merged]
    shown = run(push_model_card.command, path, "--upload", "me/it", *known).stdout
    assert {"model.safetensors", "config.json", "tokenizer.json", "loss.svg", "README.md"} < set(sent[0])
    assert "base_model_relation: finetune\nlibrary_name: transformers" in shown
    assert 'AutoModelForCausalLM.from_pretrained("me/it")' in shown
    write_json(merged / "sigil_export.json", {"step": 7})
    assert "step 7" in str(run(push_model_card.command, path, *known).exception)
