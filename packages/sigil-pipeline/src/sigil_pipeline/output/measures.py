"""What is measured of the rows of a data set, for its page of statistics."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Lengths = dict[str, list[int]]


@dataclass
class Measures:
    """Lengths by task, of prompts and answers in characters and of answers in lines, and counts of metadata."""

    prompts: Lengths = field(default_factory=dict)
    answers: Lengths = field(default_factory=dict)
    lines: Lengths = field(default_factory=dict)
    levels: dict[str, Counter[str]] = field(default_factory=dict)
    templates: Counter[str] = field(default_factory=Counter)
    licenses: Counter[str] = field(default_factory=Counter)

    def over(self, rows: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        """Yield rows with all their metadata as they are, measuring each."""
        for row in rows:
            self.add(row)
            yield row

    def add(self, row: Mapping[str, Any]) -> None:
        """Measure one row; what it does not name is counted as `unknown`."""
        task = row.get("_task_type") or "unknown"
        self.prompts.setdefault(task, []).append(len(row["prompt"]))
        self.answers.setdefault(task, []).append(len(row["gen"]))
        self.lines.setdefault(task, []).append(line_count(row["gen"]))
        self.levels.setdefault(task, Counter())[row.get("_level") or "unknown"] += 1
        self.templates[row.get("_template") or "unknown"] += 1
        self.licenses[row.get("_license") or "unknown"] += 1


def line_count(text: str) -> int:
    """Return the number of lines of a text, of which the last may lack its end."""
    return len(text.removesuffix("\n").split("\n"))


def quantile(values: Iterable[int], share: float) -> int:
    """Return the least of the values that at least `share` of them do not exceed; 0 of none."""
    ordered = sorted(values)
    return ordered[max(0, -int(-share * len(ordered) // 1) - 1)] if ordered else 0


def binned(values: Iterable[int], edges: Sequence[int]) -> list[int]:
    """Count values from each edge up to the next one, the last edge without end. No value is below the first."""
    counts = [0] * len(edges)
    for value in values:
        counts[max(number for number, edge in enumerate(edges) if edge <= value)] += 1
    return counts
