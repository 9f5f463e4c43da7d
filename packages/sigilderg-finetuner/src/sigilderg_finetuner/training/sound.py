"""Which checkpoints of a directory are whole and hold numbers, and which directories are not ours at all."""

from __future__ import annotations

import logging
import re
import shutil
import zipfile
from pathlib import Path

from sigil_common.errors import InputError
from sigilderg_finetuner.training.checkpoint import (
    INFO_FILE,
    STATE_FILE,
    adapter_file,
    check_digest,
    read_adapter,
    read_info,
)

log = logging.getLogger(__name__)
_NAME = re.compile(r"checkpoint-(\d+)")


def refuse_foreign(output_dir: Path) -> None:
    """Raise `InputError` for a `checkpoint-*` that no run of ours wrote: it would be in the way, or be removed."""
    for path in sorted(output_dir.glob("checkpoint-*")):
        if not _is_ours(path):
            raise InputError(
                f"{path} is not a checkpoint of sigilderg-train",
                cause=f"it has neither {INFO_FILE} nor {STATE_FILE}",
                hint="choose another `misc.output_dir`, or move it away",
            )


def _is_ours(path: Path) -> bool:
    """Tell ours, whole or torn; one that lost its info has its state and settings."""
    if _NAME.fullmatch(path.name) is None or not path.is_dir():
        return False
    return (path / INFO_FILE).is_file() or all((path / name).is_file() for name in (STATE_FILE, "settings.json"))


def remove_checkpoints(output_dir: Path) -> None:
    """Remove all checkpoints of ours; raise `InputError`, with nothing removed, where there are others."""
    refuse_foreign(output_dir)
    for path in output_dir.glob("checkpoint-*"):
        shutil.rmtree(path, ignore_errors=True)


def newest_sound(output_dir: Path) -> Path | None:
    """Return the newest checkpoint that training can go on from; those that are passed over are named."""
    found = [(int(match[1]), path) for path in output_dir.glob("checkpoint-*") if (match := _NAME.fullmatch(path.name))]
    for _, path in sorted(found, reverse=True):
        fault = fault_of(path)
        if fault is None:
            return path
        log.warning("%s is passed over: %s", path, fault)
    return None


def fault_of(checkpoint: Path) -> str | None:
    """Return what is wrong with a checkpoint's files, or None: torn, changed, or with values that are no numbers.

    Needs torch only for an adapter that is kept as `.bin`.
    """
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
    except (OSError, zipfile.BadZipFile) as error:
        return f"{path.name}: damaged or missing: {error}"
    return f"{path.name}: damaged" if bad else None
