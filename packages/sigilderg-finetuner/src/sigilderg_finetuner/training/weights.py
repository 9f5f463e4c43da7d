"""The weights that a checkpoint holds: an adapter's, or of a run with `lora: null` all of the model's.

An adapter is in PEFT's own format. A whole model is `model.safetensors` and `config.json`, a directory that any tool
loads; in float32, so that training goes on from the same bits.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sigil_common.errors import InputError
from sigil_common.hub_checkpoints import hint_to_fetch
from sigil_common.jsonl import write_json
from sigilderg_finetuner.settings import Settings
from sigilderg_finetuner.training import ranks
from sigilderg_finetuner.training.shards import kept

if TYPE_CHECKING:
    import torch

ADAPTER_FILES = ("adapter_model.safetensors", "adapter_model.bin")
MODEL_FILE = "model.safetensors"


def collect(model: Any, settings: Settings) -> dict[str, torch.Tensor]:
    """Return what is trained, whole and on the CPU, by the names that it is kept under.

    Where the model is cut up, all processes must ask at the same time, and the first alone gets it.
    """
    if settings.lora is None:
        # What is tied to another weight is kept under the other's name.
        names = {name for name, _ in model.named_parameters(remove_duplicate=False)}
        buffers = {name: value for name, value in model.state_dict().items() if name not in names}
        trained = dict(model.named_parameters()) | buffers
    else:
        from peft import get_peft_model_state_dict

        # The parameters themselves, which know their parts.
        trained = get_peft_model_state_dict(model, state_dict=model.state_dict(keep_vars=True))
    found = kept(trained, first=ranks.is_first())
    return {name: one.detach().cpu().contiguous() for name, one in found.items() if one is not None}


def write(draft: Path, model: Any, weights: dict[str, torch.Tensor], settings: Settings) -> None:
    """Write what was collected into a directory."""
    if settings.lora is None:
        _write_model(draft, model, weights)
    else:
        _write_adapter(draft, model, weights, settings)


def _write_adapter(draft: Path, model: Any, weights: dict[str, torch.Tensor], settings: Settings) -> None:
    import torch
    from safetensors.torch import save_file

    config = model.peft_config["default"].to_dict()
    config |= {
        "base_model_name_or_path": settings.model_name,
        "revision": settings.model_revision,
        "inference_mode": True,
    }
    # Sets have no order of their own; sorted, the same run writes the same bytes.
    plain = {key: sorted(value) if isinstance(value, set) else value for key, value in sorted(config.items())}
    write_json(draft / "adapter_config.json", json.loads(json.dumps(plain, default=str)))
    if settings.misc.adapter_format == "bin":
        torch.save(weights, draft / "adapter_model.bin")
    else:
        save_file(weights, draft / "adapter_model.safetensors", metadata={"format": "pt"})


def _write_model(draft: Path, model: Any, weights: dict[str, torch.Tensor]) -> None:
    """Write a model as one file, whose digest stands for all of it. Read again it has a cache, which training lacks."""
    config = model.config
    config.use_cache = True
    try:
        model.save_pretrained(draft, state_dict=weights, max_shard_size="1000TB")
    finally:
        config.use_cache = False


def file_of(checkpoint: Path) -> Path:
    """Return the file of a checkpoint's weights; raise `InputError` where there is none."""
    require_directory(checkpoint)
    names = (*ADAPTER_FILES, MODEL_FILE)
    path = next((checkpoint / name for name in names if (checkpoint / name).is_file()), None)
    if path is None:
        raise InputError(f"{checkpoint}: no adapter weights", cause=f"none of {', '.join(names)} is there")
    return path


def require_directory(checkpoint: Path) -> None:
    """Raise `InputError` where no directory is called as a checkpoint is."""
    if not checkpoint.is_dir():
        hint = hint_to_fetch(str(checkpoint)) or "name a checkpoint-N directory"
        raise InputError(f"no such checkpoint directory: {checkpoint}", hint=hint)


def is_whole_model(checkpoint: Path) -> bool:
    """Tell a checkpoint of all weights from one of an adapter."""
    return file_of(checkpoint).name == MODEL_FILE


def put(model: Any, weights: dict[str, torch.Tensor], checkpoint: Path) -> None:
    """Give a model the weights that were read from a checkpoint; raise `InputError` where they do not fit."""
    result: Any
    wholly = is_whole_model(checkpoint)
    what = f"{checkpoint}: the {'weights do' if wholly else 'adapter does'} not fit the model"
    try:
        if wholly:
            result = model.load_state_dict(weights, strict=False)
        else:
            from peft import set_peft_model_state_dict

            result = set_peft_model_state_dict(model, weights)
    except RuntimeError as error:  # of another size
        cause = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise InputError(what, cause=cause) from None
    # What is tied to another weight is trained, and kept, under the other's name.
    ours = {name for name, parameter in model.named_parameters() if parameter.requires_grad}
    wrong = [*result.unexpected_keys, *sorted(ours.intersection(result.missing_keys))]
    if wrong:
        raise InputError(what, cause=wrong[0])
