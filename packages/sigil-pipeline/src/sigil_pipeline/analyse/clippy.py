"""clippy's findings, counted by the category that each lint belongs to in the installed clippy."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING

from sigil_common import proc
from sigil_common.errors import MissingError
from sigil_pipeline.compiler.diagnostics import Finding

if TYPE_CHECKING:
    from sigil_common.rustc import Toolchain

# The first and the last line of each of several places, by file.
Lines = Mapping[str, Collection[tuple[int, int]]]

CATEGORIES = ("correctness", "suspicious", "style", "complexity", "perf", "pedantic", "restriction", "nursery", "cargo")
# `missing_docs` is counted by itself; what needs a newer Rust than the crate declares is no fault under this one.
_NOT_COUNTED = frozenset({"missing_docs", "clippy::incompatible_msrv"})


def lint_categories(toolchain: Toolchain) -> dict[str, str]:
    """Return `{lint: category}` as the installed clippy declares it, names as in diagnostics (`clippy::len_zero`)."""
    if toolchain.clippy_driver is None:
        from sigil_common.rustc import clippy_hint

        raise MissingError("clippy is not installed with rustc", hint=clippy_hint())
    listing = proc.run([str(toolchain.clippy_driver), "-W", "help"], timeout=60)
    table: dict[str, str] = {}
    for line in listing.stdout.splitlines():
        match = re.match(r"\s*clippy::([a-z]+)\s+(clippy::.+)$", line)
        if match and match.group(1) in CATEGORIES:
            for lint in match.group(2).split(","):
                table.setdefault(lint.strip().replace("-", "_"), match.group(1))
    if not table:
        raise MissingError("clippy does not list its lint groups", cause=listing.stderr.strip()[:200] or None)
    return table


def count_lints(findings: Iterable[Finding], categories: dict[str, str]) -> tuple[dict[str, int], dict[str, int]]:
    """Return findings per category and per lint; lints of rustc itself count as `rustc`."""
    codes = Counter(finding.code for finding in findings if finding.code and not re.match(r"E\d{4}$", finding.code))
    codes = Counter({code: count for code, count in codes.items() if code not in _NOT_COUNTED})
    groups: Counter[str] = Counter()
    for code, count in codes.items():
        groups[categories.get(code, "rustc")] += count
    return dict(groups), {code: count for code, count in codes.items() if code is not None}


def blocked_lines(findings: Iterable[Finding], categories: Mapping[str, str], blocked: Collection[str]) -> Lines:
    """Return where lints of the `blocked` categories fire; of code that a macro makes, where it is called."""
    lines: dict[str, list[tuple[int, int]]] = {}
    for finding in findings:
        if categories.get(finding.code or "") in blocked:
            for place in finding.places:
                if place.primary:
                    lines.setdefault(place.file, []).append((place.first_line, place.last_line))
    return lines
