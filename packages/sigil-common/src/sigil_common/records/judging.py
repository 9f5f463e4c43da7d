"""sampler -> judge -> statistics: problems, completions, verdicts."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from pydantic import Field

from sigil_common.records.base import Record


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
    finish_reason: str | None = Field(None, description="How writing ended, where the sample says so, as `length`")
