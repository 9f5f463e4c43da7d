"""Which checkpoints of a directory are whole and hold numbers, and which directories are not ours at all."""

from __future__ import annotations

import json
import logging
import re
import zipfile
import zlib
from pathlib import Path

from sigil_common.errors import InputError
from sigilderg_finetuner.training import sums
from sigilderg_finetuner.training.checkpoint import (
    INFO_FILE,
    STATE_FILE,
    adapter_file,
    check_digest,
    read_adapter,
    read_info,
    remove,
)

log = logging.getLogger(__name__)
_NAME = re.compile(r"checkpoint-(\d+)")
# What a run writes into its directory besides checkpoints.
_RUN_FILES = (
    "metrics.jsonl", "timings.jsonl", "answers.jsonl", "loss.svg", "data.json", "result.json", "settings.json",
)  # fmt: skip


def refuse_foreign(output_dir: Path) -> None:
    """Raise `InputError` for what no run of ours wrote, and would be in the way, be removed or be written over.

    That is a `checkpoint-*`; and where no run has been, a file of one of the names that a run writes.
    """
    found = sorted(output_dir.glob("checkpoint-*"))
    for path in found:
        if not _is_ours(path):
            raise InputError(
                f"{path} is not a checkpoint of sigilderg-train",
                cause=f"it lacks {INFO_FILE}, and has no settings.json of a run",
                hint="choose another `misc.output_dir`, or move it away",
            )
    for name in () if found or _is_of_run(output_dir / "settings.json") else _RUN_FILES:
        if (output_dir / name).exists():
            raise InputError(
                f"{output_dir / name} would be written over, and no run of sigilderg-train has been there",
                cause="it has no checkpoint, and no settings.json of such a run",
                hint="choose another `misc.output_dir`, or move the file away",
            )


def _is_of_run(settings: Path) -> bool:
    """Tell whether a file holds the settings of a run: it is the first that one writes."""
    try:
        value = json.loads(settings.read_bytes())
    except (OSError, ValueError):
        return False
    return isinstance(value, dict) and {"model_name", "train", "misc"} <= value.keys()


def _is_ours(path: Path) -> bool:
    """Tell ours, whole or torn; one that lost its info has settings of a run, or beside some of them its state."""
    if _NAME.fullmatch(path.name) is None or not path.is_dir():
        return False
    if (path / INFO_FILE).is_file() or _is_of_run(path / "settings.json"):
        return True
    return all((path / name).is_file() for name in (STATE_FILE, "settings.json"))


def remove_checkpoints(output_dir: Path) -> None:
    """Remove all checkpoints of ours; raise `InputError`, with nothing removed, where there are others."""
    refuse_foreign(output_dir)
    for path in output_dir.glob("checkpoint-*"):
        remove(path)


def newest_sound(output_dir: Path) -> Path | None:
    """Return the newest checkpoint that training can go on from; those that are passed over are named."""
    found = [(int(match[1]), path) for path in output_dir.glob("checkpoint-*") if (match := _NAME.fullmatch(path.name))]
    for number, path in sorted(found, reverse=True):
        fault = fault_of(path)
        if fault is None and (step := read_info(path).step) != number:
            fault = f"it is of step {step:,}"
        if fault is None:
            return path
        log.warning("%s is passed over: %s", path, fault)
    return None


def fault_of(checkpoint: Path) -> str | None:
    """Return what is wrong with a checkpoint's files, or None: torn, changed, or with values that are no numbers.

    Needs torch only for an adapter that is kept as `.bin`.
    """
    if (changed := sums.fault_of(checkpoint)) is not None:
        return changed
    try:
        info = read_info(checkpoint)
        path = adapter_file(checkpoint)
        check_digest(path, info)
        wrong = _not_finite(checkpoint, path)
    except InputError as error:
        return f"{error.what}: {error.cause}" if error.cause else error.what
    if wrong is not None:
        return f"`{wrong}` holds values that are not numbers"
    return _torn(checkpoint / STATE_FILE)


def _not_finite(checkpoint: Path, path: Path) -> str | None:
    """Return the name of a weight with a value that is no number; raise `InputError` if it is damaged."""
    if path.suffix != ".safetensors":
        return next((name for name, w in read_adapter(checkpoint).items() if not bool(w.isfinite().all())), None)
    import numpy as np
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    try:
        weights = load_file(path)
    except (SafetensorError, OSError, ValueError, KeyError) as error:
        raise InputError(f"{path.name}: damaged", cause=str(error).partition("\n")[0]) from None
    return next((name for name, weight in weights.items() if not np.isfinite(weight).all()), None)


def _torn(path: Path) -> str | None:
    """Return what is wrong with a file that torch wrote, which is a zip archive with a checksum of each part."""
    try:
        with zipfile.ZipFile(path) as archive:
            bad = archive.testzip()
    except (OSError, EOFError, RuntimeError, ValueError, zipfile.BadZipFile, zlib.error) as error:
        return f"{path.name}: damaged or missing: {error}"
    return f"{path.name}: damaged" if bad else None
