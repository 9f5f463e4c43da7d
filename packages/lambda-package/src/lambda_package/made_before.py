"""What earlier runs left below `stages/`: what is finished, what may be kept, what has changed since."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from lambda_package.commands import RECORD, Stage
from lambda_package.versions import code_digest, other_code, version_of
from sigil_common.errors import InputError
from sigil_common.jsonl import read_record, write_json
from sigil_common.records import StageRecord

log = logging.getLogger("lambda_package.engine")

BEGUN = "begun.json"
"""In a stage's directory, from its beginning: the digest of the code that it was begun with."""
TAKEN = ".taken"
"""In a run's directory: a line for each stage that runs have come to since one was at its end, done before or not."""


def kept(stage: Stage, asked: str, directory: Path) -> tuple[Path, StageRecord | None]:
    """Return the newest finished stage that was asked the same, whatever code made it; else what there is."""
    for path in reversed(records_of(directory.parent, stage.name)):
        if (known := read_stage(path.parent)) is not None and known.asked == asked:
            record = finished_record(path.parent)
            if record is not None:
                return path.parent, record
    log.warning("%-22s nothing to keep: none was made with these settings and inputs", stage.name)
    return directory, None


def records_of(stages: Path, name: str) -> list[Path]:
    """Return the records of a stage that was done in several ways, the newest at last."""
    # Of `train` and not of `train-1`, whose directories begin alike.
    found = [path for path in stages.glob(f"{name}-*/{RECORD}") if path.parent.name.rpartition("-")[0] == name]
    return sorted(found, key=lambda path: path.stat().st_mtime_ns)


def made_by_other_code(places: Mapping[str, Path]) -> dict[str, str]:
    """Return by name the stages that other code made than is installed, and what is different, in words."""
    records = {name: read_stage(place) for name, place in places.items()}
    found = {name: other_code(record) for name, record in records.items() if record is not None}
    return {name: words for name, words in found.items() if words is not None}


def read_stage(directory: Path) -> StageRecord | None:
    """Return the record of a stage that has ended well, and None of any other."""
    try:
        return read_record(directory / RECORD, StageRecord)
    except InputError:
        return None


def finished_record(directory: Path) -> StageRecord | None:
    """Return the record of a stage whose outputs are there as well, and take the record from one where they are not."""
    record = read_stage(directory)
    if record is None:
        return None
    for row in record.outputs:
        path = directory / row.path
        if not path.is_file() or path.stat().st_size != row.bytes:
            log.warning("%s is missing or changed; the stage is done again", path)
            (directory / RECORD).unlink()
            return None
    return record


def what_changed(stage: Stage, directory: Path, digests: Mapping[Path, str]) -> str:
    """Say what is different from the last time that this stage was done, if it was."""
    places = records_of(directory.parent, stage.name)
    last = read_stage(places[-1].parent) if places else None
    if last is None:
        return ""
    known = {row.sha256 for row in last.inputs}
    changed = [path.name for path in stage.inputs if digests[path] not in known]
    if (version := version_of(stage.argv)) is None and last.code != code_digest(stage.package):
        changed.append(f"the code of {stage.package} or sigil_common")
    elif version != last.version:
        changed.append(f"its version ({last.version or 'none'}, and now {version or 'none'})")
    return f" again, changed: {', '.join(changed or ['its settings'])}"


def begin_taking(run_dir: Path) -> None:
    """Begin the note of what runs take, if one has come to its end since; else go on with it."""
    file, manifest = run_dir / TAKEN, run_dir / "manifest.json"
    ended = file.is_file() and manifest.is_file() and manifest.stat().st_mtime_ns >= file.stat().st_mtime_ns
    if ended:
        file.write_text("", encoding="utf-8")


def take(run_dir: Path, directory: Path) -> None:
    """Keep a note that a run takes this stage, so that `clean` leaves it as long as no run has come to its end."""
    with (run_dir / TAKEN).open("a", encoding="utf-8") as taken:
        taken.write(f"{directory.name}\n")


def taken(run_dir: Path) -> frozenset[str]:
    """Return the names of the directories that runs in `run_dir` have come to since one was at its end."""
    file = run_dir / TAKEN
    return frozenset(file.read_text(encoding="utf-8").splitlines()) if file.is_file() else frozenset()


def begin(stage: Stage, directory: Path) -> None:
    """Keep the digest of the code that begins a stage; what is known of one that is there already stays."""
    if not directory.exists():
        directory.mkdir(parents=True)
        write_json(directory / BEGUN, {"code": code_digest(stage.package)})


def begun_by_other(stage: Stage, directory: Path) -> str | None:
    """Return the digest of the code that a stage was begun with, if it is not the one that has ended it."""
    with suppress(OSError, ValueError, AttributeError):
        found = json.loads((directory / BEGUN).read_text(encoding="utf-8")).get("code")
        return str(found) if found not in (None, code_digest(stage.package)) else None
    return None
