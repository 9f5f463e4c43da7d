"""What is compiled of text that does not change (the harness, the tests of a problem set) is kept for later runs.

Its files lie in a directory named after the digest of all that decides them: source, flags, compiler, and the crates
that they link. They are used only while they are what was put there.
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
_FORMAT = 2
_UNUSED_S = 30 * 86_400.0


@dataclass(frozen=True)
class Kept:
    """Compiled crates, if any came out, and what else was found while they were made (plain JSON).

    `lasting`: another attempt would come to the same.
    """

    rlibs: tuple[Path, ...]
    found: dict[str, Any]
    lasting: bool = True


def cache_folder(kind: str) -> Path:
    """Return the directory that holds what was built of one kind, one directory for each digest."""
    named = Path(os.environ.get("XDG_CACHE_HOME", ""))
    cache = named if named.is_absolute() else Path.home() / ".cache"  # a relative one counts as none (XDG)
    return cache / "sigilderg" / kind


def kept(decisive: object, make: Callable[[], Kept], kind: str = "tests") -> Kept:
    """Return what an earlier run made of the same `decisive` values, else what `make` makes, which is then kept.

    Where nothing can be kept (a home that is read-only), what was made serves this run alone.
    """
    if (found := known(decisive, kind)) is not None:
        return found
    made = make()
    if not made.lasting:
        return made
    try:
        place = _place(decisive, kind)
        place.parent.mkdir(parents=True, exist_ok=True)
        _forget_old(place.parent)
        _keep(made, place)
    except (OSError, SigilError, RuntimeError) as error:
        log.debug("compiled %s are not kept: %s", kind, error)
        return made
    return _read(place) or made


def known(decisive: object, kind: str) -> Kept | None:
    """Return what was made of these values and is as it was."""
    with suppress(RuntimeError):  # nobody knows where this user is at home
        return _read(_place(decisive, kind))
    return None


def _place(decisive: object, kind: str) -> Path:
    return cache_folder(kind) / digest_json([_FORMAT, decisive])[:32]


def _keep(made: Kept, place: Path) -> None:
    with workdir("making-", place.parent) as work:
        new = work / "new"
        new.mkdir()
        new.chmod(0o755)
        for rlib in made.rlibs:
            shutil.copyfile(rlib, new / rlib.name)
            (new / rlib.name).chmod(0o644)
        digests = {one.name: digest_file(new / one.name) for one in made.rlibs}
        write_json(new / _INDEX, {"found": made.found, "sha256": digests})
        try:
            new.rename(place)
        except OSError:  # another run was as quick, or what is there is spoilt
            if _read(place) is None:
                place.rename(work / "spoilt")
                new.rename(place)


def _read(place: Path) -> Kept | None:
    try:
        index = json.loads((place / _INDEX).read_text(encoding="utf-8"))
        if any(digest_file(place / name) != digest for name, digest in index["sha256"].items()):
            return None
        found = Kept(tuple(place / name for name in index["sha256"]), index["found"])
        with suppress(OSError):  # others may have made it, and own it
            os.utime(place)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, SigilError):
        return None
    return found


def _forget_old(folder: Path) -> None:
    for place in folder.iterdir():
        if time.time() - place.stat().st_mtime > _UNUSED_S:
            shutil.rmtree(place, ignore_errors=True)
