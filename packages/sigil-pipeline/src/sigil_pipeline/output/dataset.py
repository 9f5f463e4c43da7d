"""The finished data set."""

from __future__ import annotations

import dataclasses
from collections import Counter
from dataclasses import dataclass
from typing import Literal

from sigil_pipeline.batch.state import CrateResult
from sigil_pipeline.choose.decontaminate import Hit
from sigil_pipeline.choose.dedup import Duplicate
from sigil_pipeline.choose.mix import Mix
from sigil_pipeline.choose.weights import Balance, reached_shares, sample_weights
from sigil_pipeline.output.heldout import Heldout
from sigil_pipeline.tasks.candidates import Candidate


@dataclass(frozen=True)
class Dataset:
    """What was chosen, from what, and what was left out on the way. `val` is `None` without a split, `heldout`
    without held-out problems, `exercises` without exercises.
    """

    results: tuple[CrateResult, ...]
    proposed: int
    duplicates: tuple[Duplicate, ...]
    contaminated: tuple[Hit, ...]
    eligible: int
    mix: Mix
    val: frozenset[str] | None = None
    heldout: Heldout | None = None
    exercises: Heldout | None = None
    balance: Balance = Balance()

    @property
    def samples(self) -> tuple[Candidate, ...]:
        """The chosen candidates."""
        return self.mix.chosen

    @property
    def all_results(self) -> tuple[CrateResult, ...]:
        """What became of every crate, those that only give problems last."""
        apart = self.heldout.results if self.heldout is not None and self.heldout.apart else ()
        return self.results + apart

    @property
    def crates_kept(self) -> int:
        """Number of crates that passed the filters."""
        return sum(result.rejection is None for result in self.results)

    @property
    def samples_per_crate(self) -> dict[str, int]:
        """Samples by crate, in the order of the crate list."""
        counts = Counter(candidate.crate for candidate in self.samples)
        return {result.name: counts[result.name] for result in self.results if counts[result.name]}

    @property
    def repositories(self) -> dict[str, str | None]:
        """Where each crate is developed, as its manifest says."""
        return {result.name: (result.report or {}).get("repository") for result in self.results}

    def weights(self, part: str | None) -> list[tuple[Candidate, float]]:
        """Return the samples of one part of the data, each with its weight; see `choose.weights`."""
        samples = [sample for sample in self.samples if self.part_of(sample.crate) == part]
        weighed = bool(self.mix.shares)
        weights = sample_weights(samples, self.mix.shares, self.balance) if weighed else [1.0] * len(samples)
        return list(zip(samples, weights, strict=True))

    @property
    def missed_shares(self) -> dict[str, tuple[float, float]]:
        """Share that is wanted and share by weight of each task that has too few samples, where weights give shares."""
        part = "train" if self.val is not None else None
        counts = Counter(sample.task_type for sample in self.samples if self.part_of(sample.crate) == part)
        reached = reached_shares(counts, self.mix.shares) if self.mix.shares else {}
        whole = sum(self.mix.shares.get(task, 0.0) for task in counts) or 1.0
        wanted = {task: self.mix.shares.get(task, 0.0) / whole for task in counts}
        return {task: (wanted[task], share) for task, share in reached.items() if share < 0.999 * wanted[task]}

    def with_validation(self, crates: frozenset[str]) -> Dataset:
        """Return the same data with `crates` as validation part."""
        return dataclasses.replace(self, val=crates)

    def with_heldout(self, heldout: Heldout) -> Dataset:
        """Return the same data with held-out problems beside it."""
        return dataclasses.replace(self, heldout=heldout)

    def with_exercises(self, exercises: Heldout) -> Dataset:
        """Return the same data with exercises beside it."""
        return dataclasses.replace(self, exercises=exercises)

    def part_of(self, crate: str) -> Literal["train", "val"] | None:
        """Return `train` or `val`, `None` without a split."""
        if self.val is None:
            return None
        return "val" if crate in self.val else "train"
