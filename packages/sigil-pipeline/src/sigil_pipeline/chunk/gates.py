"""Which chunks are worth a sample. Each gate gives a reason that is counted."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from pathlib import Path, PurePosixPath
from types import MappingProxyType

from sigil_pipeline.chunk.chunks import Chunk
from sigil_pipeline.chunk.docs import summary
from sigil_pipeline.settings import Settings

_MIN_DESCRIPTION = 20
_MIN_FILE_LINES = 20
_MAX_LINE = 140
_UNFINISHED = re.compile(r"\b(todo|unimplemented)!\s*\(|\b(FIXME|XXX)\b")
# Bidirectional controls reorder what a reader sees (CVE-2021-42574).
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069\u200b-\u200f\ufeff]")
_SECRET = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY|\bAKIA[0-9A-Z]{16}\b|\bgh[pousr]_[A-Za-z0-9]{36}\b|\bxox[abprs]-[A-Za-z0-9-]{10,}"
    r"|\b[\w.+-]+@[\w-]+\.(com|org|net|de|io|me|co|dev|edu)\b"
)
_DATA_TABLE = re.compile(r"(0x[0-9a-fA-F_]+\s*,\s*){16}|(\b\d+\s*,\s*){24}")

Gate = Callable[[Chunk, Settings], bool]


def _too_short(chunk: Chunk, settings: Settings) -> bool:
    if chunk.kind == "file":
        return chunk.lines < _MIN_FILE_LINES
    return chunk.kind == "function" and chunk.lines < settings.min_function_lines


def _too_many_lines(chunk: Chunk, settings: Settings) -> bool:
    return chunk.lines > (settings.max_module_lines if chunk.kind == "file" else settings.max_sft_lines)


def _too_many_chars(chunk: Chunk, settings: Settings) -> bool:
    return len(chunk.code) > (settings.max_module_chars if chunk.kind == "file" else settings.max_sft_chars)


def _empty(chunk: Chunk, _: Settings) -> bool:
    inside = chunk.code.partition("{")[2].rstrip().removesuffix("}")
    return not re.sub(r"//[^\n]*", "", inside).strip() or (chunk.kind != "function" and not chunk.functions_inside)


def _delegates(chunk: Chunk, _: Settings) -> bool:
    """Whether a method only forwards to a field's method of the same name: nothing can be learned from it."""
    inside = chunk.code.partition("{")[2] if chunk.kind == "function" else ""
    body = " ".join(inside.rstrip().removesuffix("}").split()) if ";" not in inside else ""
    return bool(re.fullmatch(rf"\(?\*{{0,2}}(\*\*)?self\)?(\.\w+)*\.{re.escape(chunk.name)}\([\w, ]*\)", body))


GATES: dict[str, Gate] = {
    "syntax_error": lambda chunk, _: "syntax_error" in chunk.flags,
    "too_many_lines": _too_many_lines,
    "too_many_chars": _too_many_chars,
    "too_short": _too_short,
    "empty": _empty,
    "delegates": _delegates,
    "cfg_off": lambda chunk, _: "cfg_off" in chunk.flags,
    "unsafe": lambda chunk, settings: "unsafe" in chunk.flags and not settings.unsafe_samples,
    "hidden": lambda chunk, _: "hidden" in chunk.flags,
    "deprecated": lambda chunk, _: "deprecated" in chunk.flags,
    "unfinished": lambda chunk, _: bool(_UNFINISHED.search(chunk.code)),
    "long_lines": lambda chunk, _: any(len(line) > _MAX_LINE for line in chunk.code.split("\n")),
    "invisible_characters": lambda chunk, _: bool(_BIDI.search(chunk.code + chunk.docs)),
    "secret_or_address": lambda chunk, _: bool(_SECRET.search(chunk.code + chunk.docs)),
    "data_table": lambda chunk, _: bool(_DATA_TABLE.search(chunk.code)),
}


def objection(
    chunk: Chunk,
    compiled: set[tuple[str, int]],
    settings: Settings,
    blocked: Mapping[str, Collection[tuple[int, int]]] = MappingProxyType({}),
) -> str | None:
    """Return why a chunk is dropped.

    `compiled` holds the functions that the compiler saw, `blocked` the lines by file that a linter blocks: a chunk of
    which one lies there is dropped, whether it holds the place or is part of it.
    """
    if any((chunk.file, start) not in compiled for start in chunk.functions_inside):
        return "not_compiled"
    reason = next((reason for reason, gate in GATES.items() if gate(chunk, settings)), None)
    if reason is None and any(
        first <= chunk.last_line and chunk.first_line <= last for first, last in blocked.get(chunk.file, ())
    ):
        return "clippy"
    return reason


def is_test_path(file: str, library: Path) -> bool:
    """Whether a file that was read for a library is a test, a benchmark or an example: where cargo looks for these.

    The library's own folder holds none, whatever its files are called: tests are not compiled with it.
    """
    parts, home = PurePosixPath(file).parts, library.parent.parts
    return parts[: len(home)] != home and parts[0] in ("tests", "benches", "examples", "fuzz")


def can_describe(chunk: Chunk) -> bool:
    """Whether the docs say enough to write the code from; for blocks, those of most of their functions.

    Of a trait's implementation its own will do.
    """
    if chunk.kind == "function":
        return len(summary(chunk.docs)) >= _MIN_DESCRIPTION
    if " for " in chunk.signature and len(summary(chunk.docs)) >= _MIN_DESCRIPTION:
        return True
    documented = sum("`: " in member for member in chunk.members)
    return len(chunk.members) >= 2 and documented * 2 >= len(chunk.members)
