"""One batch of crates from the crate list to candidates: fetch, analyse, filter, chunk, task, verify."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

from sigil_pipeline import filters
from sigil_pipeline.analyse.report import CrateReport
from sigil_pipeline.batch.analysed import analysed, manifest_report, optional_facts, sources_of
from sigil_pipeline.batch.material import material_of
from sigil_pipeline.batch.state import Batch, CrateResult
from sigil_pipeline.chunk.extract import SourceFile
from sigil_pipeline.compiler import ask
from sigil_pipeline.crates.crate_list import CrateSpec
from sigil_pipeline.crates.fetch import fetch
from sigil_pipeline.crates.group import Group
from sigil_pipeline.crates.packages import Package
from sigil_pipeline.crates.workspace import Workspace, WorkspaceError, build_workspace
from sigil_pipeline.filters import Rejection
from sigil_pipeline.heldout.propose import proposals
from sigil_pipeline.observe import stage
from sigil_pipeline.settings import Settings
from sigil_pipeline.tasks.maker import Workbench
from sigil_pipeline.tasks.material import Material
from sigil_pipeline.tasks.propose import propose
from sigil_pipeline.tools import Tools


def process(specs: Sequence[CrateSpec], settings: Settings, tools: Tools, work: Path) -> list[CrateResult]:
    """Return one result for each crate, in their order. All of them are held out, or none is."""
    held_out = specs[0].held_out
    batch = Batch(
        settings,
        tools,
        work,
        specs={spec.name: spec.text for spec in specs},
        gives_samples=not held_out,
        gives_problems=held_out or settings.all_give_problems,
    )
    with stage("fetch", crates=len(specs)):
        fetched = fetch(specs, tools.toolchain, work / "fetch", triple=tools.triple, offline=settings.offline)
    for lost in fetched.unfetched:
        rejection = Rejection(lost.reason, lost.detail)
        batch.results[lost.spec.name] = CrateResult(lost.spec.text, lost.spec.name, lost.spec.version, rejection)
    for number, group in enumerate(fetched.groups):
        _process_group(batch, group, work / f"group-{number}")
    return [batch.results[spec.name] for spec in specs]


def _process_group(batch: Batch, group: Group, place: Path) -> None:
    """Take one resolved group through; a group that cannot be built together is taken through in halves."""
    reports = {package.id: manifest_report(batch, package) for package in group.packages}
    kept = _filtered(batch, group.packages, reports, filters.MANIFEST)
    if not kept:
        return
    try:
        tools = batch.tools
        workspace = build_workspace(
            Group(kept, group.lock), place, batch.work / "target", tools.toolchain, triple=tools.triple
        )
        with stage("lint", crates=len(kept)):
            check = _lint(batch, workspace)
    except WorkspaceError as error:
        _process_halves(batch, Group(kept, group.lock), place, error)
        return
    with stage("parse"):
        sources = {package.id: sources_of(package, workspace, check) for package in kept}
    compiling = [package for package in kept if sources[package.id]]
    with stage("probe"):
        seen = _probe(batch, workspace, compiling, sources) if batch.gives_samples else _all_functions(sources)
    with stage("ask"):
        asked = optional_facts(batch, workspace)
    for package in kept:
        report = analysed(batch, reports[package.id], package, check, sources[package.id], seen.get(package.id, set()))
        reports[package.id] = dataclasses.replace(report, **asked[package.id])
    passed = _filtered(batch, kept, reports, filters.ANALYSIS)
    materials = [
        material_of(batch, package, reports[package.id], sources[package.id], seen[package.id]) for package in passed
    ]
    _propose(batch, materials, workspace)


def _process_halves(batch: Batch, group: Group, place: Path, error: WorkspaceError) -> None:
    half = len(group.packages) // 2
    if half == 0:
        batch.reject(group.packages[0], Rejection(error.reason, re.sub(r"\s+", " ", str(error))[:400]))
        return
    for part, packages in enumerate((group.packages[:half], group.packages[half:])):
        _process_group(batch, Group(packages, group.lock), place.with_name(f"{place.name}-{part}"))


def _filtered(
    batch: Batch, packages: Sequence[Package], reports: dict[str, CrateReport], gates: Sequence[ModuleType]
) -> tuple[Package, ...]:
    kept = []
    for package in packages:
        rejection = filters.judge(reports[package.id], gates, batch.settings)
        if rejection is None:
            kept.append(package)
        else:
            batch.reject(package, rejection, reports[package.id])
    return tuple(kept)


def _lint(batch: Batch, workspace: Workspace) -> ask.CheckRun:
    args = ["--force-warn", "missing_docs"]
    check = ask.check(workspace, batch.confined_for(workspace), clippy=True, lint_args=args, incremental=False)
    if check.run.timed_out:
        raise WorkspaceError(f"not compiled within {batch.settings.compile_timeout:g} seconds", "time_limit")
    if b'"build-finished"' not in check.run.stdout:
        reason = "build_failed" if check.run.stdout else "unresolvable"
        raise WorkspaceError(check.run.stderr.strip() or "cargo printed nothing", reason)
    return check


def _probe(
    batch: Batch, workspace: Workspace, packages: Sequence[Package], sources: dict[str, dict[str, SourceFile]]
) -> dict[str, set[tuple[str, int]]]:
    if not packages:
        return {}
    part = dataclasses.replace(workspace, packages=tuple(packages))
    return ask.probe(part, batch.confined_for(workspace), {package.id: sources[package.id] for package in packages})


def _all_functions(sources: dict[str, dict[str, SourceFile]]) -> dict[str, set[tuple[str, int]]]:
    """Return all functions as if the compiler had seen them: those of a held-out crate are proven one by one anyway."""
    return {
        package: {(name, node.start_byte) for name, source in files.items() for node in source.functions}
        for package, files in sources.items()
    }


def _propose(batch: Batch, materials: Sequence[Material], workspace: Workspace) -> None:
    if not materials:
        return
    part = dataclasses.replace(workspace, packages=tuple(material.package for material in materials))
    confined = batch.confined_for(workspace)
    bench = Workbench(materials, part, confined, batch.settings)
    candidates = propose(bench) if batch.gives_samples else {}
    problems = proposals(materials, confined) if batch.gives_problems else {}
    for material in materials:
        key = material.package.id
        batch.offer(material.package, candidates.get(key, ()), problems.get(key, ()))
