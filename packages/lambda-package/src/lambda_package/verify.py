"""Hold a manifest against the files it names."""

from __future__ import annotations

from pathlib import Path

from sigil_common.jsonl import read_record
from sigil_common.manifest import digest_file
from sigil_common.records import RunManifest


def verify(manifest: Path) -> tuple[int, list[str]]:
    """Return how many files were checked, and one line for each that is missing or differs."""
    manifest = manifest / "manifest.json" if manifest.is_dir() else manifest
    recorded = read_record(manifest, RunManifest, hint="name the manifest.json of a run, or its directory")
    rows = [(Path(stage.directory or "") / row.path, row.sha256) for stage in recorded.stages for row in stage.outputs]
    rows += [(Path(row.path), row.sha256) for row in recorded.published]
    faults = []
    for relative, digest in rows:
        path = manifest.parent / relative
        if not path.is_file():
            faults.append(f"{path}: missing")
        elif digest_file(path) != digest:
            faults.append(f"{path}: differs from its digest")
    return len(rows), faults
