"""All that a crate is built with, as cargo resolves it: each package's version and features.

Crates may share a build only if none of them gets other dependencies by it than it has alone: in one build, cargo
takes one version of a package where requirements allow it, and unites the features that its dependents ask for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sigil_common.cargo import fetch_side
from sigil_common.errors import SigilError

if TYPE_CHECKING:
    from sigil_common.rustc import Toolchain

# A path may hold whatever it likes, the sign that parts it from the features, too; their names cannot.
_LINE = re.compile(r"(\S+) v([^ |]+)((?: \(.*\))?)\|([^|]*)")
_TREE = ("tree", "--offline", "--workspace", "--edges", "normal,build", "--prefix", "none", "--format", "{p}|{f}")


@dataclass(frozen=True, order=True)
class Needed:
    """One package in a build, with its features; `place` is its directory, for one that lies on this machine."""

    name: str
    version: str
    features: str
    place: Path | None = None


Closure = frozenset[Needed]
# What there is of one package, by its name and the versions that exclude one another.
_Slots = Mapping[tuple[str, str], frozenset[tuple[str, str]]]


def read_closure(root: Path, toolchain: Toolchain) -> Closure:
    """Return all packages in the build of the package or workspace at `root`, itself included."""
    run = fetch_side(toolchain, _TREE, root)
    if not run.ok:
        raise SigilError("cargo does not tell what is built", cause=run.stderr.strip()[-300:] or None)
    return frozenset(_parsed(run.stdout.decode("utf-8", "replace").split("\n")))


def _parsed(lines: Iterable[str]) -> Iterator[Needed]:
    for line in lines:
        found = _LINE.fullmatch(line.removesuffix(" (*)"))
        if found is not None:
            name, version, about, features = found.groups()
            place = re.search(r"\((/.*)\)$", about)
            yield Needed(name, version, features, Path(place.group(1)) if place else None)


def slots(closure: Closure) -> _Slots:
    """Return versions and features of each package; under one key are those of which a build has only one."""
    found: dict[tuple[str, str], set[tuple[str, str]]] = {}
    for one in closure:
        found.setdefault((one.name, _slot(one.version)), set()).add((one.version, one.features))
    return {key: frozenset(values) for key, values in found.items()}


def agree(first: _Slots, second: _Slots) -> bool:
    """Whether two builds have the same of every package that both have."""
    small, large = sorted((first, second), key=len)
    return all(large.get(key, values) == values for key, values in small.items())


def _slot(version: str) -> str:
    """Return the part of a version that tells those apart that cargo may take beside each other."""
    major, minor, patch = version.split("+")[0].split("-")[0].split(".")
    if major != "0":
        return major
    return f"0.{minor}" if minor != "0" else f"0.0.{patch}"
