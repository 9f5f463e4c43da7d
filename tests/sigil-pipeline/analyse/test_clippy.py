"""The installed clippy, and what is counted of its findings."""

from __future__ import annotations

from pathlib import Path

from sigil_common.rustc import find_toolchain
from sigil_pipeline.analyse.clippy import count_lints, lint_categories
from sigil_pipeline.compiler.diagnostics import Finding


def test_the_installed_clippy_tells_its_categories() -> None:
    table = lint_categories(find_toolchain())
    assert table["clippy::len_zero"] == "style"
    assert table["clippy::absurd_extreme_comparisons"] == "correctness"
    assert len(table) > 500


def test_lints_are_counted_by_category() -> None:
    def finding(code: str | None) -> Finding:
        return Finding(Path(), "warning", code, "", "", ())

    findings = [
        finding(code) for code in ("clippy::len_zero", "clippy::len_zero", "E0308", "missing_docs", "dead_code", None)
    ]
    groups, codes = count_lints(findings, {"clippy::len_zero": "style"})
    assert groups == {"style": 2, "rustc": 1}
    assert codes == {"clippy::len_zero": 2, "dead_code": 1}
