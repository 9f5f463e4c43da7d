"""Only crates of a modern edition: older ones teach idioms that the language has left behind."""

from __future__ import annotations

from sigil_pipeline.analyse.report import CrateReport
from sigil_pipeline.settings import Settings


def check(report: CrateReport, settings: Settings) -> str | None:
    """Return why the crate is dropped, `None` to keep it."""
    if int(report.edition) >= int(settings.min_edition):
        return None
    return f"edition {report.edition} is older than {settings.min_edition}"
