"""What a run ended with, gathered from its files."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

from sigil_common.jsonl import read_models, write_json
from sigil_common.records import TrainLogRow
from sigilderg_finetuner.training import checkpoint, ranks
from sigilderg_finetuner.training.recorder import METRICS_FILE

log = logging.getLogger(__name__)
RESULT_FILE = "result.json"


def read_result(output_dir: Path, last: Path, *, best: bool = False) -> dict[str, Any]:
    """Gather the result from what is on disk, so that a finished run can be asked again.

    It is that of the last checkpoint, or with `best` that of the one with the lowest validation loss.
    """
    info = checkpoint.read_info(last)
    chosen = output_dir / f"checkpoint-{info.best_step}" if best and info.best_step is not None else last
    if not (chosen / checkpoint.INFO_FILE).is_file():
        log.warning("%s was the best by its validation loss and is not there: the last one is taken", chosen)
        chosen = last
    step = checkpoint.read_info(chosen).step
    rows = [row for _, row in read_models(output_dir / METRICS_FILE, TrainLogRow)]
    rows = rows if chosen == last else [row for row in rows if row.step <= step]
    validated = [row for row in rows if row.val_loss is not None]
    after = validated[-1] if validated else None
    # A run that was extended with another `train.val_rows` has no loss of before that could be compared.
    first = (
        row for row in validated if row.step == 0 and after and row.val_labelled_tokens == after.val_labelled_tokens
    )
    before = next(first, None)
    trained = [row for row in rows if row.train_loss is not None]
    result = {
        "checkpoint": str(chosen),
        "step": step,
        "train_loss": trained[-1].train_loss if trained else None,
        "val_loss_before": None if before is None else before.val_loss,
        "val_loss": None if after is None else after.val_loss,
        "tokens": trained[-1].tokens if trained else 0,
        "labelled_tokens": trained[-1].labelled_tokens if trained else 0,
        "best_step": info.best_step,
        "best_val_loss": info.best_val_loss,
        "last_step": info.step,
    }
    if ranks.is_first():
        write_json(output_dir / RESULT_FILE, result)
    return result
