"""Optional: at most a share of the direct dependencies may be behind their newest release."""

from __future__ import annotations

from sigil_pipeline.analyse.report import CrateReport
from sigil_pipeline.settings import Settings


def check(report: CrateReport, settings: Settings) -> str | None:
    """Return why the crate is dropped, `None` to keep it."""
    if settings.max_outdated_ratio is None or not report.outdated or not report.dependencies:
        return None
    ratio = len(report.outdated) / report.dependencies
    if ratio <= settings.max_outdated_ratio:
        return None
    return f"{len(report.outdated)} of {report.dependencies} dependencies are outdated: {', '.join(report.outdated)}"
