"""Counts taken from the syntax tree."""

from __future__ import annotations

from sigil_pipeline.analyse.surface import count_documented_public, count_unsafe, root_cfg
from sigil_pipeline.chunk.extract import open_source

from ..sources import SOURCE


def test_counts_of_a_crate() -> None:
    source = open_source("src/lib.rs", SOURCE.encode())
    assert count_unsafe([source]) == 2
    assert count_documented_public([source]) == 4
    assert root_cfg(open_source("lib.rs", b"//! Doc\n#![cfg( windows )]\n")) == "windows"
    assert root_cfg(source) is None
