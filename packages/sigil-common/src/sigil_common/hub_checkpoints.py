"""Checkpoints of the hub: `OWNER/NAME` or `OWNER/NAME/checkpoint-N`, what of a repository that is, and its files here.

A folder holds an adapter or all weights of a model, or stands for the newest checkpoint-N in it, as a directory does.
It is fetched at one commit into the cache, without the state of its training; a model that is a repository of its own
is left to whoever loads it.
"""

from __future__ import annotations

import glob
import logging
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Literal

from sigil_common.checkpoints import ADAPTER_CONFIG, CHECKPOINT_INFO, MODEL_CONFIG, MODEL_FILES
from sigil_common.errors import InputError, MissingError, SigilError
from sigil_common.hub import OWN_MODELS, cached_file, download, is_hub_name, list_files, resolve_commit

log = logging.getLogger(__name__)
_NUMBERED = re.compile(r"checkpoint-\d+")
Kind = Literal["adapter", "model"]
ADAPTER_WEIGHTS = ("adapter_model.safetensors", "adapter_model.bin")
# Of an adapter's folder only these decide what is drawn, and say of what base it is.
ADAPTER_FILES = (ADAPTER_CONFIG, *ADAPTER_WEIGHTS, CHECKPOINT_INFO)

# The state of a training, of sigilderg-train and of transformers, in a folder with all weights.
_OF_TRAINING = ("training_state.bin", "training_args.bin", "optimizer*", "scheduler*", "rng_state*", "*.pth")


@dataclass(frozen=True)
class HubName:
    """`owner/model`, and the folder in it, if one is named."""

    repository: str
    folder: str

    def __str__(self) -> str:
        return f"{self.repository}/{self.folder}" if self.folder else self.repository


@dataclass(frozen=True)
class HubCheckpoint:
    """What a name of the hub stands for: commit and folder of a repository.

    A checkpoint has a directory in the cache, in which `files` are its own; a model at the root of a repository has
    none, as whoever loads it asks the hub for it.
    """

    repository: str
    commit: str
    folder: str
    kind: Kind
    directory: Path | None = None
    files: tuple[str, ...] = ()

    @property
    def called(self) -> str:
        """What the checkpoint is called beside others: as a directory of its own would be."""
        return (self.folder or self.repository).rpartition("/")[2]


def is_local(name: str) -> bool:
    """Tell whether a checkpoint is a directory of this machine: by its being there, or by the look of the name.

    What would be in a directory that is here is not looked for elsewhere, unless it looks like `owner/model`.
    """
    if Path(name).exists() or name.startswith((".", "/", "~", OWN_MODELS)):
        return True
    parts = name.strip("/").split("/")
    return (len(parts) > 2 or _NUMBERED.fullmatch(parts[-1]) is not None) and Path(name).parent.is_dir()


def refuse_revision(checkpoint: Path, revision: str | None) -> None:
    """Raise `InputError` where a commit of the hub is asked of a directory of this machine."""
    if revision is not None and is_local(str(checkpoint)):
        raise InputError(
            f"--revision is for checkpoints of the hub, and {checkpoint} is a directory", hint="leave it out"
        )


def hub_name(name: str) -> HubName:
    """Split the name of a checkpoint on the hub; raise `InputError` if it cannot be one."""
    owner, _, rest = name.strip("/").partition("/")
    model, _, folder = rest.partition("/")
    if not is_hub_name(f"{owner}/{model}") or ".." in folder.split("/"):
        raise InputError(
            f"no such checkpoint: {name}", hint="name a directory, or OWNER/NAME or OWNER/NAME/checkpoint-N of the hub"
        )
    return HubName(f"{owner}/{model}", folder.strip("/"))


def fetch(name: str, revision: str | None, more: Sequence[str] = ()) -> HubCheckpoint:
    """Return what a name of the hub stands for at `revision`, a checkpoint with its files in the cache.

    `more` are further files of its folder that are wanted, by name or pattern. Raises `InputError` if the hub knows no
    such checkpoint, `MissingError` if neither hub nor cache has it.
    """
    wanted = hub_name(name)
    commit = _commit(wanted, revision)
    present, (folder, kind) = _look(wanted, commit)
    found = HubCheckpoint(wanted.repository, commit, folder, kind)
    if kind == "model" and not folder:
        return found
    log.info("checkpoint: %s of %s at commit %s", folder or "the adapter", wanted.repository, commit)
    return _downloaded(found, present, more)


def fetch_directory(name: str, revision: str | None, more: Sequence[str] = ()) -> Path:
    """Return the directory of a checkpoint of the hub, fetched as `fetch` does; `InputError` for a whole model."""
    found = fetch(name, revision, more)
    if found.directory is None:
        raise InputError(f"`{name}` is a model of the hub, not a checkpoint")
    return found.directory


def hint_to_fetch(name: str) -> str | None:
    """Return the command that copies a checkpoint of the hub here, into a directory of its name; None of other names.

    It is for who needs a directory with all files, the state of the training among them.
    """
    try:
        wanted = None if is_local(name) else hub_name(name)
    except InputError:
        return None
    return None if wanted is None else f"if it is on the hub: {_copying(wanted)}"


def _copying(wanted: HubName) -> str:
    words = ["hf", "download", wanted.repository]
    words += ["--include", f"'{wanted.folder}/*'"] if wanted.folder else []
    return " ".join([*words, "--local-dir", wanted.repository])


def files_of(present: Iterable[str], folder: str) -> tuple[str, Kind] | None:
    """Return the folder of a repository that holds an adapter or a model, and which; the newest where several do.

    None if there is neither in `folder` nor in a checkpoint-N of it.
    """
    files = set(present)
    inside = f"{folder}/" if folder else ""
    if f"{inside}{ADAPTER_CONFIG}" in files:
        return folder, "adapter"
    if f"{inside}{MODEL_CONFIG}" in files:
        return folder, "model"
    found = re.compile(rf"{re.escape(inside)}checkpoint-(\d+)/(?:{'|'.join(map(re.escape, MODEL_FILES))})")
    numbers = [int(match[1]) for file in files if (match := found.fullmatch(file))]
    return files_of(files, f"{inside}checkpoint-{max(numbers)}") if numbers else None


def _commit(wanted: HubName, revision: str | None) -> str:
    try:
        return resolve_commit(wanted.repository, revision, _marks(wanted))
    except SigilError as error:
        # The name of a directory that is not there looks the same.
        raise type(error)(f"no directory {wanted} here; {error.what}", cause=error.cause, hint=error.hint) from error


def _look(wanted: HubName, commit: str) -> tuple[list[str], tuple[str, Kind]]:
    """Return the files of a repository and what of it is wanted; without network what the cache has of exactly that."""
    try:
        present = list_files(wanted.repository, commit)
    except MissingError:
        present = [mark for mark in _marks(wanted) if cached_file(wanted.repository, commit, mark)]
        if not present:
            raise
    found = files_of(present, wanted.folder)
    if found is None:
        raise InputError(
            f"`{wanted}` holds neither an adapter nor a model",
            cause=f"no {ADAPTER_CONFIG}, no {MODEL_CONFIG}, no checkpoint-N with one",
            hint=f"look at what {wanted.repository} has, and name a folder of it",
        )
    return present, found


def _marks(wanted: HubName) -> list[str]:
    return [f"{wanted.folder}/{file}" if wanted.folder else file for file in MODEL_FILES]


def _downloaded(found: HubCheckpoint, present: Sequence[str], more: Sequence[str]) -> HubCheckpoint:
    """Return a checkpoint with its files here; without network those that the cache has."""
    inside = f"{found.folder}/" if found.folder else ""
    names = [name for path in present if path.startswith(inside) and "/" not in (name := path.removeprefix(inside))]
    weights = ADAPTER_WEIGHTS if found.kind == "adapter" else ("*.safetensors", "*.bin")

    def is_wanted(name: str) -> bool:
        own = name in ADAPTER_FILES if found.kind == "adapter" else not _is_one(name, _OF_TRAINING)
        return own or _is_one(name, more)

    files = sorted({name for name in (*names, *ADAPTER_FILES) if is_wanted(name)})
    root = download(found.repository, found.commit, [glob.escape(inside + name) for name in files])
    directory = root / found.folder
    here = sorted(path.name for path in directory.iterdir() if path.is_file() and is_wanted(path.name))
    if not any(_is_one(name, weights) for name in here):
        where = f"`{found.repository}/{found.folder}`" if found.folder else f"`{found.repository}`"
        raise InputError(f"{where} holds no weights", cause=f"neither {' nor '.join(weights)} is there")
    return replace(found, directory=directory, files=tuple(here))


def _is_one(name: str, patterns: Iterable[str]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)
