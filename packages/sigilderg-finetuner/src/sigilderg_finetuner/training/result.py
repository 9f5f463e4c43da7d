"""What a run ended with, gathered from its files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sigil_common.jsonl import read_objects, write_json
from sigilderg_finetuner.training import checkpoint
from sigilderg_finetuner.training.recorder import METRICS_FILE

RESULT_FILE = "result.json"


def read_result(output_dir: Path, last: Path) -> dict[str, Any]:
    """Gather the result from what is on disk, so that a finished run can be asked again."""
    rows = [row for _, row in read_objects(output_dir / METRICS_FILE)]
    losses = [row["val_loss"] for row in rows if "val_loss" in row]
    trained = [row for row in rows if "train_loss" in row]
    result = {
        "checkpoint": str(last),
        "step": checkpoint.read_info(last).step,
        "train_loss": trained[-1]["train_loss"] if trained else None,
        "val_loss_before": losses[0] if losses else None,
        "val_loss": losses[-1] if losses else None,
        "tokens": trained[-1]["tokens"] if trained else 0,
        "labelled_tokens": trained[-1]["labelled_tokens"] if trained else 0,
    }
    write_json(output_dir / RESULT_FILE, result)
    return result
