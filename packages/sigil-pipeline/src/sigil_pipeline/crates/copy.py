"""The directory in which crates are built, and copies of crates in it."""

from __future__ import annotations

import shutil
from collections.abc import Collection
from pathlib import Path

from sigil_common.errors import InputError

MARK = ".sigil-pipeline"
"""A file of this name says that a directory was made to build in: only then is it copied nowhere, and removed."""

# Only directly below the crate: a module may have the name of cargo's build output.
_AT_ROOT = frozenset({"target"})
_ANYWHERE = frozenset({".git", ".cargo", "rust-toolchain", "rust-toolchain.toml"})


def build_place(work: Path) -> Path:
    """Return the directory below `work` in which crates are built, made and marked as ours.

    Raises `InputError` if one of that name is there that is not.
    """
    place = work / "build"
    if place.is_dir() and any(place.iterdir()) and not (place / MARK).is_file():
        raise InputError(f"{place} holds files that no run made", hint="choose another --work-dir, or remove it")
    place.mkdir(parents=True, exist_ok=True)
    (place / MARK).touch()
    return place


def remove_build_place(work: Path) -> None:
    """Remove what `build_place` made; what is not marked as ours stays."""
    if (work / "build" / MARK).is_file():
        shutil.rmtree(work / "build", ignore_errors=True)


def copy_crate(root: Path, to: Path, left_out: Collection[str] = ()) -> None:
    """Copy a crate without build output, version control, what configures cargo, and files of the names `left_out`.

    A local crate may hold the directory that it is copied to.
    """

    def ignored(folder: str, names: list[str]) -> set[str]:
        found = {name for name in names if name in _ANYWHERE or name in left_out}
        found |= {name for name in names if (Path(folder, name) / MARK).is_file()}
        return found | _AT_ROOT.intersection(names) if Path(folder) == root else found

    shutil.copytree(root, to, symlinks=True, ignore=ignored)
