"""problems pairs -> likelihood -> compare: how likely a model finds texts that it did not write."""

from __future__ import annotations

from pydantic import Field

from sigil_common.records.base import SCHEMA_VERSION, Record, SchemaVersion
from sigil_common.records.judging import NamedFile
from sigil_common.records.run import Interval


class LikelihoodPair(Record):
    """Two bodies of one function that look alike: one passes the problem's tests, the other compiles and fails."""

    task_id: str = Field(min_length=1, description="Problem that both answer")
    right: str = Field(min_length=1, description="Body that passes, with the closing brace, as `canonical_solution`")
    wrong: str = Field(min_length=1, description="The same with one mistake, which the tests notice")
    operator: str = Field(description="Kind of the mistake, as `relational` or `wrong variable`")
    killed_by: str = Field(description="How the wrong body failed, as `test` or `panic`")


class TextLikelihood(Record):
    """How likely one text is after the prompt, up to the brace that closes its function."""

    log_likelihood: float = Field(description="Sum of ln p over its tokens, in nats, rounded to 6 decimals")
    tokens: int = Field(ge=1)
    bytes: int = Field(ge=1, description="Its length in UTF-8")
    bits_per_byte: float = Field(description="Sum of -log2 p over its tokens, divided by `bytes`")


class PairLikelihood(Record):
    """Both texts of a pair under the same prompt."""

    operator: str = Field(description="Kind of the mistake in the wrong text")
    right: TextLikelihood
    wrong: TextLikelihood

    @property
    def margin(self) -> float:
        """How much likelier the right text is, in nats; below 0 if it is the less likely one."""
        return self.right.log_likelihood - self.wrong.log_likelihood


class Likelihood(Record):
    """What a model makes of the known answers to one problem. It decides nothing, see `LikelihoodSummary`."""

    task_id: str
    model: str = Field(description="Model directory or name, with its adapter")
    prompt_sha256: str = Field(description="Digest of the prompt's token ids, the same as of the samples of `generate`")
    prompt_tokens: int
    reference: TextLikelihood = Field(description="The problem's own solution")
    alternative: TextLikelihood | None = Field(None, description="Another solution that passes, where one is known")
    pairs: tuple[PairLikelihood, ...] = ()


class Estimate(Record):
    """A mean, and its interval over problems."""

    value: float
    interval: Interval | None = Field(None, description="Absent for fewer than two problems")


class LikelihoodSet(Record):
    """The figures of one problem set, or of all together."""

    set: str = Field(description="Problem set, as `HumanEval`, or `all`")
    problems: int
    reference_bits_per_byte: Estimate = Field(description="Mean over problems")
    alternatives: int = Field(description="Problems with another known solution")
    alternative_bits_per_byte: Estimate | None = Field(None, description="Mean over these problems")
    pairs: int
    problems_with_pairs: int
    right_likelier: Estimate | None = Field(
        None, description="Share of the pairs in which the right text is strictly likelier than the wrong one"
    )
    margin: Estimate | None = Field(
        None, description="Mean over the pairs of ln p of the right text minus that of the wrong one, in nats"
    )


class LikelihoodSummary(Record):
    """`<likelihood>.summary.json`: what the rows come to, and what they may be used for."""

    schema_version: SchemaVersion = SCHEMA_VERSION
    meaning: str = Field(description="What these figures say and what they do not, for whoever shows them")
    model: str
    sets: tuple[LikelihoodSet, ...] = Field(description="Each problem set; where there are several, `all` of them last")
    left_out: dict[str, str] = Field(description="Problems without figures, and why")
    problem_files: tuple[NamedFile, ...]
    pairs_file: NamedFile | None = None
    confidence: float = Field(description="Level of the intervals")
    resamples: int = Field(description="Of the problems, by bootstrap")
    fingerprint: str = Field(description="Digest of all that the figures depend on besides the machine")
