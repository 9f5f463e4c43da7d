"""What cargo knows about a crate: the typed part of `cargo metadata` that the pipeline reads."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_LIBRARY_KINDS = frozenset({"lib", "rlib", "dylib", "proc-macro"})


@dataclass(frozen=True)
class Dependency:
    """One line of `[dependencies]` or `[build-dependencies]` that is really used in this build.

    `resolved` are the versions of it that the crate depends on (more than one only under several names).
    """

    name: str
    rename: str | None
    requirement: str
    build: bool
    target: str | None
    optional: bool
    default_features: bool
    features: tuple[str, ...]
    path: Path | None
    resolved: tuple[str, ...]

    @property
    def key(self) -> str:
        """The name under which the manifest speaks of it."""
        return self.rename or self.name


@dataclass(frozen=True)
class Package:
    """A fetched crate, as resolved: sources on disk, and the features and dependencies of this build.

    `library` is the root file of what is compiled, which is a `program` where the crate has no library.
    `edition` is the one that it is compiled as, `declared_edition` that of its manifest, where this is an older one.
    """

    name: str
    version: str
    root: Path
    edition: str
    license: str | None
    repository: str | None
    checksum: str | None
    links: str | None
    build_script: Path | None
    library: Path
    library_name: str
    proc_macro: bool
    dependencies: tuple[Dependency, ...]
    features: Mapping[str, tuple[str, ...]]
    active_features: tuple[str, ...]
    rust_version: str | None = None
    declared_edition: str | None = None
    program: bool = False

    @property
    def id(self) -> str:
        """`name-version`, unique in one run."""
        return f"{self.name}-{self.version}"


def library_target(package: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return the library among the targets of one entry of `packages`, `None` for a binary-only crate."""
    return next((target for target in package["targets"] if _LIBRARY_KINDS & set(target["kind"])), None)


def main_target(package: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return the library, or without one the program that is called as the crate, or the first; `None` without any."""
    programs = [target for target in package["targets"] if "bin" in target["kind"]]
    named = (target for target in programs if target["name"] == package["name"])
    return library_target(package) or next(named, programs[0] if programs else None)


def package_from_metadata(metadata: Mapping[str, Any], package_id: str, checksum: str | None) -> Package:
    """Build the `Package` of `package_id` out of `cargo metadata --format-version 1`."""
    package = next(item for item in metadata["packages"] if item["id"] == package_id)
    node = next(item for item in metadata["resolve"]["nodes"] if item["id"] == package_id)
    target = main_target(package)
    assert target is not None
    root = Path(package["manifest_path"]).parent
    script = next((target for target in package["targets"] if "custom-build" in target["kind"]), None)
    return Package(
        name=package["name"],
        version=package["version"],
        root=root,
        edition=target["edition"],
        license=package["license"],
        repository=package["repository"],
        checksum=checksum,
        links=package["links"],
        build_script=Path(script["src_path"]).relative_to(root) if script else None,
        library=Path(target["src_path"]).relative_to(root),
        library_name=target["name"],
        proc_macro="proc-macro" in target["kind"],
        dependencies=_used_dependencies(package, node, metadata),
        features={name: tuple(parts) for name, parts in package["features"].items()},
        active_features=tuple(node["features"]),
        rust_version=package.get("rust_version"),
        program=library_target(package) is None,
    )


def as_edition(package: Package, oldest: str) -> Package:
    """Return a crate as code of the edition `oldest`, if it declares an older one."""
    if int(package.edition) >= int(oldest):
        return package
    return dataclasses.replace(package, edition=oldest, declared_edition=package.edition)


def _used_dependencies(
    package: Mapping[str, Any], node: Mapping[str, Any], metadata: Mapping[str, Any]
) -> tuple[Dependency, ...]:
    """Return the dependencies that the resolver took; unused optional ones need not even be downloaded."""
    known = {item["id"]: item for item in metadata["packages"]}
    used: dict[str, list[str]] = {}
    for item in node["deps"]:
        used.setdefault(known[item["pkg"]]["name"], []).append(known[item["pkg"]]["version"])
    return tuple(
        Dependency(
            name=item["name"],
            rename=item["rename"],
            requirement=item["req"],
            build=item["kind"] == "build",
            target=item["target"],
            optional=item["optional"],
            default_features=item["uses_default_features"],
            features=tuple(item["features"]),
            path=Path(item["path"]) if item.get("path") else None,
            resolved=tuple(used[item["name"]]),
        )
        for item in package["dependencies"]
        if item["kind"] != "dev" and item["name"] in used
    )
