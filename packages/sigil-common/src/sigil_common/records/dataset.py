"""pipeline -> finetuner: samples; pipeline -> card and report: what became of the crates."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from sigil_common.records.base import SCHEMA_VERSION, Record, SchemaVersion
from sigil_common.task_types import TaskType

Level = Literal["in_crate", "sufficient", "self_contained", "tests_pass"]


class Sample(Record):
    """One training sample: pipeline -> finetuner. Fields that start with `_` on disk are metadata."""

    prompt: str = Field(min_length=1, description="Instruction that the model is given")
    gen: str = Field(min_length=1, description="Answer that the model is to learn")
    split: Literal["train", "val"] | None = Field(None, description="Part of the data; crates are never divided")
    source_crate: str | None = Field(None, alias="_source_crate", description="Crate that the code comes from")
    source_version: str | None = Field(None, alias="_source_version", description="Exact version of that crate")
    source_checksum: str | None = Field(
        None, alias="_source_checksum", description="SHA-256 of the registry's archive of that version"
    )
    source_file: str | None = Field(None, alias="_source_file", description="File inside the crate")
    source_lines: tuple[int, int] | None = Field(None, alias="_source_lines", description="First and last line, from 1")
    license: str | None = Field(None, alias="_license", description="SPDX expression of the crate")
    task_type: TaskType | None = Field(None, alias="_task_type", description="Kind of task")
    weight: float | None = Field(
        None,
        alias="_weight",
        gt=0,
        description="How often it counts, the least being 1: with it the tasks have their wanted shares in its part of "
        "the data, short answers count less, and no wording, way to derive code or error code has too large a share",
    )
    source: str | None = Field(None, alias="_source", description="Name of the data set")
    template: str | None = Field(None, alias="_template", description="Which of the wordings the prompt has")
    rustc_version: str | None = Field(None, alias="_rustc_version", description="Compiler that checked it")
    verified: str | None = Field(None, alias="_verified", description="What the compiler checked, with which result")
    error_code: str | None = Field(
        None, alias="_error_code", description="rustc's code, for error_fixing; of two errors both: `E0308, E0425`"
    )
    rewrite: str | None = Field(
        None, alias="_rewrite", description="How code was derived: the rewrite, the mutation, or clippy's lint"
    )
    self_contained: bool | None = Field(
        None, alias="_self_contained", description="The answer compiles alone, with the context its prompt shows"
    )
    level: Level | None = Field(
        None,
        alias="_level",
        description="What is proven: the code compiles where it stands (`in_crate`), its prompt shows every item of "
        "the crate that it names (`sufficient`), it compiles alone with what the prompt shows (`self_contained`), or, "
        "above both, it is at least `sufficient` and an example in its docs or a unit test holds in the crate, and no "
        "longer when the function panics; for transformations, all examples and unit tests of the crate that reach the "
        "function hold with the answer and with the code of the prompt (`tests_pass`)",
    )

    def to_whole_row(self) -> dict[str, Any]:
        """Return the on-disk form with every field, null where it does not apply: all rows have the same keys."""
        return self.model_dump(mode="json", by_alias=True)


class CrateCounts(Record):
    """Crates of the list."""

    wanted: int = Field(description="Crates that the list names")
    kept: int = Field(description="Crates that passed the filters")
    rejected: dict[str, int] = Field(description="Others, by the filter that objected or the fault of the fetch")
    without_uses: int = Field(
        0, description="Kept crates of which the compiler could not tell what uses what: nothing is `sufficient` there"
    )


class ChunkCounts(Record):
    """Functions, blocks and modules of the crates that were kept."""

    dropped: dict[str, int] = Field(description="By the gate that objected")
    examples: dict[str, int] = Field(
        default_factory=dict,
        description="Examples in the docs of functions that samples ask for: `tests` of their function, or why not; "
        "`inputs_time_limit` of these could not be run with inputs of transformations",
    )
    unit_tests: dict[str, int] = Field(
        default_factory=dict,
        description="Unit tests of crates of which samples ask for functions: `tests` of such a function, others that "
        "hold (`holds`), or why they are of no use; `inputs_time_limit` as for examples",
    )


class CandidateCounts(Record):
    """Samples before the choice."""

    proposed: int = Field(description="What all types of tasks proposed")
    proposed_by_task: dict[str, int]
    refused: dict[str, int] = Field(
        default_factory=dict,
        description="Not proposed, by what is wrong with their prompts: `insufficient`, `prompt_not_rust`, or "
        "`example_fails` or `unit_test_fails` with one side of a transformation; in phase 1 `file_not_compiled`",
    )
    dropped: dict[str, int] = Field(description="Duplicates and benchmark look-alikes, by reason")
    eligible: int = Field(description="Candidates from which the mix was chosen")


class SampleCounts(Record):
    """Samples in the data set."""

    total: int
    limited_by: str = Field(
        description="What kept samples out: `max_samples`, `max_per_crate`, or with `strict_mix` the scarcest type of "
        "task; `nothing`; `no candidates`"
    )
    by_task: dict[str, int] = Field(description="All types of `task_mix`, with 0 for those that are absent")
    wanted_mix: dict[str, float] = Field(description="`task_mix` of the settings")
    weights: dict[str, float] = Field(
        default_factory=dict, description="Mean `_weight` by task, of the `train` part where there is one"
    )
    reached_mix: dict[str, float] = Field(
        default_factory=dict,
        description="Shares of the tasks by `_weight`, of the `train` part where there is one: less than `wanted_mix` "
        "says where samples of a task would have to count more than ten times the average of all",
    )
    largest_shares: dict[str, float] = Field(
        default_factory=dict,
        description="By `_weight`, of the `train` part where there is one: the most frequent wording (`template`) and "
        "way to derive code (`rewrite`), the most frequent `error_code` among errors, answers of at most three lines "
        "among those in code (`short_answers`)",
    )
    by_split: dict[str, int] = Field(description="`train`, `val`, or `none` without a split")
    by_kind: dict[str, int] = Field(description="`function`, `impl` or `module`")
    by_level: dict[str, int] = Field(default_factory=dict, description="What is proven of them, see `_level`")
    by_error_code: dict[str, int] = Field(description="rustc's codes, of error_fixing")
    by_rewrite: dict[str, int] = Field(description="Rules, of transformations")
    by_mutation: dict[str, int] = Field(description="Operators, of error_fixing")
    unformatted: int = Field(
        0, description="Samples whose derived code is not in rustfmt's layout, for its crate's is not"
    )


class CrateRow(Record):
    """One crate of the list; what is not known of it is null."""

    crate: str
    version: str | None
    license: str | None = Field(description="SPDX expression")
    repository: str | None = Field(description="As the manifest names it")
    checksum: str | None = Field(description="SHA-256 of the registry's archive")
    kept: bool
    reason: str | None = Field(description="Why it was rejected")
    candidates: int
    samples: int
    split: Literal["train", "val"] | None


class HeldoutCounts(Record):
    """Functions as problems to complete: of crates that are not trained on, or as exercises of those that are."""

    crates: int = Field(description="Crates that were asked for problems")
    rejected: dict[str, int] = Field(description="Of these, by the filter that objected or the fault of the fetch")
    functions: int = Field(description="Functions that passed the gates")
    dropped: dict[str, int] = Field(description="Functions that became no problem, by reason")
    problems: int
    tested: int = Field(description="Problems of kind `tests`: with tests made of the examples in their docs")
    untested: dict[str, int] = Field(description="Problems of kind `compile`, by why their docs made no test")
    by_crate: dict[str, int] = Field(description="Problems of each crate, in the order of the list")


class DatasetSummary(Record):
    """`<output>.summary.json`: counts of a run by stage and reason. Holds nothing that varies between runs."""

    schema_version: SchemaVersion = SCHEMA_VERSION
    source: str = Field(description="`_source` of the samples")
    seed: int
    crates: CrateCounts
    chunks: ChunkCounts
    candidates: CandidateCounts
    samples: SampleCounts
    per_crate: tuple[CrateRow, ...] = Field(description="In the order of the list")
    heldout: HeldoutCounts | None = Field(None, description="Held-out problems; absent where none were asked for")
    exercises: HeldoutCounts | None = Field(None, description="Exercises; absent where none were asked for")

    def to_row(self) -> dict[str, Any]:
        """Return the on-disk form; what is not known of a crate is null."""
        return self.model_dump(
            mode="json", exclude={name for name in ("heldout", "exercises") if getattr(self, name) is None}
        )
