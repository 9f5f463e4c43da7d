"""Which crates of a registry are worth a try: what is asked of each, and how they are ranked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sigil_pipeline.crates.requirement import exact_version
from sigil_pipeline.filters.spdx import LicenseSyntaxError, accepted


@dataclass(frozen=True)
class Wish:
    """What a crate must have. `today` is what ages are counted from."""

    today: date
    licenses: Sequence[str]
    min_edition: str = "2018"
    min_downloads: int = 100_000
    max_age_days: int = 1_095
    max_bytes: int = 400_000
    per_repository: int = 2


@dataclass(frozen=True)
class Listed:
    """A crate of the listing. `downloads` are the recent ones where the registry counts them."""

    name: str
    version: str | None
    downloads: int
    updated: date | None
    repository: str | None
    documented: bool


def listed(row: Mapping[str, Any]) -> Listed:
    """Read one entry of the registry's listing; raise `KeyError`, `TypeError` or `ValueError` for another shape."""
    version = row.get("max_stable_version")
    recent = row.get("recent_downloads")
    return Listed(
        name=str(row["name"]),
        version=exact_version(str(version)) if version else None,
        downloads=int(row["downloads"] if recent is None else recent),
        updated=_day(row.get("updated_at")),
        repository=str(row["repository"]) if row.get("repository") else None,
        documented=bool(row.get("documentation") or row.get("description")),
    )


def objection(crate: Listed, wish: Wish) -> str | None:
    """Return what speaks against a crate by its entry in the listing alone."""
    if crate.version is None:
        return "no_stable_version"
    if crate.downloads < wish.min_downloads:
        return "few_downloads"
    if crate.repository is None:
        return "no_repository"
    if not crate.documented:
        return "not_described"
    if crate.updated is None or (wish.today - crate.updated).days > wish.max_age_days:
        return "no_recent_release"
    return None


def version_objection(row: Mapping[str, Any], wish: Wish) -> str | None:
    """Return what speaks against the version of a crate, out of the registry's row of it."""
    if row.get("yanked"):
        return "yanked"
    if row.get("has_lib") is False:
        return "no_library"
    if int(str(row.get("edition") or "2015")) < int(wish.min_edition):
        return "old_edition"
    if int(row.get("crate_size") or 0) > wish.max_bytes:
        return "large"
    if (released := _day(row.get("created_at"))) is None or (wish.today - released).days > wish.max_age_days:
        return "no_recent_release"
    try:
        return None if accepted(str(row.get("license") or ""), wish.licenses) else "license"
    except LicenseSyntaxError:
        return "license"


def _day(text: object) -> date | None:
    return datetime.fromisoformat(str(text)).date() if text else None
