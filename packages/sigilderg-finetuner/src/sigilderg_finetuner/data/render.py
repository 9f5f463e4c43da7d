"""The exact text around a prompt and an answer, found once from the model's chat template.

The template is rendered with placeholders and cut at them:

    before | prompt | between | answer | after

Rows are then plain string joins, which is about twice as fast as rendering each. Prompt (`before` to
`between`) and answer are tokenised apart, because that is how a model meets them: the prompt is there, the
answer is written after it. `after` ends with the end-of-turn token, which is learned too.
"""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from sigil_common.errors import InputError
from sigil_common.manifest import digest_json

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

log = logging.getLogger(__name__)
RULES = 1  # raised when the same row would give other tokens
_PROMPT, _ANSWER = "\ue000prompt\ue001", "\ue000answer\ue001"


@dataclass(frozen=True)
class ChatFrame:
    """What stands around prompt and answer. `strips` says that the template trims their ends."""

    before: str
    between: str
    after: str
    strips: bool

    def prompt_text(self, prompt: str) -> str:
        """Return everything that the model is given."""
        return self.before + (prompt.strip() if self.strips else prompt) + self.between

    def answer_text(self, answer: str) -> str:
        """Return everything that the model is to write."""
        return (answer.strip() if self.strips else answer) + self.after

    def sha256(self) -> str:
        """Return the digest of the frame and of the rules by which it is filled."""
        return digest_json([RULES, self.before, self.between, self.after, self.strips])


def frame_as_before(frame: ChatFrame, kept: Path) -> ChatFrame:
    """Return the frame that a run began with, which its data.json holds, else `frame`.

    Templates may write the date: a run that is continued on another day goes on with that of its first.
    """
    try:
        before = ChatFrame(**json.loads(kept.read_text(encoding="utf-8"))["frame"])
    except (OSError, ValueError, KeyError, TypeError):
        return frame
    if before != frame:
        log.info("the chat template writes another text than when the run began; it goes on with the first one")
    return before


def frame_of(tokenizer: PreTrainedTokenizerBase, format: Literal["auto", "chat", "plain"]) -> ChatFrame:
    """Return the frame for a tokenizer: its chat template, or prompt, blank line, answer, end token.

    Raises `InputError` if a chat template is asked for and there is none, or if it rewrites what it is given.
    """
    has_template = bool(getattr(tokenizer, "chat_template", None))
    if format == "chat" and not has_template:
        raise InputError("`dataset.format` is `chat`, but the tokenizer has no chat template")
    if not tokenizer.eos_token:
        raise InputError("the tokenizer has no end token, so a model could not learn to stop")
    if format == "plain" or not has_template:
        return ChatFrame("", "\n\n", str(tokenizer.eos_token), strips=False)
    frame = _chat_frame(tokenizer)
    _check_frame(frame, tokenizer)
    return frame


def _chat_frame(tokenizer: PreTrainedTokenizerBase) -> ChatFrame:
    text = _render(tokenizer, _PROMPT, _ANSWER)
    if text.count(_PROMPT) != 1 or text.count(_ANSWER) != 1 or text.index(_PROMPT) > text.index(_ANSWER):
        raise InputError("the chat template does not show prompt and answer once each, in this order")
    before, rest = text.split(_PROMPT)
    between, after = rest.split(_ANSWER)
    strips = f" {_PROMPT} " not in _render(tokenizer, f" {_PROMPT} ", _ANSWER)
    return ChatFrame(before, between, _up_to_end_token(after, str(tokenizer.eos_token)), strips)


def _up_to_end_token(after: str, eos: str) -> str:
    """Cut behind the end token: what a template writes between turns is not the model's to learn."""
    return after[: after.index(eos) + len(eos)] if eos in after else after + eos


def _check_frame(frame: ChatFrame, tokenizer: PreTrainedTokenizerBase) -> None:
    """Make sure that joining strings gives what the template gives."""
    samples = [("Write `f`.", "fn f() {}"), (" a\n\n", "    b\n}\n"), ("{{ x }} {% y %}", "<think>\n</think> z")]
    for prompt, answer in samples:
        whole = _render(tokenizer, prompt, answer)
        if not whole.startswith(frame.prompt_text(prompt) + frame.answer_text(answer).removesuffix(frame.after)):
            raise InputError(
                "the chat template rewrites the texts that it is given", hint="use `dataset.format: plain`"
            )


def _render(tokenizer: PreTrainedTokenizerBase, prompt: str, answer: str) -> str:
    messages = [{"role": "user", "content": prompt}, {"role": "assistant", "content": answer}]
    rendered: Any = tokenizer.apply_chat_template(messages, tokenize=False)
    return str(rendered)


def opening_tokens(tokenizer: PreTrainedTokenizerBase, prompt_text: str) -> list[int]:
    """Return the BOS that must be put before the tokens of `prompt_text`, as a list of none or one.

    A template that writes the BOS itself gets none added; a tokenizer that would open every text with
    one, and a template that does not, get exactly one.
    """
    bos: Any = tokenizer.bos_token_id
    if bos is None or (tokenizer.bos_token and prompt_text.startswith(str(tokenizer.bos_token))):
        return []
    with_special: Any = tokenizer("x", add_special_tokens=True)["input_ids"]
    return [int(bos)] if with_special[:1] == [bos] else []
