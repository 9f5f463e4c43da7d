"""Find out what `--model` names: a plain model, or a checkpoint with the base that it belongs to."""

from __future__ import annotations

from dataclasses import dataclass, replace
from importlib import metadata
from pathlib import Path
from typing import Any

from human_eval_rust.sampling.settings import ModelSettings
from sigil_common.checkpoints import (
    ADAPTER_CONFIG,
    CHECKPOINT_INFO,
    MODEL_CONFIG,
    MODEL_FILES,
    NamedBase,
    base_of,
    chosen_checkpoint,
)
from sigil_common.errors import InputError
from sigil_common.hub import is_of_hub, resolve_commit
from sigil_common.hub_checkpoints import ADAPTER_WEIGHTS, fetch, hub_name, is_local
from sigil_common.manifest import digest_file, digest_json, digest_tree

# Of a checkpoint only these decide what is drawn; the training state does not.
_ADAPTER_FILES = (ADAPTER_CONFIG, *ADAPTER_WEIGHTS)
_FOR_TRAINING = (CHECKPOINT_INFO, "training_state.bin", "settings.json")


@dataclass(frozen=True)
class ModelSource:
    """A base model, by directory or hub name, and for a checkpoint the adapter's directory.

    `adapter_called` is what the adapter is called, where that is not its directory's name.
    """

    base: str
    revision: str | None
    adapter: Path | None
    expected_sha256: str | None = None  # of the base directory, as the checkpoint recorded it
    adapter_called: str | None = None

    @property
    def name(self) -> str:
        """What the samples call the model: directory names only, so that it does not depend on the machine."""
        base = Path(self.base).name if Path(self.base).is_dir() else self.base
        if self.adapter is None and (Path(self.base) / CHECKPOINT_INFO).is_file():  # all weights of another model
            of = base_of(Path(self.base)).name
            return f"{Path(of).name if Path(of).is_absolute() else of}+{base}"
        return base if self.adapter is None else f"{base}+{self.adapter_called or self.adapter.name}"

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
    """Return what the settings name; a checkpoint of the hub is fetched, and then is what a directory of it would be.

    A directory of checkpoints stands for the run's result, which is the newest one unless it names another. Raises
    `InputError` for what is no model and no checkpoint, `MissingError` if it is on the hub, which cannot be asked.
    """
    if not settings.model:
        raise InputError("no model given", hint="name one with --model")
    path = Path(settings.model)
    if not path.exists():
        return _hub_source(settings)
    if not any((path / name).exists() for name in MODEL_FILES):
        path = chosen_checkpoint(path) or path
    if (path / ADAPTER_CONFIG).is_file():
        return _checkpoint_source(path, settings, settings.base_revision or settings.revision)
    if not (path / MODEL_CONFIG).is_file():
        raise InputError(
            f"{path} holds neither a model nor an adapter",
            cause=f"no {MODEL_CONFIG}, no {ADAPTER_CONFIG}",
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


def _hub_source(settings: ModelSettings) -> ModelSource:
    gone = f"no such model directory: {settings.model}"
    if is_local(settings.model):
        raise InputError(gone)
    try:
        hub_name(settings.model)
    except InputError as error:
        raise InputError(gone, hint=error.hint) from None
    found = fetch(settings.model, settings.revision)
    if found.directory is None:
        return ModelSource(found.repository, found.commit, None)
    if found.kind == "model":
        return ModelSource(str(found.directory), None, None)
    source = _checkpoint_source(found.directory, settings, settings.base_revision)
    return replace(source, adapter_called=found.called)


def _checkpoint_source(path: Path, settings: ModelSettings, revision: str | None) -> ModelSource:
    """Return an adapter on its base, which `revision` pins if it is of the hub; else what the checkpoint says does."""
    named = settings.base_model
    base = NamedBase(named) if named else base_of(path, hint="name it with --base-model")
    if Path(base.name).is_dir():
        return ModelSource(base.name, None, path, expected_sha256=base.digest)
    if base.digest is not None or not is_of_hub(base.name):  # it was a directory
        raise InputError(f"{path}: its base model is not here: {base.name}", hint="name it with --base-model")
    return ModelSource(base.name, resolve_commit(base.name, revision or base.revision), path)
