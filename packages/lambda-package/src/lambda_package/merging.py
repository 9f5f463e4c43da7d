"""vLLM asks whole models: an adapter is folded into its base first, once, in a stage of its own."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path

from lambda_package.commands import OUT, Stage, Subject, base_model, base_subject, words
from lambda_package.settings import RunSettings

ADAPTER = "adapter_config.json"


def merge(settings: RunSettings, done: Mapping[str, Path], name: str, subject: Subject) -> Stage | None:
    """Return the stage that makes a whole model of an adapter; None if the subject is one already."""
    given = dict(pairwise(subject.words))
    checkpoint = Path(given["--model"])
    if not (checkpoint / ADAPTER).is_file():
        return None
    base = base_subject(settings, done)
    options = {"--output": f"{OUT}/{_named(settings, done, checkpoint)}", "--base-model": base.words[1]}
    if "--revision" in base.words:
        options["--base-revision"] = base.words[-1]
    argv = ("sigilderg-export", str(checkpoint), *words(options))
    outputs = (_named(settings, done, checkpoint),)
    return Stage(name, argv, subject.models, outputs, "sigilderg_finetuner", loads_model=True)


def merged(settings: RunSettings, done: Mapping[str, Path], name: str, subject: Subject) -> Subject:
    """Return what is asked in the place of a subject: the whole model, if the stage `name` has made one."""
    if name not in done:
        return subject
    directory = done[name] / _named(settings, done, Path(subject.words[1]))
    return Subject(("--model", str(directory)), (directory,))


def _named(settings: RunSettings, done: Mapping[str, Path], checkpoint: Path) -> str:
    """Return the directory's name, which is what the samples call the model: as an unmerged one is called."""
    return f"{Path(base_model(settings, done)).name}+{checkpoint.name}"
