"""How a completion that was drawn is handed on."""

from __future__ import annotations

from human_eval_rust.sampling.samplers import Drawn
from sigil_common.asking import closed_at
from sigil_common.manifest import digest_json


def finish(text: str, *, ended: bool, tokens: int, prompt: list[int]) -> Drawn:
    """Return a completion, cut behind the brace that closes its function."""
    end = closed_at(text)
    if end is not None:
        return Drawn(text[:end] + "\n", "closed", tokens, digest_json(prompt))
    return Drawn(text, "stop" if ended else "length", tokens, digest_json(prompt))
