"""At which level the models of finished runs are compared: that of the runs' own pages, not one of our choice.

A run that drew its samples in looks has its last interval at a level above `stats.confidence` (`spending.py`), for each
look had a chance to mislead. Who compares its verdicts again has looked just as often.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lambda_package.headline import level
from lambda_package.run_record import LEVEL, FinishedRun
from sigil_common.records import Comparison

DEFAULT = 0.95


@dataclass(frozen=True)
class Level:
    """The level of intervals and tests, where it is from in words, and the comparison that a run made itself.

    `said` is None where there is nothing to say: it is the usual level, and no run has another.
    """

    confidence: float
    said: str | None = None
    own: Comparison | None = None


def level_of(runs: Sequence[FinishedRun], asked: float | None) -> Level:
    """Return the level for models of these runs, one for each model that is of a run; `asked` prevails.

    Raises `InputError` for a run whose own comparison cannot be read.
    """
    each = {run.root.resolve(): (run, _recorded(run)) for run in runs}
    if not each:
        return Level(DEFAULT if asked is None else asked)
    strictest = max(each.values(), key=lambda pair: pair[1][0])
    run, (confidence, own) = strictest
    looked = own is not None and own.looks is not None
    where = f"`{run.root.name}`{', whose samples were drawn in looks' if looked else ''}"
    page = f"the page of {where}{',' if looked else ''}"
    if asked is not None:
        lower = f"The level {level(asked)} was asked for; {page} has {level(confidence)}."
        return Level(asked, lower if asked < confidence else None, own if len(each) == 1 else None)
    if len(each) > 1:
        usual = {found for _, (found, _) in each.values()} == {DEFAULT}
        said = f"Intervals and tests are at {level(confidence)}, the strictest level among the runs, of {where}."
        return Level(confidence, None if usual else said)
    said = f"Intervals and tests are at {level(confidence)}, as on the page of {where}."
    return Level(confidence, None if confidence == DEFAULT and not looked else said, own)


def _recorded(run: FinishedRun) -> tuple[float, Comparison | None]:
    """Return the level of a run's own comparison, and this; of a run without one that of its settings."""
    if run.has("compare"):
        own = run.comparison()
        return own.confidence, own
    return run.setting("stats", "confidence", of=LEVEL) if "confidence" in run.section("stats") else DEFAULT, None
