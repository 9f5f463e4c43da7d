"""What a run left behind, as far as a model card tells it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sigil_common.errors import InputError
from sigil_common.jsonl import read_objects

if TYPE_CHECKING:
    from sigil_common.records import CheckpointInfo, Comparison

HYPERPARAMETERS = ("quantization", "train", "lora", "bnb_4bit")
CURVE = "loss.svg"


@dataclass(frozen=True)
class Left:
    """Files of one checkpoint and its run; `data`, `seconds` and `curve` are None where a run of before left none."""

    info: CheckpointInfo
    settings: dict[str, Any]
    metrics: list[dict[str, Any]]
    data: dict[str, Any] | None
    seconds: float | None
    curve: Path | None


def read_left(checkpoint: Path) -> Left:
    """Read what is there of a checkpoint; raise `InputError` for a file that is damaged, or missing and needed."""
    from sigilderg_finetuner.training.checkpoint import read_info

    info, run = read_info(checkpoint), checkpoint.parent
    curve, data, timings = run / CURVE, run / "data.json", run / "timings.jsonl"
    return Left(
        info=info,
        settings=_read_settings(checkpoint / "settings.json"),
        metrics=_up_to(run / "metrics.jsonl", info.step),
        data=read_json(data) if data.is_file() else None,
        seconds=sum(row["seconds"] for row in _up_to(timings, info.step)) if timings.is_file() else None,
        curve=curve if curve.is_file() else None,
    )


def read_comparison(path: Path) -> Comparison:
    """Read the comparison.json of an evaluation; raise `InputError` for what is none."""
    from pydantic import ValidationError

    from sigil_common.records import Comparison

    value = read_json(path)
    try:
        return Comparison.model_validate(value)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise InputError(f"{path}: not a comparison of two models", cause=f"`{where}`: {first['msg']}") from None


def _up_to(path: Path, step: int) -> list[dict[str, Any]]:
    return [row for _, row in read_objects(path) if row["step"] <= step]


def _read_settings(path: Path) -> dict[str, Any]:
    """Read the settings of a run; raise `InputError` where a part that the card shows is missing."""
    settings = read_json(path)
    for name in ("model_name", "dataset", *HYPERPARAMETERS):
        if name not in settings:
            raise InputError(f"{path}: lacks `{name}`", cause="it was not written by this version of sigilderg-train")
    return settings


def read_json(path: Path) -> dict[str, Any]:
    """Return an object of a JSON file; raise `InputError` where there is none."""
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise InputError(f"no such file: {path}") from None
    except (OSError, ValueError) as error:
        raise InputError(f"{path}: not readable as JSON", cause=str(error)) from None
    if not isinstance(value, dict):
        raise InputError(f"{path}: expected a JSON object")
    return value
