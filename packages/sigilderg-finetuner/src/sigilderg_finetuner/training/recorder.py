"""What a run leaves to read: metrics.jsonl, timings.jsonl and the loss curve.

metrics.jsonl holds nothing that varies between two runs of the same settings on the same machine; speeds
and times are kept apart, in timings.jsonl.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sigil_common.jsonl import Journal, read_models, read_objects, write_jsonl, write_text
from sigil_common.records import TrainLogRow
from sigilderg_finetuner.training.plan import Work

log = logging.getLogger(__name__)
METRICS_FILE = "metrics.jsonl"
TIMINGS_FILE = "timings.jsonl"
CURVE_FILE = "loss.svg"


class Recorder:
    """Appends to the two journals of a run. Lines after `step` are of a run that was cut off, and go."""

    def __init__(self, output_dir: Path, step: int, *, work: Work | None = None) -> None:
        self.output_dir = output_dir
        self.work = work
        if step and not (output_dir / METRICS_FILE).exists():
            log.warning(
                "%s is gone: what it said of the first %s steps is lost", output_dir / METRICS_FILE, f"{step:,}"
            )
        for name in (METRICS_FILE, TIMINGS_FILE):
            keep_up_to(output_dir / name, step)
        self._metrics = Journal(output_dir / METRICS_FILE)
        self._timings = Journal(output_dir / TIMINGS_FILE)
        self._since = time.monotonic()

    def train(
        self,
        step: int,
        *,
        loss: float,
        grad_norm: float,
        lr: float,
        tokens: int,
        labelled: int,
        kl: float | None = None,
    ) -> None:
        """Record the means over the steps since the last such line; tokens and labelled are totals."""
        row = TrainLogRow(
            step=step,
            train_loss=short(loss),
            kl_to_base=None if kl is None else short(kl),
            grad_norm=short(grad_norm),
            lr=short(lr),
            tokens=tokens,
            labelled_tokens=labelled,
        )
        self._metrics.append(row.to_row())

    def validation(self, step: int, *, loss: float, labelled: int, by_task: Mapping[str, float] | None = None) -> None:
        """Record a validation, where rows say of which task they are also by task."""
        tasks = {task: short(value) for task, value in (by_task or {}).items()} or None
        row = TrainLogRow(step=step, val_loss=short(loss), val_labelled_tokens=labelled, val_loss_by_task=tasks)
        self._metrics.append(row.to_row())

    def speed(self, step: int, *, tokens: int, labelled: int, squares: int) -> str:
        """Record how long the steps since the last call took; return a short remark for the progress line.

        `tflops` is the work that these tokens need by the formula in plan.py, repeated forward passes not
        counted; divided by the machine's peak it is the model FLOP utilisation (MFU). A start that is computed once
        (start.py) counts for each sample, so on a CPU it can be more than was computed. `squares` is the sum of
        the samples' squared lengths.
        """
        now = time.monotonic()
        took, self._since = now - self._since, now
        row = {
            "step": step,
            "seconds": round(took, 3),
            "tokens_per_s": round(tokens / took, 1),
            "labelled_per_s": round(labelled / took, 1),
        }
        note = f"{tokens / took:,.0f} tokens/s"
        if self.work is not None:
            row["tflops"] = round((self.work.token * tokens + self.work.square * squares) / took / 1e12, 4)
            note += f", {row['tflops']:.3g} TFLOP/s"
        self._timings.append(row)
        return note

    def restart_clock(self) -> None:
        """Leave out of the next speed what was done since the last one."""
        self._since = time.monotonic()

    def close(self) -> None:
        """Draw the loss curve and close the files."""
        self._metrics.close()
        self._timings.close()
        rows = [row for _, row in read_models(self.output_dir / METRICS_FILE, TrainLogRow)]
        write_text(self.output_dir / CURVE_FILE, self.curve(rows))

    def curve(self, rows: list[TrainLogRow]) -> str:
        """Return the picture of a run."""
        return loss_curve(rows)


def keep_up_to(path: Path, step: int) -> None:
    """Leave in a journal what it says of steps up to `step`, and nothing where that is 0."""
    if path.exists():
        Journal(path).close()  # drops a torn last line
        write_jsonl(path, [row for row in _rows(path) if row["step"] <= step and step > 0])


def _rows(path: Path) -> list[dict[str, Any]]:
    return [row for _, row in read_objects(path)]


def short(value: float) -> float:
    """Round to eight significant digits, which a float32 does not exceed."""
    return float(f"{value:.8g}")


def loss_curve(rows: list[TrainLogRow]) -> str:
    """Return an SVG of training and validation loss over steps."""
    series = {
        "training": [(row.step, row.train_loss) for row in rows if row.train_loss is not None],
        "validation": [(row.step, row.val_loss) for row in rows if row.val_loss is not None],
    }
    return curve(series, "Loss in nats per token")


def curve(series: Mapping[str, Sequence[tuple[int, float]]], title: str) -> str:
    """Return an SVG of two lines over steps."""
    points = [point for line in series.values() for point in line]
    if not points:
        return '<svg xmlns="http://www.w3.org/2000/svg" width="640" height="360"/>\n'
    right = max(step for step, _ in points) or 1
    low, high = min(loss for _, loss in points), max(loss for _, loss in points)
    span = (high - low) or 1.0

    def place(step: float, loss: float) -> str:
        return f"{60 + 560 * step / right:.1f},{310 - 280 * (loss - low) / span:.1f}"

    parts = [_SVG_HEAD.replace("TITLE", title)]
    for i in range(5):
        y, level = 310 - 70 * i, low + span * i / 4
        parts.append(
            f'<path d="M60 {y}H620" stroke="#ddd"/><text x="52" y="{y + 4}" text-anchor="end">{level:.2f}</text>'
        )
    parts.append(f'<text x="620" y="330" text-anchor="end">step {right}</text><text x="60" y="330">0</text>')
    for (name, line), colour, y in zip(series.items(), ("#8a8a8a", "#b7410e"), (20, 38), strict=True):
        path = " ".join(place(*point) for point in line)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        if line:
            parts.append(f'<text x="620" y="{y}" text-anchor="end" fill="{colour}">{name} {line[-1][1]:.3f}</text>')
    return "\n".join([*parts, "</svg>", ""])


_SVG_HEAD = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="640" height="345" viewBox="0 0 640 345" role="img" '
    'font-family="sans-serif" font-size="12"><title>TITLE</title>'
    '<rect width="640" height="345" fill="white"/>'
)
