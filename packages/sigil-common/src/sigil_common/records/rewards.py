"""`human-eval-rust reward` <-> trainer: problems out first, then answers in and rewards out, one JSON line each."""

from __future__ import annotations

from pydantic import Field

from sigil_common.records.base import SCHEMA_VERSION, Record, SchemaVersion


class RewardProblem(Record):
    """A problem as a model is asked it, see `sigil_common.asking`."""

    task_id: str = Field(min_length=1)
    instruction: str | None = Field(None, description="The user's message; none for bare completion")
    opening: str = Field(description="What the model continues, ending with the function's `{`")
    trains: bool = Field(True, description="Whether answers to it may be learned from, or are measured only")
    sha256: str = Field(description="Digest of the whole problem, tests and solution with it")


class RewardOffer(Record):
    """The first line of the judge: what it can judge, in the order of the files."""

    schema_version: SchemaVersion = SCHEMA_VERSION
    problems: tuple[RewardProblem, ...]
    versions: dict[str, str] = Field(default_factory=dict, description="Of the judge and its compiler")
    rules: dict[str, float] = Field(
        default_factory=dict,
        description="What rewards follow from besides problems: limits and credits",
    )


class RewardAnswer(Record):
    """What a model wrote behind a problem's opening."""

    task_id: str
    completion: str


class RewardRequest(Record):
    """A line to the judge: answers that are judged together."""

    number: int = Field(ge=0, description="Comes back with the rewards")
    answers: tuple[RewardAnswer, ...]


class RewardReply(Record):
    """The line that a request is answered with, in the order of requests."""

    number: int = Field(ge=0)
    rewards: tuple[float | None, ...] = Field(description="One for each answer; none where it could not be judged")
    seconds: float = Field(ge=0, description="What judging took")
