"""Skip crates that are nothing on this platform: `#![cfg(windows)]` compiles without error and to nothing."""

from __future__ import annotations

from sigil_pipeline.analyse.cfg import holds
from sigil_pipeline.analyse.report import CrateReport
from sigil_pipeline.settings import Settings


def check(report: CrateReport, _: Settings) -> str | None:
    """Return why the crate is dropped, `None` to keep it."""
    if report.root_cfg is not None and holds(report.root_cfg, report.platform) is False:
        return f"the whole crate is behind cfg({report.root_cfg})"
    return None
