"""Only crates whose library compiles here, and of which something is left once it has."""

from __future__ import annotations

from sigil_pipeline.analyse.report import CrateReport
from sigil_pipeline.settings import Settings


def check(report: CrateReport, _: Settings) -> str | None:
    """Return why the crate is dropped, `None` to keep it."""
    if not report.compiled:
        return report.compile_error or "nothing of the library was compiled"
    if report.compiled_functions == 0:
        return "no function of the crate is compiled on this platform with these features"
    return None
