"""Directories of checkpoints: which one a training run stands for, and which base model one belongs to."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sigil_common.errors import InputError

ADAPTER_CONFIG = "adapter_config.json"
MODEL_CONFIG = "config.json"
CHECKPOINT_INFO = "sigil_checkpoint.json"
MODEL_FILES = (ADAPTER_CONFIG, MODEL_CONFIG)  # of an adapter, and of a whole model
RESULT_FILE = "result.json"
_NAME = re.compile(r"checkpoint-(\d+)")
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class NamedBase:
    """The base model that a checkpoint names: a directory or a model of the hub, and what pins it as far as is known.

    `revision` is of the hub, a commit or what PEFT wrote; `digest` is that of a directory's files.
    """

    name: str
    revision: str | None = None
    digest: str | None = None


def base_of(checkpoint: Path, hint: str | None = None) -> NamedBase:
    """Return the base model of a checkpoint, as sigilderg-train recorded it, else as PEFT did.

    Raises `InputError` if it names none, with `hint`, and where the file that should name it is damaged or missing.
    """
    from sigil_common.jsonl import read_record
    from sigil_common.records import CheckpointInfo

    if (checkpoint / CHECKPOINT_INFO).is_file():
        info = read_record(checkpoint / CHECKPOINT_INFO, CheckpointInfo)
        if _SHA256.fullmatch(info.base_revision):
            return NamedBase(info.base_model, digest=info.base_revision)
        return NamedBase(info.base_model, revision=info.base_revision)
    config = adapter_config(checkpoint)
    if not (name := config.get("base_model_name_or_path")):
        raise InputError(f"{checkpoint / ADAPTER_CONFIG} does not name its base model", hint=hint)
    return NamedBase(str(name), revision=config.get("revision") or None)


def adapter_config(checkpoint: Path) -> dict[str, Any]:
    """Return what PEFT wrote of an adapter; raise `InputError` that names its file where that cannot be read."""
    path = checkpoint / ADAPTER_CONFIG
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"{path}: damaged or missing", cause=str(error)) from None
    if not isinstance(value, dict):
        raise InputError(f"{path}: damaged", cause=f"expected a JSON object, got {type(value).__name__}")
    return value


def chosen_checkpoint(directory: Path) -> Path | None:
    """Return the checkpoint that a run names as its result, else the newest one; None where there is none.

    The result is another than the newest where the run chose the one with the lowest validation loss.
    """
    found = {path.name: path for path in directory.glob("checkpoint-*") if _is_one(path)}
    try:
        named = Path(json.loads((directory / RESULT_FILE).read_text(encoding="utf-8"))["checkpoint"]).name
    except (OSError, ValueError, KeyError, TypeError):
        named = ""
    newest = max(found.values(), key=lambda path: int(path.name.rpartition("-")[2]), default=None)
    return found.get(named, newest)


def _is_one(path: Path) -> bool:
    return _NAME.fullmatch(path.name) is not None and any((path / name).is_file() for name in MODEL_FILES)
