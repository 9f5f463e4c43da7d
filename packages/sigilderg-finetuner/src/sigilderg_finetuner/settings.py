"""Every knob of a training run, as the YAML file spells it.

The file has the sections `dataset`, `train`, `lora`, `bnb_4bit` and `misc` besides `model_name`,
`model_revision` and `quantization`. Anything may be replaced on the command line with
`--set section.key=value`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from sigil_common.bounds import Ge, Gt, Le, Lt, MinLen
from sigil_common.settings import section, setting
from sigilderg_finetuner.grpo_settings import GrpoSettings
from sigilderg_finetuner.names import Optimizer, Scheduler

Positive = Annotated[int, Gt(0)]
NotNegative = Annotated[int, Ge(0)]
Quantization = Literal["auto", "nf4", "int8", "none"]


@dataclass(frozen=True)
class DatasetSettings:
    """Where the samples come from, which of them are kept, and how the sources are mixed."""

    names: Annotated[list[str], MinLen(1)] = setting(
        ["local:datasets/local.jsonl"], "Sources: `local:FILE.jsonl`, `parquet:FILE.parquet` or a hub data set"
    )
    use_cache: bool = setting(True, "Keep tokenised data for the next run")
    cache_dir: Path = setting(Path("out/token-cache"), "Where tokenised data is kept")
    hub_rows: Positive | None = setting(
        None, "Rows read of each part of a hub data set, from its beginning; the rest is not downloaded"
    )
    min_length: NotNegative = setting(64, "Shortest sequence, in tokens")
    max_length: Positive = setting(200_000, "Longest sequence, in tokens")
    max_answer_length: Positive | None = setting(None, "Most tokens of one sample that the loss is taken on")
    overlong: Literal["drop", "cut", "refuse"] = setting(
        "drop", "What happens to sequences longer than train.max_seq_len; always counted"
    )
    format: Literal["auto", "chat", "plain"] = setting(
        "auto", "`chat`: the model's chat template; `plain`: prompt, blank line, code; `auto`: chat if it has one"
    )
    exclude_tests: bool = setting(True, "Leave out samples from test files, and those with tests in them")
    exclude_examples: bool = setting(True, "Leave out samples from example files")
    exclude_benches: bool = setting(True, "Leave out samples from benchmark files")
    prefer_idiomatic: bool = setting(True, "Leave out code with too many unidiomatic constructs")
    prefer_documented: bool = setting(True, "Leave out whole files with public items and no documentation")
    idiomatic_quality_ratio: Annotated[float, Gt(0)] = setting(
        2.0, "Unidiomatic constructs tolerated for each idiomatic one"
    )
    shuffle_seed: int = setting(42, "Seed of every shuffle of the data")
    interleave_mode: Literal["weighted", "round-robin", "sequential"] = setting("weighted", "How sources are mixed")
    dataset_weights: dict[str, Annotated[float, Ge(0)]] = setting(
        {}, "Share of each source in `weighted` mode, 1.0 where not given; none given: by size", hidden=True
    )
    task_weights: dict[str, Annotated[float, Ge(0)]] = setting(
        {}, "How often samples of a task type appear in one pass; 1.0 where not given", hidden=True
    )
    val_ratio: Annotated[float, Ge(0), Lt(1)] = setting(
        0.0, "Share held out for validation, by crate, from sources without a `split` field"
    )


@dataclass(frozen=True)
class TrainSettings:
    """The optimisation itself. Batch sizes count packed rows of `max_seq_len` tokens.

    Below the least `lr` and `max_grad_norm` nothing is learned: what they come to is lost in 32 bits.
    """

    micro_batch_size: NotNegative = setting(
        16, "Rows in one forward pass; `auto` (0): as many as fit, of steps of 16 x gradient_accumulation rows"
    )
    gradient_accumulation: Positive = setting(4, "Forward passes in one optimizer step")
    num_steps: Annotated[int, Gt(0), Le(10**9)] = setting(12_000, "Optimizer steps")
    max_tokens: Positive | None = setting(
        None, "Train to the end of the step that reaches so many tokens of packed rows; replaces num_steps"
    )
    num_epochs: Annotated[float, Gt(0), Le(1_000)] | None = setting(
        None, "Train to the end of the step that ends so many passes over the data; replaces num_steps"
    )
    lr: Annotated[float, Ge(1e-12), Le(1)] = setting(1e-4, "Highest learning rate")
    warmup_steps: Annotated[int, Ge(0), Le(10**9)] = setting(100, "Steps in which the rate rises to its highest")
    warmup_ratio: Annotated[float, Ge(0), Lt(1)] | None = setting(
        None, "The same as a share of all steps, rounded up; replaces warmup_steps"
    )
    scheduler: Scheduler = setting("cosine", "Course of the rate after the warm-up, as transformers' Trainer names it")
    lr_scheduler_kwargs: dict[str, int | float | str | bool] = setting(
        {}, "What a course takes besides, such as `num_cycles` or `power`", hidden=True
    )
    min_lr_ratio: Annotated[float, Ge(0), Le(1)] = setting(0.0, "Last rate as a share of the highest")
    weight_decay: Annotated[float, Ge(0)] = setting(0.0, "AdamW's weight decay")
    adam_beta2: Annotated[float, Gt(0), Lt(1)] = setting(0.999, "AdamW's second moment decay")
    kl_to_base: Annotated[float, Ge(0)] = setting(
        0.0, "Weight of KL(base || tuned), which is added to the loss of each answer token; costs one more forward pass"
    )
    average_last: NotNegative = setting(
        0, "The last checkpoint, and those of save_at_tokens, hold the adapter's mean over so many last steps; 0: none"
    )
    optimizer: Optimizer = setting("adamw", "Optimizer, as transformers' Trainer names it")
    optim_args: str | None = setting(None, "What it takes besides, as in `momentum=0.9,nesterov=true`")
    logging_steps: Positive = setting(12, "Steps between lines of metrics.jsonl")
    save_every: Positive = setting(500, "Steps between checkpoints")
    save_at_tokens: list[Positive] = setting(
        [], "Also save after the first step that reaches so many tokens of packed rows; such checkpoints always stay"
    )
    keep_checkpoints: NotNegative = setting(0, "Newest checkpoints to keep; 0 keeps all")
    val_every: NotNegative = setting(0, "Steps between validations; 0: only before the first and after the last step")
    early_stopping_patience: NotNegative = setting(
        0, "End after so many validations in a row without a lower loss; 0: never"
    )
    early_stopping_threshold: Annotated[float, Ge(0)] = setting(0.0, "By how much a loss has to be lower to count so")
    load_best_model_at_end: bool = setting(
        False, "Save each time a validation finds the lowest loss so far; the run's result is that checkpoint"
    )
    val_rows: NotNegative = setting(256, "Validation samples used, chosen by seed; 0 uses all")
    max_seq_len: Positive = setting(2048, "Tokens in one row")
    packing: bool = setting(True, "Put several samples in one row; they never see each other")
    bf16: bool | Literal["auto"] = setting(
        "auto", "Compute in bfloat16, else in float32; `auto`: where the device multiplies it fast"
    )
    grad_checkpointing: bool | Literal["auto"] = setting(
        True, "Recompute activations in the backward pass to save memory; `auto`: where they do not fit"
    )
    max_grad_norm: Annotated[float, Ge(1e-9)] = setting(1.0, "Gradients are scaled down to this norm")
    use_flash_attention: bool = setting(True, "Variable-length flash attention on CUDA, where it is the quicker")
    compile: bool = setting(False, "Compile each layer with torch.compile (CUDA)")
    dataloader_num_workers: NotNegative = setting(48, "Rows are prepared ahead in a thread unless 0")
    dataloader_pin_memory: bool = setting(True, "Pinned memory for transfers to the GPU")
    dataloader_prefetch_factor: Annotated[int, Gt(0), Le(1_000)] = setting(4, "Batches prepared ahead")
    deterministic: bool = setting(
        False, "Kernels that give the same bits in every run (on CUDA they are slower; on a CPU they do so anyway)"
    )
    seed: Annotated[int, Ge(0), Lt(2**32)] = setting(42, "Seed of weights' initialisation and dropout")
    planned_minutes: Annotated[float, Gt(0)] | None = setting(
        None, "After ten steps a warning tells of a run that will take twice as long; not given: as `--plan` estimates"
    )
    dollars_per_hour: Annotated[float, Gt(0)] | None = setting(
        None, "What the machine costs; a run's price is said after ten steps, and by `--plan`"
    )


@dataclass(frozen=True)
class LoraSettings:
    """The adapter. `lora: null` trains all weights of the model in its place (full fine-tuning)."""

    r: Positive = setting(16, "Rank")
    alpha: Annotated[int, Gt(0), Le(10**38)] = setting(16, "Scale; the update is multiplied by alpha / r")
    rslora: bool = setting(False, "Rank-stabilised: the update is multiplied by alpha / sqrt(r)")
    use_dora: bool = setting(False, "DoRA: length and direction of each output's weights are learned apart; slower")
    dropout: Annotated[float, Ge(0), Le(0.99)] = setting(0.05, "Dropout on the adapter's input")
    target_modules: Annotated[list[str], MinLen(1)] = setting(
        ["q_proj", "k_proj", "v_proj", "o_proj", "up_proj", "down_proj", "gate_proj"], "Linear layers that get one"
    )


@dataclass(frozen=True)
class Bnb4BitSettings:
    """How the frozen base is held when `quantization` is `nf4`."""

    quant_type: Literal["nf4", "fp4"] = setting("nf4", "Four-bit code")
    compute_dtype: Literal["auto", "bfloat16", "float16", "float32"] = setting(
        "auto",
        "Type of products with 4-bit weights; `auto`: bfloat16 where training uses it and it is fast, else float32",
    )
    use_double_quant: bool = setting(True, "Quantise the quantisation constants too")


@dataclass(frozen=True)
class MiscSettings:
    """Output."""

    output_dir: Path = setting(Path("out"), "Checkpoints, metrics and the loss curve go here")
    load_from: Path | None = setting(
        None, "Begin with the weights of this checkpoint, as phase 2 does with the adapter of phase 1"
    )
    log_backend: Literal["none", "tensorboard", "wandb", "trackio", "mlflow"] = setting(
        "none", "Where lines are sent besides metrics.jsonl; its package must be installed"
    )
    adapter_format: Literal["safetensors", "bin"] = setting("safetensors", "File format of the adapter's weights")


@dataclass(frozen=True)
class Settings:
    """A whole training run."""

    model_name: str = setting("models/SmolLM2-135M-Instruct", "Model directory or hub name")
    model_revision: str | None = setting(None, "Hub commit, tag or branch of the model")
    quantization: Quantization = setting(
        "nf4", "How the frozen base is held: nf4, int8, none, or `auto`: none where it fits, else nf4"
    )
    dataset: DatasetSettings = section(DatasetSettings)
    train: TrainSettings = section(TrainSettings)
    lora: LoraSettings | None = section(LoraSettings)
    bnb_4bit: Bnb4BitSettings = section(Bnb4BitSettings)
    misc: MiscSettings = section(MiscSettings)
    method: Literal["sft", "grpo"] = setting(
        "sft", "sft: learn from samples; grpo: from rewards for completions of its own (extra `grpo`)"
    )
    grpo: GrpoSettings = section(GrpoSettings)
