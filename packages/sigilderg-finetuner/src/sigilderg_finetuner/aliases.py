"""Other spellings of settings, of earlier versions and of transformers' Trainer, which mean the same."""

from __future__ import annotations

from typing import Any

from sigil_common.errors import InputError

KEYS = {
    "max_seq_len": "train.max_seq_len",
    "pack": "train.packing",
    "train.pack": "train.packing",
    "dataset.pack": "train.packing",
    "lr_scheduler_type": "train.scheduler",
    "train.lr_scheduler_type": "train.scheduler",
    "save_total_limit": "train.keep_checkpoints",
    "train.save_total_limit": "train.keep_checkpoints",
    "misc.seed": "train.seed",
    "log_backend": "misc.log_backend",
    "train.log_backend": "misc.log_backend",
}
VALUES = {"dataset.interleave_mode": {"round_robin": "round-robin"}}


def apply(values: dict[str, Any], places: dict[str, str]) -> None:
    """Replace other spellings in values as they were read, and in the places where they stand.

    Raises `InputError` where a setting is given under two names.
    """
    for old, new in KEYS.items():
        section, name = _section_of(values, old)
        if section is None or name not in section:
            continue
        group, _, key = new.partition(".")
        into = values.setdefault(group, {})
        if not isinstance(into, dict):
            continue  # told later, with its place
        if key in into:
            where = places.get(old, old)
            raise InputError(f"{where}: `{old}` is another name of `{new}`", cause=f"given too, at {places.get(new)}")
        into[key] = section.pop(name)
        places[new] = places.pop(old, old)
    for key, same in VALUES.items():
        section, name = _section_of(values, key)
        if section is not None and isinstance(value := section.get(name), str):
            section[name] = same.get(value, value)


def _section_of(values: dict[str, Any], key: str) -> tuple[dict[str, Any] | None, str]:
    """Return the mapping that a dotted key stands in, and its name there."""
    group, dot, name = key.partition(".")
    if not dot:
        return values, key
    section = values.get(group)
    return (section if isinstance(section, dict) else None), name
