"""Crates that are programs without a library: cargo passes over them as dependencies, but `cargo vendor` delivers them.

A copy of the source becomes the one member of a workspace, and cargo resolves what it depends on from there. Tests are
not compiled, so the dependencies of tests are not asked for.
"""

from __future__ import annotations

import json
import logging
import os
import re
import shutil
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sigil_common.cargo import CargoRun, fetch_side
from sigil_pipeline.crates import toml_text
from sigil_pipeline.crates.copy import copy_crate
from sigil_pipeline.crates.crate_list import CrateSpec
from sigil_pipeline.crates.group import Group
from sigil_pipeline.crates.packages import main_target, package_from_metadata
from sigil_pipeline.crates.throwaway import write_throwaway

if TYPE_CHECKING:
    from sigil_common.rustc import Toolchain

log = logging.getLogger(__name__)

_NOT_MOVED = frozenset(
    "workspace patch replace profile badges lints dev-dependencies dev_dependencies example test bench".split()
)
_TEST_TABLE = re.compile(r"\s*\[(target\..+\.)?dev-dependencies(\..+)?\]")
_TABLE = re.compile(r"\s*\[\[?[A-Za-z\"']")


class VendorError(Exception):
    """cargo cannot deliver or resolve a program; `run` is what it said."""

    def __init__(self, run: CargoRun) -> None:
        super().__init__(run.stderr.strip())
        self.run = run


def fetch_program(
    spec: CrateSpec, toolchain: Toolchain, work: Path, *, triple: str, offline: bool, lock: str | None = None
) -> Group | None:
    """Download a program and resolve its dependencies for `triple`, to the versions in `lock` if given.

    `None` if the crate has no program either. Raises `VendorError`.
    """
    place = work / "programs" / spec.name
    shutil.rmtree(place, ignore_errors=True)
    mode = ["--offline"] if offline else []
    write_throwaway([spec], place / "ask")
    source, checksum = spec.path, None
    if source is None:
        # Without `--respect-source-config` it would pass over the mirrors that the user has set.
        _run(
            ["vendor", "--quiet", "--respect-source-config", "--versioned-dirs", *mode, "vendor"],
            toolchain,
            place / "ask",
        )
        entry = _locked(place / "ask" / "Cargo.lock", spec.name)
        source, checksum = place / "ask" / "vendor" / f"{entry['name']}-{entry['version']}", entry.get("checksum")
    member = place / "member"
    copy_crate(source, member, {"Cargo.lock"})
    shutil.rmtree(place / "ask")
    manifest, shared = (member / "Cargo.toml").read_text(encoding="utf-8"), dict[str, Any]()
    if spec.path is not None:
        manifest, shared = moved(manifest, spec.path)
    (member / "Cargo.toml").write_text(without_test_dependencies(manifest), encoding="utf-8")
    workspace = {"workspace": {"members": ["member"], "resolver": "2", **shared}}
    (place / "Cargo.toml").write_text(toml_text.dumps(workspace), encoding="utf-8")
    if lock is not None:
        (place / "Cargo.lock").write_text(lock, encoding="utf-8")
    _run(["fetch", "--quiet", "--target", triple, *mode], toolchain, place)
    asked = ["metadata", "--format-version", "1", "--offline", "--filter-platform", triple]
    metadata = json.loads(_run(asked, toolchain, place).stdout)
    package = next(one for one in metadata["packages"] if one["id"] in metadata["workspace_members"])
    taken = main_target(package)
    if taken is None:
        return None
    others = [target["name"] for target in package["targets"] if "bin" in target["kind"] and target is not taken]
    if others:
        log.info(
            "%s has no library: of its programs `%s` is taken, not `%s`", spec.text, taken["name"], "`, `".join(others)
        )
    lock = (place / "Cargo.lock").read_text(encoding="utf-8")
    return Group((package_from_metadata(metadata, package["id"], checksum),), lock)


def moved(manifest: str, root: Path) -> tuple[str, dict[str, Any]]:
    """Return the manifest of the crate in `root` as one that may lie elsewhere, and what it shares as a workspace.

    Its own directories are found from there; what only tests need, and settings of a whole build, are left out.
    """
    try:
        tables = tomllib.loads(manifest)
    except tomllib.TOMLDecodeError:
        return manifest, {}  # cargo, which reads more than TOML 1.0, has the word
    shared = tables.get("workspace", {})
    kept = {name: _placed(value, name, root) for name, value in tables.items() if name not in _NOT_MOVED}
    about = {name: value for name, value in tables.get("package", {}).items() if name not in ("workspace", "metadata")}
    for platform, parts in tables.get("target", {}).items():
        kept["target"][platform] = {
            name: _placed(part, name, root) for name, part in parts.items() if name not in _NOT_MOVED
        }
    dependencies = _placed(shared.get("dependencies", {}), "dependencies", root)
    return toml_text.dumps({**kept, "package": about}), {
        "package": shared.get("package", {}),
        "dependencies": dependencies,
    }


def _placed(table: Any, name: str, root: Path) -> Any:
    """Return a table of a manifest with whole paths, if it is one of dependencies."""
    if not name.endswith("dependencies"):
        return table
    return {
        key: value | {"path": os.path.normpath(root / value["path"])}
        if isinstance(value, dict) and "path" in value
        else value
        for key, value in table.items()
    }


def without_test_dependencies(manifest: str) -> str:
    """Return a manifest without its tables of `dev-dependencies`; as it was, if what is left could not be read."""
    kept, inside = [], False
    for line in manifest.splitlines(keepends=True):
        if _TABLE.match(line):
            inside = _TEST_TABLE.match(line) is not None
        if not inside:
            kept.append(line)
    try:
        same = _without_tests(tomllib.loads("".join(kept))) == _without_tests(tomllib.loads(manifest))
    except (tomllib.TOMLDecodeError, AttributeError):
        return manifest
    return "".join(kept) if same else manifest


def _without_tests(manifest: dict[str, Any]) -> dict[str, Any]:
    """Return what a manifest says besides what tests depend on, on whatever platform."""
    platforms = {name: _bare(table) for name, table in manifest.get("target", {}).items()}
    return _bare(manifest | {"target": {name: table for name, table in platforms.items() if table}})


def _bare(table: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in table.items() if name != "dev-dependencies"}


def _locked(lock: Path, name: str) -> dict[str, Any]:
    packages = tomllib.loads(lock.read_text(encoding="utf-8"))["package"]
    entry: dict[str, Any] = next(one for one in packages if one["name"] == name)
    return entry


def _run(args: list[str], toolchain: Toolchain, folder: Path) -> CargoRun:
    run = fetch_side(toolchain, args, folder)
    if not run.ok:
        raise VendorError(run)
    return run
