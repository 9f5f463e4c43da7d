"""What of a run's settings can be told to be wrong before anything is made; no machine is looked at for it.

`run` refuses each of them, and so do `plan`, `--dry-run` and `doctor`, in the same words.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from lambda_package import serving
from lambda_package.assignments import parse_assignments
from lambda_package.commands import LOADING
from lambda_package.given import is_adapter, local_checkpoint, require_base
from lambda_package.primary import require_measure
from lambda_package.settings import AUTO, RunSettings
from lambda_package.stages import HELDOUT
from lambda_package.workload import problem_kinds
from sigil_common.checkpoints import ADAPTER_CONFIG, MODEL_CONFIG, chosen_checkpoint
from sigil_common.errors import InputError
from sigil_common.hub import is_of_hub
from sigil_common.hub_checkpoints import hub_name, is_local
from sigil_common.settings_file import read_mapping

Level = Literal["ok", "warning", "missing"]

# What the chain tells the trainer by options, which prevail; and what to do in place of it.
_OF_THE_RUN = {"model_name": ", and set `model.name`", "dataset.names": "", "misc.output_dir": ", or use --run-dir"}


@dataclass(frozen=True)
class Check:
    """One finding; `hint` is what to do unless the level is `ok`."""

    name: str
    level: Level
    found: str
    hint: str = ""


def require_settings(settings: RunSettings) -> None:
    """Raise `InputError` for settings that no run can have, on whatever machine; asks nobody."""
    of_servers = (Check(*fault) for fault in serving.setting_faults(settings))
    for check in (*checkpoint_check(settings), *of_servers, *input_checks(settings)):
        if check.level == "missing":
            raise InputError(f"{check.name}: {check.found}", hint=check.hint or None)


def checkpoint_check(settings: RunSettings) -> Iterator[Check]:
    """Yield what was found of the checkpoint that the settings give, as far as this machine has it."""
    given, base = settings.train.checkpoint, settings.model
    try:
        if given is not None and is_local(given):
            path = local_checkpoint(given)
            # A base that is a directory is known by its bytes, which takes long for a large one: the run does it.
            if not base.gguf_package and not Path(base.name).is_dir() and is_adapter(path):
                require_base(path, base.name)
            yield Check("checkpoint", "ok", str(path))
        elif given is not None:
            hub_name(given)
    except InputError as error:
        yield _fault(error)


def _fault(error: InputError) -> Check:
    return Check("settings", "missing", ": ".join(filter(None, (error.what, error.cause))), error.hint or "")


def asks_base(settings: RunSettings) -> bool:
    """Tell whether a run loads the base model as it is named."""
    own = settings.sample
    asks = own.sampler != "canned" or own.likelihood or settings.train.checkpoint is None
    return asks and not settings.model.gguf_package


def input_checks(settings: RunSettings) -> Iterator[Check]:
    """Yield what was found of the files that the settings name, and settings that do not fit together."""
    own, trains = settings.dataset, settings.train.checkpoint is None
    makes_data = trains or bool(settings.sample.heldout)
    paths = [own.config, own.crate_list] if makes_data else []
    paths += [settings.train.config] if trains else []
    paths += [*settings.sample.problem_files, *(own.solution_files if makes_data else [])]
    paths += [own.heldout_crates] if settings.sample.heldout else []
    canned = [settings.sample.canned_base, settings.sample.canned_tuned]
    canned += [settings.exercises.canned] if settings.exercises.count and trains else []
    paths += [path for path in canned if path]
    unreadable = False
    for path in paths:
        if not os.access(path, os.R_OK) or path.is_dir():
            unreadable = True
            yield Check("settings", "missing", f"cannot read {path}", "run from the checkout, or correct the path")
    if not unreadable:
        yield from _contents(settings)
    yield from _base_model(settings)
    yield from _canned_files(settings)
    yield from _chosen_files(settings)
    yield from _training_words(settings)
    asked, exercises = settings.sample, settings.exercises
    if asked.dtype != AUTO and asked.sampler not in LOADING and not asked.likelihood:
        replays = f"with `sample.sampler: {asked.sampler}` it asks none of them"
        found = f"`sample.dtype` is for models that the run loads, and {replays}"
        yield Check("settings", "missing", found, "leave it out")
    yield from _repeats("sample.temperature", asked.temperature, "sample.n_samples", asked.most_samples)
    if exercises.count and trains:
        yield from _repeats("exercises.temperature", exercises.temperature, "exercises.samples", exercises.samples)
        if exercises.between and exercises.rounds == 1:
            cause = "`exercises.between` is for more than one of `exercises.rounds`"
            yield Check("settings", "missing", cause, "--set exercises.rounds=2, or leave it out")
    fewer = [k for k in settings.judge.k if k > asked.most_samples]
    if fewer:
        shown = ", ".join(f"pass@{k}" for k in fewer)
        yield Check("metrics", "warning", f"{shown} need more than {asked.most_samples} samples per problem")


def _base_model(settings: RunSettings) -> Iterator[Check]:
    """Yield why the base model is none that trainer and sampler take, by what can be told without the hub."""
    base, trains = settings.model.name, settings.train.checkpoint is None
    path = Path(base)
    if settings.model.gguf_package:
        if path.name in ("", ".."):
            yield Check("settings", "missing", f"`model.name` is `{base}`, which names no directory", "give it a name")
    elif not asks_base(settings) or is_of_hub(base):
        return
    elif not path.is_dir():
        hint = "`model.name` is a directory, or OWNER/NAME of the hub"
        yield Check("settings", "missing", f"no such base model: {base}", hint)
    else:
        needed = (MODEL_CONFIG,) if trains else (MODEL_CONFIG, ADAPTER_CONFIG)
        if not any((path / name).is_file() for name in needed) and (trains or chosen_checkpoint(path) is None):
            found = f"{base} is not a model directory: it has no {' and no '.join(needed)}"
            yield Check("settings", "missing", found, "correct `model.name`")


def _chosen_files(settings: RunSettings) -> Iterator[Check]:
    """Yield what the stage that joins problem files would refuse of their names, by which it takes so many of each."""
    own = settings.sample
    files = [path.stem for path in own.problem_files]
    for name in own.choose:
        if name not in files:
            hint = f"problem files: {', '.join(files)}; --set 'sample.choose={{}}' takes all of each"
            yield Check("settings", "missing", f"`sample.choose` names `{name}`, which is no problem file", hint)
    made = [Path(HELDOUT).stem] if own.heldout else []
    for name in dict.fromkeys((*own.choose, *made)):
        if (count := [*files, *made].count(name)) > 1:
            found = f"{count} problem files are called `{name}`, so none can be told from the other"
            hint = "rename one" + ("; that of `sample.heldout` is called so" if name in made else "")
            yield Check("settings", "missing", found, hint)


def _training_words(settings: RunSettings) -> Iterator[Check]:
    """Yield settings of the training of which one would silently count for nothing."""
    own = settings.train
    if own.checkpoint_revision is not None and (own.checkpoint is None or is_local(own.checkpoint)):
        found = "`train.checkpoint_revision` is for a `train.checkpoint` of the hub"
        yield Check("settings", "missing", found, "leave it out, or name one")
    words = {"train.set": own.set, "exercises.between": settings.exercises.between}
    for key, assignments in words.items() if own.checkpoint is None else ():
        names = [word.partition("=")[0].strip() for word in assignments]
        for name in dict.fromkeys(names):
            if names.count(name) > 1:
                yield Check("settings", "missing", f"`{key}` gives `{name}` twice", "leave one of them out")
            if name in _OF_THE_RUN:
                found = f"`{key}` gives `{name}`, which the run decides"
                yield Check("settings", "missing", found, f"leave it out{_OF_THE_RUN[name]}")


def _contents(settings: RunSettings) -> Iterator[Check]:
    """Yield what a stage would refuse of the files and words that it is given; keys of the trainer it alone knows."""
    own, trains = settings.dataset, settings.train.checkpoint is None
    checks: list[Callable[[], object]] = [
        lambda: require_measure(settings.stats.primary, problem_kinds(settings)),
    ]
    if trains or settings.sample.heldout:
        checks.append(lambda: read_mapping(own.config))
    if trains:
        checks.append(lambda: read_mapping(settings.train.config))
        checks.append(lambda: parse_assignments((*settings.train.set, *settings.exercises.between)))
    for check in checks:
        try:
            check()
        except InputError as error:
            yield _fault(error)


def _repeats(key: str, temperature: float, count_key: str, count: int) -> Iterator[Check]:
    if temperature == 0 and count > 1:
        cause = f"`{key}` 0 gives the same answer {count} times"
        yield Check("settings", "missing", cause, f"--set {count_key}=1, or a temperature above 0")


def _canned_files(settings: RunSettings) -> Iterator[Check]:
    sample = settings.sample
    if sample.sampler != "canned":
        return
    needed = {"sample.canned_base": sample.canned_base, "sample.canned_tuned": sample.canned_tuned}
    if settings.exercises.count and settings.train.checkpoint is None:
        needed["exercises.canned"] = settings.exercises.canned
    for key, path in needed.items():
        if path is None:
            found = f"`sample.sampler` is canned but `{key}` is not set"
            yield Check("settings", "missing", found, f"--set {key}=FILE")
