"""Leave out what a part of a step is padded with, and rows from which nothing is learned.

TRL pads every completion of a step to the longest of all, so one that never ends would make all others as expensive;
and it computes completions whose advantage is zero, which move nothing.
"""

from __future__ import annotations

from typing import Any

_PROMPT = ("prompt_ids", "prompt_mask")


def rows_of_use(inputs: dict[str, Any]) -> Any:
    """Return for each row of a part whether it moves the weights: a token of it is learned, with an advantage."""
    learned = inputs["completion_mask"] * inputs["tool_mask"]
    return learned.any(dim=1) & (inputs["advantages"] != 0)


def without_rows(inputs: dict[str, Any], kept: Any) -> dict[str, Any]:
    """Return a part with the rows that are `kept` alone."""
    count = kept.shape[0]
    return {
        name: value[kept] if getattr(value, "ndim", 0) > 0 and value.shape[0] == count else value
        for name, value in inputs.items()
    }


def trimmed(inputs: dict[str, Any]) -> dict[str, Any]:
    """Return a part without the columns that none of its rows needs; at least one is left of each."""
    prompt, completion = (inputs[name].any(dim=0) for name in ("prompt_mask", "completion_mask"))
    first = int(prompt.int().argmax()) if bool(prompt.any()) else prompt.shape[0] - 1
    width = completion.shape[0]
    last = int(completion.nonzero().max()) + 1 if bool(completion.any()) else 1

    def cut(name: str, value: Any) -> Any:
        if name in _PROMPT:
            return value[:, first:]
        by_token = getattr(value, "ndim", 0) == 2 and value.shape[1] == width
        return value[:, :last] if by_token else value

    return {name: cut(name, value) for name, value in inputs.items()}
