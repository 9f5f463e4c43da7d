"""Edits of source bytes, and variants of a function made of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sigil_pipeline.chunk.chunks import Chunk
from sigil_pipeline.chunk.extract import SourceFile
from sigil_pipeline.chunk.syntax import parse, tidy


@dataclass(frozen=True)
class Edit:
    """Replace the bytes `start..end` of a file by `new`."""

    start: int
    end: int
    new: str


@dataclass(frozen=True)
class Variant:
    """A function with edits inside its lines. `operator` names how they were made, `formatted` says whether by rustfmt,
    too.
    """

    chunk: Chunk
    operator: str
    edits: tuple[Edit, ...]
    formatted: bool = False


def apply_edits(data: bytes, edits: Iterable[Edit], *, base: int = 0) -> bytes:
    """Return `data`, whose first byte is byte `base` of the file, with non-overlapping edits made."""
    pieces, position = [], base
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.end)):
        pieces += [data[position - base : edit.start - base], edit.new.encode()]
        position = edit.end
    return b"".join([*pieces, data[position - base :]])


def variant_code(source: SourceFile, variant: Variant) -> str:
    """Return the function as the variant has it, at the left margin, with the attributes that its chunk shows."""
    chunk = variant.chunk
    line_start = source.data.rfind(b"\n", 0, chunk.start) + 1
    indent = source.data[line_start : chunk.start].decode("utf-8", "replace")
    indent = indent if not indent.strip() else ""
    original = source.data[chunk.start : chunk.end]
    changed = apply_edits(original, variant.edits, base=chunk.start)
    own = tidy(original.decode("utf-8", "replace"), indent)
    attributes = chunk.code.removesuffix(own) if chunk.code.endswith(own) else ""
    return attributes + tidy(changed.decode("utf-8", "replace"), indent)


def is_sound(source: SourceFile, variant: Variant) -> bool:
    """Whether the edits leave code that parses and differs from the original."""
    code = variant_code(source, variant)
    return not parse(code.encode()).has_error and bool(variant.edits)


def merge(data: bytes, variants: Sequence[Variant]) -> tuple[bytes, dict[str, tuple[int, int]]]:
    """Make all variants of one file at once; return the file and each variant's lines in it, by chunk key."""
    edits = [edit for variant in variants for edit in variant.edits]
    changed = apply_edits(data, edits)
    lines = {}
    for variant in variants:
        first = _moved(variant.chunk.start, edits)
        last = _moved(variant.chunk.end, edits)
        lines[variant.chunk.key] = (changed.count(b"\n", 0, first) + 1, changed.count(b"\n", 0, last) + 1)
    return changed, lines


def _moved(position: int, edits: Iterable[Edit]) -> int:
    return position + sum(len(edit.new.encode()) - (edit.end - edit.start) for edit in edits if edit.end <= position)
