"""The facts about the crates of a batch, gathered from what was compiled and from the optional analysers."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from sigil_pipeline.analyse.clippy import count_lints
from sigil_pipeline.analyse.compiled import compiled_files
from sigil_pipeline.analyse.deny import denied
from sigil_pipeline.analyse.report import CrateReport, first_report
from sigil_pipeline.analyse.surface import count_documented_public, count_unsafe, root_cfg
from sigil_pipeline.batch.state import Batch
from sigil_pipeline.chunk.extract import SourceFile, open_source
from sigil_pipeline.compiler import ask
from sigil_pipeline.compiler.diagnostics import Finding
from sigil_pipeline.crates.packages import Package
from sigil_pipeline.crates.workspace import Workspace


def manifest_report(batch: Batch, package: Package) -> CrateReport:
    """Return what is known of a crate before it is compiled."""
    data = _read(package.root / package.library)
    predicate = root_cfg(open_source("lib.rs", data)) if data is not None else None
    return first_report(package, batch.tools.platform, predicate)


def analysed(
    batch: Batch,
    report: CrateReport,
    package: Package,
    check: ask.CheckRun,
    files: dict[str, SourceFile],
    seen: set[tuple[str, int]],
) -> CrateReport:
    """Add to a report what the compiler found; `seen` are the functions that it compiled."""
    findings = check.findings[package.id]
    lints, codes = count_lints(findings, batch.tools.categories)
    unplaced, _ = count_lints((finding for finding in findings if not finding.places), batch.tools.categories)
    undocumented = sum(finding.code == "missing_docs" for finding in findings)
    return dataclasses.replace(
        report,
        compiled=bool(files),
        compile_error=_first_error(findings),
        build_error=_build_error(package, check),
        files=tuple(files),
        functions=sum(len(source.functions) for source in files.values()),
        compiled_functions=len(seen),
        lints=lints,
        lint_codes=codes,
        crate_lints=unplaced,
        undocumented=undocumented,
        public_items=undocumented + count_documented_public(files.values()),
        unsafe_items=count_unsafe(files.values()),
    )


def optional_facts(batch: Batch, workspace: Workspace) -> dict[str, dict[str, Any]]:
    """Return what the optional analysers say, only those that are switched on."""
    settings, toolchain = batch.settings, batch.tools.toolchain
    facts: dict[str, dict[str, Any]] = {package.id: {} for package in workspace.packages}
    if settings.max_outdated_ratio is not None:
        for package in workspace.packages:
            facts[package.id]["outdated"] = batch.crates[package.id].outdated
    if settings.deny != "off":
        for package in workspace.packages:
            facts[package.id]["denied"] = denied(
                package, workspace, toolchain, config=settings.deny_config, licenses=settings.licenses
            )
    return facts


def _first_error(findings: Iterable[Finding]) -> str | None:
    error = next((finding for finding in findings if finding.is_error), None)
    return f"{error.code or 'error'}: {error.message}"[:300] if error is not None else None


def _build_error(package: Package, check: ask.CheckRun) -> str | None:
    """Return why a library was not built in which the compiler found no error."""
    if package.id in check.built or any(finding.is_error for finding in check.findings[package.id]):
        return None
    name = re.escape(f"{package.name} v{package.version}")
    # Of what the script printed nothing is kept: it holds numbers of threads and paths, which differ between runs.
    words = rf"custom build command for `{name}[ `].*?\(((exit status|signal): [^)]*)\)"
    script = re.search(words, check.run.stderr, re.DOTALL)
    return f"its build script failed ({script.group(1)})" if script else "a dependency does not build here"


def sources_of(package: Package, workspace: Workspace, check: ask.CheckRun) -> dict[str, SourceFile]:
    """Parse the files that were compiled, read from the fetched source."""
    built = check.built.get(package.id)
    names = compiled_files(built.dep_info, workspace.member(package)) if built and built.dep_info else []
    contents = {name: _read(package.root / name) for name in names}
    return {name: open_source(name, data) for name, data in contents.items() if data is not None}


def _read(path: Path) -> bytes | None:
    """Return a source file's bytes; `None` for links (they may lead anywhere) and for what is not UTF-8."""
    try:
        if path.is_symlink() or not path.is_file():
            return None
        data = path.read_bytes()
        data.decode("utf-8")
    except (OSError, UnicodeDecodeError):
        return None
    return data
