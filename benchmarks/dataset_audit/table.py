"""What an audit found, as text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from dataset_audit.rows import Finding


def report(findings: Sequence[Finding]) -> str:
    """Return a line for each wrong row, hidden and undecided names, and the table of rows by task and level."""
    lines = [f"wrong: {_place(one)}: {reason}" for one in findings for reason in one.wrong]
    lines += [f"hidden: {_place(one)}: {', '.join(one.hidden)}" for one in findings if one.hidden]
    lines += [f"undecided: {_place(one)}: {', '.join(one.undecided)}" for one in findings if one.undecided]
    lines += [""] if lines else []
    lines += ["| task | level | right | of | hide a name | undecided |", "|---|---|--:|--:|--:|--:|"]
    by_kind = sorted(findings, key=_kind)
    lines += [_counts(" | ".join(kind), group) for kind, group in groupby(by_kind, _kind)]
    return "\n".join([*lines, _counts("all | ", findings)])


def _kind(finding: Finding) -> tuple[str, str]:
    return finding.row.task, finding.row.level or "none"


def _counts(kind: str, findings: Iterable[Finding]) -> str:
    rows = list(findings)
    wrong, hidden, undecided = (
        sum(bool(getattr(one, name)) for one in rows) for name in "wrong hidden undecided".split()
    )
    return f"| {kind} | {len(rows) - wrong} | {len(rows)} | {hidden} | {undecided} |"


def _place(finding: Finding) -> str:
    row = finding.row
    return f"row {row.number} ({row.task}, {row.level}) {row.crate} {row.version} {row.file}:{row.lines[0]}"
