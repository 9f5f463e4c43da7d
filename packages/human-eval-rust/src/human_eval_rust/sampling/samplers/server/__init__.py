"""Sampling from a server of OpenAI's completions protocol: vLLM, SGLang, llama.cpp, TGI and others.

`--model` names the model as elsewhere: its tokenizer makes the same prompt as for `hf`, and the samples bear its name.
What the server has is on its own word, which is recorded. Its answers are streamed, and cut off where the function is
closed, by the rule of all samplers. An API key is taken from the environment (`SIGIL_API_KEY`) and goes nowhere else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from human_eval_rust.sampling.samplers import Completions, Drawn, Request, Sampler
from human_eval_rust.sampling.samplers.ids import finish
from human_eval_rust.sampling.samplers.server.at_once import at_once
from human_eval_rust.sampling.samplers.server.client import Client
from human_eval_rust.sampling.samplers.server.identity import identify
from human_eval_rust.sampling.samplers.server.manner import Manner, find_manner
from human_eval_rust.sampling.samplers.source import ModelSource, find_model, versions
from human_eval_rust.sampling.settings import SampleSettings
from sigil_common.address import Address, address_of
from sigil_common.asking import closed_at
from sigil_common.compute import set_up_libraries
from sigil_common.errors import InputError, MissingError

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

SEEDS = 2**31
"""Servers take seeds of 32 bits, some with a sign."""


class ServerSampler(Sampler):
    """A server that answers, and the tokenizer of its model."""

    def __init__(
        self, client: Client, tokenizer: PreTrainedTokenizerBase, manner: Manner, settings: SampleSettings
    ) -> None:
        self.client = client
        self.tokenizer = tokenizer
        self.manner = manner
        self.settings = settings
        self.ran_on: dict[str, str] = {}
        self.identity: Mapping[str, Any] = {}

    def draw(self, batches: Sequence[Sequence[Request]]) -> Completions:
        """Yield the completions of each batch, both in their order; requests of all batches are under way together."""
        asked: dict[tuple[str | None, str], tuple[list[int], Any]] = {}
        for request in (request for batch in batches for request in batch):
            key = (request.instruction, request.opening)
            if key not in asked:
                asked[key] = self.manner.prompt(self.tokenizer, request)

        def ask(request: Request) -> Drawn:
            ids, prompt = asked[request.instruction, request.opening]
            body = self.manner.body(request, prompt, self.settings) | {"seed": request.seed % SEEDS}
            answer = self.client.complete(body, lambda text: closed_at(text) is not None)
            answer.require_whole(prompt=len(ids), longest=self.settings.max_new_tokens, task=request.task_id)
            return finish(answer.text, ended=answer.ended, tokens=answer.tokens or 0, prompt=ids)

        try:
            yield from at_once(ask, batches, self.settings.in_flight)
        finally:
            self.close()

    def close(self) -> None:
        """Hang up: requests that are under way are given up."""
        self.client.close()


def describe(settings: SampleSettings) -> dict[str, Any]:
    """Return the model's names and digests, and the versions that make its prompts."""
    return {
        "kind": "server",
        "model": find_model(settings).describe(),
        "served_model": settings.served_model,
        "seed_sent": f"seed modulo {SEEDS}",
        "versions": versions("transformers", "tokenizers"),
    }


def open_sampler(settings: SampleSettings) -> ServerSampler:
    """Return a sampler of the server at `--base-url`; raise `MissingError` if none answers there."""
    if settings.base_url is None:
        raise InputError("--sampler server needs --base-url", hint="as in --base-url http://127.0.0.1:8000/v1")
    return open_at(address_of(settings.base_url), find_model(settings), settings, served=settings.served_model)


def open_at(address: Address, source: ModelSource, settings: SampleSettings, *, served: str | None) -> ServerSampler:
    """Return a sampler of the server at an address, which has found out what it is and how it is to be asked."""
    tokenizer = load_tokenizer(source, settings)
    client = Client(address, settings.in_flight)
    try:
        server = identify(client, served)
        manner = find_manner(client, server.model, tokenizer, settings)
    except BaseException:
        client.close()
        raise
    sampler = ServerSampler(client, tokenizer, manner, settings)
    sampler.ran_on = {"device": "server", "server": server.software, "prompt": manner.form}
    sampler.identity = {"server": {**server.to_row(), **manner.to_row()}}
    return sampler


def load_tokenizer(source: ModelSource, settings: SampleSettings) -> PreTrainedTokenizerBase:
    """Load the tokenizer that makes the prompts; raise `MissingError` without transformers."""
    set_up_libraries()
    try:
        from transformers import AutoTokenizer
    except ImportError as error:
        hint = "install the extra `server` of human-eval-rust"
        raise MissingError("making prompts needs transformers", cause=str(error), hint=hint) from None
    try:
        tokenizer: PreTrainedTokenizerBase = AutoTokenizer.from_pretrained(source.base, revision=source.revision)
    except (OSError, ValueError) as error:
        cause = str(error).strip().partition("\n")[0]
        raise InputError(f"cannot load the tokenizer of {source.name}", cause=cause) from None
    if settings.prompt_style == "chat" and tokenizer.chat_template is None:
        raise InputError(f"{source.base} has no chat template", hint="use --prompt-style completion")
    return tokenizer
