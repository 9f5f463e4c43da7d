"""A tokenizer as GGUF keeps it: tokens with their kinds, merges, special tokens, chat template."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sigil_common.errors import InputError
from sigilderg_finetuner.gguf_files import splitting

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

NORMAL, CONTROL, USER_DEFINED, UNUSED = 1, 3, 4, 5  # of gguf.TokenType
_SPECIAL = ("bos", "eos", "unk", "pad")


@dataclass(frozen=True)
class Vocabulary:
    """`special` gives the numbers of bos, eos, unk and pad, where the tokenizer has them."""

    splitting: str
    tokens: list[str]
    kinds: list[int]
    merges: list[str]
    special: dict[str, int]
    opens_with_bos: bool
    chat_template: str | None


def vocabulary_of(tokenizer: PreTrainedTokenizerBase, size: int) -> Vocabulary:
    """Return the vocabulary, filled up to the `size` of the model's embedding.

    Raises `InputError` for a tokenizer that is not byte-level BPE, or that splits text in a way that has no name here.
    """
    backend: Any = getattr(tokenizer, "backend_tokenizer", None)
    about = json.loads(backend.to_str()) if backend is not None else {"model": {}}
    if about["model"].get("type") != "BPE" or about["model"].get("byte_fallback"):
        raise InputError("GGUF is written for byte-level BPE tokenizers only", cause=f"this is {_kind(about)}")
    if (about.get("normalizer") or {"type": "NFC"})["type"] != "NFC":
        raise InputError("GGUF cannot say how this tokenizer rewrites text", cause=f"by {about['normalizer']['type']}")
    name = splitting.name_of(backend)
    if name is None:
        raise InputError("GGUF has no name for how this tokenizer splits text", hint=f"known: {_known()}")
    tokens, kinds = _tokens(tokenizer, size)
    merges = [one if isinstance(one, str) else " ".join(one) for one in about["model"]["merges"]]
    found = {one: getattr(tokenizer, f"{one}_token_id", None) for one in _SPECIAL}
    special = {one: int(number) for one, number in found.items() if number is not None}
    opened: Any = tokenizer("x", add_special_tokens=True)["input_ids"]
    template = tokenizer.chat_template if isinstance(tokenizer.chat_template, str) else None
    return Vocabulary(name, tokens, kinds, merges, special, opened[0] == special.get("bos"), template)


def _tokens(tokenizer: PreTrainedTokenizerBase, size: int) -> tuple[list[str], list[int]]:
    texts: Any = tokenizer.get_vocab()
    if len(texts) > size:
        raise InputError(f"the tokenizer has {len(texts):,} tokens, the model's embedding {size:,}")
    tokens, kinds = [f"[PAD{number}]" for number in range(size)], [UNUSED] * size
    for text, number in texts.items():
        tokens[number], kinds[number] = text, NORMAL
    for number, added in tokenizer.added_tokens_decoder.items():
        kinds[number] = CONTROL if added.special else USER_DEFINED
    return tokens, kinds


def _kind(about: dict[str, Any]) -> str:
    fallback = " with byte fallback" if about["model"].get("byte_fallback") else ""
    return f"{about['model'].get('type', 'a tokenizer without tokenizer.json')}{fallback}"


def _known() -> str:
    return ", ".join(splitting.known())
