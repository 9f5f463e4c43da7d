"""Completions from a file instead of a model: to replay samples, and to test what comes after sampling."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from human_eval_rust.sampling.samplers import Completions, Drawn, Request, Sampler
from human_eval_rust.sampling.settings import SampleSettings
from sigil_common.errors import InputError
from sigil_common.jsonl import read_models
from sigil_common.manifest import digest_file
from sigil_common.records import Completion


class CannedSampler(Sampler):
    """By task, its completions in file order; sample i takes the i-th of its task."""

    ran_on: dict[str, str]

    def __init__(self, file: Path) -> None:
        self.file = file
        self.ran_on = {}
        self.texts: dict[str, list[Completion]] = {}
        for _, row in read_models(file, Completion):
            self.texts.setdefault(row.task_id, []).append(row)

    def draw(self, batches: Sequence[Sequence[Request]]) -> Completions:
        """Yield the completions of the file; raise `InputError` where it has too few."""
        for requests in batches:
            yield [self._draw(item) for item in requests]

    def _draw(self, request: Request) -> Drawn:
        known = self.texts.get(request.task_id, [])
        if request.sample_index >= len(known):
            raise InputError(
                f"{self.file} holds {len(known)} completions of {request.task_id}",
                cause=f"sample {request.sample_index} was asked for",
                hint="lower --n-samples, or add completions",
            )
        row = known[request.sample_index]
        return Drawn(row.completion, row.finish_reason, 0, row.prompt_sha256)


def describe(settings: SampleSettings) -> dict[str, Any]:
    """Return the file's name and digest."""
    file = _file(settings)
    return {"kind": "canned", "file": file.name, "sha256": digest_file(file)}


def open_sampler(settings: SampleSettings) -> CannedSampler:
    """Read the file that `--canned` names."""
    return CannedSampler(_file(settings))


def _file(settings: SampleSettings) -> Path:
    if settings.canned is None:
        raise InputError("--sampler canned needs --canned FILE")
    return settings.canned
