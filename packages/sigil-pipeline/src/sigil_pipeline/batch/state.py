"""What a batch knows: the result of each of its crates, and what it works with."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sigil_pipeline.analyse.report import CrateReport
from sigil_pipeline.crates.packages import Package
from sigil_pipeline.crates.resolve import Resolved
from sigil_pipeline.crates.workspace import Workspace
from sigil_pipeline.doctests.levels import Tested
from sigil_pipeline.filters import Rejection
from sigil_pipeline.heldout.propose import Proposal
from sigil_pipeline.settings import Settings
from sigil_pipeline.tasks.candidates import Candidate
from sigil_pipeline.tools import Tools

if TYPE_CHECKING:
    from sigil_common.cargo import Confined


@dataclass(frozen=True)
class CrateResult:
    """What became of one crate: its report, why it was dropped, or what it offers and what of it was dropped.

    `candidates` could be samples, `proposals` held-out problems or exercises; `refused` are candidates whose prompt
    will not do; `uses_known` is what `Proposed` says; `examples` are the examples in docs that were tried as tests,
    and `unit_tests` the crate's own, counted by what became of them.
    """

    spec: str
    name: str
    version: str | None
    rejection: Rejection | None = None
    report: dict[str, Any] | None = None
    candidates: tuple[Candidate, ...] = ()
    dropped: tuple[dict[str, Any], ...] = ()
    proposals: tuple[Proposal, ...] = ()
    refused: tuple[dict[str, Any], ...] = ()
    uses_known: bool | None = None
    examples: Mapping[str, int] = field(default_factory=dict)
    unit_tests: Mapping[str, int] = field(default_factory=dict)


@dataclass
class Batch:
    """Results by crate name and reports by package id, filled while the batch goes through its steps.

    `crates` are what it is made of, by package id; `gives_samples`, `gives_problems`: what they are asked for.
    """

    settings: Settings
    tools: Tools
    work: Path
    results: dict[str, CrateResult] = field(default_factory=dict)
    reports: dict[str, CrateReport] = field(default_factory=dict)
    specs: dict[str, str] = field(default_factory=dict)
    crates: dict[str, Resolved] = field(default_factory=dict)
    gives_samples: bool = True
    gives_problems: bool = False

    def reject(
        self, package: Package, rejection: Rejection, report: CrateReport | None = None, *, traceback: str | None = None
    ) -> None:
        """Note that a crate was dropped, and why; `traceback` becomes part of its report."""
        row = report.to_row() if report is not None else None
        if row is not None and traceback is not None:
            row["traceback"] = traceback
        self.results[package.name] = dataclasses.replace(self._blank(package), rejection=rejection, report=row)

    def keep(self, package: Package, report: CrateReport, dropped: Sequence[dict[str, Any]]) -> None:
        """Note a crate that passed the filters, with the chunks of it that were dropped."""
        self.results[package.name] = dataclasses.replace(
            self._blank(package), report=report.to_row(), dropped=tuple(dropped)
        )

    def offer(self, package: Package, tested: Tested, proposals: Sequence[Proposal] = ()) -> None:
        """Add the candidates and proposals of a crate that was kept."""
        proposed = tested.proposed
        refused = [
            {**one.candidate.place, "task_type": one.candidate.task_type, "reason": one.reason}
            for one in proposed.refused
        ]
        self.results[package.name] = dataclasses.replace(
            self.results[package.name],
            candidates=proposed.candidates,
            proposals=tuple(proposals),
            refused=tuple(refused),
            uses_known=proposed.uses_known,
            examples=dict(tested.examples),
            unit_tests=dict(tested.unit_tests),
        )

    def _blank(self, package: Package) -> CrateResult:
        return CrateResult(self.specs[package.name], package.name, package.version)

    def confined_for(self, workspace: Workspace) -> Confined:
        """Give the sandbox the directories of local path dependencies too."""
        paths = {
            dependency.path for package in workspace.packages for dependency in package.dependencies if dependency.path
        }
        return dataclasses.replace(self.tools.confined, readable=tuple(sorted(paths)))
