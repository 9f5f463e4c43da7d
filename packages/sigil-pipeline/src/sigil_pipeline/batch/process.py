"""One batch of crates from wish to candidates: fetch, analyse, filter, chunk, task, verify."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sigil_pipeline import filters
from sigil_pipeline.analyse.clippy import count_lints
from sigil_pipeline.analyse.compiled import compiled_files
from sigil_pipeline.analyse.deny import denied
from sigil_pipeline.analyse.dependencies import newest_versions, outdated_dependencies
from sigil_pipeline.analyse.report import CrateReport, first_report
from sigil_pipeline.analyse.surface import count_documented_public, count_unsafe, root_cfg
from sigil_pipeline.chunk.extract import SourceFile, chunks_of, open_source
from sigil_pipeline.chunk.gates import is_test_path, objection
from sigil_pipeline.compiler import ask
from sigil_pipeline.crates.crate_list import CrateSpec
from sigil_pipeline.crates.fetch import Group, fetch
from sigil_pipeline.crates.packages import Package
from sigil_pipeline.crates.workspace import Workspace, WorkspaceError, build_workspace
from sigil_pipeline.filters import Rejection
from sigil_pipeline.observe import stage
from sigil_pipeline.settings import Settings
from sigil_pipeline.tasks.candidates import Candidate
from sigil_pipeline.tasks.material import Material
from sigil_pipeline.tasks.propose import propose
from sigil_pipeline.tools import Tools


@dataclass(frozen=True)
class CrateResult:
    """What became of one crate: its report, why it was dropped, or what it offers and what of it was dropped."""

    spec: str
    name: str
    version: str | None
    rejection: Rejection | None = None
    report: dict[str, Any] | None = None
    candidates: tuple[Candidate, ...] = ()
    dropped: tuple[dict[str, Any], ...] = ()


@dataclass
class _Batch:
    """Results by crate name, filled while the batch goes through its steps."""

    settings: Settings
    tools: Tools
    work: Path
    results: dict[str, CrateResult] = field(default_factory=dict)
    specs: dict[str, str] = field(default_factory=dict)

    def reject(self, package: Package, rejection: Rejection, report: CrateReport | None = None) -> None:
        self.note(package, rejection=rejection, report=report.to_row() if report else None)

    def note(self, package: Package, **values: Any) -> None:
        self.results[package.name] = CrateResult(self.specs[package.name], package.name, package.version, **values)


def process(specs: Sequence[CrateSpec], settings: Settings, tools: Tools, work: Path) -> list[CrateResult]:
    """Return one result for each wish, in their order."""
    batch = _Batch(settings, tools, work, specs={spec.name: spec.text for spec in specs})
    with stage("fetch", crates=len(specs)):
        fetched = fetch(specs, tools.toolchain, work / "fetch", triple=tools.triple, offline=settings.offline)
    for lost in fetched.unfetched:
        rejection = Rejection(lost.reason, lost.detail)
        batch.results[lost.spec.name] = CrateResult(lost.spec.text, lost.spec.name, lost.spec.version, rejection)
    for number, group in enumerate(fetched.groups):
        _process_group(batch, group, work / f"group-{number}")
    return [batch.results[spec.name] for spec in specs]


def _process_group(batch: _Batch, group: Group, place: Path) -> None:
    """Take one resolved group through; a group that cannot be built together is taken through in halves."""
    reports = {package.id: _first_report(batch, package) for package in group.packages}
    kept = _filtered(batch, group.packages, reports, filters.MANIFEST)
    if not kept:
        return
    try:
        tools = batch.tools
        workspace = build_workspace(
            Group(kept, group.lock), place, batch.work / "target", tools.toolchain, triple=tools.triple
        )  # fmt: skip
        with stage("lint", crates=len(kept)):
            check = _lint(batch, workspace)
    except WorkspaceError as error:
        _process_halves(batch, Group(kept, group.lock), place, str(error))
        return
    with stage("parse"):
        sources = {package.id: _sources(package, workspace, check) for package in kept}
    compiling = [package for package in kept if sources[package.id]]
    with stage("probe"):
        seen = _probe(batch, workspace, compiling, sources)
    with stage("ask"):
        asked = _asked(batch, workspace)
    for package in kept:
        report = _analysed(batch, reports[package.id], package, check, sources[package.id], seen.get(package.id, set()))
        reports[package.id] = dataclasses.replace(report, **asked[package.id])
    passed = _filtered(batch, kept, reports, filters.ANALYSIS)
    materials = [
        _material(batch, package, reports[package.id], sources[package.id], seen[package.id]) for package in passed
    ]
    _propose(batch, materials, workspace)


def _process_halves(batch: _Batch, group: Group, place: Path, message: str) -> None:
    half = len(group.packages) // 2
    if half == 0:
        batch.reject(group.packages[0], Rejection("unresolvable", re.sub(r"\s+", " ", message)[:400]))
        return
    for part, packages in enumerate((group.packages[:half], group.packages[half:])):
        _process_group(batch, Group(packages, group.lock), place.with_name(f"{place.name}-{part}"))


def _first_report(batch: _Batch, package: Package) -> CrateReport:
    data = _read(package.root / package.library)
    predicate = root_cfg(open_source("lib.rs", data)) if data is not None else None
    return first_report(package, batch.tools.platform, predicate)


def _filtered(
    batch: _Batch, packages: Sequence[Package], reports: dict[str, CrateReport], gates: Sequence[Any]
) -> tuple[Package, ...]:  # fmt: skip
    kept = []
    for package in packages:
        rejection = filters.judge(reports[package.id], gates, batch.settings)
        if rejection is None:
            kept.append(package)
        else:
            batch.reject(package, rejection, reports[package.id])
    return tuple(kept)


def _lint(batch: _Batch, workspace: Workspace) -> ask.CheckRun:
    args = ["--force-warn", "missing_docs"]
    check = ask.check(workspace, _readable(batch, workspace), clippy=True, lint_args=args, incremental=False)
    if check.run.timed_out:
        raise WorkspaceError(f"not compiled within {batch.settings.compile_timeout:.0f} seconds")
    if not check.built and not any(check.findings.values()):
        raise WorkspaceError(check.run.stderr.strip() or "cargo said nothing")
    return check


def _readable(batch: _Batch, workspace: Workspace) -> Any:
    """Give the sandbox the directories of local path dependencies too."""
    paths = {
        dependency.path for package in workspace.packages for dependency in package.dependencies if dependency.path
    }
    return dataclasses.replace(batch.tools.confined, readable=tuple(sorted(paths)))


def _sources(package: Package, workspace: Workspace, check: ask.CheckRun) -> dict[str, SourceFile]:
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


def _probe(
    batch: _Batch, workspace: Workspace, packages: Sequence[Package], sources: dict[str, dict[str, SourceFile]]
) -> dict[str, set[tuple[str, int]]]:  # fmt: skip
    if not packages:
        return {}
    part = dataclasses.replace(workspace, packages=tuple(packages))
    return ask.probe(part, _readable(batch, workspace), {package.id: sources[package.id] for package in packages})


def _analysed(
    batch: _Batch, report: CrateReport, package: Package, check: ask.CheckRun, files: dict[str, SourceFile],
    seen: set[tuple[str, int]],
) -> CrateReport:  # fmt: skip
    findings = check.findings[package.id]
    errors = [finding for finding in findings if finding.is_error]
    lints, codes = count_lints(findings, batch.tools.categories)
    undocumented = sum(finding.code == "missing_docs" for finding in findings)
    return dataclasses.replace(
        report, compiled=bool(files), compile_error=_first_error(errors), files=tuple(files),
        functions=sum(len(source.functions) for source in files.values()), compiled_functions=len(seen),
        lints=lints, lint_codes=codes, undocumented=undocumented,
        public_items=undocumented + count_documented_public(files.values()), unsafe_items=count_unsafe(files.values()),
    )  # fmt: skip


def _asked(batch: _Batch, workspace: Workspace) -> dict[str, dict[str, Any]]:
    """Return what the optional analysers say, only those that are switched on."""
    settings, toolchain = batch.settings, batch.tools.toolchain
    facts: dict[str, dict[str, Any]] = {package.id: {} for package in workspace.packages}
    if settings.max_outdated_ratio is not None:
        newest = newest_versions(workspace, toolchain, offline=settings.offline)
        for package in workspace.packages:
            facts[package.id]["outdated"] = outdated_dependencies(package, newest)
    if settings.deny != "off":
        for package in workspace.packages:
            objections = denied(
                package, workspace, toolchain, config=settings.deny_config, licenses=settings.licenses
            )  # fmt: skip
            facts[package.id]["denied"] = objections
    return facts


def _first_error(errors: Sequence[Any]) -> str | None:
    return f"{errors[0].code or 'error'}: {errors[0].message}"[:300] if errors else None


def _material(
    batch: _Batch, package: Package, report: CrateReport, files: dict[str, SourceFile], seen: set[tuple[str, int]]
) -> Material:  # fmt: skip
    kept, dropped = [], []
    for name, source in files.items():
        for chunk in chunks_of(source):
            reason = "test_file" if is_test_path(name) else objection(chunk, seen, batch.settings)
            if reason is None:
                kept.append(chunk)
            else:
                dropped.append({"crate": package.name, "file": name, "line": chunk.first_line, "kind": chunk.kind,
                                "name": chunk.name, "reason": reason})  # fmt: skip
    batch.note(package, report=report.to_row(), dropped=tuple(dropped))
    return Material(package, files, tuple(kept))


def _propose(batch: _Batch, materials: Sequence[Material], workspace: Workspace) -> None:
    if not materials:
        return
    part = dataclasses.replace(workspace, packages=tuple(material.package for material in materials))
    candidates = propose(materials, part, _readable(batch, workspace), batch.settings)
    for material in materials:
        name = material.package.name
        batch.results[name] = dataclasses.replace(
            batch.results[name], candidates=tuple(candidates[material.package.id])
        )
