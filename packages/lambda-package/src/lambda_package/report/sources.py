"""The files that a report is made from."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from lambda_package.compare import read_comparison
from lambda_package.plots import STYLES
from sigil_common.errors import InputError
from sigil_common.jsonl import read_record
from sigil_common.records import Comparison, SeveralModels


@dataclass(frozen=True)
class ModelFiles:
    """Of one model: its verdicts with the policy off, and where known the answers, beside which a manifest lies."""

    results: Path
    samples: Path | None = None


@dataclass(frozen=True)
class Own:
    """Files about the model's own answers that were trained on, metrics by round, and whether nothing else was."""

    accepted: Path
    drawn_metrics: tuple[Path, ...]
    alone: bool


@dataclass(frozen=True)
class Sources:
    """All of them. `models` are in the order of the comparison, the one that the others are held against first.

    `stages` are the records of what was done before, by which the report tells times, digests and what it is of;
    `deviations` are sentences on what was unusual about it; digests of settings and profile are parts of that of the
    run.
    """

    comparison: Path
    models: tuple[ModelFiles, ...]
    dataset_summary: Path | None = None
    checkpoint: Path | None = None
    problem_files: tuple[Path, ...] = ()
    own: Own | None = None
    stages: tuple[Path, ...] = ()
    deviations: tuple[str, ...] = ()
    settings_sha256: str | None = None
    profile_sha256: str | None = None


@dataclass(frozen=True)
class Compared:
    """What `comparison.json` holds: one pair, or the first model with each of several others.

    `primary_p` is by pair the primary metric's p after correction over the pairs.
    """

    pairs: tuple[Comparison, ...]
    primary_p: tuple[float, ...]

    @property
    def labels(self) -> list[str]:
        """What tables call the models."""
        return [self.pairs[0].label("base"), *(pair.label("tuned") for pair in self.pairs)]

    @property
    def names(self) -> list[str]:
        """What the models are called in full."""
        return [self.pairs[0].name("base"), *(pair.name("tuned") for pair in self.pairs)]


def read_compared(sources: Sources) -> Compared:
    """Read the comparison; raise `InputError` for another file, or one of other models than there are verdicts of."""
    several = _several(sources.comparison)
    if several is None:
        only = read_comparison(sources.comparison)
        compared = Compared((only,), (only.primary_row().p,))
    else:
        compared = Compared(several.pairs, several.primary_p)
    if len(compared.labels) != len(sources.models):
        raise InputError(
            f"{sources.comparison} compares {len(compared.labels)} models, and there are verdicts of "
            f"{len(sources.models)}",
            hint="name the verdicts of each, in the order of the comparison",
        )
    if len(compared.labels) > len(STYLES):
        raise InputError(f"a report of {len(compared.labels)} models; {len(STYLES)} at most can be told apart in plots")
    return compared


def _several(path: Path) -> SeveralModels | None:
    try:
        return read_record(path, SeveralModels)
    except InputError:
        return None
