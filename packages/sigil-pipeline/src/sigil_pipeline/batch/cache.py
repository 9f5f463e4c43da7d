"""Results of crates on disk, each in a file of its own, that any run may use whose results depend on the same.

A file is written whole or not at all, and holds the key that it was made for. Several runs may share a directory; none
of them removes anything there.
"""

from __future__ import annotations

import dataclasses
import json
from typing import Any

from sigil_common import jsonl
from sigil_common.manifest import digest_json
from sigil_pipeline.batch.keys import NOT_KEPT, Key, time_limit_of
from sigil_pipeline.batch.rows import result_from_row, result_to_row
from sigil_pipeline.batch.state import CrateResult
from sigil_pipeline.crates.crate_list import CrateSpec
from sigil_pipeline.settings import Settings


class Cache:
    """The results in one directory, as far as a run with these settings may use them."""

    def __init__(self, settings: Settings) -> None:
        self.folder = settings.cache
        self._settings = settings

    def name_of(self, key: Key) -> str:
        """Return the name of the file that holds, or would hold, the result for a key."""
        return f"{key['crate']}-{key['version']}-{digest_json(key)[:32]}.json"

    def load(self, name: str, spec: CrateSpec, key: Key | None = None) -> CrateResult | None:
        """Return the result in a file, as that of the crate as it is called here; `None` if it cannot be used.

        With `key` it must be the very one.
        """
        try:
            entry = json.loads((self.folder / name).read_bytes())
            fits = key is None or entry["key"] == key
            whole = entry["sha256"] == digest_json(entry["result"])
            in_time = entry["compile_timeout"] in (None, self._settings.compile_timeout)
            if not (fits and whole and in_time):
                return None
            return dataclasses.replace(result_from_row(entry["result"]), spec=spec.text)
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def save(self, key: Key, result: CrateResult) -> str | None:
        """Keep a result; return the name of its file, `None` for one that says nothing of the crate: it is not kept."""
        if result.rejection is not None and result.rejection.reason in NOT_KEPT:
            return None
        row: dict[str, Any] = result_to_row(result)
        entry = {
            "key": key,
            "compile_timeout": time_limit_of(result, self._settings),
            "sha256": digest_json(row),
            "result": row,
        }
        name = self.name_of(key)
        jsonl.write_text(self.folder / name, jsonl.dumps(entry) + "\n")
        return name
