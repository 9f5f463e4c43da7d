"""Cutting a file into shards."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sigil_common.manifest import digest_file
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
    listed = json.loads((folder / "out" / "a.shards.json").read_text())
    assert [(one["path"], one["lines"], one["sha256"]) for one in listed["shards"]] == [
        (path.name, size, digest_file(path)) for path, size in zip(paths, sizes, strict=True)
    ]


@pytest.mark.parametrize("stopped_at", [0, 1, 2])
def test_a_cut_that_is_stopped_leaves_whole_shards_and_no_list(
    tmp_path: Path, stopped_at: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = write(tmp_path / "a.jsonl", [{"n": n} for n in range(9)])
    before = split_into_shards(source, tmp_path / "out", shards=3)
    whole = [path.read_bytes() for path in before]
    names = iter(["0", "1", "2"])
    rename = os.replace

    def replace(old: Path, new: Path) -> None:
        if next(names) == str(stopped_at):
            raise KeyboardInterrupt
        rename(old, new)

    monkeypatch.setattr(os, "replace", replace)
    with pytest.raises(KeyboardInterrupt):
        split_into_shards(source, tmp_path / "out", shards=3)
    assert [path.read_bytes() for path in before] == whole
    assert {path.name for path in (tmp_path / "out").iterdir()} == {path.name for path in before}
