"""Find out what `--model` names: a plain model, or a checkpoint with the base that it belongs to."""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

from human_eval_rust.sampling.settings import ModelSettings
from sigil_common.checkpoints import MODEL_FILES, chosen_checkpoint
from sigil_common.errors import InputError
from sigil_common.hub import is_of_hub, resolve_commit
from sigil_common.jsonl import read_record
from sigil_common.manifest import digest_file, digest_json, digest_tree

ADAPTER_CONFIG = "adapter_config.json"
CHECKPOINT_INFO = "sigil_checkpoint.json"
# Of a checkpoint only these decide what is drawn; the training state does not.
_ADAPTER_FILES = (ADAPTER_CONFIG, "adapter_model.safetensors", "adapter_model.bin")


_FOR_TRAINING = (CHECKPOINT_INFO, "training_state.bin", "settings.json")


@dataclass(frozen=True)
class ModelSource:
    """A base model, by directory or hub name, and for a checkpoint the adapter's directory."""

    base: str
    revision: str | None
    adapter: Path | None
    expected_sha256: str | None = None  # of the base directory, as the checkpoint recorded it

    @property
    def name(self) -> str:
        """What the samples call the model: directory names only, so that it does not depend on the machine."""
        base = Path(self.base).name if Path(self.base).is_dir() else self.base
        if self.adapter is None and (Path(self.base) / CHECKPOINT_INFO).is_file():  # all weights of another model
            of, _ = _base_of(Path(self.base))
            return f"{Path(of).name if Path(of).is_absolute() else of}+{base}"
        return base if self.adapter is None else f"{base}+{self.adapter.name}"

    def describe(self) -> dict[str, Any]:
        """Return names and digests; a hub model is identified by its revision.

        Raises `InputError` if the base is not the one that the checkpoint was trained on.
        """
        found: dict[str, Any] = {"name": self.name, "revision": self.revision}
        if Path(self.base).is_dir():
            found["base_sha256"] = _digest(Path(self.base))
            if self.expected_sha256 not in (None, found["base_sha256"]):
                raise InputError(
                    f"{self.base} is not the base model that {self.adapter} was trained on",
                    cause="the digests of its files differ",
                    hint="give the right one, or this one on purpose, with --base-model",
                )
        if self.adapter is not None:
            files = [self.adapter / name for name in _ADAPTER_FILES if (self.adapter / name).exists()]
            found["adapter_sha256"] = {path.name: digest_file(path) for path in files}
        return found


def _digest(base: Path) -> str:
    """Return the digest of a model's directory; of a checkpoint of all weights, without what is for training alone."""
    if not (base / CHECKPOINT_INFO).is_file():
        return digest_tree(base)
    files = sorted(path for path in base.iterdir() if path.is_file() and path.name not in _FOR_TRAINING)
    return digest_json([[path.name, digest_file(path)] for path in files])


def find_model(settings: ModelSettings) -> ModelSource:
    """Return what the settings name; raise `InputError` for a path that holds no model.

    A directory of checkpoints stands for the run's result, which is the newest one unless it names another.
    """
    if not settings.model:
        raise InputError("no model given", hint="name one with --model")
    path = Path(settings.model)
    if not path.exists():
        if not is_of_hub(settings.model):
            raise InputError(f"no such model directory: {settings.model}")
        return ModelSource(settings.model, resolve_commit(settings.model, settings.revision), None)
    if not any((path / name).exists() for name in MODEL_FILES):
        path = chosen_checkpoint(path) or path
    if (path / ADAPTER_CONFIG).is_file():
        return _checkpoint_source(path, settings)
    if not (path / "config.json").is_file():
        raise InputError(
            f"{path} holds neither a model nor an adapter",
            cause=f"no config.json, no {ADAPTER_CONFIG}",
            hint="name a model directory or one of its checkpoint-N directories",
        )
    return ModelSource(str(path), settings.revision, None)


def versions(*names: str) -> dict[str, str]:
    """Return the versions of installed packages, without importing them."""
    found: dict[str, str] = {}
    for name in names:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


def _checkpoint_source(path: Path, settings: ModelSettings) -> ModelSource:
    named, known = _base_of(path)
    base = settings.base_model or named
    if Path(base).is_dir():
        return ModelSource(base, None, path, expected_sha256=None if settings.base_model else known)
    if not is_of_hub(base):
        raise InputError(f"{path}: its base model is not here: {base}", hint="name it with --base-model")
    return ModelSource(base, resolve_commit(base, settings.revision or (None if settings.base_model else known)), path)


def _base_of(checkpoint: Path) -> tuple[str, str | None]:
    """Return the base model that a checkpoint names, and what pins it: a hub commit, or a directory's digest."""
    from sigil_common.records import CheckpointInfo

    if (checkpoint / CHECKPOINT_INFO).exists():
        info = read_record(checkpoint / CHECKPOINT_INFO, CheckpointInfo)
        return info.base_model, info.base_revision
    config = adapter_config(checkpoint)
    base = config.get("base_model_name_or_path")
    if not base:
        raise InputError(f"{checkpoint} does not name its base model", hint="name it with --base-model")
    return str(base), config.get("revision")


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
