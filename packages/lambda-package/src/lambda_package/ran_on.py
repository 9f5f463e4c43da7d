"""What a model ran on, by the manifest beside what it wrote: figures of two kinds of machines are not compared."""

from __future__ import annotations

from pathlib import Path

from sigil_common.errors import InputError
from sigil_common.jsonl import read_record
from sigil_common.records import SamplesManifest


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
    """Raise `InputError` if two models' outputs are of different number types or different kinds of devices.

    `did` says what the models did there, as `answered`.
    """
    found = [ran_on(output) for output in (base, tuned)]
    if found[0] != found[1]:
        raise InputError(
            f"base and tuned model {did} on different kinds of machines, so they cannot be compared",
            cause=" and ".join(", ".join(f"{key} {value}" for key, value in one.items()) for one in found),
            hint=hint,
        )
