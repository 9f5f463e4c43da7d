"""Cutting a file into shards."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sigil_pipeline.dataset_tools.shards import split_into_shards

from .conftest import read, write


@given(st.integers(1, 40), st.integers(1, 12), st.booleans())
def test_shards_hold_all_lines_in_order(
    tmp_path_factory: pytest.TempPathFactory, total: int, number: int, by_lines: bool
) -> None:
    folder = tmp_path_factory.mktemp("shards")
    source = write(folder / "a.jsonl", [{"n": n} for n in range(total)])
    paths = split_into_shards(source, folder / "out", **({"lines": number} if by_lines else {"shards": number}))
    assert b"".join(path.read_bytes() for path in paths) == source.read_bytes()
    sizes = [len(read(path)) for path in paths]
    assert max(sizes) <= number if by_lines else max(sizes) - min(sizes) <= 1
    assert paths[0].name == f"a-00000-of-{len(paths):05d}.jsonl"
