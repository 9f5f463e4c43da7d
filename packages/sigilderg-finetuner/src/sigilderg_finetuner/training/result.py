"""What a run ended with, gathered from its files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sigil_common.jsonl import read_models, write_json
from sigil_common.records import TrainLogRow
from sigilderg_finetuner.training import checkpoint, ranks
from sigilderg_finetuner.training.recorder import METRICS_FILE

RESULT_FILE = "result.json"


def read_result(output_dir: Path, last: Path) -> dict[str, Any]:
    """Gather the result from what is on disk, so that a finished run can be asked again."""
    rows = [row for _, row in read_models(output_dir / METRICS_FILE, TrainLogRow)]
    losses = [row.val_loss for row in rows if row.val_loss is not None]
    trained = [row for row in rows if row.train_loss is not None]
    result = {
        "checkpoint": str(last),
        "step": checkpoint.read_info(last).step,
        "train_loss": trained[-1].train_loss if trained else None,
        "val_loss_before": next((row.val_loss for row in rows if row.step == 0 and row.val_loss is not None), None),
        "val_loss": losses[-1] if losses else None,
        "tokens": trained[-1].tokens if trained else 0,
        "labelled_tokens": trained[-1].labelled_tokens if trained else 0,
    }
    if ranks.is_first():
        write_json(output_dir / RESULT_FILE, result)
    return result
