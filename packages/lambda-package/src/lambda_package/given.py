"""A checkpoint that exists already: where it is, whether it is of the run's base, and how it is fetched from the hub.

`train.checkpoint` names it, as a directory, `user/model` or `user/model/checkpoint-N`. A directory that holds
checkpoints stands for the run's result, which is the newest one unless it names another. Of the hub the adapter is
copied, without the state of its training; a whole model is left to the sampler, which asks the hub for it.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from lambda_package.commands import OUT, Stage, Subject, base_model, base_subject, local, words
from lambda_package.settings import RunSettings
from sigil_common.checkpoints import chosen_checkpoint
from sigil_common.errors import InputError
from sigil_common.hub import download, is_hub_name, list_files, resolve_commit
from sigil_common.jsonl import read_record, write_json
from sigil_common.manifest import digest_tree
from sigil_common.records import CheckpointInfo, Record

ADAPTER, MODEL, INFO = "adapter_config.json", "config.json", "sigil_checkpoint.json"
PLACE, SOURCE = "checkpoint", "source.json"
_ADAPTER_FILES = (ADAPTER, "adapter_model.safetensors", "adapter_model.bin", INFO)
_SHA256 = re.compile(r"[0-9a-f]{64}")


class Source(Record):
    """`source.json` of the stage `checkpoint`: what of the hub the tuned model is."""

    repository: str
    revision: str
    folder: str
    kind: Literal["adapter", "model"]
    directory: str | None = None


@dataclass(frozen=True)
class HubName:
    """`user/model`, and the folder in it, if one is named."""

    repository: str
    folder: str

    def __str__(self) -> str:
        return f"{self.repository}/{self.folder}" if self.folder else self.repository


def is_local(name: str) -> bool:
    """Tell whether a checkpoint is a directory of this machine, by its being there or by the look of the name."""
    return Path(name).exists() or name.startswith((".", "/", "~"))


def hub_name(name: str) -> HubName:
    """Split the name of a checkpoint on the hub; raise `InputError` if it cannot be one."""
    owner, _, rest = name.strip("/").partition("/")
    model, _, folder = rest.partition("/")
    if not is_hub_name(f"{owner}/{model}") or ".." in folder.split("/"):
        raise InputError(
            f"no such checkpoint: {name}",
            hint="`train.checkpoint` is a directory, or user/model or user/model/checkpoint-N of the hub",
        )
    return HubName(f"{owner}/{model}", folder.strip("/"))


def local_checkpoint(name: str) -> Path:
    """Return the directory of a checkpoint here; raise `InputError` if it holds neither an adapter nor a model."""
    path = Path(name).expanduser()
    if not path.is_dir():
        raise InputError(f"no such checkpoint: {name}", hint="correct `train.checkpoint`")
    if any((path / file).is_file() for file in (ADAPTER, MODEL)):
        return path
    found = chosen_checkpoint(path)
    if found is None:
        raise InputError(
            f"{name} holds neither an adapter nor a model",
            cause=f"no {ADAPTER}, no {MODEL}, no checkpoint-N with one",
            hint="name a checkpoint-N directory of sigilderg-train, or a model's",
        )
    return found


def checkpoint_stage(settings: RunSettings, name: str) -> Stage:
    """Return the stage that fetches a checkpoint of the hub."""
    own = settings.train
    argv = ["sigilderg-lambda", "checkpoint", str(hub_name(name)), *words({"--output-dir": OUT})]
    argv += words({"--revision": own.checkpoint_revision}) if own.checkpoint_revision else []
    return Stage("checkpoint", tuple(argv), (), (SOURCE, PLACE), "lambda_package")


def given_subject(settings: RunSettings, done: Mapping[str, Path], name: str) -> Subject:
    """Return the given checkpoint as a model that is asked, on the base model that it is compared with.

    Raises `InputError` if it was trained on another.
    """
    if "checkpoint" in done:
        source = read_record(done["checkpoint"] / SOURCE, Source)
        if source.directory is None:
            return Subject(("--model", source.repository, "--revision", source.revision), ())
        path = done["checkpoint"] / PLACE / source.directory
    else:
        path = local_checkpoint(name)
    if not (path / ADAPTER).is_file():
        if (path / INFO).is_file():
            require_base(path, base_model(settings, done))
        return Subject(("--model", str(path)), local(str(path)))
    base = base_subject(settings, done)
    require_base(path, base_model(settings, done))
    named = ("--base-model", *base.words[1:])  # in the place of what the checkpoint names, which may be another path
    return Subject(("--model", str(path), *named), (*local(str(path)), *base.models))


def given_checkpoint(settings: RunSettings, done: Mapping[str, Path]) -> Path | None:
    """Return the directory of a given checkpoint that sigilderg-train made, for the report; None of any other."""
    path = Path(given_subject(settings, done, settings.train.checkpoint or "").words[1])
    return path if (path / INFO).is_file() else None


def is_adapter(checkpoint: Path) -> bool:
    """Tell whether a checkpoint is an adapter, or names its base model all the same."""
    return any((checkpoint / file).is_file() for file in (ADAPTER, INFO))


def require_base(checkpoint: Path, base: str) -> None:
    """Raise `InputError` if an adapter was trained on another base than `base`, a directory or a name of the hub.

    A directory is known by its digest, where the checkpoint has one, and a name by itself: with or without `Meta-`,
    which Meta's models lost, it is the same. What was trained on a directory of another machine is taken at its word.
    """
    named, digest = _base_of(checkpoint)
    what = f"{checkpoint} was not trained on the base model {base}"
    if Path(base).is_dir():
        if digest is not None and digest != digest_tree(Path(base)):
            raise InputError(what, cause="the digests of its files differ", hint="set `model.name` to its own base")
    elif digest is None and is_hub_name(named) and _plain(named) != _plain(base):
        raise InputError(what, cause=f"it names {named}", hint=f"--set model.name={named}")


def _plain(name: str) -> str:
    return name.lower().replace("/meta-llama-", "/llama-")


def _base_of(checkpoint: Path) -> tuple[str, str | None]:
    """Return the base model that an adapter names, and the digest of its directory, if it was one and is known."""
    if (checkpoint / INFO).is_file():
        info = read_record(checkpoint / INFO, CheckpointInfo)
        return info.base_model, info.base_revision if _SHA256.fullmatch(info.base_revision) else None
    try:
        value: Any = json.loads((checkpoint / ADAPTER).read_text(encoding="utf-8"))
        return str(value["base_model_name_or_path"]), None
    except (OSError, ValueError, KeyError, TypeError):
        raise InputError(f"{checkpoint / ADAPTER} does not name its base model") from None


def files_of(present: Iterable[str], folder: str) -> tuple[str, Literal["adapter", "model"]] | None:
    """Return the folder of a repository that holds an adapter or a model, and which; the newest where several do.

    None if there is neither in `folder` nor in a checkpoint-N of it.
    """
    files = set(present)
    inside = f"{folder}/" if folder else ""
    if f"{inside}{ADAPTER}" in files:
        return folder, "adapter"
    if f"{inside}{MODEL}" in files:
        return folder, "model"
    found = re.compile(rf"{re.escape(inside)}checkpoint-(\d+)/{re.escape(ADAPTER)}")
    numbers = [int(match[1]) for file in files if (match := found.fullmatch(file))]
    return (f"{inside}checkpoint-{max(numbers)}", "adapter") if numbers else None


def fetch(name: str, revision: str | None, output_dir: Path) -> Source:
    """Fetch a checkpoint of the hub into `output_dir` and return what it is.

    Raises `InputError` if the hub knows no such checkpoint, `MissingError` if it cannot be asked.
    """
    wanted = hub_name(name)
    commit = resolve_commit(wanted.repository, revision)
    source = _fetch(wanted, commit, output_dir / PLACE)
    write_json(output_dir / SOURCE, source.to_row())
    return source


def _fetch(wanted: HubName, commit: str, place: Path) -> Source:
    place.mkdir(parents=True, exist_ok=True)
    found = files_of(list_files(wanted.repository, commit), wanted.folder)
    if found is None:
        raise InputError(
            f"`{wanted}` holds neither an adapter nor a model",
            cause=f"no {ADAPTER}, no {MODEL}, no checkpoint-N with one",
            hint=f"look at what {wanted.repository} has, and name a folder of it",
        )
    folder, kind = found
    if kind == "model":
        if folder:
            raise InputError(
                f"`{wanted}` is a whole model in a folder of {wanted.repository}",
                hint="fetch it, and give its directory as `train.checkpoint`",
            )
        return Source(repository=wanted.repository, revision=commit, folder="", kind="model")
    paths = [f"{folder}/{file}" if folder else file for file in _ADAPTER_FILES]
    root = download(wanted.repository, commit, paths)
    name = folder.rpartition("/")[2] or wanted.repository.rpartition("/")[2]
    target = place / name
    target.mkdir(parents=True, exist_ok=True)
    for path in paths:
        if (root / path).is_file():
            shutil.copyfile(root / path, target / Path(path).name)
    return Source(repository=wanted.repository, revision=commit, folder=folder, kind="adapter", directory=name)
