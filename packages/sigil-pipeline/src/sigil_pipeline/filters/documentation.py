"""Only crates that document what they offer: the docs are what the prompts are made of."""

from __future__ import annotations

from sigil_pipeline.analyse.report import CrateReport
from sigil_pipeline.settings import Settings


def check(report: CrateReport, settings: Settings) -> str | None:
    """Return why the crate is dropped, `None` to keep it."""
    if report.doc_ratio >= settings.min_doc_ratio:
        return None
    share = f"{report.public_items - report.undocumented} of {report.public_items}"
    return f"{share} public items are documented, wanted {settings.min_doc_ratio:.0%}"
