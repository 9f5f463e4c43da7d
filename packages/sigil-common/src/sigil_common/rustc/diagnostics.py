"""rustc's JSON diagnostics as small records.

The format is that of `--error-format=json` (The rustc book, "JSON Output"); cargo wraps the same object
in `{"reason": "compiler-message", "message": ...}`. Lines that are neither, such as a panic of the
compiler itself or what a build script prints, are passed over.
"""

from __future__ import annotations

import json
import re
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

_SUMMARIES = ("aborting due to ", "Some errors have detailed explanations", "For more information about ")


# What reading a line that has another form raises; RecursionError: a line nested absurdly deep.
_NOT_A_DIAGNOSTIC = (ValueError, KeyError, TypeError, AttributeError, RecursionError)

# A remark below the diagnostic, and signs that it shows the standard library's own source.
_REMARK = re.compile(r"^(?=(?:help|note|warning): )", re.MULTILINE)
_LIBRARY_PLACE = re.compile(r"(?:-->|:::) (?:/rustc/|\S*/rustlib/src/)")
# Where rustc has put a long type's name: a path of this machine with a number that differs from run to run.
_LONG_TYPE = re.compile(
    r"^ *= note: the full (?:type name|name for the [^\n]*?) has been written to '[^\n]*'\n"
    r"(?: *= note: consider using `--verbose`[^\n]*\n)?",
    re.MULTILINE,
)


@dataclass(frozen=True)
class Diagnostic:
    """One error or warning. `code` is as `E0308` or a lint's name; `rendered` is what a terminal shows,
    without the remarks that list places in the standard library: their order varies from run to run.

    `file` and `line_start` (from 1) are those of the primary span; where it lies inside a
    macro, of the outermost place that called the macro. A diagnostic without a span has `file` "" and
    line 0.
    """

    level: str
    code: str | None
    message: str
    rendered: str
    file: str
    line_start: int

    @property
    def is_error(self) -> bool:
        """Whether this keeps the code from compiling."""
        return self.level.startswith("error")


def parse_diagnostics(stderr: bytes) -> list[Diagnostic]:
    """Return the diagnostics in the order of printing, without rustc's closing summaries."""
    found = []
    for line in stderr.split(b"\n"):
        if not line.startswith(b"{"):
            continue
        with suppress(*_NOT_A_DIAGNOSTIC):
            diagnostic = _diagnostic(json.loads(line.decode("utf-8", "replace")))
            if diagnostic is not None:
                found.append(diagnostic)
    return found


def _diagnostic(value: Any) -> Diagnostic | None:
    if value.get("reason") == "compiler-message":
        value = value["message"]
    level, message = _text(value["level"]), _text(value["message"])
    spans = value.get("spans") or []
    if level == "failure-note" or (not spans and _is_summary(message)):
        return None
    file, line = _place(spans)
    code = (value.get("code") or {}).get("code")
    return Diagnostic(level, code, message, _own_part(value.get("rendered") or ""), file, line)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def without_long_types(rendered: str) -> str:
    """Return a rendered diagnostic without the file that the compiler wrote the whole name of a long type to."""
    return _LONG_TYPE.sub("", rendered)


def _own_part(rendered: str) -> str:
    rendered = without_long_types(rendered)
    first, *remarks = _REMARK.split(rendered)
    kept = "".join([first, *(remark for remark in remarks if not _LIBRARY_PLACE.search(remark))])
    return kept if kept.endswith("\n\n") or kept == rendered else kept.rstrip("\n") + "\n\n"


def _is_summary(message: str) -> bool:
    return message.startswith(_SUMMARIES) or message.endswith(("warning emitted", "warnings emitted"))


def _place(spans: list[dict[str, Any]]) -> tuple[str, int]:
    span = next((span for span in spans if span.get("is_primary")), None)
    if span is None:
        return "", 0
    while span.get("expansion"):
        span = span["expansion"]["span"]
    return span["file_name"], span["line_start"]
