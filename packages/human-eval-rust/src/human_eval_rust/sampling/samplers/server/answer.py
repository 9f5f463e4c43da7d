"""One answer out of a server's stream, or the reason why it is none: half an answer is never taken for a whole one."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from sigil_common.errors import InputError

# What servers call an end by the model's own end token.
_ENDED = frozenset({"stop", "eos", "eos_token", "stop_sequence"})


class TornError(Exception):
    """The server broke off, or sent what is no answer; asked again, it may give a whole one."""


@dataclass(frozen=True)
class Answer:
    """What was written; whether an end token ended it, or we cut it off where the text suffices; else it has no room.

    How many tokens prompt and answer have is on the server's word, None where it does not say.
    """

    text: str
    ended: bool
    cut: bool
    tokens: int | None = None
    prompt_tokens: int | None = None

    def require_whole(self, *, prompt: int, longest: int, task: str) -> None:
        """Raise `InputError` for an answer to another prompt than was meant, or of less room than was asked for."""
        if self.prompt_tokens not in (None, prompt):
            raise InputError(
                f"the server read {self.prompt_tokens} tokens where the prompt of {task} has {prompt}",
                hint="--model must be the model that the server has",
            )
        if not (self.ended or self.cut) and self.tokens is not None and self.tokens < longest:
            raise InputError(
                f"the server cut an answer to {task} off after {self.tokens} of {longest} tokens",
                hint="start it with room for prompt and answer (`--max-model-len`, `-c`), or lower --max-new-tokens",
            )


def read_stream(lines: Iterable[str], enough: Callable[[str], bool]) -> Answer:
    """Return the answer that the lines of an event stream hold; read no further once its text is `enough`.

    Raises `TornError` if the stream ends before the answer does, or holds something else.
    """
    text, reason, usage = "", None, None
    for event in _events(lines):
        usage = event.get("usage") or usage
        choice = _choice(event)
        if choice is None:
            continue
        piece = choice.get("text") or ""
        text += piece
        reason = choice.get("finish_reason") or reason
        # A longer text is looked at only where it can have become enough.
        if "}" in piece and enough(text):
            return Answer(text, ended=False, cut=True)
    return _answer(text, reason, usage)


def read_whole(data: bytes) -> Answer:
    """Return the answer that a server which does not stream has sent in one piece."""
    event = _parsed(data.decode("utf-8", "replace"))
    choice = _choice(event)
    if choice is None or not isinstance(choice.get("text"), str):
        raise TornError("it sent no choices")
    return _answer(choice["text"], choice.get("finish_reason"), event.get("usage"))


def _events(lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    for line in lines:
        if not line.startswith("data:"):
            continue
        data = line[5:].strip()
        if data == "[DONE]":
            return
        yield _parsed(data)


def _parsed(data: str) -> dict[str, Any]:
    try:
        event = json.loads(data)
    except ValueError:
        raise TornError(f"it sent what is no JSON: {data[:80]!r}") from None
    if not isinstance(event, dict):
        raise TornError(f"it sent what is no object: {data[:80]!r}")
    if event.get("error"):
        raise TornError(f"it said: {told(event)}")
    return event


def told(event: Any) -> str:
    """Return the message of an error as servers of this protocol wrap it."""
    error = event.get("error", event) if isinstance(event, dict) else event
    with suppress(AttributeError):
        error = error.get("message") or error.get("detail") or error
    return " ".join(str(error).split())[:200]


def _choice(event: dict[str, Any]) -> dict[str, Any] | None:
    """Return the one choice of an event; None where it only tells what the answer took."""
    choices = event.get("choices")
    if choices == [] and event.get("usage"):
        return None
    if not isinstance(choices, list) or not choices or not isinstance(choices[0], dict):
        raise TornError("it sent no choices")
    if not isinstance(choices[0].get("text"), str | None):
        raise TornError("it sent a choice without text")
    return choices[0]


def _answer(text: str, reason: Any, usage: Any) -> Answer:
    if reason is None:
        raise TornError("it broke off in the middle of an answer")
    if reason not in _ENDED and reason != "length":
        raise TornError(f"it ended an answer for `{reason}`")
    counts = usage if isinstance(usage, dict) else {}
    return Answer(
        text,
        ended=reason in _ENDED,
        cut=False,
        tokens=_count(counts.get("completion_tokens")),
        prompt_tokens=_count(counts.get("prompt_tokens")),
    )


def _count(value: Any) -> int | None:
    return value if isinstance(value, int) and value >= 0 else None
