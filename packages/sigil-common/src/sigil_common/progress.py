"""Progress of long work: one live line on a terminal, a plain log line every 30 seconds elsewhere.

    with Progress("judging", total=16_400, unit="samples") as progress:
        for sample in samples:
            ...
            progress.advance(1, note="pass 38%")

It always closes with a line that gives the total, the time and the rate.
"""

from __future__ import annotations

import logging
import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress as RichProgress
    from rich.progress import TaskID

log = logging.getLogger(__name__)
LOG_EVERY_S = 30.0
LATE = 2.0  # times the planned time, beyond which work is worth a warning
# The first units say little of the rest: some were settled at once, or all waited for what is done but once.
_TOO_FEW = 0.02


class Progress:
    """Counts `unit`s of work up to `total` (unknown if `None`); `name` is a present participle.

    `done` units were done by an earlier run: they count, but not as speed of this one. If at the speed so far all of it
    takes more than twice `planned_s` seconds, that is said once.
    """

    def __init__(
        self, name: str, *, total: int | None, unit: str, done: int = 0, planned_s: float | None = None
    ) -> None:
        self.name = name
        self.total = total
        self.unit = unit
        self.done = done
        self._planned_s = planned_s
        self._before = done
        self._note = ""
        self._started = time.monotonic()
        self._logged = self._started
        self._bar: RichProgress | None = None
        self._task: TaskID | None = None

    def __enter__(self) -> Progress:
        if sys.stderr.isatty() and log.isEnabledFor(logging.INFO):
            self._bar = _rich_bar()
            self._task = self._bar.add_task(self.name, total=self.total, completed=self.done, unit=self.unit, note="")
            self._bar.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        if self._bar is not None:
            self._bar.stop()
        took = time.monotonic() - self._started
        here = self.done - self._before
        before = f", {self.done:,} in all" if self._before else ""
        note = f", {self._note}" if self._note else ""
        ending = "" if error is None else " before it stopped"
        log.info(
            "%s: %s %s in %s (%s/s)%s%s%s",
            self.name,
            f"{here:,}",
            self.unit,
            duration(took),
            _rate(here, took),
            before,
            note,
            ending,
        )

    def advance(self, count: int = 1, *, note: str | None = None) -> None:
        """Count `count` more units done; `note` replaces the remark at the end of the line."""
        self.done += count
        if note is not None:
            self._note = note
        self._compare()
        if self._bar is not None and self._task is not None:
            self._bar.update(self._task, completed=self.done, note=self._note)
            return
        now = time.monotonic()
        if now - self._logged >= LOG_EVERY_S:
            self._logged = now
            self._log_line(now - self._started)

    def _compare(self) -> None:
        """Warn of work that will take much longer than planned, as soon as enough of it is done to tell."""
        here = self.done - self._before
        if self._planned_s is None or self.total is None or here < max(1, _TOO_FEW * self.total):
            return
        late = lateness((time.monotonic() - self._started) / here * self.total, self._planned_s)
        if late is not None:
            what = f"{self.name} all {self.total:,} {self.unit}"
            log.warning("%s takes %s; ask for less, or use a faster machine", what, late)
            self._planned_s = None

    def _log_line(self, took: float) -> None:
        goal = f"/{self.total:,}" if self.total is not None else ""
        eta, here = "", self.done - self._before
        if self.total is not None and here >= _TOO_FEW * self.total:
            eta = f", about {duration(took / here * (self.total - self.done))} left"
        note = f", {self._note}" if self._note else ""
        log.info("%s: %s%s %s, %s/s%s%s", self.name, f"{self.done:,}", goal, self.unit, _rate(here, took), note, eta)


def lateness(expected_s: float, planned_s: float) -> str | None:
    """Return how long work takes beside its plan, in seconds; `None` where that is not worth a warning."""
    if expected_s <= LATE * planned_s:
        return None
    return f"about {duration(expected_s)}, {expected_s / planned_s:.1f} times the planned {duration(planned_s)}"


def counted(number: int, noun: str) -> str:
    """Return a number of things in words, as `1 problem` and `1,164 problems`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def duration(seconds: float) -> str:
    """Return seconds for a human: `0.8s`, `42s`, `6m41s`, `3h05m`."""
    # Each form ends where rounding would reach the next one's unit.
    if round(seconds, 1) < 10:
        return f"{seconds:.1f}s"
    if round(seconds) < 60:
        return f"{seconds:.0f}s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes}m{rest:02d}s"
    return f"{minutes // 60}h{minutes % 60:02d}m"


def _rate(done: int, seconds: float) -> str:
    rate = done / seconds if seconds > 0 else 0.0
    return f"{rate:,.0f}" if rate >= 10 else f"{rate:.2g}"


def _rich_bar() -> RichProgress:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as RichProgress

    return RichProgress(
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TextColumn("{task.fields[unit]}"),
        TextColumn("{task.fields[note]}"),
        TimeRemainingColumn(),
        console=Console(stderr=True),
    )
