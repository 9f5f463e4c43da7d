"""Optional: what cargo-deny objects to."""

from __future__ import annotations

from sigil_pipeline.analyse.report import CrateReport
from sigil_pipeline.settings import Settings


def check(report: CrateReport, settings: Settings) -> str | None:
    """Return why the crate is dropped, `None` to keep it."""
    if settings.deny != "require" or not report.denied:
        return None
    return "cargo-deny: " + "; ".join(report.denied[:3])
