"""What a run directory can do without: stages that its last finished run does not name.

Only what the engine made is ever looked at: directories below `stages/` of its names, with its files in them.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from lambda_package.commands import RECORD
from lambda_package.engine import STDOUT
from lambda_package.made_before import read_stage, taken
from lambda_package.run_record import open_run
from sigil_common.errors import InputError
from sigil_common.manifest import tree_files

_NAME = re.compile(r"(.+)-[0-9a-f]{12}")


@dataclass(frozen=True)
class Leftover:
    """A stage's directory that could go, its size, and why it could."""

    path: Path
    bytes: int
    why: str


def leftovers(run_dir: Path, *, stages: Collection[str] = (), unfinished: bool = False) -> list[Leftover]:
    """Return what could go: what the manifest does not name, and of `stages` all.

    What is newer than the manifest, or was taken by a run since, is of one that is not at its end, and stays, but for
    `unfinished`. Raises `InputError` for a directory that is none of a run.
    """
    if not (run_dir / "stages").is_dir():
        raise InputError(f"{run_dir} is not the directory of a run", cause="it has no `stages`")
    found = dict(_made_by_us(run_dir / "stages"))
    if unknown := sorted(set(stages) - set(found.values())):
        raise InputError(
            f"no stage `{unknown[0]}` in {run_dir}", hint=f"there are: {', '.join(dict.fromkeys(found.values()))}"
        )
    manifest = run_dir / "manifest.json"
    named = {run_dir / (stage.directory or "") for stage in open_run(run_dir).stages} if manifest.exists() else set()
    written = manifest.stat().st_mtime_ns if manifest.exists() else 0
    rows, last = [], taken(run_dir)
    for place, name in found.items():
        why = None
        if name in stages:
            why = "asked for by --stage" + (
                "; the manifest names it, and a run makes it again" if place in named else ""
            )
        elif place not in named and (unfinished or (_begun(place) < written and place.name not in last)):
            why = "of other settings, inputs or code" if read_stage(place) is not None else "never finished"
        if why is not None:
            rows.append(Leftover(place, sum(path.stat().st_size for path in tree_files(place)), why))
    return rows


def remove(rows: Collection[Leftover]) -> None:
    """Remove these directories; the record goes first, so that what is half removed is no finished stage."""
    for row in rows:
        (row.path / RECORD).unlink(missing_ok=True)
        shutil.rmtree(row.path)


def _made_by_us(stages: Path) -> Iterator[tuple[Path, str]]:
    for place in sorted(stages.iterdir()):
        name = _NAME.fullmatch(place.name)
        if name is not None and place.is_dir() and not place.is_symlink() and (place / STDOUT).is_file():
            yield place, name[1]


def _begun(place: Path) -> int:
    """Return when a stage was last at work: its command's output is opened anew each time."""
    return (place / STDOUT).stat().st_mtime_ns
