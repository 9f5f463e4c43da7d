"""What can draw completions: `NAME` is the module `human_eval_rust.sampling.samplers.NAME`."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Literal

from sigil_common.errors import MissingError

SamplerName = Literal["hf", "vllm", "server", "canned"]

VLLM_PLACE = Path(".venv-vllm/bin/vllm")
"""vLLM pins other versions than we do, so it has an environment of its own, which eval_setup.sh makes."""


def find_vllm(named: Path | None) -> Path:
    """Return vLLM's command: the one named, that of `.venv-vllm` here, or the one on the PATH.

    Raises `MissingError` if there is none.
    """
    if named is not None:
        if named.is_file() and os.access(named, os.X_OK):
            return named
        raise MissingError(f"cannot run {named} as vLLM's command")
    if os.access(VLLM_PLACE, os.X_OK):
        return VLLM_PLACE.absolute()
    found = shutil.which("vllm")
    if found is None:
        hint = "bash eval_setup.sh makes .venv-vllm where the profile needs it; or draw with --sampler hf"
        raise MissingError("vLLM is not installed", cause=f"neither {VLLM_PLACE} nor `vllm` on the PATH", hint=hint)
    return Path(found)
