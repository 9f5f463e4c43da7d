"""What a run has done: its crates, each with the file of its result. A killed run continues after the last one.

A crate is named only after its file is complete, and the checkpoint is replaced in one step, so what it names is whole.
So the crates that are done need not be resolved again, and are not: their newest version may be another one by then.
Those that could not be fetched are in none, and asked for again: a registry, or a directory, may have them by then. It
also holds the hash of everything besides that results depend on: with another hash, nothing in it may be used.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sigil_common import jsonl
from sigil_common.manifest import digest_json
from sigil_pipeline.batch.cache import Cache
from sigil_pipeline.batch.keys import Key
from sigil_pipeline.batch.state import CrateResult
from sigil_pipeline.crates.crate_list import CrateSpec

log = logging.getLogger(__name__)

DigestOf = Callable[[Path], str]


class Checkpoint:
    """The finished crates of one run; `digest_of` tells that of a local crate's sources."""

    def __init__(self, path: Path, config: Key, cache: Cache, digest_of: DigestOf) -> None:
        self._path = path
        self._config = config
        self._cache = cache
        self._digest_of = digest_of
        self._rows = _read(path, config)

    def load(self, spec: CrateSpec) -> CrateResult | None:
        """Return the result of a finished crate, `None` if it has to be done."""
        row = self._rows.get(_name(spec))
        try:
            if row is None or any(self._digest_of(Path(root)) != digest for root, digest in row["sources"].items()):
                return None
            return self._cache.load(row["file"], spec)
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def note(self, spec: CrateSpec, sources: dict[str, str], file: str) -> None:
        """Add a crate whose result is in a file of the cache, to be written by `save`."""
        self._rows[_name(spec)] = {"crate": _name(spec), "sources": sources, "file": file}

    def save(self) -> None:
        """Write what was noted."""
        sha256 = digest_json(self._config)
        rows = list(self._rows.values())
        jsonl.write_json(self._path, {"config_sha256": sha256, "config": self._config, "crates": rows})


def _read(path: Path, config: Key) -> dict[str, dict[str, Any]]:
    """Return the rows of a checkpoint; none of one of other settings, another compiler or another pipeline."""
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        rows, old = {row["crate"]: row for row in stored["crates"]}, dict(stored["config"])
        matches = stored["config_sha256"] == digest_json(config)
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, KeyError, TypeError) as error:
        log.warning("%s is not a checkpoint (%s); starting from the beginning", path, error)
        return {}
    if not matches:
        changed = sorted(key for key in {*config, *old} if config.get(key) != old.get(key))
        log.warning("%s is of a run with another %s; starting from the beginning", path, ", ".join(changed))
        return {}
    return rows


def _name(spec: CrateSpec) -> str:
    return f"held out: {spec.text}" if spec.held_out else spec.text
