"""How fast the parts of a run go, and where each figure is from: nothing is planned with a figure of no origin.

`measured` is by us, on the machine that `where` names; `published` by others; `assumption` is nobody's measurement.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from lambda_package.settings import RunSettings


@dataclass(frozen=True)
class Rate:
    """A figure with its unit, and who says so."""

    value: float
    unit: str
    kind: Literal["measured", "published", "assumption", "given"]
    where: str

    def __str__(self) -> str:
        shown = f"{self.value:,.0f}" if self.value >= 1_000 else f"{self.value:.3g}"
        return f"{shown} {self.unit} ({self.kind}: {self.where})"


CRATE = Rate(17, "CPU seconds a crate", "measured", "117 crates on two cores, docs/benchmarks/dataset.md")
CRATE_TEXT = Rate(
    144_832, "characters to train on a crate", "measured", "13,872 rows of 117 crates, docs/benchmarks/dataset.md"
)
# After one round of exercises and after two; more rounds are counted as two.
OWN_TEXT = (
    Rate(19.5, "characters accepted of a function", "measured", "profile `local`: 13 answers to 180 functions"),
    Rate(89.7, "characters accepted of a function", "measured", "profile `local`, 2 rounds: 52 answers, 180 functions"),
)
TOKEN = Rate(3.2, "characters a token", "assumption", "Rust with prompts, as `sigilderg-train --plan` takes it")
JUDGE = Rate(15.8, "CPU ms a sample", "measured", "16,400 samples on two cores, docs/benchmarks/evaluator.md")
JUDGE_FEW = Rate(38, "CPU ms a sample", "measured", "slowest run of 164 samples, docs/benchmarks/evaluator.md")
MANY_SAMPLES = 10_000
TRAIN_8B = Rate(
    8_387,
    "tokens/s",
    "assumption",
    "40% of the 989 TFLOP/s of an H100, activations computed twice, as `sigilderg-train --plan` counts it",
)
HF = Rate(
    1.19,
    "completions/s",
    "published",
    "transformers, one H100, StarCoder (15.5B), HumanEval, 20 samples in 45m58s: MultiPL-E pull request 102; taken "
    "for 8B as well",
)
VLLM = Rate(
    5_777,
    "tokens/s",
    "published",
    "vLLM, one H100, Llama-3.1-8B in FP8, offline: MLPerf Inference 5.1; taken for bfloat16 as well",
)
VLLM_START = Rate(
    120, "seconds to start vLLM", "assumption", "weights of 8B from a local disk, compilation and CUDA graphs"
)
MERGE = Rate(180, "seconds to merge", "assumption", "15 GiB read, added to, written and hashed, on a local NVMe disk")
COMPLETION = Rate(0.5, "of the longest completion on average", "assumption", "not measured for these models")
LARGE_WEIGHTS = Rate(15.0, "GiB of weights", "published", "8.03 G weights in bfloat16")
SMALL_RUN = Rate(0.4, "GiB of results", "measured", "profile `local`: its base model and two trainings")
ADAPTER = Rate(0.5, "GiB a checkpoint", "assumption", "rank 16 on all projections of 8B, with the optimizer's moments")

_8B = re.compile(r"(?<![\d.])8b(?![a-z0-9])", re.IGNORECASE)


def is_8b(settings: RunSettings) -> bool:
    """Tell whether the figures for 8B models on an H100 apply, by the model's name and the GPU that is asked for."""
    return settings.needs_gpu_mib is not None and _8B.search(settings.model.name) is not None


def training_rate(settings: RunSettings) -> Rate | None:
    """Return the rate of a training, or None where nobody measured it."""
    own = settings.plan.train_tokens_per_second
    if own is not None:
        return Rate(own, "tokens/s", "given", "plan.train_tokens_per_second")
    return TRAIN_8B if is_8b(settings) else None


def sampling_rate(settings: RunSettings, longest: int) -> Rate | None:
    """Return completions of at most `longest` tokens a second, or None where nobody measured it."""
    own = settings.plan.completions_per_second
    if own is not None:
        return Rate(own, "completions/s", "given", "plan.completions_per_second")
    if not is_8b(settings):
        return None
    if settings.sample.sampler == "hf":
        return HF
    if settings.sample.sampler == "vllm":
        length = f"{COMPLETION.kind}: {COMPLETION.value:g} {COMPLETION.unit}, {COMPLETION.where}"
        where = f"{VLLM.value:,.0f} {VLLM.unit}, {VLLM.where}; {length}"
        return Rate(VLLM.value / (COMPLETION.value * longest), "completions/s", "published", where)
    return None
