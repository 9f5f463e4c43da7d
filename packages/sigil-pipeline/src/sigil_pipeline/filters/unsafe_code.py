"""Optional: at most so many unsafe items in a crate."""

from __future__ import annotations

from sigil_pipeline.analyse.report import CrateReport
from sigil_pipeline.settings import Settings


def check(report: CrateReport, settings: Settings) -> str | None:
    """Return why the crate is dropped, `None` to keep it."""
    if settings.max_unsafe is None or report.unsafe_items <= settings.max_unsafe:
        return None
    return f"{report.unsafe_items} unsafe items, more than {settings.max_unsafe}"
