"""Settings of an evaluation."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from human_eval_rust.shipped_sets import SHIPPED
from sigil_common.bounds import Ge, Gt, Le
from sigil_common.sandbox_mode import SandboxMode
from sigil_common.settings import setting

Clippy = Literal["off", "report", "require"]


@dataclass(frozen=True)
class EvaluateSettings:
    """Settings of an evaluation."""

    k: str = setting("1,10,100", "Values of k for pass@k, separated by commas", flag="--k")
    n_workers: Annotated[int, Ge(1)] = setting(
        24, "Compilers and tests to run at once; more than there are CPUs are not started", flag="--n_workers"
    )
    timeout: Annotated[float, Gt(0), Le(86_400)] = setting(
        10.0,
        "Limit in CPU seconds of compiling, and of testing, one sample; one that sleeps is stopped after four times as "
        "long, and what runs out of time is tried once more at the end",
    )
    problem_file: Path | None = setting(
        None, f"Problem file, or the name of a shipped set ({SHIPPED})", flag="--problem_file"
    )
    sandbox_mode: SandboxMode = setting("auto", "How to confine the code; auto takes the first that works")
    enforce_policy: bool = setting(True, "Refuse answers that use files, network, processes, unsafe, other crates")
    allow_no_sandbox: bool = setting(False, "Accept --sandbox-mode none without a question. UNSAFE")
    compile_timeout: Annotated[float, Gt(0), Le(86_400)] | None = setting(
        None, "Limit of compiling alone; default: --timeout"
    )
    run_timeout: Annotated[float, Gt(0), Le(86_400)] | None = setting(
        None, "Limit of testing alone; default: --timeout"
    )
    limit: Annotated[int, Gt(0)] | None = setting(None, "Judge the samples of the first N problems only")
    task_id: list[str] = setting([], "Judge this problem only; may be repeated")
    resume: bool = setting(True, "Resume: reuse verdicts of an interrupted or earlier run")
    known_results: list[Path] = setting(
        [], "Results of an earlier evaluation: verdicts on the same answers are taken from there; may be repeated"
    )
    clippy: Clippy = setting("off", "List clippy's warnings in the results, or fail answers for them")
    executor: Literal["local", "ray"] = setting("local", "Judge on this machine, or on a Ray cluster (extra `ray`)")
    output_dir: Path | None = setting(None, "Directory for the results; default: that of the samples")
    results_file: Path | None = setting(None, "Results file; metrics and times go into the same directory")
