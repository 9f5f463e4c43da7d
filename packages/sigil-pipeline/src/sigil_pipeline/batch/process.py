"""Crates that share a compiler run, from their sources to candidates: analyse, filter, chunk, task, verify."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from sigil_pipeline import filters
from sigil_pipeline.analyse.clippy import blocked_lines
from sigil_pipeline.analyse.report import CrateReport
from sigil_pipeline.batch import guard
from sigil_pipeline.batch.analysed import analysed, manifest_report, optional_facts, sources_of
from sigil_pipeline.batch.groups import Unit
from sigil_pipeline.batch.material import material_of
from sigil_pipeline.batch.state import Batch, CrateResult
from sigil_pipeline.batch.time_limit import OutOfTimeError, Suspicion, suspicion
from sigil_pipeline.chunk.extract import SourceFile
from sigil_pipeline.compiler import ask
from sigil_pipeline.compiler.memory import MemoryLimitError
from sigil_pipeline.compiler.uses import find_uses
from sigil_pipeline.crates.closure import read_closure
from sigil_pipeline.crates.group import Group
from sigil_pipeline.crates.lock_file import merged_locks
from sigil_pipeline.crates.packages import Package, as_edition
from sigil_pipeline.crates.workspace import Workspace, WorkspaceError, build_workspace
from sigil_pipeline.doctests.levels import Tested, with_tests
from sigil_pipeline.filters import Rejection
from sigil_pipeline.heldout.propose import proposals
from sigil_pipeline.observe import stage
from sigil_pipeline.settings import Settings
from sigil_pipeline.tasks.maker import Workbench
from sigil_pipeline.tasks.material import Material
from sigil_pipeline.tasks.propose import Proposed, propose
from sigil_pipeline.tasks.suffice import with_uses
from sigil_pipeline.tools import Tools
from sigil_pipeline.unittests.levels import with_unit_tests

if TYPE_CHECKING:
    from sigil_common.cargo import Confined


@dataclass(frozen=True)
class _Compiled:
    """What the compiler said about a group; `sources` and `seen` (the functions that it compiled) by package id."""

    workspace: Workspace
    check: ask.CheckRun
    sources: dict[str, dict[str, SourceFile]]
    seen: dict[str, set[tuple[str, int]]]


def process(unit: Unit, settings: Settings, tools: Tools, work: Path, number: int = 0) -> list[CrateResult]:
    """Return one result for each crate, in their order. `number` tells the unit from others in the same `work`."""
    batch = Batch(
        settings,
        tools,
        work,
        specs={one.spec.name: one.spec.text for one in unit.crates},
        crates={one.package.id: one for one in unit.crates},
        gives_samples=not unit.held_out,
        gives_problems=unit.held_out or settings.all_give_problems,
    )
    group = Group(tuple(one.package for one in unit.crates), merged_locks([one.lock for one in unit.crates]))
    _process_group(batch, _modern(group, settings), work / f"group-{number}")
    return [batch.results[one.spec.name] for one in unit.crates]


def _modern(group: Group, settings: Settings) -> Group:
    """Return a group of which every crate is tried as code of the oldest edition that is wanted."""
    return dataclasses.replace(group, packages=tuple(as_edition(one, settings.min_edition) for one in group.packages))


def _process_group(batch: Batch, group: Group, place: Path) -> None:
    """Take one resolved group through; a group that cannot be built together is taken through in halves."""
    batch.reports |= (reports := guard.each(batch, group.packages, partial(manifest_report, batch)))
    kept = Group(_filtered(batch, _standing(group.packages, reports), filters.MANIFEST), group.lock)
    if not kept.packages:
        return
    try:
        _process_kept(batch, kept, place)
    except OutOfTimeError as late:
        _process_suspects(batch, late.suspicion, group.lock, place)
    except WorkspaceError as error:
        _process_halves(batch, kept, place, error)
    except Exception as error:
        if guard.ends_the_run(error):
            raise
        _process_halves(batch, kept, place, error)


def _process_kept(batch: Batch, group: Group, place: Path) -> None:
    """Compile a group and take what its crates offer; raise `WorkspaceError` if cargo cannot build it."""
    compiled = _compiled(batch, group, place)
    kept = _standing(group.packages, compiled.sources)
    with stage("ask"):
        asked = optional_facts(batch, compiled.workspace)
    reports = guard.each(batch, kept, lambda package: _report(batch, package, compiled, asked[package.id]))
    batch.reports |= reports
    passed = _filtered(batch, _standing(kept, reports), filters.ANALYSIS)
    materials = guard.each(batch, passed, lambda package: _material(batch, package, compiled))
    _propose(batch, list(materials.values()), compiled.workspace)


def _compiled(batch: Batch, group: Group, place: Path) -> _Compiled:
    tools = batch.tools
    workspace = build_workspace(group, place, batch.work / "target", tools.toolchain, triple=tools.triple)
    _check_shared(batch, workspace)
    with stage("lint", crates=len(group.packages)):
        check = _lint(batch, workspace)
    with stage("parse"):
        sources = guard.each(batch, group.packages, lambda package: sources_of(package, workspace, check))
    compiling = [package for package in group.packages if sources.get(package.id)]
    with stage("probe"):
        seen = _probe(batch, workspace, compiling, sources) if batch.gives_samples else _all_functions(sources)
    return _Compiled(workspace, check, sources, seen)


def _check_shared(batch: Batch, workspace: Workspace) -> None:
    """Raise `WorkspaceError` if crates would be built with anything else together than each alone."""
    if len(workspace.packages) > 1:
        alone = frozenset(one for package in workspace.packages for one in batch.crates[package.id].needs)
        together = read_closure(workspace.root, batch.tools.toolchain)
        if {one for one in together if one.place is None or not one.place.is_relative_to(workspace.root)} != alone:
            raise WorkspaceError("built together, these crates would have other dependencies than alone")


def _report(batch: Batch, package: Package, compiled: _Compiled, asked: dict[str, Any]) -> CrateReport:
    report, files = batch.reports[package.id], compiled.sources[package.id]
    found = analysed(batch, report, package, compiled.check, files, compiled.seen.get(package.id, set()))
    return dataclasses.replace(found, **asked)


def _material(batch: Batch, package: Package, compiled: _Compiled) -> Material:
    files, seen = compiled.sources[package.id], compiled.seen[package.id]
    findings = compiled.check.findings[package.id]
    blocked = blocked_lines(findings, batch.tools.categories, batch.settings.clippy_block)
    return material_of(batch, package, batch.reports[package.id], files, seen, blocked)


def _standing(packages: Iterable[Package], done: Container[str]) -> tuple[Package, ...]:
    """Return the packages with which something was done, and that did not fall over it."""
    return tuple(package for package in packages if package.id in done)


def _process_halves(batch: Batch, group: Group, place: Path, error: Exception) -> None:
    half = len(group.packages) // 2
    if half == 0:
        _reject_alone(batch, group.packages[0], error)
        return
    for part, packages in enumerate((group.packages[:half], group.packages[half:])):
        _process_group(batch, Group(packages, group.lock), place.with_name(f"{place.name}-{part}"))


def _process_suspects(batch: Batch, found: Suspicion, lock: str, place: Path) -> None:
    """Take those through that did not take all the time, and each of several suspects alone."""
    for package in found.guilty:
        _reject_late(batch, package)
    parts = [found.together, *((package,) for package in found.alone)]
    for number, packages in enumerate(parts):
        if packages:
            _process_group(batch, Group(packages, lock), place.with_name(f"{place.name}-{number}"))


def _reject_late(batch: Batch, package: Package) -> None:
    rejection = Rejection("time_limit", f"not compiled within {batch.settings.compile_timeout:.0f} seconds")
    batch.reject(package, rejection, batch.reports[package.id])


def _reject_alone(batch: Batch, package: Package, error: Exception) -> None:
    if isinstance(error, ask.TimeLimitError):
        _reject_late(batch, package)
    elif isinstance(error, MemoryLimitError):
        batch.reject(package, Rejection("memory_limit", str(error)), batch.reports[package.id])
    elif isinstance(error, WorkspaceError):
        batch.reject(package, Rejection(error.reason, _words_of(error, batch.work)))
    else:
        guard.reject(batch, package, error)


def _words_of(error: WorkspaceError, work: Path) -> str:
    """Return what cargo said; where a crate was built, and with which others, is no part of the reason."""
    words = re.sub(r"\bgroup-\d[\d-]*/", "", str(error).replace(f"{work}/", ""))
    return re.sub(r"\s+", " ", words)[:400]


def _filtered(batch: Batch, packages: Sequence[Package], gates: Sequence[ModuleType]) -> tuple[Package, ...]:
    judged = guard.each(
        batch, packages, lambda package: filters.judge(batch.reports[package.id], gates, batch.settings)
    )
    for package in _standing(packages, judged):
        rejection = judged[package.id]
        if rejection is not None:
            batch.reject(package, rejection, batch.reports[package.id])
    return tuple(package for package in _standing(packages, judged) if judged[package.id] is None)


def _lint(batch: Batch, workspace: Workspace) -> ask.CheckRun:
    args = ["--force-warn", "missing_docs"]
    check = ask.check(workspace, batch.confined_for(workspace), clippy=True, lint_args=args, incremental=False)
    if check.run.timed_out and (suspected := suspicion(workspace.packages, check)) is not None:
        raise OutOfTimeError(suspected)
    if not check.run.timed_out and b'"build-finished"' not in check.run.stdout:
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
    """Ask for the candidates of several crates together; of each alone, if that raises what nobody expected."""
    if not materials:
        return
    try:
        _offer(batch, materials, workspace)
    except ask.TimeLimitError as late:
        _propose(batch, [one for one in materials if one.package.id not in late.packages], workspace)
        for material in materials:
            if late.packages == {material.package.id}:
                _reject_late(batch, material.package)
            elif material.package.id in late.packages:
                _propose(batch, [material], workspace)
    except Exception as error:
        if guard.ends_the_run(error):
            raise
        if len(materials) == 1:
            _reject_alone(batch, materials[0].package, error)
        else:
            for material in materials:
                _propose(batch, [material], workspace)


def _offer(batch: Batch, materials: Sequence[Material], workspace: Workspace) -> None:
    part = dataclasses.replace(workspace, packages=tuple(material.package for material in materials))
    confined = batch.confined_for(workspace)
    offered = _offered(batch, materials, part, confined) if batch.gives_samples else {}
    problems = proposals(materials, confined) if batch.gives_problems else {}
    for material in materials:
        key = material.package.id
        tested = offered.get(key, Tested(Proposed()))
        batch.offer(material.package, tested, problems.get(key, ()))


def _offered(
    batch: Batch, materials: Sequence[Material], workspace: Workspace, confined: Confined
) -> dict[str, Tested]:
    bench = _bench(batch, materials, workspace, confined)
    proposed = propose(bench)
    if not batch.settings.test_levels:
        return {package: Tested(one) for package, one in proposed.items()}
    with stage("examples", crates=len(materials)):
        tested = with_tests(bench.materials, proposed, workspace, confined)
    with stage("unit_tests", crates=len(materials)):
        return with_unit_tests(bench.materials, tested, workspace, confined)


def _bench(batch: Batch, materials: Sequence[Material], workspace: Workspace, confined: Confined) -> Workbench:
    """Lay out what crates offer, with what each chunk uses of its crate: what compiles alone is proven better."""
    if batch.settings.mode == "phase2" and not batch.settings.only_self_contained:
        with stage("uses", crates=len(materials)):
            found = find_uses(workspace, confined, {one.package.id: one.files for one in materials})
        materials = [with_uses(one, found.get(one.package.id)) for one in materials]
    return Workbench(materials, workspace, confined, batch.settings)
