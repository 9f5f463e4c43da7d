"""Sampling with vLLM: the quick way on a GPU. Needs the extra `vllm`, in an environment of its own.

Prompts go in as token ids, made exactly as for `hf`, and the same stop rule holds. vLLM cannot merge an
adapter itself: merge it with `sigilderg-export` first, or use `--adapter-mode attached`.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from typing import Any

from human_eval_rust.sampling.samplers import Completions, Drawn, Request
from human_eval_rust.sampling.samplers.ids import finish
from human_eval_rust.sampling.samplers.source import ADAPTER_CONFIG, ModelSource, find_model, versions
from human_eval_rust.sampling.settings import SampleSettings
from sigil_common.asking import prompt_ids
from sigil_common.compute import Compute, choose_compute
from sigil_common.errors import InputError, MissingError


class VllmSampler:
    """A vLLM engine in this process."""

    ran_on: dict[str, str]

    def __init__(self, engine: Any, source: ModelSource, settings: SampleSettings, compute: Compute) -> None:
        self.engine = engine
        self.tokenizer = engine.get_tokenizer()
        self.source = source
        self.settings = settings
        self.ran_on = compute.to_row()

    def draw(self, batches: Sequence[Sequence[Request]]) -> Completions:
        """Yield the completions of each batch; vLLM schedules it as it likes, each request with its own seed."""
        for requests in batches:
            yield self._draw(requests)

    def _draw(self, requests: Sequence[Request]) -> list[Drawn]:
        from vllm.lora.request import LoRARequest

        prompts = [prompt_ids(self.tokenizer, item) for item in requests]
        lora = LoRARequest("adapter", 1, str(self.source.adapter)) if self.source.adapter else None
        outputs = self.engine.generate(
            [{"prompt_token_ids": ids} for ids in prompts],
            [self._parameters(item) for item in requests],
            lora_request=lora,
            use_tqdm=False,
        )
        return [_drawn(found.outputs[0], ids) for found, ids in zip(outputs, prompts, strict=True)]

    def _parameters(self, request: Request) -> Any:
        from vllm import SamplingParams

        return SamplingParams(
            temperature=request.temperature,
            top_p=self.settings.top_p,
            max_tokens=self.settings.max_new_tokens,
            seed=request.seed % 2**31,
        )


def _drawn(output: Any, prompt: list[int]) -> Drawn:
    return finish(output.text, ended=output.finish_reason == "stop", tokens=len(output.token_ids), prompt=prompt)


def describe(settings: SampleSettings) -> dict[str, Any]:
    """Return the model's names and digests, and the versions that decide its text."""
    return {
        "kind": "vllm",
        "model": find_model(settings).describe(),
        "versions": versions("torch", "transformers", "tokenizers", "vllm"),
    }


def open_sampler(settings: SampleSettings) -> VllmSampler:
    """Start the engine; raise `MissingError` without vLLM."""
    source = find_model(settings)
    if source.adapter is not None and settings.adapter_mode == "merged":
        raise InputError(
            f"vLLM cannot merge {source.adapter} itself",
            hint="merge it with sigilderg-export and give that directory, or use --adapter-mode attached",
        )
    # Per-request seeds give the same text again only with the engine in this process.
    os.environ.setdefault("VLLM_ENABLE_V1_MULTIPROCESSING", "0")
    try:
        from vllm import LLM
    except ImportError as error:
        hint = "install the extra `vllm` of human-eval-rust, best in an environment of its own"
        raise MissingError("the vllm sampler needs vLLM", cause=str(error), hint=hint) from None
    import torch

    compute = choose_compute(settings.dtype, torch.cuda)
    engine = LLM(
        model=source.base, revision=source.revision, dtype=compute.dtype, seed=settings.seed, **_lora_options(source)
    )
    return VllmSampler(engine, source, settings, compute)


def _lora_options(source: ModelSource) -> dict[str, Any]:
    if source.adapter is None:
        return {}
    rank = json.loads((source.adapter / ADAPTER_CONFIG).read_text(encoding="utf-8"))["r"]
    # vLLM knows a few sizes only.
    return {"enable_lora": True, "max_lora_rank": next(size for size in (8, 16, 32, 64, 128, 256, 512) if size >= rank)}
