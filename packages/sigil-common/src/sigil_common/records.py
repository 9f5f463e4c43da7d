"""Every record that crosses from one package to another, as it stands on disk.

One class a seam, frozen and validated. Unknown fields are ignored on reading, so that a newer writer
does not break an older reader; a change of meaning raises `SCHEMA_VERSION`.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from sigil_common.task_types import TaskType

SCHEMA_VERSION = 1


class Record(BaseModel):
    """Base of all records: frozen, fields readable under their Python and their on-disk name."""

    model_config = ConfigDict(frozen=True, populate_by_name=True, extra="ignore", protected_namespaces=())

    def to_row(self) -> dict[str, Any]:
        """Return the on-disk form; fields that are unset (`None`) are left out."""
        return self.model_dump(mode="json", by_alias=True, exclude_none=True)


class Sample(Record):
    """One training sample: pipeline -> finetuner. Fields that start with `_` on disk are metadata."""

    prompt: str = Field(min_length=1, description="Instruction that the model is given")
    gen: str = Field(min_length=1, description="Answer that the model is to learn")
    split: Literal["train", "val"] | None = Field(None, description="Part of the data; crates are never divided")
    source_crate: str | None = Field(None, alias="_source_crate", description="Crate that the code comes from")
    source_version: str | None = Field(None, alias="_source_version", description="Exact version of that crate")
    source_file: str | None = Field(None, alias="_source_file", description="File inside the crate")
    source_lines: tuple[int, int] | None = Field(None, alias="_source_lines", description="First and last line, from 1")
    license: str | None = Field(None, alias="_license", description="SPDX expression of the crate")
    task_type: TaskType | None = Field(None, alias="_task_type", description="Kind of task")
    source: str | None = Field(None, alias="_source", description="Name of the data set")
    verified: str | None = Field(None, alias="_verified", description="What the compiler was asked, and said")
    error_code: str | None = Field(None, alias="_error_code", description="rustc's code, for error_fixing")
    rewrite: str | None = Field(None, alias="_rewrite", description="Name of the rewrite, for transformations")
    self_contained: bool | None = Field(
        None, alias="_self_contained", description="The answer compiles alone, with the context its prompt shows"
    )


class Problem(Record):
    """One benchmark problem. `prompt + completion body` is a whole function; `test` is a test module."""

    task_id: str = Field(min_length=1, description="Unique, as `HumanEval/0`")
    prompt: str = Field(min_length=1, description="Doc comment and signature, up to the opening brace")
    canonical_solution: str = Field(description="Body of the reference solution, with the closing brace")
    test: str = Field(description="`#[cfg(test)]` module")
    entry_point: str = Field(min_length=1, description="Name of the function that the tests call")


class Completion(Record):
    """One answer of a model: sampler -> judge. Only the first two fields are required."""

    task_id: str = Field(min_length=1, description="Problem that this answers")
    completion: str = Field(description="Text of the model, as it came")
    sample_index: int | None = Field(None, ge=0, description="0-based number of the sample within its problem")
    seed: int | None = Field(None, description="Seed that this sample was drawn with")
    model: str | None = Field(None, description="Model directory or name, with its revision")
    finish_reason: str | None = Field(None, description="`stop` at an end token, `length` at the token limit")
    prompt_sha256: str | None = Field(None, description="Digest of the exact text that the model saw")


class FailureClass(StrEnum):
    """Why a completion did not pass. `SANDBOX` is trouble of ours and is never the model's failure."""

    NO_CODE = "no_code"
    SYNTAX = "syntax"
    POLICY = "policy"
    COMPILE = "compile"
    TEST = "test"
    PANIC = "panic"
    ABORT = "abort"
    STACK = "stack"
    MEMORY = "memory"
    TIME = "time"
    OUTPUT = "output"
    FORGED = "forged"
    CLIPPY = "clippy"
    SANDBOX = "sandbox"


class TestReport(Record):
    """What the tests of one sample did. `failed` holds names; `message` is the first failure's own text."""

    __test__ = False  # not a pytest class

    declared: int = Field(0, ge=0, description="Tests that the problem declares")
    passed: int = Field(0, ge=0, description="Tests that passed")
    failed: tuple[str, ...] = Field((), description="Names of the tests that failed")
    message: str | None = Field(None, description="First failure as the test printed it, cut to 2,000 characters")


class Extraction(Record):
    """How the code was found in the completion."""

    shape: str = Field(description="What the text was taken for, as `body`, `function`, `fenced function`")
    dropped: tuple[str, ...] = Field((), description="What was left out, as `main function`, `prose`, `own tests`")


class Verdict(Record):
    """The judge's word on one completion: judge -> statistics. Holds nothing that varies between runs."""

    task_id: str
    sample_index: int = Field(ge=0)
    passed: bool
    result: Literal["passed", "failed", "timed out", "not judged"]
    completion: str
    has_code: bool = Field(description="Code was found in the completion")
    parses: bool = Field(description="That code is free of syntax errors")
    compiles: bool | None = Field(
        None, description="rustc accepted it; absent where policy or trouble kept it from being asked"
    )
    failure: FailureClass | None = None
    rustc_code: str | None = Field(None, description="First error's code, as `E0308`")
    detail: str | None = Field(None, description="One or a few lines for a human")
    tests: TestReport = TestReport()
    extraction: Extraction | None = None
    clippy: tuple[str, ...] | None = Field(None, description="Clippy's warnings, as `line 3: needless_return`")


class CheckpointInfo(Record):
    """`sigil_checkpoint.json` inside a checkpoint directory: finetuner -> sampler and report."""

    schema_version: int = SCHEMA_VERSION
    base_model: str = Field(description="Directory or hub name of the base model")
    base_revision: str = Field(description="Hub commit, or the digest of the local directory")
    step: int = Field(ge=0, description="Optimizer steps done")
    quantization: str = Field(description="`nf4`, `int8` or `none`: how the base was held while training")
    config_sha256: str
    data_sha256: str
    train_loss: float | None = None
    val_loss: float | None = None
    versions: dict[str, str] = Field(default_factory=dict)
