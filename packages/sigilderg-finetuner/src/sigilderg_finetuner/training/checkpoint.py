"""Checkpoints: `checkpoint-N/` is either whole or not there.

    adapter_config.json          PEFT's own format, so that any tool can load the adapter
    adapter_model.safetensors    float32 weights (or adapter_model.bin); with `lora: null` config.json and
                                 model.safetensors in their place (weights.py)
    training_state.bin           optimizer, step and running sums, for exact resumption; with `train.average_last`
                                 also the sums of open windows, and where the adapter is a mean (`average.raw`)
                                 the weights themselves, from which training goes on
    settings.json                all settings of the run
    tokenizer.json ...           the tokenizer and chat template that the adapter was trained with
    sigil_checkpoint.json        `records.CheckpointInfo`
    SHA256SUMS                   digests of all other files but the weights (sums.py)

There is no random state to keep: dropout is seeded afresh from (seed, step, micro batch) and the order of
the data is a function of the settings.
"""

from __future__ import annotations

import errno
import json
import logging
import math
import os
import pickle
import re
import shutil
import sys
from collections.abc import Collection
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sigil_common.errors import BadResultError, InputError, MissingError
from sigil_common.jsonl import record_of, write_json, wrong_in
from sigil_common.manifest import digest_file
from sigil_common.settings import to_mapping
from sigilderg_finetuner.settings import Settings
from sigilderg_finetuner.training import ranks, shards, sums, weights
from sigilderg_finetuner.training.state import TrainingState

if TYPE_CHECKING:
    import torch

    from sigil_common.records import CheckpointInfo
    from sigilderg_finetuner.training.average import Average

log = logging.getLogger(__name__)
INFO_FILE = "sigil_checkpoint.json"
STATE_FILE = "training_state.bin"
_FULL = 1 << 20  # bytes left on a disk, below which what fails to be written failed for want of room
_NAME = re.compile(r"checkpoint-(\d+)")
# What torch raises for a file that is missing, cut or overwritten.
_DAMAGE = (OSError, EOFError, RuntimeError, ValueError, KeyError, TypeError, AttributeError, pickle.UnpicklingError)


def list_checkpoints(output_dir: Path) -> list[Path]:
    """Return the whole checkpoints below a directory, oldest first."""
    found = [(int(match[1]), path) for path in output_dir.glob("checkpoint-*") if (match := _NAME.fullmatch(path.name))]
    return [path for _, path in sorted(found) if (path / INFO_FILE).is_file()]


def read_info(checkpoint: Path) -> CheckpointInfo:
    """Read `sigil_checkpoint.json`; raise `InputError` if it is missing or damaged."""
    from sigil_common.records import CheckpointInfo

    weights.require_directory(checkpoint)
    path = checkpoint / INFO_FILE
    try:
        return record_of(path.read_bytes(), CheckpointInfo)
    except OSError:
        raise InputError(f"{checkpoint}: not a checkpoint of sigilderg-train", cause=f"no {INFO_FILE}") from None
    except ValueError as error:
        raise InputError(f"{path}: damaged", cause=wrong_in(error)) from None


def planned_steps(checkpoint: Path, settings: Settings) -> int:
    """Return the number of steps of a checkpoint's whole run; with `max_tokens` or `num_epochs` the data decided it."""
    if settings.train.max_tokens is None and settings.train.num_epochs is None:
        return settings.train.num_steps
    path = checkpoint / "settings.json"
    try:
        return int(json.loads(path.read_text(encoding="utf-8"))["train"]["num_steps"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"{path}: damaged or missing", cause=_first_line(error)) from None


def save(
    output_dir: Path,
    *,
    model: Any,
    optimizer: torch.optim.Optimizer,
    tokenizer: Any,
    state: TrainingState,
    info: CheckpointInfo,
    settings: Settings,
    average: Average | None = None,
    spared: Collection[int] = (),
) -> Path:
    """Write `checkpoint-<step>` beside the others, whole or not at all; return its path.

    Of several processes the first writes; where the model is cut up, all must call it. The newest
    `train.keep_checkpoints` stay, and of older ones those of the steps `spared`. Raises `BadResultError`, with nothing
    written or removed, where loss or adapter hold a value that is no number.
    """
    import torch
    from safetensors import SafetensorError

    final = output_dir / f"checkpoint-{state.step}"
    first = ranks.is_first()
    trained, kept = weights.collect(model, settings), shards.kept(optimizer.state_dict(), first=first)
    if not first:
        return final
    _refuse_not_finite(output_dir, trained, state)
    draft = output_dir / f".checkpoint-{state.step}.tmp"
    try:
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(parents=True)
        weights.write(draft, model, trained, settings)
        tokenizer.save_pretrained(draft)
        more = {} if average is None else {"average": average.to_keep()}
        torch.save(one_text({"state": _plain(state), "optimizer": kept, **more}), draft / STATE_FILE)
        write_json(draft / "settings.json", to_mapping(settings))
        digest = digest_file(adapter_file(draft))
        write_json(draft / INFO_FILE, info.model_copy(update={"adapter_sha256": digest}).to_row())
        sums.write(draft, besides=adapter_file(draft).name)
        for path in draft.iterdir():
            path.chmod(0o644)  # safetensors leaves its files to their owner alone
            _sync(path)
        remove(final)
        draft.rename(final)
        _sync(output_dir)
    except (OSError, RuntimeError, SafetensorError) as error:
        # A full disk is a RuntimeError to torch and an error of its own to safetensors.
        raise MissingError(
            f"cannot write {final}",
            cause=_why(error, output_dir),
            hint="make room and run the same command again; it goes on from the last whole checkpoint",
        ) from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    _prune(output_dir, settings.train.keep_checkpoints, spared, state.step)
    log.info("wrote %s", final)
    return final


def _refuse_not_finite(output_dir: Path, trained: dict[str, torch.Tensor], state: TrainingState) -> None:
    sums = {"loss": float(state.loss_sum), "validation loss": state.last_val_loss}
    wrong = [f"the {name} is {value}" for name, value in sums.items() if value is not None and not math.isfinite(value)]
    bad = (name for name, weight in trained.items() if not bool(weight.isfinite().all()))
    wrong += [f"`{name}` holds values that are not numbers" for name in islice(bad, 1)]
    if wrong:
        left = [path.name for path in list_checkpoints(output_dir)][-1:]
        raise BadResultError(
            f"no checkpoint is written of step {state.step}: {wrong[0]}",
            cause=f"{left[0]} is the last one with numbers" if left else "no checkpoint was written before",
            hint="lower `train.lr` and --restart",
        )


def _why(error: Exception, output_dir: Path) -> str:
    """Return why a file could not be written. That a disk is full, torch and safetensors say in words of their own."""
    text = getattr(error, "strerror", None) or str(error).partition("\n")[0]
    full = getattr(error, "errno", None) in (errno.ENOSPC, errno.EDQUOT) or "No space left" in str(error)
    return f"disk full: {text}" if full or shutil.disk_usage(output_dir).free < _FULL else text


def _plain(state: TrainingState) -> dict[str, Any]:
    """Return the state as plain values; the divergence only where there is one."""
    kept = vars(state) | {"loss_sum": float(state.loss_sum), "divergence": float(state.divergence)}
    return kept if kept["divergence"] else {name: value for name, value in kept.items() if name != "divergence"}


def one_text(value: Any) -> Any:
    """Return the value with equal keys as one object: a file says where a text is the very one that it had before.

    So a resumed run writes the bytes of one that was never stopped.
    """
    if isinstance(value, dict):
        return {sys.intern(key) if isinstance(key, str) else key: one_text(inner) for key, inner in value.items()}
    return [one_text(inner) for inner in value] if isinstance(value, list) else value


def adapter_file(checkpoint: Path) -> Path:
    """Return the file of what was trained: an adapter's weights or the model's; raise `InputError` where it lacks."""
    return weights.file_of(checkpoint)


def check_digest(path: Path, info: CheckpointInfo) -> None:
    """Raise `InputError` for weights that are not those which the checkpoint's info names, to the byte."""
    if info.adapter_sha256 is not None and (found := digest_file(path)) != info.adapter_sha256:
        raise InputError(
            f"{path}: damaged or changed",
            cause=f"its digest is {found[:12]}, {INFO_FILE} has {info.adapter_sha256[:12]}",
        )


def read_adapter(checkpoint: Path) -> dict[str, torch.Tensor]:
    """Return the weights of a checkpoint, from any file format; raise `InputError` where there are none."""
    import torch
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    path = adapter_file(checkpoint)
    if (checkpoint / INFO_FILE).is_file():
        check_digest(path, read_info(checkpoint))
    try:
        if path.suffix == ".bin":
            return dict(torch.load(path, map_location="cpu", weights_only=True))
        return dict(load_file(path))
    except (*_DAMAGE, SafetensorError) as error:
        raise InputError(f"{path}: damaged", cause=_first_line(error)) from None


def restore(
    checkpoint: Path, *, model: Any, optimizer: torch.optim.Optimizer, average: Average | None = None
) -> TrainingState:
    """Put weights, optimizer and open sums back as they were; return the loop's state.

    Raises `InputError` for a damaged file, and for an adapter that lacks a weight of the model's or has another.
    """
    load_adapter(model, checkpoint)
    return restore_state(checkpoint, optimizer=optimizer, average=average)


def restore_state(
    checkpoint: Path, *, optimizer: torch.optim.Optimizer, average: Average | None = None
) -> TrainingState:
    """Put optimizer and open sums back as they were; return the loop's state. `InputError` for a damaged file.

    Where the model is cut up already, this process takes its parts.
    """
    import torch

    path, cut = checkpoint / STATE_FILE, shards.are_in(optimizer)
    try:
        # Processes of one machine share the pages of the file, of which each needs a part.
        kept = torch.load(path, map_location="cpu", weights_only=True, mmap=cut)
        optimizer.load_state_dict(shards.cut_state(kept["optimizer"], optimizer) if cut else kept["optimizer"])
        if average is not None:
            average.restore(kept["average"])
        return TrainingState(**kept["state"])
    except _DAMAGE as error:
        raise InputError(f"{path}: damaged or missing", cause=_first_line(error)) from None


def load_adapter(model: Any, checkpoint: Path) -> None:
    """Give a model the weights of a checkpoint; raise `InputError` where they do not fit."""
    weights.put(model, read_adapter(checkpoint), checkpoint)


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]


def remove(checkpoint: Path) -> None:
    """Remove a checkpoint, if there is one: in one step, so that a kill leaves none that lacks some of its files."""
    gone = checkpoint.with_name(f".{checkpoint.name}.old")
    shutil.rmtree(gone, ignore_errors=True)
    with suppress(FileNotFoundError):
        checkpoint.rename(gone)
    shutil.rmtree(gone, ignore_errors=True)


def _prune(output_dir: Path, keep: int, spared: Collection[int], newest: int) -> None:
    """Remove what is older than the `keep` newest up to step `newest`: a later one was damaged, and is passed over."""
    steps = {int(path.name.rpartition("-")[2]): path for path in list_checkpoints(output_dir)}
    older = sorted(step for step in steps if step <= newest)[:-keep] if keep else []
    for step in older:
        if step not in spared:
            remove(steps[step])


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
