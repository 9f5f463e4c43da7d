"""compare -> report, and what a whole run leaves: comparison.json and manifest.json."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from sigil_common.records.base import SCHEMA_VERSION, Record, SchemaVersion


class Interval(Record):
    """A confidence interval, in the unit of its estimate."""

    low: float
    high: float


class MetricRow(Record):
    """One rate of both models on one problem set under one policy, and the difference, tuned minus base."""

    id: str = Field(description="Set, metric and policy in words, unique in the file")
    set: str = Field(description="Problem set, as in `HumanEval/0`")
    policy: Literal["off", "on"]
    metric: str = Field(description="As `compiles` or `pass@1`; the tolerant one, see `adapted_passes`")
    problems: int = Field(description="Number of problems, which are the units of all statistics")
    primary: bool = Field(description="The one metric that the verdict is about")
    base: float = Field(description="Mean over problems, from 0 to 1")
    tuned: float
    base_interval: Interval
    tuned_interval: Interval
    difference: float
    interval: Interval = Field(description="Of the difference")
    p: float = Field(description="Two-sided, of no difference; `interval` leaves out 0 where it is below its level")
    detectable: float | None = Field(
        None,
        description="Difference that a run of this size and spread finds with 80% power; absent where too few problems "
        "changed to tell, or all by as much",
    )
    gained: int = Field(description="Problems where the tuned model's rate is higher")
    lost: int = Field(description="Problems where it is lower")
    p_adjusted: float = Field(
        description="After Holm's correction over distinct hypotheses; of the primary metric as it is"
    )
    crates: int | None = Field(
        None, description="Number of crates that the problems are of; absent for sets that are not of several crates"
    )
    largest_crate: int | None = Field(None, description="Problems of the crate that has most of them, likewise")
    p_by_crate: float | None = Field(
        None, description="As `p`, with crates as the units in place of problems, and not corrected; likewise"
    )


class MissingMetric(Record):
    """A metric that could not be computed, and why."""

    set: str
    policy: Literal["off", "on"]
    metric: str
    reason: str


class Steps(Record):
    """How far the samples of one problem got."""

    samples: int
    has_code: int
    parses: int
    compiles: int
    passed: int


class ProblemRow(Record):
    """One problem, policy off where that was judged."""

    task_id: str
    set: str = Field(description="Problem set, as in `HumanEval/0`")
    change: Literal["gained", "lost", "same"] = Field(description="By the number of samples that passed")
    base: Steps
    tuned: Steps


class CrateChange(Record):
    """The problems of one crate in a set whose ids name crates, policy off: where a set's change comes from."""

    set: str
    crate: str
    metric: str
    problems: int
    base: float = Field(description="Mean over the crate's problems")
    tuned: float
    gained: int = Field(description="Problems where the tuned model's rate is higher")
    lost: int = Field(description="Problems where it is lower")


class LikelihoodRow(Record):
    """One measure of how likely both models find known solutions of one problem set. It decides nothing."""

    set: str = Field(description="Problem set, as in `HumanEval/0`")
    measure: Literal["bits per byte of the reference", "right solution likelier than a wrong one"] = Field(
        description="The second is, of a problem, the share of its pairs in which the right text is strictly likelier"
    )
    problems: int = Field(description="Problems with this measure, which are the units")
    base: float = Field(description="Mean over problems")
    tuned: float
    difference: float = Field(description="Tuned minus base")
    interval: Interval | None = Field(None, description="Of the difference; absent where there are too few problems")


class ComparedModel(Record):
    """What a report calls a model."""

    label: str = Field(description="Short name, in tables: `base` and `tuned` in a run, else the name that was given")
    name: str | None = Field(None, description="Name of the model, where its samples tell, as `owner/model`")


class Look(Record):
    """What was seen of the primary measure with so many samples, before it was decided to draw more or not."""

    samples: int = Field(description="Of each problem")
    confidence: float = Field(description="Level of this look's interval")
    difference: float
    interval: Interval


class Looks(Record):
    """How the number of samples came about, where it was not given: they were added until an interval sufficed."""

    confidence: float = Field(description="Level at which the intervals of all looks hold together")
    width: float = Field(description="Points; a look whose interval is narrower is the last one")
    max_samples: int = Field(description="The last look has so many at most")
    taken: tuple[Look, ...]


class Comparison(Record):
    """`comparison.json`: everything that the report says about two models."""

    schema_version: SchemaVersion = SCHEMA_VERSION
    models: dict[Literal["base", "tuned"], ComparedModel] = Field(
        default_factory=dict, description="What the two are called; `tuned` is the one that is held against `base`"
    )
    confidence: float = Field(description="Level of the intervals and of the tests")
    level_from: str | None = Field(None, description="Where that is from, in words, if it is that of runs compared")
    resamples: int = Field(description="Random arrangements of the signs, where these are too many to enumerate")
    seed: int
    primary: str = Field(description="The `id` of the primary metric")
    metrics: tuple[MetricRow, ...]
    unavailable: tuple[MissingMetric, ...] = ()
    failures: dict[str, dict[str, int]] = Field(description="By model and policy, how often each ending occurs")
    adapted_passes: dict[str, int] = Field(
        description="By model and policy, samples that count in every pass@k here although arguments had to be "
        "converted (`Vec<T>` for `&[T]`); `pass@k_strict` of the judge leaves them out"
    )
    problems: tuple[ProblemRow, ...]
    left_out: tuple[str, ...] = Field((), description="Problems that could not be judged, left out of all figures")
    crates: tuple[CrateChange, ...] = Field((), description="Of sets of problems from several crates")
    likelihood: tuple[LikelihoodRow, ...] = Field((), description="Where it was measured; below all verdicts")
    likelihood_meaning: str | None = Field(None, description="What `likelihood` says and what it does not")
    looks: Looks | None = Field(None, description="Where samples were added until an interval sufficed")
    verdict: str | None = Field(None, description="In words: what moved and what did not, and how answers ended")

    def primary_row(self) -> MetricRow:
        """Return the row that the verdict is about."""
        return next(row for row in self.metrics if row.primary)

    @property
    def policy(self) -> Literal["off", "on"]:
        """Return the policy of the figures that are spoken of first: off, where that was judged."""
        return self.primary_row().policy

    def label(self, model: Literal["base", "tuned"]) -> str:
        """Return what tables call a model."""
        return self.models[model].label if model in self.models else model

    def name(self, model: Literal["base", "tuned"]) -> str:
        """Return the full name of a model, or its label where there is none."""
        return (self.models[model].name if model in self.models else None) or self.label(model)


class SeveralModels(Record):
    """`comparison.json` of three models and more: each held against the first, on the same problems."""

    schema_version: SchemaVersion = SCHEMA_VERSION
    primary_p: tuple[float, ...] = Field(
        description="Of each pair, `p` of its primary metric after Holm's correction over the pairs"
    )
    pairs: tuple[Comparison, ...] = Field(description="The first model is `base` in all of them")


class FileRecord(Record):
    """One file with its digest."""

    path: str = Field(description="Relative to the directory that the record speaks of, where it lies below it")
    bytes: int
    sha256: str


class InputRecord(Record):
    """One input of a stage, a file or a directory."""

    path: str
    sha256: str


class StageRecord(Record):
    """`stage.json`, written when a stage has ended well."""

    name: str
    key: str = Field(description="Digest of all that decides the result")
    argv: tuple[str, ...] = Field(description="The command, with `{out}` for the stage's own directory")
    code: str = Field(description="Digest of the code that ran")
    begun: str | None = Field(
        None,
        description="Digest of the code that the stage was begun with, where other code went on with it",
    )
    package: str | None = Field(None, description="Whose code that is, besides that of sigil_common")
    version: int | None = Field(
        None, description="Of what the stage means; none for one that is done again whenever its code changes"
    )
    asked: str | None = Field(None, description="Digest of command and inputs alone, by which `--keep` finds a stage")
    seconds: float
    inputs: tuple[InputRecord, ...]
    outputs: tuple[FileRecord, ...]
    directory: str | None = Field(None, description="In a manifest: relative to the run directory")


class RunManifest(Record):
    """`manifest.json`: what a run was made of."""

    schema_version: SchemaVersion = SCHEMA_VERSION
    profile: str
    config: str
    settings: dict[str, Any]
    settings_sha256: str
    environment: dict[str, Any] = Field(description="Interpreter, packages and their origin, compiler, machine, commit")
    compute: dict[str, dict[str, str]] = Field(
        default_factory=dict, description="By stage: device, instruction set and number type of the model"
    )
    stages: tuple[StageRecord, ...]
    published: tuple[FileRecord, ...]
    digest: str | None = Field(
        None, description="Of the records of all stages but the report, which shows it: what the report was made from"
    )
    kept: dict[str, str] = Field(
        default_factory=dict, description="By stage that other code made than was installed: what is different"
    )

    def to_row(self) -> dict[str, Any]:
        """Return the on-disk form; settings and environment keep their nulls."""
        return self.model_dump(mode="json")
