"""What is still to be run, and how long that takes at the speed of what was run so far in the same place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from lift.steps import Step, StepRecord, records


@dataclass(frozen=True)
class Pace:
    """Seconds, of the wall and of CPU, for a unit of work: a token of training, or a problem."""

    wall_s: float
    cpu_s: float


def paces(work: Path) -> dict[str, Pace]:
    """Return the speed of each kind of work, over all steps that were done whole and undisturbed in a directory."""
    found: dict[str, list[StepRecord]] = defaultdict(list)
    for directory in sorted((work / "steps").glob("*-*")):
        known = records(directory)
        # 4: stopped where it was enough.
        if len(known) == 1 and known[0].size and not known[0].resumed and known[0].returncode in (0, 4):
            found[known[0].pace].append(known[0])
    return {
        pace: Pace(sum(row.wall_s for row in rows) / size, sum(row.cpu_s for row in rows) / size)
        for pace, rows in found.items()
        if (size := sum(row.size for row in rows))
    }


def plan_text(missing: Iterable[Step], known: dict[str, Pace]) -> str:
    """Return the plan as a Markdown table."""
    by_pace: dict[str, list[Step]] = defaultdict(list)
    for step in missing:
        by_pace[step.pace].append(step)
    lines = ["| still to run | steps | units | minutes | CPU minutes |", "|---|--:|--:|--:|--:|"]
    wall = cpu = 0.0
    unknown = False
    for pace, steps in by_pace.items():
        size = sum(step.size for step in steps)
        speed = known.get(pace)
        unknown = unknown or speed is None
        wall += speed.wall_s * size / 60 if speed else 0
        cpu += speed.cpu_s * size / 60 if speed else 0
        shown = f"{speed.wall_s * size / 60:,.0f} | {speed.cpu_s * size / 60:,.0f}" if speed else "not measured yet |"
        lines.append(f"| {pace} | {len(steps)} | {size:,.0f} | {shown} |")
    more = " and what was not measured yet" if unknown else ""
    lines += ["", f"{sum(map(len, by_pace.values()))} steps: {wall:,.0f} minutes, {cpu:,.0f} CPU minutes{more}"]
    return "\n".join(lines)
