"""Only crates that can be built here: their build script ends well, and so do the builds of their dependencies."""

from __future__ import annotations

from sigil_pipeline.analyse.report import CrateReport
from sigil_pipeline.settings import Settings


def check(report: CrateReport, _: Settings) -> str | None:
    """Return why the crate is dropped, `None` to keep it."""
    return report.build_error
