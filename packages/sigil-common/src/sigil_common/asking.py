"""What a model is given and where its answer ends, in tokens: the same where it is measured and where it is rewarded.

A prompt is token ids, made once, never text that is tokenised again. The tokenizer is transformers', which this package
does not import.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from sigil_common.errors import InputError
from sigil_common.rust_text import mask, unmatched_close

CONTEXT_TOKENS = 16  # of the opening, decoded with the answer so that its first space is not lost


class Asked(Protocol):
    """What a model is asked: `instruction` as the user's message (none for bare completion), then `opening`."""

    @property
    def task_id(self) -> str:
        """Name of the problem."""

    @property
    def instruction(self) -> str | None:
        """The user's message."""

    @property
    def opening(self) -> str:
        """What the model continues."""


def prompt_ids(tokenizer: Any, asked: Asked) -> list[int]:
    """Return the ids that the model is given: the chat template's, then those of the opening.

    Raises `InputError` unless the beginning-of-sequence token, where the model has one, opens the ids
    exactly once.
    """
    opening: Any = tokenizer.encode(asked.opening, add_special_tokens=asked.instruction is None)
    if asked.instruction is None:
        ids = list(opening)
    else:
        message = [{"role": "user", "content": str(asked.instruction)}]
        head: Any = tokenizer.apply_chat_template(message, add_generation_prompt=True, return_dict=False)
        ids = [*head, *opening]
    _check_one_bos(tokenizer, ids, asked)
    return ids


def check_apart(training: Iterable[Asked], measured: Iterable[Asked]) -> None:
    """Raise `InputError` for a problem that is trained on and measured, under the same task id or asked as another."""
    tasks: dict[str, str] = {}
    texts: dict[tuple[str | None, str], str] = {}
    for one in training:
        tasks[one.task_id] = texts[one.instruction, one.opening] = one.task_id
    for one in measured:
        known = tasks.get(one.task_id) or texts.get((one.instruction, one.opening))
        if known is not None:
            other = "" if known == one.task_id else f", where it is `{known}`"
            raise InputError(
                f"problem `{one.task_id}` is to be measured and is among those that are trained on{other}",
                cause="what it then earns says nothing of other problems",
                hint="take it out of one of the two files",
            )


def _check_one_bos(tokenizer: Any, ids: list[int], asked: Asked) -> None:
    bos = tokenizer.bos_token_id
    if bos is None:
        return
    # Some families (ChatML) open every turn with the token that they call BOS; only the first place counts then.
    turns = 1 if asked.instruction is None else rendered(tokenizer, asked).count(str(tokenizer.bos_token))
    if ids[:2] == [bos, bos] or ids.count(bos) > max(1, turns):
        raise InputError(
            f"the prompt of {asked.task_id} holds {ids.count(bos)} beginning-of-sequence tokens, expected one",
            hint="the tokenizer's chat template writes one that its tokenizer adds again",
        )


def rendered(tokenizer: Any, asked: Asked) -> str:
    """Return the chat template's text, up to where the answer begins."""
    message = [{"role": "user", "content": str(asked.instruction)}]
    return str(tokenizer.apply_chat_template(message, add_generation_prompt=True, tokenize=False))


def text_after(tokenizer: Any, opening: Sequence[int], written: Sequence[int]) -> str:
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


def closing_tokens(tokenizer: Any) -> frozenset[int]:
    """Return the ids of all tokens that can write a `}`; only after these is the brace check worth its time."""
    return frozenset(number for token, number in tokenizer.get_vocab().items() if "}" in token or token == "<0x7D>")  # noqa: S105


def end_tokens(model: Any, tokenizer: Any) -> frozenset[int]:
    """Return all ids that end an answer; some models name several in their generation config."""
    configured = getattr(model.generation_config, "eos_token_id", None)
    found = configured if isinstance(configured, list) else [configured]
    ends = frozenset(token for token in [*found, tokenizer.eos_token_id] if token is not None)
    if not ends:
        raise InputError("the model names no end token", hint="set eos_token in its tokenizer")
    return ends
