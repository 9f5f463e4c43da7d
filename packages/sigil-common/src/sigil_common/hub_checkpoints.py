"""Checkpoints of the hub: `OWNER/NAME` or `OWNER/NAME/checkpoint-N`, what of a repository that is, and its files here.

A folder holds an adapter or a whole model, or stands for the newest checkpoint-N in it, as a directory does. An adapter
is fetched at one commit into the cache, without the state of its training; a whole model is left to whoever loads it.
"""

from __future__ import annotations

import glob
import logging
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Literal

from sigil_common.checkpoints import ADAPTER_CONFIG, CHECKPOINT_INFO, MODEL_CONFIG, MODEL_FILES
from sigil_common.errors import InputError, MissingError, SigilError
from sigil_common.hub import cached_file, download, is_hub_name, list_files, resolve_commit

log = logging.getLogger(__name__)
_NUMBERED = re.compile(r"checkpoint-\d+")
Kind = Literal["adapter", "model"]
ADAPTER_WEIGHTS = ("adapter_model.safetensors", "adapter_model.bin")
# Of a checkpoint's folder only these decide what is drawn, and say of what base it is.
ADAPTER_FILES = (ADAPTER_CONFIG, *ADAPTER_WEIGHTS, CHECKPOINT_INFO)


@dataclass(frozen=True)
class HubName:
    """`owner/model`, and the folder in it, if one is named."""

    repository: str
    folder: str

    def __str__(self) -> str:
        return f"{self.repository}/{self.folder}" if self.folder else self.repository


@dataclass(frozen=True)
class HubCheckpoint:
    """What a name of the hub stands for: commit and folder of a repository, and of an adapter its directory here."""

    repository: str
    commit: str
    folder: str
    kind: Kind
    directory: Path | None = None

    @property
    def called(self) -> str:
        """What the checkpoint is called beside others: as a directory of its own would be."""
        return (self.folder or self.repository).rpartition("/")[2]


def is_local(name: str) -> bool:
    """Tell whether a checkpoint is a directory of this machine: by its being there, or by the look of the name.

    What would be in a directory that is here is not looked for elsewhere, unless it looks like `owner/model`.
    """
    if Path(name).exists() or name.startswith((".", "/", "~")):
        return True
    parts = name.strip("/").split("/")
    return (len(parts) > 2 or _NUMBERED.fullmatch(parts[-1]) is not None) and Path(name).parent.is_dir()


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
    """Return what a name of the hub stands for at `revision`, an adapter with its files in the cache.

    `more` are further files of the adapter's folder that are wanted, by name or pattern. Raises `InputError` if the hub
    knows no such checkpoint, or it is a whole model in a folder; `MissingError` if neither hub nor cache has it.
    """
    wanted = hub_name(name)
    commit = _commit(wanted, revision)
    present, (folder, kind) = _look(wanted, commit)
    if kind == "model":
        if folder:
            raise InputError(
                f"{folder} of `{wanted.repository}` is a whole model in a folder",
                hint=f"fetch it, and name it as before: {_copying(HubName(wanted.repository, folder), commit)}",
            )
        return HubCheckpoint(wanted.repository, commit, "", kind)
    found = HubCheckpoint(wanted.repository, commit, folder, kind, _download(wanted, commit, folder, present, more))
    log.info("checkpoint: %s of %s at commit %s", folder or "the adapter", wanted.repository, commit)
    return found


def fetch_adapter(name: str, revision: str | None, more: Sequence[str] = ()) -> Path:
    """Return the directory of an adapter of the hub, fetched as `fetch` does; raise `InputError` for a whole model."""
    found = fetch(name, revision, more)
    if found.directory is None:
        raise InputError(f"`{name}` is a whole model of the hub, not a checkpoint with an adapter")
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


def _copying(wanted: HubName, commit: str | None = None) -> str:
    words = ["hf", "download", wanted.repository, *(["--revision", commit] if commit else [])]
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


def _download(wanted: HubName, commit: str, folder: str, present: Sequence[str], more: Sequence[str]) -> Path:
    inside = f"{folder}/" if folder else ""
    names = [path.removeprefix(inside) for path in present if path.startswith(inside)]
    further = [name for name in names if "/" not in name and any(fnmatchcase(name, one) for one in more)]
    paths = [inside + name for name in dict.fromkeys((*ADAPTER_FILES, *further))]
    directory = download(wanted.repository, commit, [glob.escape(path) for path in paths]) / folder
    if not any((directory / name).is_file() for name in ADAPTER_WEIGHTS):
        raise InputError(
            f"`{wanted}` holds no weights of an adapter", cause=f"neither {' nor '.join(ADAPTER_WEIGHTS)} is there"
        )
    return directory
