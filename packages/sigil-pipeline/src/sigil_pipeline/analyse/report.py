"""The facts about one crate that the filters decide by, and that end up in `reports/*.json`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sigil_pipeline.crates.packages import Package


@dataclass(frozen=True)
class CrateReport:
    """Facts about one crate. Fields below the blank line are known only once it has been compiled.

    `edition` and `declared_edition` are those of `Package`. `compile_error` is the compiler's first about the crate
    itself; `build_error` says why the crate could not be built though it has none. `lints` counts clippy's findings by
    category, `lint_codes` by lint, `crate_lints` by category those that name no place in the code; `doc_ratio` is the
    share of public items with documentation; `unsafe_items` counts unsafe blocks, functions, impls and traits.
    """

    crate: str
    version: str
    edition: str
    license: str | None
    repository: str | None
    checksum: str | None
    root_cfg: str | None = None
    platform: tuple[str, ...] = ()
    declared_edition: str | None = None

    compiled: bool = False
    compile_error: str | None = None
    build_error: str | None = None
    files: tuple[str, ...] = ()
    functions: int = 0
    compiled_functions: int = 0
    lints: Mapping[str, int] = field(default_factory=dict)
    lint_codes: Mapping[str, int] = field(default_factory=dict)
    crate_lints: Mapping[str, int] = field(default_factory=dict)
    public_items: int = 0
    undocumented: int = 0
    unsafe_items: int = 0
    dependencies: int = 0
    outdated: tuple[str, ...] | None = None
    denied: tuple[str, ...] | None = None

    @property
    def doc_ratio(self) -> float:
        """Share of the public items that carry documentation, 1.0 for a crate without any."""
        return 1.0 - self.undocumented / self.public_items if self.public_items else 1.0

    def to_row(self) -> dict[str, Any]:
        """Return the on-disk form; what the machine is made of (`platform`) is left out."""
        row = {name: value for name, value in vars(self).items() if name != "platform"}
        for name, value in row.items():
            if isinstance(value, tuple):
                row[name] = list(value)
            elif isinstance(value, Mapping):
                row[name] = dict(sorted(value.items()))
        return row | {"doc_ratio": round(self.doc_ratio, 4)}


def first_report(package: Package, platform: tuple[str, ...], root_cfg: str | None) -> CrateReport:
    """Return what is known from the manifest alone."""
    return CrateReport(
        crate=package.name,
        version=package.version,
        edition=package.edition,
        license=package.license,
        repository=package.repository,
        checksum=package.checksum,
        root_cfg=root_cfg,
        platform=platform,
        declared_edition=package.declared_edition,
        dependencies=sum(not dependency.build for dependency in package.dependencies),
    )
