"""finetuner -> sampler and report: checkpoints, and the lines of metrics.jsonl."""

from __future__ import annotations

from pydantic import Field

from sigil_common.records.base import SCHEMA_VERSION, Record, SchemaVersion


class CheckpointInfo(Record):
    """`sigil_checkpoint.json` inside a checkpoint directory: finetuner -> sampler and report."""

    schema_version: SchemaVersion = SCHEMA_VERSION
    base_model: str = Field(description="Directory or hub name of the base model")
    base_revision: str = Field(description="Hub commit, or the digest of the local directory")
    step: int = Field(ge=0, description="Optimizer steps done")
    quantization: str = Field(description="`nf4`, `int8` or `none`: how the base was held while training")
    config_sha256: str
    data_sha256: str
    frame_sha256: str | None = Field(None, description="Digest of what stands around prompt and answer in every row")
    adapter_sha256: str | None = Field(None, description="Digest of the file of weights; absent in old checkpoints")
    train_loss: float | None = None
    val_loss: float | None = None
    tokens: int | None = Field(None, description="With `train.save_at_tokens`: tokens of packed rows trained on")
    token_budgets: tuple[int, ...] | None = Field(None, description="Those of `train.save_at_tokens` that it reached")
    averaged_steps: int | None = Field(
        None, description="The adapter is the mean over so many last steps; absent where it is that of the last alone"
    )
    best_step: int | None = Field(None, description="Step of the validation with the lowest loss up to this one")
    best_val_loss: float | None = Field(None, description="That loss")
    validations_since_best: int | None = Field(
        None, description="How many validations in a row found no lower loss (`train.early_stopping_threshold`)"
    )
    versions: dict[str, str] = Field(default_factory=dict)
    judge: dict[str, str] | None = Field(
        None, description="With `method: grpo`: the limits and credits that its rewards follow from"
    )
    compute: dict[str, str] = Field(
        default_factory=dict, description="`device`, `instructions` and number type (`dtype`) that it was trained with"
    )


class TrainLogRow(Record):
    """One line of `metrics.jsonl`: the means since the last one while training, or a validation."""

    step: int = Field(ge=0, description="Optimizer steps done")
    train_loss: float | None = Field(None, description="Mean loss of the answer tokens since the last line, in nats")
    kl_to_base: float | None = Field(
        None, description="With `train.kl_to_base`: mean KL(base || tuned) of these tokens, in nats, before its weight"
    )
    grad_norm: float | None = Field(None, description="Norm of the last step's gradients, before clipping")
    lr: float | None = Field(None, description="Learning rate of the last step")
    tokens: int | None = Field(None, description="Tokens seen since the beginning")
    labelled_tokens: int | None = Field(None, description="Of these, tokens of answers")
    val_loss: float | None = Field(None, description="Mean loss of the validation's answer tokens, in nats")
    val_labelled_tokens: int | None = Field(None, description="Number of these tokens")
    val_loss_by_task: dict[str, float] | None = Field(
        None, description="The same loss by kind of task, where rows say of which they are"
    )
    reward: float | None = Field(None, description="With `method: grpo`: mean reward of the step's completions")
    reward_spread: float | None = Field(None, description="Their standard deviation")
    zero_spread: float | None = Field(
        None, description="Share of prompts whose completions were all rewarded alike, from which nothing is learned"
    )
    truncated: float | None = Field(None, description="Share of completions that reached the longest length")
    closed: float | None = Field(None, description="Share that ended with the brace that closes the function")
    unjudged: int | None = Field(None, description="Completions that could not be judged, and are left out")
    entropy: float | None = Field(None, description="Mean entropy of the completions' tokens, in nats")
    kl_to_start: float | None = Field(
        None, description="With `grpo.beta`: divergence from the model that training began with, in nats a token"
    )
    val_reward: float | None = Field(None, description="Mean over problems of the mean reward of their completions")
    val_answers: int | None = Field(None, description="Number of these completions")
