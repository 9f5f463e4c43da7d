"""The gates a crate passes, in order. The first that objects gives the reason.

A filter is a module with `check(report, settings) -> str | None`; its name is the reason that is counted.
Filters of `MANIFEST` need no compiler and run before one is started.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from types import ModuleType

from sigil_pipeline.analyse.report import CrateReport
from sigil_pipeline.filters import (
    build_failed,
    clippy,
    compiles,
    deny,
    documentation,
    edition,
    outdated,
    platform,
    unsafe_code,
)
from sigil_pipeline.filters import license as license_terms
from sigil_pipeline.settings import Settings

MANIFEST: tuple[ModuleType, ...] = (license_terms, platform)
ANALYSIS: tuple[ModuleType, ...] = (build_failed, edition, compiles, clippy, documentation, unsafe_code, outdated, deny)


@dataclass(frozen=True)
class Rejection:
    """Why a crate was dropped: a short reason to count, and a sentence."""

    reason: str
    detail: str


def judge(report: CrateReport, filters: Sequence[ModuleType], settings: Settings) -> Rejection | None:
    """Return the first filter's objection, `None` if all let the crate pass."""
    for module in filters:
        detail = module.check(report, settings)
        if detail is not None:
            return Rejection(module.__name__.rsplit(".", 1)[-1], detail)
    return None
