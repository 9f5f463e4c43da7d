"""What can draw completions: `NAME` is the module `human_eval_rust.sampling.samplers.NAME`."""

from __future__ import annotations

from typing import Literal

SamplerName = Literal["hf", "vllm", "server", "canned"]
