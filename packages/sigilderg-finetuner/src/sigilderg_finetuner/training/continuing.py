"""Which checkpoint a run goes on from: the newest sound one in its directory, if it is of this very run."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sigil_common.errors import InputError
from sigil_common.hub_checkpoints import hint_to_fetch
from sigilderg_finetuner.identity import differences, identity, number_types
from sigilderg_finetuner.settings import Settings
from sigilderg_finetuner.training import checkpoint, model, runtime, sound, weights

if TYPE_CHECKING:
    from sigil_common.records import CheckpointInfo

log = logging.getLogger(__name__)
_ANEW = "choose another `misc.output_dir`, or add --restart to remove them"


def info_of(
    settings: Settings,
    data_sha256: str,
    *,
    versions: Mapping[str, str] | None = None,
    judge: dict[str, str] | None = None,
) -> CheckpointInfo:
    """Return what a checkpoint of this run says about itself, step and losses still open; `versions` are further ones.

    `judge` is what rewards follow from besides the data.
    """
    from sigil_common.records import CheckpointInfo

    return CheckpointInfo(
        base_model=settings.model_name,
        base_revision=model.base_revision(settings.model_name, settings.model_revision),
        step=0,
        quantization=settings.quantization,
        config_sha256=identity(settings),
        data_sha256=data_sha256,
        versions=runtime.versions() | dict(versions or {}),
        judge=judge,
    )


def where_to_begin(settings: Settings, info: CheckpointInfo, *, restart: bool) -> Path | None:
    """Return the checkpoint that a run goes on from; None of one that begins, as all do with `restart`.

    Raises `InputError` as `checkpoint_of` does, with `restart` only for files that are not ours.
    """
    if restart:
        sound.refuse_foreign(settings.misc.output_dir)
        first, output_dir = settings.misc.load_from, settings.misc.output_dir
        if first is not None and first.resolve().is_relative_to(output_dir.resolve()):
            raise InputError(
                f"`misc.load_from`: {first} lies in {output_dir}, and --restart would remove it",
                hint="choose another `misc.output_dir`, or move it away",
            )
        return None
    return checkpoint_of(settings, info)


def checkpoint_of(settings: Settings, info: CheckpointInfo) -> Path | None:
    """Return the newest sound checkpoint, if any; refuse to go on from another run's.

    Raises `InputError` that names what differs, with both values, for files that are not ours, and where there are
    checkpoints and none is sound: a run that began anew would write over what may be saved of them.
    """
    output_dir = settings.misc.output_dir
    sound.refuse_foreign(output_dir)
    newest = sound.newest_sound(output_dir)
    if newest is None:
        if any(output_dir.glob("checkpoint-*")):
            raise InputError(f"{output_dir}: none of its checkpoints is whole, and the run cannot go on", hint=_ANEW)
        return None
    known = checkpoint.read_info(newest)
    kept = _settings_of(newest)
    if kept is None:
        _refuse(known.config_sha256 != info.config_sha256, output_dir, "settings", None)
    else:
        found = differences(kept, settings)
        _refuse(bool(found), output_dir, "settings", "; ".join(found))
        _check_longer(newest, known.step, kept, settings)
    rules = _changed(known.judge or {}, info.judge or {})
    _refuse(known.judge is not None and bool(rules), output_dir, "rewards", "; ".join(rules))
    for name, what in (("data_sha256", "data"), ("base_revision", "base model")):
        was, now = getattr(known, name), getattr(info, name)
        _refuse(was != now, output_dir, what, f"its digest was {was[:12]}, now {now[:12]}")
    check_number_types(newest, settings)
    return newest


def warn_of_versions(newest: Path, versions: Mapping[str, str]) -> None:
    """Warn of each of these programs that is another than the run had before."""
    for change in _changed(checkpoint.read_info(newest).versions, versions, only=versions):
        log.warning("%s: the version of %s; rewards may differ", newest, change)


def _changed(before: Mapping[str, str], now: Mapping[str, str], only: Iterable[str] | None = None) -> list[str]:
    names = {**before, **now} if only is None else only
    return [
        f"`{name}` was {before.get(name, 'not given')}, now {now.get(name, 'not given')}"
        for name in names
        if before.get(name) != now.get(name)
    ]


def check_frame(newest: Path, frame_sha256: str) -> None:
    """Refuse to continue a run with other text around prompt and answer than it began with."""
    known = checkpoint.read_info(newest).frame_sha256 or frame_sha256
    cause = f"its digest was {known[:12]}, now {frame_sha256[:12]}"
    _refuse(known != frame_sha256, newest.parent, "text around prompt and answer", cause)


def is_finished(newest: Path, settings: Settings) -> bool:
    """Tell whether a run ended with a checkpoint: by its steps, or as validations found no progress any more."""
    info, patience = checkpoint.read_info(newest), settings.train.early_stopping_patience
    if patience and (info.validations_since_best or 0) >= patience:
        return True
    return info.step >= checkpoint.planned_steps(newest, settings)


def check_places(settings: Settings) -> None:
    """Raise `InputError` for an output directory that is not ours, and for a checkpoint that no run can begin with."""
    sound.refuse_foreign(settings.misc.output_dir)
    if settings.misc.load_from is not None:
        _check_kind(settings.misc.load_from, whole=settings.lora is None)


def check_first(path: Path, info: CheckpointInfo, *, whole: bool) -> None:
    """Raise `InputError` unless a run can begin with the weights of a checkpoint: sound, and of the same base.

    `whole` says that this run trains all weights.
    """
    _check_kind(path, whole=whole)
    known = checkpoint.read_info(path)
    if known.base_revision != info.base_revision:
        raise InputError(
            f"`misc.load_from`: {path} is an adapter of another base model",
            cause=f"of {known.base_model}, this run tunes {info.base_model}; their digests differ",
        )


def _check_kind(path: Path, *, whole: bool) -> None:
    fault = sound.fault_of(path)
    if fault is not None:
        hint = hint_to_fetch(str(path))
        raise InputError(f"`misc.load_from`: {path} cannot be loaded", cause=fault, hint=hint)
    if (found := weights.is_whole_model(path)) != whole:
        kinds = {True: "all weights of a model", False: "an adapter"}
        raise InputError(
            f"`misc.load_from`: {path} holds {kinds[found]}, this run trains {kinds[whole]}",
            hint="name it as `model_name`: it is a model" if found else "sigilderg-export makes a model of it",
        )


def _refuse(differs: bool, output_dir: Path, what: str, cause: str | None) -> None:
    if differs:
        raise InputError(f"{output_dir} holds checkpoints of a run with other {what}", cause=cause, hint=_ANEW)


def _settings_of(newest: Path) -> dict[str, Any] | None:
    try:
        value = json.loads((newest / "settings.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return value if isinstance(value, dict) else None


def _check_longer(newest: Path, step: int, kept: dict[str, Any], settings: Settings) -> None:
    """Say what a run of another length changes; refuse where a mean would lack steps that are gone."""
    train = settings.train
    was = kept.get("train", {}).get("num_steps")
    if train.max_tokens is not None or was in (None, train.num_steps) or step >= train.num_steps:
        return
    if train.average_last and step > train.num_steps - train.average_last:
        raise InputError(
            f"{newest} is too near to the new last step",
            cause=f"`train.average_last` is a mean over the last {train.average_last} of {train.num_steps:,} steps",
            hint=f"set `train.num_steps` to {step + train.average_last:,} or more",
        )
    log.info("the run was planned for %s steps and has %s now: the rate follows the new end", was, train.num_steps)


def check_number_types(newest: Path, settings: Settings) -> None:
    """Refuse to continue a run in other number types than it began with; what is still `auto` fits any."""
    known = checkpoint.read_info(newest).compute
    for name, here in number_types(settings).items():
        if here not in ("auto", known.get(name, here)):
            was = known[name]
            same = f"bnb_4bit.compute_dtype={was}" if name == "products" else f"train.bf16={was == 'bfloat16'}".lower()
            raise InputError(
                f"{newest} was trained in {was}, this run would continue in {here}",
                cause="the settings ask for it, or `auto` finds another machine",
                hint=f"add --set {same}, or --restart to begin again",
            )
