"""A small checkpoint after one step with made-up gradients, to be copied, damaged and looked at."""

import shutil

import pytest

MADE = {}


@pytest.fixture
def settings_of(settings_for):
    """A function that makes the settings of a small adapter."""
    return lambda **more: settings_for(lora__target_modules=["q_proj", "v_proj"], lora__r=2, **more)


@pytest.fixture
def tuned_of():
    """A function that returns a model with a fresh adapter, and its optimizer."""
    import torch

    from sigilderg_finetuner.training import model

    def make(settings):
        tuned = model.add_lora(model.load_base(settings, torch.device("cpu")), settings.lora, seed=1)
        return tuned, torch.optim.AdamW(model.adapter_parameters(tuned).values(), lr=0.01)

    return make


@pytest.fixture
def saved(settings_of, tuned_of, tokenizer, tmp_path, tmp_path_factory):
    """A function that returns a fresh copy of a checkpoint, the state that it was saved with, and its model."""

    def make(format="safetensors"):
        if format not in MADE:
            settings = settings_of(misc__adapter_format=format)
            MADE[format] = save(tmp_path_factory.mktemp("run"), settings, *tuned_of(settings), tokenizer)
        path, state, tuned = MADE[format]
        shutil.copytree(path, tmp_path / "run" / path.name)
        return tmp_path / "run" / path.name, state, tuned

    return make


def save(folder, settings, tuned, optimizer, tokenizer):
    """Do one step and save it."""
    import torch

    from sigil_common.records import CheckpointInfo
    from sigilderg_finetuner.training import checkpoint, model

    for parameter in model.adapter_parameters(tuned).values():
        parameter.grad = torch.ones_like(parameter)
    optimizer.step()
    state = checkpoint.TrainingState(step=7, loss_sum=torch.tensor(1.5).double(), labelled=3, last_val_loss=0.5)
    about = {"base_model": settings.model_name, "base_revision": "r", "config_sha256": "c", "data_sha256": "d"}
    info = CheckpointInfo(step=7, quantization="none", **about)
    parts = {"model": tuned, "optimizer": optimizer, "tokenizer": tokenizer, "state": state, "info": info}
    return checkpoint.save(folder, settings=settings, **parts), state, tuned


@pytest.fixture
def rewrite():
    """A function that changes the adapter's weights on disk, and the digests that the checkpoint has."""
    from safetensors.torch import save_file

    from sigil_common.jsonl import write_json
    from sigil_common.manifest import digest_file
    from sigilderg_finetuner.training import checkpoint, sums

    def change_file(path, change):
        file = path / "adapter_model.safetensors"
        save_file(change(checkpoint.read_adapter(path)), file)
        info = checkpoint.read_info(path).model_copy(update={"adapter_sha256": digest_file(file)})
        write_json(path / checkpoint.INFO_FILE, info.to_row())
        sums.write(path, besides=file.name)

    return change_file
