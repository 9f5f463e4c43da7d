"""What the models of a run computed with, by the records that their own stages wrote.

The manifest repeats it, since it is what differs between classes of machines; `verify` reads it here once more.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from lambda_package.commands import MODELS, SAMPLES, newest_checkpoint
from lambda_package.ran_on import manifest_of
from lambda_package.stages import ASKED
from sigil_common.jsonl import read_record
from sigil_common.records import CheckpointInfo, SamplesManifest

_INFO = "sigil_checkpoint.json"


def compute_records(places: Mapping[str, Path]) -> dict[str, Path]:
    """Return, by stage with a model, the file that says what it computed with; raise `InputError` without one."""
    asked = {f"{kind}-{model}": name for kind, name in ASKED.items() for model in MODELS}
    asked |= {name: SAMPLES[0] for name in places if name.partition("-")[0] == "draw"}
    trained = [name for name in places if name.partition("-")[0] == "train"]
    found = {name: newest_checkpoint(places[name] / "checkpoints") / _INFO for name in trained}
    return found | {name: manifest_of(places[name] / file) for name, file in asked.items() if name in places}


def computed(places: Mapping[str, Path]) -> dict[str, dict[str, str]]:
    """Return what each stage with a model computed with."""
    return {name: compute_of(record) for name, record in compute_records(places).items()}


def compute_of(record: Path) -> dict[str, str]:
    """Return device, instruction set and number type of a model by its record; none for replayed answers."""
    if record.name == _INFO:
        return read_record(record, CheckpointInfo).compute
    return read_record(record, SamplesManifest).ran_on
