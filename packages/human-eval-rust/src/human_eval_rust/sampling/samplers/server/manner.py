"""How a server is to be asked: with token ids where it takes them, and without tricks of its own in the sampling.

A prompt that the server counts as long as the tokenizer here is the prompt that was meant, with one
beginning-of-sequence token. A server that is given text may add such a token itself; then the text goes without it.
That is tried out with one token, before the first answer is drawn.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from human_eval_rust.sampling.samplers import Request
from human_eval_rust.sampling.samplers.server.client import Client, RefusedError
from human_eval_rust.sampling.settings import SampleSettings
from sigil_common.asking import prompt_ids, rendered
from sigil_common.errors import InputError

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

log = logging.getLogger(__name__)

IDS, TEXT, BARE = "token ids", "text", "text, the server adds the first token"
# Against servers' own defaults, under the names that each of them has; `samplers` is llama.cpp's order.
_PLAIN: dict[str, Any] = {
    "top_k": -1,
    "min_p": 0.0,
    "repetition_penalty": 1.0,
    "repeat_penalty": 1.0,
    "samplers": ["temperature", "top_p"],
}
_COUNTED: dict[str, Any] = {"stream_options": {"include_usage": True}}
# From the one that says most to the one that every server takes: some refuse what they do not know.
_EXTRAS: tuple[dict[str, Any], ...] = ({**_PLAIN, **_COUNTED}, {**_PLAIN, "top_k": 0, **_COUNTED}, _COUNTED, {})


@dataclass(frozen=True)
class Manner:
    """The form of the prompt, and what requests say beside it; `counted`: the server confirmed the prompt's length."""

    model: str
    form: str
    extras: Mapping[str, Any]
    counted: bool

    def prompt(self, tokenizer: PreTrainedTokenizerBase, request: Request) -> tuple[list[int], list[int] | str]:
        """Return the token ids of a prompt, and what the server is given."""
        ids = prompt_ids(tokenizer, request)
        return ids, ids if self.form == IDS else _text(tokenizer, request, bare=self.form == BARE)

    def body(self, request: Request, prompt: list[int] | str, settings: SampleSettings) -> dict[str, Any]:
        """Return a request, but for its seed."""
        return {
            "model": self.model,
            "prompt": prompt,
            "max_tokens": settings.max_new_tokens,
            "temperature": request.temperature,
            "top_p": settings.top_p,
            "stream": True,
            **self.extras,
        }

    def to_row(self) -> dict[str, Any]:
        """Return what the manifest keeps."""
        return {"prompt": self.form, "prompt_length_confirmed": self.counted, "asked_with": dict(self.extras)}


def find_manner(client: Client, model: str, tokenizer: PreTrainedTokenizerBase, settings: SampleSettings) -> Manner:
    """Return how to ask; raise `InputError` if the server reads no form of the prompt as it was meant."""
    instruction = "Write the function." if settings.prompt_style == "chat" else None
    trial = Request("a trial", 0, 0, 0.0, instruction, "fn main() {")
    meant = len(prompt_ids(tokenizer, trial))
    read: list[int | None] = []
    refusal: RefusedError | None = None
    for form in _forms(tokenizer, trial):
        for extras in _EXTRAS:
            manner = Manner(model, form, extras, counted=True)
            _, prompt = manner.prompt(tokenizer, trial)
            try:
                body = manner.body(trial, prompt, settings) | {"seed": 0, "max_tokens": 1}
                answer = client.complete(body, lambda _text: False)
            except RefusedError as error:
                refusal = error
                continue
            if answer.prompt_tokens == meant:
                _warn(extras)
                return manner
            # Token ids are what they are; text may get a beginning-of-sequence token that nobody would see.
            if answer.prompt_tokens is None and (form == IDS or tokenizer.bos_token is None):
                _warn(extras)
                log.warning("%s does not say how long a prompt it read", client.address.api)
                return Manner(model, form, extras, counted=False)
            read.append(answer.prompt_tokens)
            break
    if refusal is not None and not read:
        raise refusal
    lengths = ", ".join("it does not say how many" if one is None else str(one) for one in dict.fromkeys(read))
    raise InputError(
        f"the server at {client.address.api} does not read prompts as the tokenizer of {settings.model} makes them",
        cause=f"{meant} tokens were meant, it read {lengths}",
        hint="--model must be the model that the server has, or a directory with its tokenizer",
    )


def _warn(extras: Mapping[str, Any]) -> None:
    if "top_k" not in extras:
        log.warning("the server takes no `top_k`, `min_p` and the like: its own defaults shape what is drawn")


def _forms(tokenizer: PreTrainedTokenizerBase, trial: Request) -> Iterator[str]:
    yield IDS
    yield TEXT
    if _begins_with_bos(tokenizer, trial):
        yield BARE


def _begins_with_bos(tokenizer: PreTrainedTokenizerBase, request: Request) -> bool:
    bos = tokenizer.bos_token
    return bool(bos) and _text(tokenizer, request, bare=False).startswith(str(bos))


def _text(tokenizer: PreTrainedTokenizerBase, request: Request, *, bare: bool) -> str:
    """Return the prompt as text; `bare` of the beginning-of-sequence token, which the server adds."""
    bos = str(tokenizer.bos_token or "")
    if request.instruction is not None:
        text = rendered(tokenizer, request) + request.opening
    else:
        starts = bos if tokenizer.bos_token_id in prompt_ids(tokenizer, request)[:1] else ""
        text = starts + request.opening
    return text.removeprefix(bos) if bare else text
