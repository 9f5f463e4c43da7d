"""What a model ran on, by the manifest beside what it wrote: figures of two kinds of machines are not compared."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sigil_common.errors import InputError
from sigil_common.jsonl import read_record
from sigil_common.records import SamplesManifest

SHAPES = ("asked_with", "dtype", "model_dtype", "quantization", "ftype")
"""Of what a server's samples record: what shapes the answers, and what the model is held in."""


def manifest_of(output: Path) -> Path:
    """Return where the description of an output of `human-eval-rust` stands."""
    return output.with_name(f"{output.name}.manifest.json")


def read_manifest(output: Path) -> SamplesManifest:
    """Return the description of an output; raise `InputError` without one beside it."""
    return read_record(manifest_of(output), SamplesManifest, hint="human-eval-rust writes it beside its output")


def ran_on(output: Path) -> dict[str, str]:
    """Return device, instruction set and number type of the model that an output is of; none for replayed answers.

    Raises `InputError` without a manifest beside it.
    """
    return read_manifest(output).ran_on


def named(output: Path) -> str | None:
    """Return name and revision of the model that an output is of, or None for replayed answers."""
    model = read_manifest(output).model
    revision = model.get("revision")
    return f"{model['name']} ({revision})" if model.get("name") and revision else model.get("name")


def require_same(base: Path, tuned: Path, *, did: str, hint: str) -> None:
    """Raise `InputError` if two models' outputs are of different number types, kinds of devices or servers.

    `did` says what the models did there, as `answered`.
    """
    found = [ran_on(output) for output in (base, tuned)]
    if found[0] != found[1]:
        raise InputError(
            f"base and tuned model {did} on different kinds of machines, so they cannot be compared",
            cause=" and ".join(", ".join(f"{key} {value}" for key, value in one.items()) for one in found),
            hint=hint,
        )
    servers = [read_manifest(output).server for output in (base, tuned)]
    if other := [key for key in SHAPES if servers[0].get(key) != servers[1].get(key)]:
        raise InputError(
            f"base and tuned model {did} on servers that are unlike each other, so they cannot be compared",
            cause=f"`{other[0]}` is {' and '.join(said(server.get(other[0])) for server in servers)}",
            hint=f"let both servers hold their model alike, by the same program; then {hint}",
        )


def said(value: Any) -> str:
    """Return what a server said, or how it was asked, in words."""
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {json.dumps(of)}" for key, of in value.items()) or "nothing but prompt and seed"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "not told" if value is None else str(value)
