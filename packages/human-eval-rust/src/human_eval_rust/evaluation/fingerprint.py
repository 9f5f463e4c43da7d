"""What a verdict depends on, as one digest, and where results come from.

Who relies on it: `evaluation.memory` takes a verdict over from a journal or a results file, and `evaluation.references`
what was found of a reference solution, only where the fingerprint is the same; `evaluate` writes it into the metrics.
So it covers every module that can change a verdict: whole trees of our packages, not a list of files that somebody
has to remember. A test follows the judge's imports and fails if one of them is not covered.
"""

from __future__ import annotations

import importlib.resources
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from human_eval_rust.judging.finding import JudgeOptions
from sigil_common.manifest import digest_file, digest_json, digest_tree
from sigil_common.records import Problem
from sigil_common.rustc import Compiler

# Directories and files whose change may change a verdict, by package; `__init__.py` holds the version.
TREES = {
    "human_eval_rust": "__init__.py rust shipped_sets.py problems reading building policy judging data/crates "
    "evaluation/executors.py evaluation/references.py",
    "sigil_common": "__init__.py rustc sandbox cargo.py errors.py failures.py jsonl.py manifest.py proc.py records "
    "rust_text.py sandbox_mode.py task_types.py tempdirs.py",
}


def evaluator_digest(packages: Mapping[str, Path] | None = None) -> str:
    """Return a digest of the evaluator: version and sources of all that judges.

    `packages` are the directories of the packages in `TREES` by name; by default those in use.
    """
    homes = packages or {name: Path(str(importlib.resources.files(name))) for name in TREES}
    trees = [[name, tree, digest_tree(homes[name] / tree)] for name, listed in TREES.items() for tree in listed.split()]
    return digest_json(trees)


def fingerprint_of(known: dict[str, Problem], options: JudgeOptions, compiler: Compiler, crates: dict[str, Any]) -> str:
    """Return a digest of all that a verdict depends on besides the sample itself."""
    decisive = {
        "problems": [problem.to_row() for problem in known.values()],
        "options": asdict(options),
        "toolchain": compiler.toolchain.version,
        "sandbox": compiler.sandbox.name,
        "evaluator": evaluator_digest(),
        "crates": crates,
    }
    return digest_json(decisive)


def origin(samples_file: Path, problem_file: Path, options: JudgeOptions, compiler: Compiler) -> dict[str, Any]:
    """Return where results come from: files, settings, toolchain, sandbox."""
    return {
        "policy": options.policy,
        "clippy": options.clippy,
        "sandbox": compiler.sandbox.name,
        "toolchain": compiler.toolchain.version,
        "compile_timeout": options.compile_timeout,
        "run_timeout": options.run_timeout,
        "sample_file": {"name": samples_file.name, "sha256": digest_file(samples_file)},
        "problem_file": {"name": problem_file.name, "sha256": digest_file(problem_file)},
    }
