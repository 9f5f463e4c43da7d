"""What can draw completions. A sampler is one module or folder with `describe` and `open_sampler`.

Adding one is that and its name in `sigil_common.samplers`, from which every command takes what it offers.
"""

from __future__ import annotations

import importlib
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import MappingProxyType, ModuleType
from typing import Any, Protocol

from human_eval_rust.sampling.settings import SampleSettings
from sigil_common.samplers import SamplerName


@dataclass(frozen=True)
class Request:
    """One completion to draw: what the model is asked, and the random numbers it is drawn with.

    The model is given `instruction` as the user's message (none for bare completion) and continues
    `opening`. A `temperature` of 0 takes the likeliest token each time.
    """

    task_id: str
    sample_index: int
    seed: int
    temperature: float
    instruction: str | None
    opening: str


@dataclass(frozen=True)
class Drawn:
    """What a model wrote after `opening`, and why it ended.

    `closed`: the function's brace was closed; `stop`: an end token; `length`: the token limit;
    `None`: a file of completions does not say.
    """

    text: str
    finish_reason: str | None
    tokens: int
    prompt_sha256: str | None


Completions = Generator[list[Drawn], None, None]
"""The completions of each batch; closed when nobody wants more of them."""


class Sampler(Protocol):
    """Draws completions of one model.

    `ran_on` is device and number type, as they turned out: what has to be the same of models that are compared.
    `identity` is what else was found out about who answers. A run continues only where both are as they were.
    """

    ran_on: dict[str, str]
    identity: Mapping[str, Any] = MappingProxyType({})

    def draw(self, batches: Sequence[Sequence[Request]]) -> Completions:
        """Yield, batch by batch, one completion for each request, all in their order."""

    def close(self) -> None:
        """End what was started for it, if anything was."""
        return


def describe(settings: SampleSettings) -> dict[str, Any]:
    """Return what decides the text besides the settings (model, digests, versions), without loading anything."""
    found: dict[str, Any] = module_of(settings.sampler).describe(settings)
    return found


@contextmanager
def open_sampler(settings: SampleSettings) -> Iterator[Sampler]:
    """Yield the sampler that the settings name, with its model loaded; what it started ends with the block."""
    sampler: Sampler = module_of(settings.sampler).open_sampler(settings)
    try:
        yield sampler
    finally:
        sampler.close()


def module_of(name: SamplerName) -> ModuleType:
    """Return the module of a sampler, imported when it is asked for."""
    return importlib.import_module(f"{__name__}.{name}")
