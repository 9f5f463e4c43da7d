"""Crates that are built together."""

from __future__ import annotations

from dataclasses import dataclass

from sigil_pipeline.crates.packages import Package


@dataclass(frozen=True)
class Group:
    """Crates that were resolved together, and their lock file's text."""

    packages: tuple[Package, ...]
    lock: str
