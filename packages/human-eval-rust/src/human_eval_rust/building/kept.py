"""What is compiled of text that does not change (the harness, the tests of a problem set) is kept for later runs.

Each crate lies in a directory named after the digest of all that decides it: source, flags, compiler, and the crates
that it links. It is used only while it is what was put there.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sigil_common.errors import SigilError
from sigil_common.jsonl import write_json
from sigil_common.manifest import digest_file, digest_json
from sigil_common.sandbox import workdir

log = logging.getLogger("sigil.judge")

_INDEX = "index.json"
_FORMAT = 1
_UNUSED_S = 30 * 86_400.0


@dataclass(frozen=True)
class Kept:
    """A compiled crate, if one came out, and what else was found while it was made (plain JSON).

    `lasting`: another attempt would come to the same.
    """

    rlib: Path | None
    found: dict[str, Any]
    lasting: bool = True


def cache_folder(kind: str) -> Path:
    """Return the directory that holds what was built of one kind, one directory for each digest."""
    named = Path(os.environ.get("XDG_CACHE_HOME", ""))
    cache = named if named.is_absolute() else Path.home() / ".cache"  # a relative one counts as none (XDG)
    return cache / "sigilderg" / kind


def kept(decisive: object, make: Callable[[], Kept]) -> Kept:
    """Return what an earlier run made of the same `decisive` values, else what `make` makes, which is then kept.

    Where nothing can be kept (a home that is read-only), what was made serves this run alone.
    """
    try:
        folder = cache_folder("tests")
    except RuntimeError:  # nobody knows where this user is at home
        return make()
    place = folder / digest_json([_FORMAT, decisive])[:32]
    if (found := _read(place)) is not None:
        return found
    made = make()
    if not made.lasting:
        return made
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _forget_old(folder)
        _keep(made, place)
    except (OSError, SigilError) as error:
        log.debug("compiled tests are not kept in %s: %s", folder, error)
        return made
    return _read(place) or made


def _keep(made: Kept, place: Path) -> None:
    with workdir("making-", place.parent) as work:
        new = work / "new"
        new.mkdir()
        new.chmod(0o755)
        index: dict[str, Any] = {"found": made.found, "rlib": None, "sha256": None}
        if made.rlib is not None:
            shutil.copyfile(made.rlib, new / made.rlib.name)
            (new / made.rlib.name).chmod(0o644)
            index |= {"rlib": made.rlib.name, "sha256": digest_file(new / made.rlib.name)}
        write_json(new / _INDEX, index)
        try:
            new.rename(place)
        except OSError:  # another run was as quick, or what is there is spoilt
            if _read(place) is None:
                place.rename(work / "spoilt")
                new.rename(place)


def _read(place: Path) -> Kept | None:
    try:
        index = json.loads((place / _INDEX).read_text(encoding="utf-8"))
        rlib = place / index["rlib"] if index["rlib"] else None
        if rlib is not None and digest_file(rlib) != index["sha256"]:
            return None
        found = Kept(rlib, index["found"])
        with suppress(OSError):  # others may have made it, and own it
            os.utime(place)
    except (OSError, ValueError, KeyError, TypeError, SigilError):
        return None
    return found


def _forget_old(folder: Path) -> None:
    for place in folder.iterdir():
        if time.time() - place.stat().st_mtime > _UNUSED_S:
            shutil.rmtree(place, ignore_errors=True)
