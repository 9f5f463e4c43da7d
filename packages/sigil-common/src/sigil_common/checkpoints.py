"""Which of the checkpoints of a training run a directory stands for."""

from __future__ import annotations

import json
import re
from pathlib import Path

MODEL_FILES = ("adapter_config.json", "config.json")  # of an adapter, and of a whole model
RESULT_FILE = "result.json"
_NAME = re.compile(r"checkpoint-(\d+)")


def chosen_checkpoint(directory: Path) -> Path | None:
    """Return the checkpoint that a run names as its result, else the newest one; None where there is none.

    The result is another than the newest where the run chose the one with the lowest validation loss.
    """
    found = {path.name: path for path in directory.glob("checkpoint-*") if _is_one(path)}
    try:
        named = Path(json.loads((directory / RESULT_FILE).read_text(encoding="utf-8"))["checkpoint"]).name
    except (OSError, ValueError, KeyError, TypeError):
        named = ""
    newest = max(found.values(), key=lambda path: int(path.name.rpartition("-")[2]), default=None)
    return found.get(named, newest)


def _is_one(path: Path) -> bool:
    return _NAME.fullmatch(path.name) is not None and any((path / name).is_file() for name in MODEL_FILES)
