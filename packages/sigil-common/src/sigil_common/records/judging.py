"""sampler -> judge -> statistics: problems, completions, verdicts."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum
from typing import Any, Literal

from pydantic import Field, ValidationInfo, field_validator, model_validator

from sigil_common.records.base import SCHEMA_VERSION, Record, SchemaVersion

Edition = Literal["2018", "2021", "2024"]
ProblemKind = Literal["tests", "compile"]


class Problem(Record):
    """One benchmark problem. `prompt + completion body` is a whole function; `test` is a test module.

    An answer to a problem of kind `compile` passes when it compiles; nothing of it is run, and there is no `test`.
    """

    task_id: str = Field(min_length=1, description="Unique, as `HumanEval/0`")
    prompt: str = Field(min_length=1, description="Doc comment and signature, up to the opening brace")
    canonical_solution: str = Field(description="Body of the reference solution, with the closing brace")
    test: str = Field("", description="`#[cfg(test)]` module; absent for kind `compile`")
    entry_point: str = Field(min_length=1, description="Name of the function to write, which the tests call")
    edition: Edition = Field("2021", description="Edition of Rust of prompt, answers and tests; absent for 2021")

    kind: ProblemKind = Field(
        "tests", description="What an answer has to do: pass the `tests`, or only `compile`; absent for `tests`"
    )

    @field_validator("kind")
    @classmethod
    def _without_tests(cls, kind: ProblemKind, info: ValidationInfo) -> ProblemKind:
        if kind == "compile" and info.data.get("test", "").strip():
            raise ValueError("a problem of kind `compile` has no `test`")
        return kind

    def to_row(self) -> dict[str, Any]:
        """Return the on-disk form; the usual edition and kind are left out, and a test that is not there."""
        usual = {"edition": "2021", "kind": "tests"} | ({"test": ""} if self.kind == "compile" else {})
        return {name: value for name, value in super().to_row().items() if usual.get(name) != value}


def sets_of(task_ids: Iterable[str]) -> dict[str, str]:
    """Return the set of each problem of a file: its id up to the last slash.

    Ids without a slash are one set, named by what all of them have before their first number, else `problems`.
    """
    homes = {task: task.rpartition("/")[0] for task in task_ids}
    starts = {_start(task) for task, home in homes.items() if not home}
    others = (starts.pop() if len(starts) == 1 else "") or "problems"
    return {task: home or others for task, home in homes.items()}


def _start(task_id: str) -> str:
    numbered = re.match(r"(.*?)[\W_]*\d", task_id)
    return numbered[1] if numbered else ""


def crate_of(task_id: str) -> str | None:
    """Return the crate in the id of a problem that was made of one (`HeldOut/heck-0`), or nothing."""
    found = re.fullmatch(r"[^/]+/(.+)-\d+", task_id)
    return found and found[1]


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
    adapted: tuple[str, ...] = Field(
        (), description="Arguments that the tests convert, as `argument `x` passed as Vec<i64> instead of &[i64]`"
    )
    choice: str | None = Field(
        None, description="Which of several versions was taken, and why, as `version 1 of 2: version 2 is unfinished`"
    )


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
    idle: str | None = Field(
        None, description="Of an answer that compiles, and passes no tests: why it attempts nothing, where it does not"
    )
    finish_reason: str | None = Field(None, description="How writing ended, where the sample says so, as `length`")
    set: str | None = Field(None, description="Problem set; absent where the id has it, as `HumanEval/0`")

    @property
    def passed_strictly(self) -> bool:
        """Whether it passed with the prompt's own parameter types, so that no argument had to be converted."""
        return self.passed and not (self.extraction and self.extraction.adapted)


class NamedFile(Record):
    """A file that a result was made from, wherever it lay."""

    name: str
    sha256: str


class SamplesManifest(Record):
    """`<samples>.manifest.json`: what answers were drawn with; sampler -> comparison and report. Some of its fields."""

    ran_on: dict[str, str] = Field(
        description="Device, instructions and number type; of a server its program and the form of the prompt; nothing "
        "of replayed answers"
    )
    settings: dict[str, Any] = Field(default_factory=dict, description="Those of `human-eval-rust generate`")
    problems: tuple[NamedFile, ...] = ()
    prompt_template_sha256: str | None = None
    stop_rule: str | None = Field(None, description="Where an answer ends, in words")
    sampler: dict[str, Any] = Field(
        default_factory=dict, description="Its `kind`, and of a model `model` (name, revision, digests) and `versions`"
    )
    server: dict[str, Any] = Field(
        default_factory=dict,
        description="What a server said of itself and its model, and what requests said beside prompt and seed",
    )
    base_url: str | None = Field(None, description="Address of that server")

    @property
    def model(self) -> dict[str, Any]:
        """Name, revision and digests of the model; nothing of replayed answers."""
        found = self.sampler.get("model")
        return found if isinstance(found, dict) else {}


class Metrics(Record):
    """`<input>_metrics.json`: what all verdicts on a samples file come to. Rates are shares of judged samples."""

    pass_at_k: dict[str, float | None] = Field(
        description="On disk as `pass@1` and so on; null where `unavailable` says why. `pass@1_strict` counts no "
        "answer whose arguments had to be converted (`Vec<T>` for `&[T]`), `pass@1` counts these too"
    )
    unavailable: dict[str, str] = Field(description="Why a pass@k could not be estimated")
    problems: int = Field(description="Problems asked about")
    problems_judged: int
    coverage: float = Field(description="Share of the problems that can be scored which have a judged sample")
    problems_without_samples: int
    task_ids_without_samples: tuple[str, ...]
    unusable_problems: dict[str, str] = Field(description="Problems that cannot be scored, and why")
    samples: int
    judged: int
    not_judged: int = Field(description="Samples that count as neither passed nor failed")
    sandbox_trouble: int = Field(description="Of these, for trouble of the sandbox")
    passed: int
    passed_strict: int = Field(description="Of these, with the prompt's own parameter types")
    has_code_rate: float | None
    parse_rate: float | None
    compile_rate: float | None
    pass_rate: float | None
    at_token_limit_rate: float | None = Field(
        None, description="Share that ended only at the token limit, of the samples that say how they ended"
    )
    failures: dict[str, int] = Field(description="Samples by failure class")
    compile_errors: dict[str, int] = Field(description="Samples that rustc refused, by kind of error")
    only_compiled: int = Field(
        0, description="Problems of kind `compile` among those with samples: an answer that does nothing passes them"
    )
    policy: bool
    clippy: str
    sandbox: str
    toolchain: str
    compile_timeout: float
    run_timeout: float
    sample_file: NamedFile
    problem_file: NamedFile
    problem_format: str
    imports_left_out: dict[str, Any]
    crates: dict[str, str] = Field(description="Crates that problems import, with their versions")
    crates_left_out: tuple[str, ...]
    fingerprint: str = Field(description="Digest of all that the verdicts depend on besides the samples")
    schema_version: SchemaVersion = SCHEMA_VERSION

    @model_validator(mode="before")
    @classmethod
    def _gather(cls, value: Any) -> Any:
        if not isinstance(value, dict) or "pass_at_k" in value:
            return value
        return {**value, "pass_at_k": {key: part for key, part in value.items() if key.startswith("pass@")}}

    def to_row(self) -> dict[str, Any]:
        """Return the on-disk form: every pass@k at the top, and what does not apply as null."""
        row = self.model_dump(mode="json")
        return {**row.pop("pass_at_k"), **row}
