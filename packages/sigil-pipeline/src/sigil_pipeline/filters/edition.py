"""Only crates that are code of a modern edition, whatever edition they declare.

Older ones teach idioms that the language has left behind, where it has: most old crates compile as they are.
"""

from __future__ import annotations

from sigil_pipeline.analyse.report import CrateReport
from sigil_pipeline.settings import Settings


def check(report: CrateReport, _: Settings) -> str | None:
    """Return why the crate is dropped, `None` to keep it."""
    if report.declared_edition is None or report.compiled or report.compile_error is None:
        return None
    return f"of edition {report.declared_edition}, and not compiled as {report.edition}: {report.compile_error}"
