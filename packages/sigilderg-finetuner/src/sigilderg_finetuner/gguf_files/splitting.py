"""How a byte-level tokenizer splits text before its merges, by the names that llama.cpp has for it.

A GGUF file holds vocabulary and merges, and of the splitting a name alone (`tokenizer.ggml.pre`); who reads the file
must know what the name stands for. A wrong one is noticed by nobody: text becomes other tokens, all of them valid.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tokenizers import Tokenizer
    from tokenizers.pre_tokenizers import PreTokenizer

_LLAMA_3 = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}"
    r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
_QWEN_2 = _LLAMA_3.replace(r"\p{N}{1,3}", r"\p{N}")


def known() -> dict[str, PreTokenizer]:
    """Return the ways of splitting that are known, by their names."""
    from tokenizers import Regex, pre_tokenizers

    by_gpt_2 = pre_tokenizers.ByteLevel(add_prefix_space=False)
    digits = pre_tokenizers.Digits(individual_digits=True)

    def by(pattern: str) -> PreTokenizer:
        split = pre_tokenizers.Split(Regex(pattern), behavior="isolated")
        found: PreTokenizer = pre_tokenizers.Sequence(
            [split, pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)]
        )
        return found

    return {
        "gpt-2": by_gpt_2,
        "smollm": pre_tokenizers.Sequence([digits, by_gpt_2]),
        "llama-bpe": by(_LLAMA_3),
        "qwen2": by(_QWEN_2),
    }


def name_of(tokenizer: Tokenizer) -> str | None:
    """Return the name of the way in which a tokenizer splits text, or None for one that is not known."""
    wanted = _plain(tokenizer.pre_tokenizer)
    return next((name for name, splitting in known().items() if _plain(splitting) == wanted), None)


def _plain(splitting: Any) -> Any:
    """Return what decides how text is split. `trim_offsets` is about places in the text, not about tokens."""
    if splitting is None:
        return None
    return _without_offsets(json.loads(splitting.__getstate__()))


def _without_offsets(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_offsets(item) for key, item in value.items() if key != "trim_offsets"}
    return [_without_offsets(item) for item in value] if isinstance(value, list) else value
