"""A crate resolved by itself: what it is, what it is built with, and what of that names it for good."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sigil_common.manifest import digest_file, digest_json
from sigil_pipeline.crates.closure import Closure, Needed, read_closure
from sigil_pipeline.crates.crate_list import CrateSpec
from sigil_pipeline.crates.fetch import Unfetched, fetch
from sigil_pipeline.crates.packages import Package
from sigil_pipeline.crates.throwaway import FETCHING

if TYPE_CHECKING:
    from sigil_common.rustc import Toolchain

# Directories in which no source of a crate lies; a module may have the name of the first, but not at the root.
_AT_ROOT = frozenset({"target"})
_NO_SOURCES = frozenset({".git"})


@dataclass(frozen=True)
class Resolved:
    """One crate as cargo resolves it alone. `lock` is the text of its lock file, `needs` all that it is built with.

    `sources` are the digests of the directories among that which are the user's own, and so may change. `outdated` are
    its dependencies that are behind, if that is asked.
    """

    spec: CrateSpec
    package: Package
    lock: str
    needs: Closure
    sources: dict[str, str] = field(default_factory=dict)
    outdated: tuple[str, ...] | None = None

    def identity(self) -> dict[str, Any]:
        """Return what tells this crate, built with this, from any other: nothing of it names a place."""
        entries = tomllib.loads(self.lock).get("package", [])
        origin = {(one["name"], one["version"]): one.get("checksum") or one.get("source") for one in entries}

        def row(one: Needed) -> list[str | None]:
            place = str(one.place) if one.place else ""
            return [one.name, one.version, one.features, self.sources.get(place) or origin.get((one.name, one.version))]

        return {
            "crate": self.package.name,
            "version": self.package.version,
            "checksum": self.package.checksum or self.sources.get(str(self.spec.path or self.package.root)),
            "features": sorted(self.package.active_features),
            "built_with": [
                row(one) for one in sorted(self.needs, key=lambda one: (one.name, one.version, one.features))
            ],
            "outdated": list(self.outdated) if self.outdated is not None else None,
        }


def resolve(
    spec: CrateSpec,
    toolchain: Toolchain,
    work: Path,
    *,
    triple: str,
    offline: bool,
    apart: Collection[Path] = (),
    lock: str | None = None,
) -> Resolved | Unfetched:
    """Download a crate and resolve it alone, with the versions in `lock` if that is given.

    `apart` are places of the user's directories that hold no sources. Raises what `fetch` does.
    """
    fetched = fetch([spec], toolchain, work, triple=triple, offline=offline, lock=lock)
    if not fetched.groups:
        return fetched.unfetched[0]
    (group,) = fetched.groups
    (package,) = group.packages
    own = (package.name, package.version)
    asked = package.root.parent if package.program else work  # where cargo resolved it
    needs = frozenset(
        one for one in read_closure(asked, toolchain) if one.name != FETCHING and (one.name, one.version) != own
    )
    roots = [one.place for one in needs if one.place is not None]
    # A registry in a directory may have no checksums.
    roots += [spec.path or package.root] if package.checksum is None else []
    sources = {str(root): source_digest(root, apart) for root in sorted(set(roots))}
    return Resolved(spec, package, group.lock, needs, sources)


def source_digest(root: Path, apart: Collection[Path] = ()) -> str:
    """Return the digest of all files of a crate, but for build output, links and what lies `apart`."""
    files = sorted(_files(root, {os.path.abspath(path) for path in apart}))
    return digest_json([[path.relative_to(root).as_posix(), digest_file(path)] for path in files])


def _files(root: Path, apart: Collection[str]) -> Iterator[Path]:
    for folder, folders, names in os.walk(root):
        place = os.path.abspath(folder)
        others = _NO_SOURCES | _AT_ROOT if Path(folder) == root else _NO_SOURCES
        folders[:] = [name for name in folders if name not in others and os.path.join(place, name) not in apart]
        for name in names:
            path = Path(folder, name)
            if os.path.join(place, name) not in apart and path.is_file() and not path.is_symlink():
                yield path
