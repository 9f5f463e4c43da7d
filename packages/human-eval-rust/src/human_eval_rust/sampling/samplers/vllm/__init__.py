"""Sampling with vLLM, the quick way on a GPU: its server is started for the drawing, and asked like any other.

vLLM pins other versions than we do, so it lives in an environment of its own, `.venv-vllm`, and only its command is
used. Prompts, seeds and stop rule are those of `server`. It cannot merge an adapter: the whole model is made with
`sigilderg-export` first, or the adapter is left apart with `--adapter-mode attached`.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

from human_eval_rust.sampling.samplers import Completions, Request, Sampler
from human_eval_rust.sampling.samplers.server import SEEDS, ServerSampler, open_at
from human_eval_rust.sampling.samplers.source import ModelSource, find_model, versions
from human_eval_rust.sampling.samplers.vllm.gpu import Held, held_by
from human_eval_rust.sampling.samplers.vllm.process import free_port, started
from human_eval_rust.sampling.settings import SampleSettings
from sigil_common.address import address_of
from sigil_common.checkpoints import ADAPTER_CONFIG, adapter_config
from sigil_common.errors import InputError
from sigil_common.samplers import find_vllm

TOKENS_A_PIECE = 8
"""So many tokens come in one piece of a stream: reading them one by one keeps a core busy. The text is the same."""
_RANKS = (8, 16, 32, 64, 128, 256, 512)


class VllmSampler(Sampler):
    """vLLM's server, which ends with this."""

    def __init__(self, server: ServerSampler, process: ExitStack, held: Held) -> None:
        self.server = server
        self.process = process
        self.ran_on = {**server.ran_on, **held.ran_on}
        told = {} if held.gpu is None else {"gpu": held.gpu}
        self.identity = {"server": {**server.identity["server"], **told}}

    def draw(self, batches: Sequence[Sequence[Request]]) -> Completions:
        """Yield the completions of each batch, both in their order; vLLM schedules all requests as it likes."""
        return self.server.draw(batches)

    def close(self) -> None:
        """Hang up, and end the server."""
        self.server.close()
        self.process.close()


def describe(settings: SampleSettings) -> dict[str, Any]:
    """Return the model's names and digests, and the versions that make its prompts."""
    return {
        "kind": "vllm",
        "model": find_model(settings).describe(),
        "seed_sent": f"seed modulo {SEEDS}",
        "versions": versions("transformers", "tokenizers"),
    }


def open_sampler(settings: SampleSettings) -> VllmSampler:
    """Start vLLM's server and wait until it answers; raise `MissingError` if it is not there, or does not start."""
    source = find_model(settings)
    if source.adapter is not None and settings.adapter_mode == "merged":
        raise InputError(
            f"vLLM cannot merge {source.adapter} itself",
            hint="merge it with sigilderg-export and give that directory, or use --adapter-mode attached",
        )
    port = free_port()
    address = address_of(f"http://127.0.0.1:{port}")
    command = find_vllm(settings.vllm)
    held = held_by(command, settings.dtype)
    settings = replace(settings, dtype=held.dtype)
    argv = [str(command), *serve_words(source, settings, port)]
    process = ExitStack()
    process.enter_context(started(argv, address, settings.output.with_name(f"{settings.output.name}.vllm.log")))
    try:
        return VllmSampler(open_at(address, source, settings, served=source.name), process, held)
    except BaseException:
        process.close()
        raise


def serve_words(source: ModelSource, settings: SampleSettings, port: int) -> list[str]:
    """Return the words behind `vllm`: where it listens, and no sampling settings of the model's own."""
    options: dict[str, object] = {
        "--host": "127.0.0.1",
        "--port": port,
        "--dtype": settings.dtype,
        "--seed": settings.seed,
        "--generation-config": "vllm",
        "--stream-interval": TOKENS_A_PIECE,
        "--max-num-seqs": settings.in_flight,
    }
    if source.revision is not None:
        options |= {"--revision": source.revision, "--tokenizer-revision": source.revision}
    if source.adapter is None:
        options["--served-model-name"] = source.name
    else:
        options |= {"--max-lora-rank": _rank(source), "--lora-modules": f"{source.name}={source.adapter}"}
    words = [word for name, value in options.items() for word in (name, str(value))]
    flags = ["--disable-uvicorn-access-log", *(["--enable-lora"] if source.adapter is not None else [])]
    return ["serve", source.base, *words, *flags]


def _rank(source: ModelSource) -> int:
    """Return the least rank that vLLM makes room for which suffices; raise `InputError` where none does."""
    assert source.adapter is not None
    rank = adapter_config(source.adapter).get("r")
    room = next((size for size in _RANKS if isinstance(rank, int) and 0 < rank <= size), None)
    if room is None:
        path = source.adapter / ADAPTER_CONFIG
        raise InputError(f"{path}: vLLM takes an adapter of rank 1 to {_RANKS[-1]}", cause=f"`r` is {rank!r}")
    return room
