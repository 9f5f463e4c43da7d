"""Settings of a whole run: what each stage is given. A profile is one such file, `configs/eval-<name>.yml`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from lambda_package.primary import Primary
from sigil_common.bounds import Ge, Gt, Interval, Le, MinLen
from sigil_common.samplers import SamplerName
from sigil_common.sandbox_mode import SandboxMode
from sigil_common.settings import section, setting

AUTO = "auto"
MOST_CHOSEN = 999_999_999  # what `human-eval-rust problems select` takes
Chosen = Annotated[int, Gt(0), Le(MOST_CHOSEN)]


@dataclass(frozen=True)
class ModelSettings:
    """Where the base model comes from: a GGUF inside an installed package, a directory, or a hub name."""

    name: str = setting(
        "SmolLM2-135M-Instruct",
        "Hub name or directory; with `gguf_package` the name to give it. Given by `--set` or BASE_MODEL alone, it "
        "leaves out package and revision of the profile, which are another model's",
    )
    revision: str | None = setting(None, "Hub commit to pin")
    gguf_package: str | None = setting(None, "Installed package whose GGUF file is imported as the base model")


@dataclass(frozen=True)
class DatasetSettings:
    """Settings of the stage that runs `sigil-pipeline`."""

    config: Path = setting(Path("configs/pipeline.yml"), "Settings file of sigil-pipeline")
    crate_list: Path = setting(Path("data/crate_list.txt"), "Crates to use, one a line")
    limit: Annotated[int, Gt(0)] | None = setting(None, "Use only the first crates of the list")
    heldout_crates: Path = setting(
        Path("data/heldout_list.txt"), "Crates that are never trained on, for `sample.heldout`"
    )
    solution_files: list[Path] = setting(
        [Path("data/solutions.jsonl")], "Known solutions of problems, which no sample may resemble"
    )
    max_threads: Annotated[int, Gt(0), Le(256)] = setting(4, "Parallel compiler jobs")


@dataclass(frozen=True)
class ExerciseSettings:
    """Before training the model answers functions of the training crates, and what the judge accepts is trained on.

    `count` above 0 turns this on. Answers are drawn as `sample` says but for the settings here.
    """

    count: Annotated[int, Ge(0), Le(MOST_CHOSEN)] = setting(
        0, "So many functions at most, by seed and over all difficulties; 0: none"
    )
    max_prompt: Chosen | None = setting(
        None, "Leave out functions whose prompt has more characters: few answers to them are accepted"
    )
    samples: Annotated[int, Gt(0)] = setting(2, "Answers drawn of each function")
    temperature: Annotated[float, Interval(ge=0, le=100)] = setting(0.8, "Sampling temperature; 0 is greedy")
    max_new_tokens: Annotated[int, Gt(0)] | None = setting(None, "Longest answer; not given: as `sample` says")
    per_problem: Annotated[int, Ge(0)] = setting(0, "Most accepted answers of one function; 0: all that differ")
    accept: Literal["passes", "compiles"] = setting(
        "passes", "How far an answer has to come: through the tests, where a function has some, or the compiler alone"
    )
    alone: bool = setting(True, "Train on these answers only; otherwise on the data set as well")
    rounds: Annotated[int, Gt(0)] = setting(
        1, "In each further round a model that learned from what was accepted so far answers the same functions"
    )
    between: list[str] = setting(
        [],
        "`key=value` settings that the trainings between rounds have besides `train.set`, as `train.max_tokens=10000`",
    )
    planned_minutes: Annotated[float, Gt(0)] | None = setting(
        None, "Warn early if drawing will take more than twice as long"
    )
    canned: Path | None = setting(None, "With `sample.sampler` canned: the answers, in each round the same")


@dataclass(frozen=True)
class TrainSettings:
    """Settings of the stage that runs `sigilderg-train`; with `checkpoint` nothing is trained."""

    checkpoint: str | None = setting(
        None,
        "A checkpoint that exists: a directory, or `user/model` or `user/model/checkpoint-N` of the hub. Then no data "
        "set is made, but for `sample.heldout`, and nothing trained",
    )
    checkpoint_revision: str | None = setting(None, "Hub commit of `checkpoint` to pin")
    config: Path = setting(Path("configs/llama8b-phase2.yml"), "Settings file of sigilderg-train")
    set: list[str] = setting([], "Further `key=value` settings of the training, as `train.num_steps=40`")


@dataclass(frozen=True)
class SampleSettings:
    """Settings of the stages that run `human-eval-rust generate` and `likelihood`, for both models alike."""

    problem_files: Annotated[list[Path], MinLen(1)] = setting(
        [Path("data/HumanEval_rust.jsonl")], "Problem files; statistics are given for each"
    )
    choose: dict[str, Chosen] = setting(
        {}, "Of a problem file (by its name without `.jsonl`) only so many, by seed and over all difficulties"
    )
    heldout: Annotated[int, Ge(0), Le(MOST_CHOSEN)] = setting(
        0,
        "Functions of held-out crates to complete as well, judged by the compiler and by what their docs assert; so "
        "many at most, by seed and over all difficulties",
    )
    heldout_max_prompt: Chosen | None = setting(
        None, "Leave out held-out functions whose prompt has more characters: reading it is most of the work"
    )
    n_samples: Annotated[int, Gt(0)] | Literal["auto"] = setting(
        100, "Completions drawn for each problem; `auto`: 4, 8, 16 and so on, until `width` or `max_samples` is reached"
    )
    width: Annotated[float, Gt(0)] = setting(
        8.0, "With `auto`: no more are drawn where the primary difference has an interval of fewer points"
    )
    max_samples: Annotated[int, Ge(4)] = setting(100, "With `auto`: most completions for each problem")
    temperature: Annotated[float, Interval(ge=0, le=100)] = setting(0.8, "Sampling temperature; 0 is greedy")
    top_p: Annotated[float, Interval(gt=0, le=1)] = setting(0.95, "Nucleus sampling")
    max_new_tokens: Annotated[int, Gt(0)] = setting(512, "Longest completion")
    batch_size: Annotated[int, Gt(0)] = setting(32, "Most completions drawn in one batch")
    planned_minutes: Annotated[float, Gt(0)] | None = setting(
        None, "Warn early if one of the two models will take more than twice as long"
    )
    sampler: SamplerName = setting(
        "hf", "What draws the completions: transformers, a vLLM that is started for it, a server that runs, or a file"
    )
    base_url: str | None = setting(
        None, "With `server`: address of the one that has the base model, as http://127.0.0.1:8000/v1"
    )
    tuned_url: str | None = setting(None, "With `server`: address of that with the tuned model, if it is another")
    served_base: str | None = setting(None, "With `server`: the base model's name there, if it has several")
    served_tuned: str | None = setting(None, "With `server`: the tuned model's name there, if it has several")
    in_flight: Annotated[int, Gt(0), Le(4096)] = setting(64, "With `server` and `vllm`: requests under way at a time")
    dtype: Literal["auto", "bfloat16", "float16", "float32"] = setting(
        "auto", "With `hf`, `vllm` and `likelihood`: number type of both models; auto: bfloat16 where it is fast"
    )
    vllm: Path | None = setting(None, "With `vllm`: its command; not given: that of .venv-vllm, or on the PATH")
    canned_base: Path | None = setting(None, "With `canned`: the base model's completions")
    canned_tuned: Path | None = setting(None, "With `canned`: the tuned model's completions")
    likelihood: bool = setting(
        False,
        "Also measure how likely both models find the known solutions, and right ones more than wrong ones; decides "
        "nothing",
    )

    @property
    def most_samples(self) -> int:
        """The most completions for each problem that there can be."""
        return self.n_samples if isinstance(self.n_samples, int) else self.max_samples


@dataclass(frozen=True)
class JudgeSettings:
    """Settings of the stages that run `evaluate_functional_correctness`."""

    k: Annotated[list[Annotated[int, Gt(0)]], MinLen(1)] = setting(
        [1, 10, 100], "Values of k for pass@k; those above n_samples cannot be computed"
    )
    n_workers: Annotated[int, Gt(0)] = setting(24, "Samples judged at the same time")
    timeout: Annotated[float, Gt(0), Le(86_400)] = setting(10.0, "Seconds for one sample")


@dataclass(frozen=True)
class StatsSettings:
    """How the two models are compared, and by which measure first of all."""

    primary_set: str | None = setting(
        None, "Problem set of the primary measure, as `RustFirstSteps` or `HeldOut`; not given: that of the first file"
    )
    primary_metric: Literal["has code", "parses", "compiles", "compiles, does something", "pass@1"] | None = setting(
        None,
        "The measure that the verdict is about, named before the run; not given: pass@1, or `compiles` without tests",
    )
    resamples: Annotated[int, Ge(100)] = setting(
        10_000, "Random arrangements of the signs in a test, where these are too many to count all"
    )
    confidence: Annotated[float, Interval(gt=0, lt=1)] = setting(0.95, "Level of the intervals and of the tests")

    @property
    def primary(self) -> Primary:
        """The primary measure."""
        return Primary(self.primary_set, self.primary_metric)


@dataclass(frozen=True)
class PlanSettings:
    """What `plan` reckons with besides: prices, and rates that were measured on the machine that a run is for."""

    price_per_hour: Annotated[float, Ge(0)] | None = setting(None, "Price of the machine, in dollars an hour")
    train_tokens_per_second: Annotated[float, Gt(0)] | None = setting(None, "Rate of the training, where it is known")
    completions_per_second: Annotated[float, Gt(0)] | None = setting(None, "Rate of the sampling, where it is known")


@dataclass(frozen=True)
class RunSettings:
    """One run of the chain."""

    description: str = setting("", "What this profile is for")
    seed: Annotated[int, Ge(0)] = setting(42, "Seed of every stage")
    planned_minutes: Annotated[float, Gt(0)] | None = setting(
        None, "Minutes that the whole run is planned to take on the machine that it is for; told before it begins"
    )
    needs_gpu_mib: int | None = setting(None, "Memory in MiB of the CUDA GPU without which the run makes no sense")
    sandbox_mode: SandboxMode = setting("auto", "Sandbox for all untrusted code")
    model: ModelSettings = section(ModelSettings)
    dataset: DatasetSettings = section(DatasetSettings)
    exercises: ExerciseSettings = section(ExerciseSettings)
    train: TrainSettings = section(TrainSettings)
    sample: SampleSettings = section(SampleSettings)
    judge: JudgeSettings = section(JudgeSettings)
    stats: StatsSettings = section(StatsSettings)
    plan: PlanSettings = section(PlanSettings)
