"""Held-out problems and exercises: their file, their counts, and what was left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sigil_common.records import HeldoutCounts, Problem
from sigil_pipeline.batch.state import CrateResult
from sigil_pipeline.heldout.choose import HELDOUT, Dropped, Kind
from sigil_pipeline.heldout.propose import Proposal


@dataclass(frozen=True)
class Heldout:
    """The problems that were chosen, from which crates, and what was left out on the way.

    `results` are those of the crates that give problems; with `apart` they give nothing else.
    """

    results: tuple[CrateResult, ...]
    problems: tuple[Proposal, ...]
    dropped: tuple[Dropped, ...]
    apart: bool
    kind: Kind = HELDOUT

    @property
    def tested(self) -> int:
        """How many of the problems have tests."""
        return sum(bool(one.test) for one in self.problems)


def problem_rows(heldout: Heldout) -> Iterator[dict[str, Any]]:
    """Yield the lines of the problem file, with where each function comes from."""
    licenses = {result.name: (result.report or {}).get("license") for result in heldout.results}
    numbers: Counter[str] = Counter()
    for one in heldout.problems:
        problem = Problem(
            task_id=f"{heldout.kind.set_name}/{one.crate}-{numbers[one.crate]}",
            prompt=one.prompt,
            canonical_solution=one.solution,
            entry_point=one.name,
            edition=one.edition,
            kind="tests" if one.test else "compile",
            test=one.test,
        )
        numbers[one.crate] += 1
        yield problem.to_row() | {
            "_source_crate": one.crate,
            "_source_version": one.version,
            "_source_file": one.file,
            "_source_lines": list(one.lines),
            "_license": licenses[one.crate],
        }


def heldout_counts(heldout: Heldout) -> HeldoutCounts:
    """Count crates, functions and problems."""
    per_crate = Counter(one.crate for one in heldout.problems)
    rejected = Counter(result.rejection.reason for result in heldout.results if result.rejection)
    return HeldoutCounts(
        crates=len(heldout.results),
        rejected=dict(sorted(rejected.items())),
        functions=len(heldout.problems) + len(heldout.dropped),
        dropped=dict(sorted(Counter(one.reason for one in heldout.dropped).items())),
        problems=len(heldout.problems),
        tested=heldout.tested,
        untested=dict(sorted(Counter(one.untested for one in heldout.problems if not one.test).items())),
        by_crate={result.name: per_crate[result.name] for result in heldout.results},
    )


def heldout_rejections(heldout: Heldout) -> Iterator[dict[str, Any]]:
    """Yield every function that became no problem, with its reason."""
    for one in heldout.dropped:
        yield {
            "stage": heldout.kind.word,
            "crate": one.proposal.crate,
            "file": one.proposal.file,
            "line": one.proposal.lines[0],
            "name": one.proposal.name,
            "reason": one.reason,
            "detail": one.detail,
        }
