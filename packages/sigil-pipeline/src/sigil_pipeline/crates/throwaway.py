"""The throw-away package whose dependencies are the crates that are wanted: what cargo is asked with."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sigil_pipeline.crates import toml_text
from sigil_pipeline.crates.crate_list import CrateSpec

FETCHING = "sigil-fetch"


def write_throwaway(specs: Sequence[CrateSpec], folder: Path) -> None:
    """Make the package in `folder`, without a lock file of an earlier question."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "Cargo.lock").unlink(missing_ok=True)
    (folder / "lib.rs").write_text("")
    (folder / "Cargo.toml").write_text(_manifest(specs))


def _manifest(specs: Sequence[CrateSpec]) -> str:
    def requirement(spec: CrateSpec) -> dict[str, object]:
        if spec.path is not None:
            return {"path": str(spec.path)}
        return {"version": f"={spec.version}" if spec.version else spec.requirement or "*"}

    tables: dict[str, dict[str, object]] = {
        "package": {"name": FETCHING, "version": "0.0.0", "edition": "2021", "publish": False},
        "lib": {"path": "lib.rs"},
        "dependencies": {spec.name: requirement(spec) for spec in specs},
        "workspace": {},
    }
    return toml_text.dumps(tables)
