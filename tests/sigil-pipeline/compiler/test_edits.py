"""Edits of source bytes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sigil_pipeline.chunk.extract import chunks_of, open_source
from sigil_pipeline.compiler.edits import Edit, Variant, apply_edits, merge

from ..sources import HOLDS

TEXT = b"zero\none\ntwo\nthree\nfour\n"


@given(st.lists(st.tuples(st.integers(0, 23), st.integers(0, 6), st.text(alphabet="ab\n", max_size=4)), max_size=4))
def test_edits_are_made_from_back_to_front_as_from_front_to_back(wanted: list[tuple[int, int, str]]) -> None:
    edits, position = [], 0
    for start, length, new in sorted(wanted):
        begin = max(start, position)
        edits.append(Edit(begin, min(begin + length, len(TEXT)), new))
        position = edits[-1].end
    changed = TEXT
    for edit in reversed(edits):
        changed = changed[: edit.start] + edit.new.encode() + changed[edit.end :]
    assert apply_edits(TEXT, edits) == changed


def test_merged_variants_know_their_lines() -> None:
    code = "fn a() -> u8 {\n    1\n}\n\nfn b() -> u8 {\n    2\n}\n"
    source = open_source("src/lib.rs", code.encode())
    first, second = chunks_of(source, HOLDS)
    variants = [
        Variant(first, "x", (Edit(first.body_start + 1, first.body_start + 1, "\n    // more"),)),
        Variant(second, "y", (Edit(second.end - 3, second.end - 2, "3"),)),
    ]
    changed, lines = merge(source.data, variants)
    split = changed.decode().split("\n")
    for chunk in (first, second):
        low, high = lines[chunk.key]
        assert split[low - 1].startswith(f"fn {chunk.name}")
        assert split[high - 1] == "}"
