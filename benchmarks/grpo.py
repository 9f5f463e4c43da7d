"""What a run of `sigilderg-train` with `method: grpo` came to: rewards before and after with intervals, and its steps.

    sigilderg-train configs/smollm2-grpo.yml
    python benchmarks/grpo.py out/smollm2-grpo

Prints Markdown, made of the files that the run left: the mean reward over problems before and after with 95% intervals,
the change with the sign-flip test's interval over problems (as `sigilderg-lambda` compares models), how completions
ended, each step's figures, and how long drawing, judging and waiting for the judge took.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from lambda_package.intervals import Interval
from lambda_package.stats import compare_paired
from sigilderg_finetuner.reinforcement.recording import means_by_problem

Row = Mapping[str, Any]


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def measured(answers: Sequence[Row]) -> list[str]:
    """Return the table of the measurements before and after."""
    first, last = min(row["step"] for row in answers), max(row["step"] for row in answers)
    parts = {step: [row for row in answers if row["step"] == step] for step in (first, last)}
    before, after = (means_by_problem(parts[step]) for step in (first, last))
    tasks = [task for task in before if task in after]
    base, tuned = (np.array([means[task] for task in tasks]) for means in (before, after))
    found = compare_paired(base, tuned, seed=42, resamples=10_000, confidence=0.95)
    lines = [
        f"| | step {first} | step {last} |",
        "|---|--:|--:|",
        f"| mean reward | {_mean(found.base, found.base_interval)} | {_mean(found.tuned, found.tuned_interval)} |",
    ]
    for reason in ("closed", "stop", "length"):
        shares = (f"{Counter(row['finish_reason'] for row in part)[reason] / len(part):.0%}" for part in parts.values())
        lines.append(f"| {_ENDS[reason]} | {' | '.join(shares)} |")
    for least, what in ((0.3, "compile, and attempt something"), (1.0, "pass")):
        shares = (f"{sum((row['reward'] or 0) >= least for row in part) / len(part):.0%}" for part in parts.values())
        lines.append(f"| {what} | {' | '.join(shares)} |")
    change = f"{found.difference:+.3f} ({found.interval.low:+.3f} to {found.interval.high:+.3f}), p = {found.p:.2g}"
    note = f"The change is {change}: {found.gained} problems gained and {found.lost} lost of {len(tasks)}."
    return [
        *lines,
        "",
        f"{note} Completions of each problem: {len(parts[first]) // len(before)}, drawn with the same seeds.",
    ]


_ENDS = {
    "closed": "end with their function's brace",
    "stop": "end with an end token",
    "length": "reach the longest length",
}


def _mean(value: float, interval: Interval) -> str:
    return f"{value:.3f} ({interval.low:.3f} to {interval.high:.3f})"


def steps(metrics: Sequence[Row], timings: Sequence[Row]) -> list[str]:
    """Return the table of the training steps."""
    times = {row["step"]: row for row in timings}
    lines = [
        f"| {' | '.join(_COLUMNS)} |",
        "|--:" * len(_COLUMNS) + "|",
    ]
    for row in metrics:
        if "zero_spread" not in row:
            continue
        took = times.get(row["step"], {})
        cells = [
            f"{row['step']}",
            f"{row.get('reward', float('nan')):.3f}",
            f"{row.get('reward_spread', float('nan')):.3f}",
            f"{row['zero_spread']:.0%}",
            f"{row['truncated']:.0%}",
            f"{row['entropy']:.2f}" if "entropy" in row else "",
            f"{row['grad_norm']:.2f}",
            *(f"{took[name]:.1f}" if name in took else "" for name in _TIMES),
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return lines


_COLUMNS = (
    *("step", "reward", "spread", "prompts without spread", "truncated", "entropy", "gradient"),
    *("drawing, s", "judging, s", "waiting, s"),
)
_TIMES = ("draw_seconds", "judge_seconds", "judge_wait_seconds")


def page(run: Path) -> str:
    """Return the figures of a finished run as Markdown."""
    parts = [measured(rows(run / "answers.jsonl")), steps(rows(run / "metrics.jsonl"), rows(run / "timings.jsonl"))]
    return "\n\n".join("\n".join(part) for part in parts)


def main() -> None:
    if len(sys.argv) != 2:  # as `make bench` calls it
        print(__doc__)
        return
    print(page(Path(sys.argv[1])))


if __name__ == "__main__":
    main()
