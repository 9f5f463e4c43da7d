"""The rule of Llama 3.1's longer context: as factors, which a GGUF file holds, and as a configuration has it.

transformers reads neither the factors nor any other scaling of rotary frequencies out of a GGUF file, but for gpt-oss,
and the model would go on as if nothing were scaled.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sigil_common.errors import InputError

_TENSOR = "rope_freqs.weight"
# What all published models of this rule have, and llama.cpp takes where a configuration does not say.
_LOW, _HIGH, _CONTEXT = 1.0, 4.0, 8192
_SAME = 1e-4
_OTHER = ("rope_factors_long.weight", "rope_factors_short.weight")


def factors(base: float, head: int, *, factor: float, low: float, high: float, context: int) -> tuple[float, ...]:
    """Return by what each frequency of a head of `head` dimensions is divided, one for each pair of them.

    Frequencies that turn more than `high` times within the original context (in tokens) stay, those that turn less
    than `low` times are divided by the whole factor, and those between go over from one to the other
    (transformers' `rope_type: llama3`).
    """
    found = []
    for pair in range(0, head, 2):
        turns = context * base ** (-pair / head) / (2 * math.pi)
        if turns > high:
            found.append(1.0)
        elif turns < low:
            found.append(float(factor))
        else:
            smooth = (turns - low) / (high - low)
            found.append(1 / ((1 - smooth) / factor + smooth))
    return tuple(found)


def scaling(reader: Any, base: float, head: int, path: Path) -> dict[str, Any] | None:
    """Return the rule that the factors of a GGUF file follow, as a configuration has it; None without any.

    Raises `InputError` for a scaling that cannot be said in a configuration, or that is of another kind.
    """
    tensors = {tensor.name: tensor.data for tensor in reader.tensors}
    names = [name for name in reader.fields if name.endswith(".rope.scaling.type") and not name.startswith("gpt-oss.")]
    kinds = [str(reader.fields[name].contents()) for name in names]
    if others := [name for name in _OTHER if name in tensors] + [kind for kind in kinds if kind != "none"]:
        raise InputError(
            f"{path}: its rotary frequencies are scaled (`{others[0]}`), which is not read out of a GGUF file",
            hint="download the model itself and name its directory",
        )
    if _TENSOR not in tensors:
        return None
    told = [float(value) for value in tensors[_TENSOR]]
    if all(value == 1.0 for value in told):
        return None
    factor = max(told)
    if not _equal(told, factors(base, head, factor=factor, low=_LOW, high=_HIGH, context=_CONTEXT)):
        raise InputError(
            f"{path}: its rotary frequencies are scaled by factors (`{_TENSOR}`) that are not those of Llama 3.1",
            hint="download the model itself and name its directory",
        )
    return {
        "rope_type": "llama3",
        "factor": factor,
        "low_freq_factor": _LOW,
        "high_freq_factor": _HIGH,
        "original_max_position_embeddings": _CONTEXT,
    }


def _equal(some: Sequence[float], others: Sequence[float]) -> bool:
    return len(some) == len(others) and all(
        math.isclose(one, other, rel_tol=_SAME) for one, other in zip(some, others, strict=True)
    )
