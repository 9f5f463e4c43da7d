"""Prompts as token ids, the same for every sampler: made once, never as text that is tokenised again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from human_eval_rust.rust.lexer import mask, unmatched_close
from human_eval_rust.sampling.samplers import Drawn, Request
from sigil_common.errors import InputError
from sigil_common.manifest import digest_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from transformers import PreTrainedTokenizerBase


def prompt_ids(tokenizer: PreTrainedTokenizerBase, request: Request) -> list[int]:
    """Return the ids that the model is given: the chat template's, then those of the opening.

    Raises `InputError` unless the beginning-of-sequence token, where the model has one, opens the ids
    exactly once.
    """
    opening: Any = tokenizer.encode(request.opening, add_special_tokens=request.instruction is None)
    if request.instruction is None:
        ids = list(opening)
    else:
        message = [{"role": "user", "content": str(request.instruction)}]
        head: Any = tokenizer.apply_chat_template(message, add_generation_prompt=True, return_dict=False)
        ids = [*head, *opening]
    _check_one_bos(tokenizer, ids, request)
    return ids


def _check_one_bos(tokenizer: PreTrainedTokenizerBase, ids: list[int], request: Request) -> None:
    bos = tokenizer.bos_token_id
    if bos is None:
        return
    # Some families (ChatML) open every turn with the token that they call BOS; only the first place counts then.
    turns = 1 if request.instruction is None else rendered(tokenizer, request).count(str(tokenizer.bos_token))
    if ids[:2] == [bos, bos] or ids.count(bos) > max(1, turns):
        raise InputError(
            f"the prompt of {request.task_id} holds {ids.count(bos)} beginning-of-sequence tokens, expected one",
            hint="the tokenizer's chat template writes one that its tokenizer adds again",
        )


def rendered(tokenizer: PreTrainedTokenizerBase, request: Request) -> str:
    """Return the chat template's text, up to where the answer begins."""
    message = [{"role": "user", "content": str(request.instruction)}]
    return str(tokenizer.apply_chat_template(message, add_generation_prompt=True, tokenize=False))


def text_after(tokenizer: PreTrainedTokenizerBase, opening: Sequence[int], written: Sequence[int]) -> str:
    """Return the text of `written` as it stands behind `opening`; some decoders eat a leading space otherwise."""
    lead: Any = tokenizer.decode(list(opening), skip_special_tokens=True, clean_up_tokenization_spaces=False)
    both: Any = tokenizer.decode([*opening, *written], skip_special_tokens=True, clean_up_tokenization_spaces=False)
    return str(both).removeprefix(str(lead))


def closed_at(text: str) -> int | None:
    """Return the offset just after the `}` that closes the function whose `{` stands before `text`.

    It does not depend on how much more is written: a `}` at the very end is undecided where a `'` behind it would
    make it a character literal.
    """
    if "}" not in text:
        return None
    close = unmatched_close(mask(text).code)
    if close is None or (close + 1 == len(text) and text[:close].endswith(("'", "'\\"))):
        return None
    return close + 1


def finish(text: str, *, ended: bool, tokens: int, prompt: list[int]) -> Drawn:
    """Return a completion, cut behind the brace that closes its function."""
    end = closed_at(text)
    if end is not None:
        return Drawn(text[:end] + "\n", "closed", tokens, digest_json(prompt))
    return Drawn(text, "stop" if ended else "length", tokens, digest_json(prompt))
