"""What the compiler said, out of cargo's JSON lines, each message with the crate it belongs to."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sigil_common.rustc.diagnostics import without_long_types


@dataclass(frozen=True)
class Place:
    """A stretch of source, lines counted from 1; `file` is as the compiler names it.

    For code made by a macro, `own_file` with the bytes from `start` to `end`, the first in `own_line`, is where it is
    written: in the call, or in the macro's definition.
    """

    file: str
    first_line: int
    last_line: int
    primary: bool
    own_file: str = ""
    start: int = 0
    end: int = 0
    own_line: int = 0

    @property
    def is_written_here(self) -> bool:
        """Whether the code is not what a macro of this crate is defined as; those of others show their call."""
        inside = self.own_file == self.file and self.first_line <= self.own_line <= self.last_line
        return inside or self.own_file.startswith("/")


@dataclass(frozen=True)
class Change:
    """Replace the bytes `start..end` of a file of the crate by `new`."""

    file: str
    start: int
    end: int
    new: str


@dataclass(frozen=True)
class Finding:
    """One diagnostic of one crate. `rendered` is rustc's own text, paths relative to the crate.

    `fix` is what the compiler itself would change; empty where it is not sure, or where code of macros is concerned.
    """

    manifest: Path
    level: str
    code: str | None
    message: str
    rendered: str
    places: tuple[Place, ...]
    fix: tuple[Change, ...] = ()

    @property
    def is_error(self) -> bool:
        """Whether it ends the build (summaries such as `aborting due to` are left out when reading)."""
        return self.level.startswith("error")


@dataclass(frozen=True)
class Built:
    """A library or program that compiled: its crate and the dep-info file that lists what was read."""

    manifest: Path
    dep_info: Path | None


def read_messages(stdout: bytes) -> tuple[list[Finding], list[Built], set[str]]:
    """Read the output of `cargo check --message-format=json`; lines that are not JSON are skipped.

    Returns also the packages, as cargo names them, whose build script was compiled and has not ended.
    """
    findings: list[Finding] = []
    built: list[Built] = []
    running: set[str] = set()
    for line in stdout.split(b"\n"):
        row = json_object(line)
        reason = row.get("reason")
        if reason == "compiler-message":
            finding = _finding(row)
            if finding is not None:
                findings.append(finding)
        elif reason == "compiler-artifact" and _is_crate(row):
            built.append(Built(Path(row["manifest_path"]), _dep_info(row["filenames"])))
        elif reason == "compiler-artifact" and "custom-build" in row["target"]["kind"]:
            running.add(row["package_id"])
        elif reason == "build-script-executed":
            running.discard(row["package_id"])
    return findings, built, running


def json_object(line: bytes) -> dict[str, Any]:
    """Return what a line of JSON says, nothing if it is none: crates print what they like."""
    try:
        value = json.loads(line) if line.startswith(b"{") else {}
    except ValueError:
        return {}
    except RecursionError:
        return _too_deep(line)
    return value if isinstance(value, dict) else {}


def _too_deep(line: bytes) -> dict[str, Any]:
    """Return what a message says at its beginning that shows more macros inside each other than can be read."""
    manifest = re.search(rb'"manifest_path":\s*("(?:[^"\\]|\\.)*")', line)
    if manifest is None:
        return {}
    level = "error" if re.search(rb'"level":\s*"error', line) else "warning"
    message: dict[str, Any] = {
        "message": "macros nested too deep to be shown",
        "level": level,
        "code": None,
        "spans": [],
    }
    return {"reason": "compiler-message", "manifest_path": json.loads(manifest[1]), "message": message}


def _is_crate(row: Mapping[str, Any]) -> bool:
    return not {"custom-build", "test"} & set(row["target"]["kind"])


def _dep_info(filenames: list[str]) -> Path | None:
    for name in filenames:
        path = Path(name)
        if path.suffix == ".rmeta" or path.suffix == ".so":
            return path.with_name(path.stem.removeprefix("lib") + ".d")
    return None


def _finding(row: Mapping[str, Any]) -> Finding | None:
    message = row["message"]
    text = str(message["message"])
    if not message["spans"] and re.match(r"aborting due to|\d+ warnings? emitted|Some errors have|For more", text):
        return None
    manifest = Path(row["manifest_path"])
    prefix = f"members/{manifest.parent.name}/"
    places = tuple(_place(span, prefix) for span in message["spans"])
    code = message["code"]["code"] if message["code"] else None
    rendered = without_long_types(str(message.get("rendered") or "")).replace(prefix, "")
    return Finding(manifest, str(message["level"]), code, text, rendered, places, _fix(message, prefix))


def _fix(message: Mapping[str, Any], prefix: str) -> tuple[Change, ...]:
    """Return the only suggestion of a message; of several alternatives none."""
    offered = [one for part in (message, *message.get("children", ())) if (one := _changes(part["spans"], prefix))]
    return offered[0] if len(offered) == 1 else ()


def _changes(spans: Iterable[Mapping[str, Any]], prefix: str) -> tuple[Change, ...]:
    offered = [span for span in spans if span.get("suggested_replacement") is not None]
    if any(span.get("suggestion_applicability") != "MachineApplicable" or span.get("expansion") for span in offered):
        return ()
    return tuple(
        Change(
            str(span["file_name"]).removeprefix(prefix),
            int(span["byte_start"]),
            int(span["byte_end"]),
            str(span["suggested_replacement"]),
        )
        for span in offered
    )


def _place(span: Mapping[str, Any], prefix: str) -> Place:
    """Where the span lies; for code made by a macro of this crate, the outermost call."""
    outer = span
    while outer.get("expansion"):
        outer = outer["expansion"]["span"]
    file, own = (str(one["file_name"]).removeprefix(prefix) for one in (outer, span))
    lines = int(outer["line_start"]), int(outer["line_end"])
    first, last = int(span.get("byte_start", 0)), int(span.get("byte_end", 0))
    return Place(file, *lines, bool(span["is_primary"]), own, first, last, int(span["line_start"]))
