"""What a run with rewards leaves to read.

metrics.jsonl      a line for each step, and for each measurement of the reward
answers.jsonl      every completion of a measurement, with its reward
timings.jsonl      how long drawing took, judging, and waiting for the judge, which alone varies from run to run
result.json        the reward before and after
"""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sigil_common.jsonl import Journal, read_objects, write_json
from sigil_common.records import TrainLogRow
from sigilderg_finetuner.training import checkpoint
from sigilderg_finetuner.training.recorder import Recorder, curve, keep_up_to, short
from sigilderg_finetuner.training.result import RESULT_FILE

ANSWERS_FILE = "answers.jsonl"


@dataclass(frozen=True)
class Figures:
    """What the rewards of a step say; `reward` is None where nothing could be judged."""

    reward: float | None
    reward_spread: float | None
    zero_spread: float
    unjudged: int


def figures(rewards: Sequence[float | None], group: int) -> Figures:
    """Return the figures of rewards, `group` of them for each prompt, one after the other."""
    judged = [one for one in rewards if one is not None]
    groups = [rewards[first : first + group] for first in range(0, len(rewards), group)]
    return Figures(
        reward=statistics.fmean(judged) if judged else None,
        reward_spread=statistics.pstdev(judged) if judged else None,
        zero_spread=sum(not has_spread(one) for one in groups) / len(groups),
        unjudged=len(rewards) - len(judged),
    )


def has_spread(group: Sequence[float | None]) -> bool:
    """Tell whether the completions of a prompt were rewarded differently, so that something can be learned."""
    return len({one for one in group if one is not None}) > 1


class RewardRecorder(Recorder):
    """A recorder whose lines are of rewards."""

    def __init__(self, output_dir: Path, step: int) -> None:
        super().__init__(output_dir, step)
        keep_up_to(output_dir / ANSWERS_FILE, step)
        self._answers = Journal(output_dir / ANSWERS_FILE)

    def line(self, step: int, values: Mapping[str, Any]) -> None:
        """Record a step or a measurement; numbers are rounded as all are."""
        rounded = {name: short(value) if isinstance(value, float) else value for name, value in values.items()}
        self._metrics.append(TrainLogRow(step=step, **rounded).to_row())

    def answers(self, step: int, rows: Sequence[Mapping[str, Any]]) -> None:
        """Record the completions of a measurement."""
        for row in rows:
            self._answers.append({"step": step, **row})

    def times(self, step: int, seconds: Mapping[str, float]) -> None:
        """Record how long the parts of a step took."""
        self._timings.append({"step": step, **{name: round(value, 3) for name, value in seconds.items()}})

    def close(self) -> None:
        """Draw the curve of the reward and close the files."""
        self._answers.close()
        super().close()

    def curve(self, rows: list[TrainLogRow]) -> str:
        """Return the picture of a run."""
        series = {
            "training": [(row.step, row.reward) for row in rows if row.reward is not None],
            "measured": [(row.step, row.val_reward) for row in rows if row.val_reward is not None],
        }
        return curve(series, "Mean reward")


def means_by_problem(rows: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    """Return the mean reward of each problem's answers; those that were not judged are left out."""
    found: dict[str, list[float]] = {}
    for row in rows:
        if row["reward"] is not None:
            found.setdefault(row["task_id"], []).append(row["reward"])
    return {task: statistics.fmean(rewards) for task, rewards in found.items()}


def read_result(output_dir: Path, last: Path) -> dict[str, Any]:
    """Gather the result from what is on disk, so that a finished run can be asked again.

    `change` is the mean over problems. Its interval is for who compares: `benchmarks/grpo.py` gives one.
    """
    rows = [row for _, row in read_objects(output_dir / ANSWERS_FILE)]
    step = checkpoint.read_info(last).step
    before, after = (means_by_problem([row for row in rows if row["step"] == at]) for at in (0, step))
    result: dict[str, Any] = {"checkpoint": str(last), "step": step}
    for name, found in (("reward_before", before), ("reward", after)):
        result[name] = round(statistics.fmean(found.values()), 6) if found else None
    both = [after[task] - before[task] for task in before if task in after]
    if both:
        result |= {"change": round(statistics.fmean(both), 6), "problems": len(both)}
    write_json(output_dir / RESULT_FILE, result)
    return result
