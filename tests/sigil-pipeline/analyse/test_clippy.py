"""The installed clippy, and what is counted of its findings."""

from __future__ import annotations

from sigil_common.rustc import find_toolchain
from sigil_pipeline.analyse.clippy import lint_categories


def test_the_installed_clippy_tells_its_categories() -> None:
    table = lint_categories(find_toolchain())
    assert table["clippy::len_zero"] == "style"
    assert table["clippy::absurd_extreme_comparisons"] == "correctness"
    assert len(table) > 500
