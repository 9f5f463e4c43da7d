"""What verdicts depend on: the digest by which those of an earlier run are taken over, and where results come from."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from human_eval_rust.judging.finding import JudgeOptions
from sigil_common.manifest import digest_file, digest_json
from sigil_common.records import Problem
from sigil_common.rustc import Toolchain
from sigil_common.sandbox import Sandbox

# The files whose change may change a verdict; verdicts of another version are not taken over.
_JUDGING = (
    "building/answer_module building/entry building/extern_crates building/isolation building/module_compiler "
    "building/programs building/prompt_check building/shared_tests building/test_module evaluation/references "
    "judging/compiler_flags judging/failure judging/finding judging/judge judging/prepare judging/run policy/refuse "
    "policy/rules policy/unicode problems/crates problems/parsed reading/extract reading/fences reading/needed "
    "rust/imports rust/items rust/lexer rust/tree"
)


def evaluator_digest() -> str:
    """Return a digest of the judge itself."""
    here = Path(__file__).parents[1]
    return digest_json(
        [digest_file(here / f"{name}.py") for name in _JUDGING.split()]
        + [digest_file(here / name) for name in ("building/harness.rs", "data/crates/pins.toml", "data/crates/rand.rs")]
    )


def fingerprint_of(
    known: dict[str, Problem], options: JudgeOptions, toolchain: Toolchain, sandbox: Sandbox, crates: dict[str, Any]
) -> str:
    """Return a digest of all that a verdict depends on beside the sample itself."""
    return digest_json({
        "problems": [problem.to_row() for problem in known.values()], "options": asdict(options),
        "toolchain": toolchain.version, "sandbox": sandbox.name, "evaluator": evaluator_digest(),
        "crates": crates,
    })  # fmt: skip


def origin(
    samples_file: Path, problem_file: Path, options: JudgeOptions, toolchain: Toolchain, sandbox: Sandbox
) -> dict[str, Any]:
    """Return where results come from: files, settings, toolchain, sandbox."""
    return {
        "policy": options.policy,
        "clippy": options.clippy,
        "sandbox": sandbox.name,
        "toolchain": toolchain.version,
        "compile_timeout": options.compile_timeout,
        "run_timeout": options.run_timeout,
        "sample_file": {"name": samples_file.name, "sha256": digest_file(samples_file)},
        "problem_file": {"name": problem_file.name, "sha256": digest_file(problem_file)},
    }
