"""Which direct dependencies are behind their newest release, as cargo itself sees it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from sigil_common.cargo import fetch_side
from sigil_common.errors import MissingError
from sigil_pipeline.crates.packages import Package

if TYPE_CHECKING:
    from sigil_common.rustc import Toolchain

_BEHIND = re.compile(r"^\s*Unchanged (\S+) v(\S+) \(available: v([^,)\s]+)")


def newest_versions(root: Path, toolchain: Toolchain, *, offline: bool) -> dict[tuple[str, str], str]:
    """Return `{(name, version): newest}` for every package locked at `root` that has a newer release.

    Asks the registry's index through cargo; nothing is changed.
    """
    mode = ["--offline"] if offline else []
    run = fetch_side(toolchain, ["update", "--dry-run", "--verbose", *mode], root)
    if not run.ok:
        raise MissingError("cargo does not list outdated dependencies", cause=run.stderr.strip()[-300:])
    matches = (_BEHIND.match(line) for line in run.stderr.splitlines())
    return {(match.group(1), match.group(2)): match.group(3) for match in matches if match}


def outdated_dependencies(package: Package, newest: dict[tuple[str, str], str]) -> tuple[str, ...]:
    """Return the direct dependencies of a crate that are behind, as `name 1.2.3 -> 2.0.0`."""
    return tuple(
        f"{dependency.name} {version} -> {newest[dependency.name, version]}"
        for dependency in package.dependencies
        if not dependency.build
        for version in dependency.resolved
        if (dependency.name, version) in newest
    )
