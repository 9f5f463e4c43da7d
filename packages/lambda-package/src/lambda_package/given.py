"""A checkpoint that exists already: where it is, whether it is of the run's base, and how it is fetched from the hub.

`train.checkpoint` names it, as a directory, `user/model` or `user/model/checkpoint-N`. A directory that holds
checkpoints stands for the run's result, which is the newest one unless it names another. Of the hub a checkpoint is
copied, without the state of its training; a model that is a repository is left to the sampler, which asks the hub.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from lambda_package.commands import OUT, Stage, Subject, base_model, base_subject, local, words
from lambda_package.settings import RunSettings
from sigil_common import hub_checkpoints
from sigil_common.checkpoints import (
    ADAPTER_CONFIG,
    CHECKPOINT_INFO,
    MODEL_CONFIG,
    MODEL_FILES,
    base_of,
    chosen_checkpoint,
)
from sigil_common.errors import InputError
from sigil_common.hub import is_hub_name
from sigil_common.hub_checkpoints import hub_name
from sigil_common.jsonl import read_record, write_json
from sigil_common.manifest import digest_tree
from sigil_common.records import Record

PLACE, SOURCE = "checkpoint", "source.json"


class Source(Record):
    """`source.json` of the stage `checkpoint`: what of the hub the tuned model is."""

    repository: str
    revision: str
    folder: str
    kind: Literal["adapter", "model"]
    directory: str | None = None


def local_checkpoint(name: str) -> Path:
    """Return the directory of a checkpoint here; raise `InputError` if it holds neither an adapter nor a model."""
    path = Path(name).expanduser()
    if not path.is_dir():
        raise InputError(f"no such checkpoint: {name}", hint="correct `train.checkpoint`")
    if any((path / file).is_file() for file in MODEL_FILES):
        return path
    found = chosen_checkpoint(path)
    if found is None:
        raise InputError(
            f"{name} holds neither an adapter nor a model",
            cause=f"no {ADAPTER_CONFIG}, no {MODEL_CONFIG}, no checkpoint-N with one",
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
    if not (path / ADAPTER_CONFIG).is_file():
        if (path / CHECKPOINT_INFO).is_file():
            require_base(path, base_model(settings, done))
        return Subject(("--model", str(path)), local(str(path)))
    base = base_subject(settings, done)
    require_base(path, base_model(settings, done))
    named = ("--base-model", *base.words[1:])  # in the place of what the checkpoint names, which may be another path
    return Subject(("--model", str(path), *named), (*local(str(path)), *base.models))


def given_checkpoint(settings: RunSettings, done: Mapping[str, Path]) -> Path | None:
    """Return the directory of a given checkpoint that sigilderg-train made, for the report; None of any other."""
    path = Path(given_subject(settings, done, settings.train.checkpoint or "").words[1])
    return path if (path / CHECKPOINT_INFO).is_file() else None


def is_adapter(checkpoint: Path) -> bool:
    """Tell whether a checkpoint is an adapter, or names its base model all the same."""
    return any((checkpoint / file).is_file() for file in (ADAPTER_CONFIG, CHECKPOINT_INFO))


def require_base(checkpoint: Path, base: str) -> None:
    """Raise `InputError` if an adapter was trained on another base than `base`, a directory or a name of the hub.

    A directory is known by its digest, where the checkpoint has one, and a name by itself: with or without `Meta-`,
    which Meta's models lost, it is the same. What was trained on a directory of another machine is taken at its word.
    """
    named = base_of(checkpoint)
    what = f"{checkpoint} was not trained on the base model {base}"
    if Path(base).is_dir():
        if named.digest is not None and named.digest != digest_tree(Path(base)):
            raise InputError(what, cause="the digests of its files differ", hint="set `model.name` to its own base")
    elif named.digest is None and is_hub_name(named.name) and _plain(named.name) != _plain(base):
        raise InputError(what, cause=f"it names {named.name}", hint=f"--set model.name={named.name}")


def _plain(name: str) -> str:
    return name.lower().replace("/meta-llama-", "/llama-")


def fetch(name: str, revision: str | None, output_dir: Path) -> Source:
    """Fetch a checkpoint of the hub into `output_dir` and return what it is.

    Raises `InputError` if the hub knows no such checkpoint, `MissingError` if it cannot be asked.
    """
    found = hub_checkpoints.fetch(name, revision)
    place = output_dir / PLACE
    place.mkdir(parents=True, exist_ok=True)
    source = Source(repository=found.repository, revision=found.commit, folder=found.folder, kind=found.kind)
    if found.directory is not None:
        target = place / found.called
        target.mkdir(exist_ok=True)
        for file in found.files:
            shutil.copyfile(found.directory / file, target / file)
        source = source.model_copy(update={"directory": found.called})
    write_json(output_dir / SOURCE, source.to_row())
    return source
