"""Whether a run keeps to its planned time, said early enough to stop it."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sigil_common.progress import duration, lateness
from sigilderg_finetuner.settings import TrainSettings

log = logging.getLogger(__name__)
STEPS = 10  # that are timed before anything is said


class Pace:
    """Times the first steps of this process, pauses for validating and saving left out.

    `planned_s` is the planned time of the whole run in seconds, `None` where nobody planned it.
    """

    def __init__(self, planned_s: float | None, settings: TrainSettings) -> None:
        self.planned_s = planned_s
        self.settings = settings
        self._steps = 0
        self._pause_s = 0.0
        self._validation_s = 0.0
        self._since = time.monotonic()

    @contextmanager
    def pause(self, *, validating: bool = False) -> Iterator[None]:
        """Leave out of the steps' time what is done inside."""
        began = time.monotonic()
        yield
        took = time.monotonic() - began
        self._pause_s += took
        if validating:
            self._validation_s = took

    def start(self) -> None:
        """Begin to time the steps."""
        self._since, self._pause_s = time.monotonic(), 0.0

    def step(self, norm: Any) -> None:
        """Count a step; after the tenth, say how long the run will take, and warn where much longer than planned.

        `norm`, a scalar on the device, is read then, since a GPU only queues its work.
        """
        self._steps += 1
        if self._steps == STEPS:
            float(norm)
            took = (time.monotonic() - self._since - self._pause_s) / STEPS
            expected = expected_seconds(self.settings, step_s=took, validation_s=self._validation_s)
            log.info("the whole run will take about %s%s", duration(expected), self._price(expected))
            if self.planned_s is not None:
                self._compare(expected, self.planned_s)

    def _price(self, seconds: float) -> str:
        price = self.settings.dollars_per_hour
        return "" if price is None else f", {seconds / 3600 * price:,.2f} dollars"

    def _compare(self, expected: float, planned: float) -> None:
        if (late := lateness(expected, planned)) is not None:
            log.warning(
                "the whole run will take %s; lower `train.num_steps`, `train.max_tokens` or `train.max_seq_len`, "
                "or use a faster machine",
                late,
            )


def expected_seconds(settings: TrainSettings, *, step_s: float, validation_s: float) -> float:
    """Return how long a whole run takes, of the seconds that one step and one validation take."""
    between = (settings.num_steps - 1) // settings.val_every if settings.val_every else 0
    return settings.num_steps * step_s + (2 + between) * validation_s
