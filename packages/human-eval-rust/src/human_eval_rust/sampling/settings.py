"""Settings of `human-eval-rust generate`, and what every command that loads a model shares with it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from human_eval_rust.shipped_sets import SHIPPED
from sigil_common.bounds import Ge, Gt, Interval, Le
from sigil_common.samplers import SamplerName
from sigil_common.settings import setting

Quantization = Literal["none", "nf4"]


@dataclass(frozen=True)
class ModelSettings:
    """Which model is given which problems, and how it is held."""

    model: str = setting(
        "", "Directory of a model or a checkpoint, or OWNER/NAME or OWNER/NAME/checkpoint-N of the hub"
    )
    base_model: str | None = setting(None, "Base of a checkpoint, where it is not the one that the checkpoint names")
    base_revision: str | None = setting(
        None, "Hub commit of a checkpoint's base, where it is not the one that the checkpoint names"
    )
    revision: str | None = setting(
        None, "Hub commit of --model to pin; of a checkpoint in a directory, that of its base"
    )
    problem_file: list[Path] = setting(
        [],
        f"Problem file, or name of a shipped set ({SHIPPED}); may be repeated",
        flag="--problem_file",
    )
    limit: Annotated[int, Gt(0)] | None = setting(None, "Take only the first N problems")
    task_id: list[str] = setting([], "Take this problem only; may be repeated")
    prompt_style: Literal["chat", "completion"] = setting(
        "chat", "chat: ask through the model's template; completion: let it continue the bare code"
    )
    adapter_mode: Literal["merged", "attached"] = setting(
        "merged", "merged: fold the adapter into the base first, so that both models run the same code"
    )
    dtype: Literal["auto", "bfloat16", "float16", "float32"] = setting(
        "auto", "Number type; auto: bfloat16 where it is fast"
    )


@dataclass(frozen=True)
class SampleSettings(ModelSettings):
    """Which model answers which problems, and how it is sampled."""

    output: Path = setting(Path("samples.jsonl"), "Samples file to write")
    n_samples: Annotated[int, Gt(0)] = setting(1, "Completions for each problem")
    temperature: Annotated[float, Interval(ge=0, le=100)] = setting(
        0.8, "Sampling temperature; 0 takes the likeliest token each time"
    )
    top_p: Annotated[float, Interval(gt=0, le=1)] = setting(0.95, "Share of probability that is sampled from")
    greedy_first: bool = setting(False, "Draw each problem's first completion at temperature 0")
    max_new_tokens: Annotated[int, Gt(0)] = setting(512, "Longest completion, in tokens")
    batch_size: Annotated[int, Gt(0)] = setting(32, "Most completions drawn together")
    seed: Annotated[int, Ge(0)] = setting(42, "Seed; every completion has one of its own, derived from it")
    sampler: SamplerName = setting(
        "hf", "transformers here, a vLLM that is started, a server that runs, or completions from a file"
    )
    canned: Path | None = setting(None, "With `canned`: JSONL file with the completions")
    base_url: str | None = setting(
        None, "With `server`: its address, as http://127.0.0.1:8000/v1; a key goes into SIGIL_API_KEY"
    )
    served_model: str | None = setting(None, "With `server`: the model's name there, if it has several")
    vllm: Path | None = setting(None, "With `vllm`: its command; not given: .venv-vllm/bin/vllm here, or on the PATH")
    in_flight: Annotated[int, Gt(0), Le(4096)] = setting(64, "With `server` and `vllm`: requests under way at a time")
    earlier: Path | None = setting(
        None, "Samples drawn before with the same settings, fewer of each problem: kept as they are, and more are drawn"
    )
    planned_minutes: Annotated[float, Gt(0)] | None = setting(
        None, "Warn early of a run that will take more than twice as long"
    )
    overwrite: bool = setting(False, "Replace samples that were drawn with other settings")
