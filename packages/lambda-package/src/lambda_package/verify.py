"""Hold a manifest against the files it names."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from sigil_common.errors import InputError
from sigil_common.manifest import digest_file


def verify(manifest: Path) -> tuple[int, list[str]]:
    """Return how many files were checked, and one line for each that is missing or differs."""
    manifest = manifest / "manifest.json" if manifest.is_dir() else manifest
    try:
        recorded: dict[str, Any] = json.loads(manifest.read_text())
        rows = [
            (Path(stage["directory"]) / row["path"], row["sha256"])
            for stage in recorded["stages"]
            for row in stage["outputs"]
        ]
        rows += [(Path(row["path"]), row["sha256"]) for row in recorded["published"]]
    except OSError as error:
        hint = "name the manifest.json of a run, or its directory"
        raise InputError(f"cannot read {manifest}", cause=error.strerror, hint=hint) from None
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(f"{manifest} is not a run's manifest", cause=str(error)) from None
    faults = []
    for relative, digest in rows:
        path = manifest.parent / relative
        if not path.is_file():
            faults.append(f"{path}: missing")
        elif digest_file(path) != digest:
            faults.append(f"{path}: differs from its digest")
    return len(rows), faults
