"""Block what clippy calls wrong of a whole crate, not what it calls unusual (docs/CLIPPY_CATEGORY_FILTERING.md).

What it finds at a place in the code costs the crate what stands there, and not all the rest (`chunk/gates.py`).
"""

from __future__ import annotations

from sigil_pipeline.analyse.report import CrateReport
from sigil_pipeline.settings import Settings


def check(report: CrateReport, settings: Settings) -> str | None:
    """Return why the crate is dropped, `None` to keep it."""
    for category in settings.clippy_block:
        if count := report.crate_lints.get(category, 0):
            return f"{count} clippy findings of category `{category}` that are about the whole crate"
    suspicious = report.lints.get("suspicious", 0)
    if settings.max_suspicious is not None and suspicious > settings.max_suspicious:
        return f"{suspicious} suspicious clippy findings, more than {settings.max_suspicious}"
    return None
