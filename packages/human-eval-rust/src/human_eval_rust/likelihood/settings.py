"""Settings of `human-eval-rust likelihood`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from human_eval_rust.sampling.settings import ModelSettings, Quantization
from sigil_common.settings import setting


@dataclass(frozen=True)
class LikelihoodSettings(ModelSettings):
    """Which model is shown which texts."""

    output: Path = setting(Path("likelihood.jsonl"), "File to write, a line for each problem")
    pairs: Path | None = setting(
        None, "File of right and wrong solutions of `problems pairs`, or the shipped one by its name: likelihood_pairs"
    )
    alternatives: list[Path] = setting(
        [], "Directory of other right solutions, `NNN_entry_point.rs`, where there are some; may be repeated"
    )
    quantization: Quantization = setting(
        "none", "nf4: hold the base in four bits as QLoRA trains on it, to see what the difference costs"
    )
    overwrite: bool = setting(False, "Replace a file that was made with other settings")
