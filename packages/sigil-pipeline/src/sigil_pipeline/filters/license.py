"""Only crates that can be used under an accepted licence."""

from __future__ import annotations

from sigil_pipeline.analyse.report import CrateReport
from sigil_pipeline.filters.spdx import LicenseSyntaxError, accepted
from sigil_pipeline.settings import Settings


def check(report: CrateReport, settings: Settings) -> str | None:
    """Return why the crate is dropped, `None` to keep it."""
    if not report.license:
        return "the manifest names no SPDX licence"
    try:
        fine = accepted(report.license, settings.licenses)
    except LicenseSyntaxError as error:
        return f"not an SPDX expression: `{report.license}` ({error})"
    return None if fine else f"`{report.license}` needs more than {', '.join(settings.licenses)}"
