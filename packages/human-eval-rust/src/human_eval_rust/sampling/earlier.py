"""Samples that were drawn before, of fewer answers to each problem: they are kept as they are, and more are drawn.

So who looks at a few samples and then wants more has those few still, byte for byte, whatever batches the others are
drawn in.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sigil_common.errors import InputError
from sigil_common.jsonl import read_objects
from sigil_common.manifest import digest_file

Rows = dict[tuple[str, int], dict[str, Any]]
# Of a manifest: what a few samples and more of them have in common, but for how many they are.
_DECISIVE = ("problems", "prompt_template_sha256", "stop_rule", "sampler")
_DRAWN_BY = ("ran_on", "server")
_ANEW = (
    "draw all samples anew, without --earlier; in a run of sigilderg-lambda, remove the directories "
    "`sample-*-look-*` below its `stages`, and run the same command again"
)


class Earlier:
    """What is known of an earlier file: its rows by task and number, and where they were drawn."""

    def __init__(self, file: Path, described: Mapping[str, Any], manifest: Path) -> None:
        """Read a file; raise `InputError` for samples of other problems or another model, or drawn otherwise."""
        try:
            known: dict[str, Any] = json.loads(manifest.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise InputError(f"cannot read {manifest}, which says how {file} was drawn", cause=str(error)) from None
        wanted = json.loads(json.dumps(described))  # as it comes back from a file
        if changed := _changed(known, wanted):
            raise InputError(f"{file} was drawn otherwise: `{changed[0]}` differs", hint=_ANEW)
        self.file = file
        self.drawn_by = {key: known[key] for key in _DRAWN_BY if key in known}
        self.rows: Rows = {(row["task_id"], row["sample_index"]): row for _, row in read_objects(file)}

    @property
    def digest(self) -> str:
        """The digest of the file."""
        return digest_file(self.file)

    def require_same_machine(self, described: Mapping[str, Any]) -> None:
        """Raise `InputError` if the others would be drawn on another kind of machine, or by another server."""
        drawn_by = {key: described[key] for key in _DRAWN_BY if key in described}
        if self.drawn_by != drawn_by:
            raise InputError(
                f"{self.file} was drawn on {_said(self.drawn_by)}, and this is {_said(drawn_by)}",
                hint=_ANEW,
            )


def _changed(known: dict[str, Any], wanted: dict[str, Any]) -> list[str]:
    was, now = ({key: side.get(key) for key in _DECISIVE} | side.get("settings", {}) for side in (known, wanted))
    return [key for key in was | now if key != "n_samples" and was.get(key) != now.get(key)]


def _said(drawn_by: Mapping[str, Any]) -> str:
    said = {**drawn_by["ran_on"], **{key: drawn_by["server"][key] for key in ("model",) if "server" in drawn_by}}
    return ", ".join(f"{key} {value}" for key, value in said.items()) or "no model"
