"""Fetch crates with cargo itself, so that checksums, mirrors and source replacement keep working.

Crates become the dependencies of one throw-away package: one resolution and one parallel download. When the resolution
fails, the crate that cargo blames is rejected with cargo's own words; when it blames none of ours (two crates that link
the same native library), the crates are halved. What has no library
is fetched by `vendor.py`; no other module reaches the network.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sigil_common.cargo import CargoRun, fetch_side
from sigil_common.errors import MissingError
from sigil_pipeline.crates.crate_list import CrateSpec
from sigil_pipeline.crates.group import Group
from sigil_pipeline.crates.packages import library_target, package_from_metadata
from sigil_pipeline.crates.throwaway import FETCHING, write_throwaway
from sigil_pipeline.crates.vendor import VendorError, fetch_program

if TYPE_CHECKING:
    from sigil_common.rustc import Toolchain

_NETWORK = re.compile(
    r"spurious network error|failed to download from|could not resolve host|couldn't resolve host|"
    r"could not connect|connection (refused|reset)|download of config\.json failed|operation timed out|ssl error",
    re.IGNORECASE,
)
_BLAMED = (
    re.compile(r"no matching package(?: named)? `?([A-Za-z0-9_-]+)`? found"),
    re.compile(r"requirement `([A-Za-z0-9_-]+) = "),
    re.compile(r"failed to (?:get|load source for dependency) `([A-Za-z0-9_-]+)`"),
)


@dataclass(frozen=True)
class Unfetched:
    """A crate that could not be fetched, and why."""

    spec: CrateSpec
    reason: str
    detail: str


@dataclass(frozen=True)
class Fetched:
    """The result of one batch."""

    groups: tuple[Group, ...] = ()
    unfetched: tuple[Unfetched, ...] = ()

    def __add__(self, other: Fetched) -> Fetched:
        return Fetched(self.groups + other.groups, self.unfetched + other.unfetched)


def fetch(
    specs: Sequence[CrateSpec],
    toolchain: Toolchain,
    work: Path,
    *,
    triple: str,
    offline: bool,
    lock: str | None = None,
) -> Fetched:
    """Download `specs` and resolve their dependencies for the platform `triple`, to the versions in `lock` if given.

    Raises `MissingError` when the network or cargo's own directory is at fault rather than a crate.
    """
    if not specs:
        return Fetched()
    run = _resolve(specs, toolchain, work, triple, offline, lock)
    if run.ok:
        found, programs = _read_result(specs, run, work)
        for spec in programs:
            found += _fetch_program(spec, toolchain, work, triple, offline, lock)
        return found
    _refuse_if_environment(run)
    blamed = [spec for spec in specs if spec.name in _blamed_names(run.stderr)]
    if len(specs) == 1 or blamed:
        culprits = blamed or list(specs)
        rest = [spec for spec in specs if spec not in culprits]
        rejected = tuple(Unfetched(spec, *_explain(spec, run.stderr)) for spec in culprits)
        return Fetched(unfetched=rejected) + fetch(rest, toolchain, work, triple=triple, offline=offline)
    half = len(specs) // 2
    parts = (fetch(part, toolchain, work, triple=triple, offline=offline) for part in (specs[:half], specs[half:]))
    first, second = parts
    return first + second


def _resolve(
    specs: Sequence[CrateSpec], toolchain: Toolchain, work: Path, triple: str, offline: bool, lock: str | None
) -> CargoRun:
    write_throwaway(specs, work)
    if lock is not None:
        (work / "Cargo.lock").write_text(lock, encoding="utf-8")
    mode = ["--offline"] if offline else []
    fetched = fetch_side(toolchain, ["fetch", "--quiet", "--target", triple, *mode], work)
    if not fetched.ok:
        return fetched
    return fetch_side(toolchain, ["metadata", "--format-version", "1", "--offline", "--filter-platform", triple], work)


def _read_result(specs: Sequence[CrateSpec], run: CargoRun, work: Path) -> tuple[Fetched, list[CrateSpec]]:
    """Return the libraries, as one group, and the crates that have none."""
    metadata = json.loads(run.stdout)
    lock = (work / "Cargo.lock").read_text(encoding="utf-8")
    root = next(node for node in metadata["resolve"]["nodes"] if node["id"] == metadata["resolve"]["root"])
    by_name = _direct_packages(metadata, root)
    packages, programs = [], []
    checksums = _checksums(lock)
    for spec in specs:
        package = by_name.get(spec.name)
        if package is None or library_target(package) is None:
            programs.append(spec)
        else:
            checksum = checksums.get((package["name"], package["version"]))
            packages.append(package_from_metadata(metadata, package["id"], checksum))
    return Fetched((Group(tuple(packages), lock),) if packages else ()), programs


def _fetch_program(
    spec: CrateSpec, toolchain: Toolchain, work: Path, triple: str, offline: bool, lock: str | None
) -> Fetched:
    try:
        group = fetch_program(spec, toolchain, work, triple=triple, offline=offline, lock=lock)
    except VendorError as error:
        _refuse_if_environment(error.run)
        return Fetched(unfetched=(Unfetched(spec, *_explain(spec, error.run.stderr)),))
    if group is None:
        return Fetched(unfetched=(Unfetched(spec, "no_target", "the crate has neither a library nor a program"),))
    return Fetched((group,))


def _direct_packages(metadata: dict[str, Any], root: dict[str, Any]) -> dict[str, dict[str, Any]]:
    wanted = {item["pkg"] for item in root["deps"]}
    return {package["name"]: package for package in metadata["packages"] if package["id"] in wanted}


def _checksums(lock: str) -> dict[tuple[str, str], str]:
    entries = tomllib.loads(lock).get("package", [])
    return {(item["name"], item["version"]): item["checksum"] for item in entries if "checksum" in item}


def _refuse_if_environment(run: CargoRun) -> None:
    if run.timed_out:
        raise MissingError("cargo did not finish fetching in time", hint="check the network, then run again")
    if _NETWORK.search(run.stderr):
        raise MissingError(
            "cargo cannot reach its registry",
            cause=_last_line(run.stderr),
            hint="check network, proxy and mirror settings of cargo; --offline uses what is already downloaded",
        )
    if "package cache lock" in run.stderr or "No space left" in run.stderr or "Read-only file system" in run.stderr:
        raise MissingError(
            "cargo cannot write to its own directory",
            cause=_last_line(run.stderr),
            hint="set CARGO_HOME to a writable directory",
        )


def _blamed_names(stderr: str) -> set[str]:
    # Only a requirement of the throw-away package is a fault of the crate itself.
    head = stderr.split("required by package", 1)
    if len(head) == 2 and FETCHING not in head[1].splitlines()[0]:
        return set()
    return {match.group(1) for pattern in _BLAMED for match in pattern.finditer(head[0])}


def _explain(spec: CrateSpec, stderr: str) -> tuple[str, str]:
    text = stderr.strip()
    detail = re.sub(r"\s+", " ", text.split("required by package")[0])[:400]
    if "yanked" in text:
        return "yanked", detail
    if "no matching package" in text:
        return "not_found", detail
    if f"requirement `{spec.name} = " in text:
        return "no_such_version", detail
    return "unresolvable", detail


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "no message"
