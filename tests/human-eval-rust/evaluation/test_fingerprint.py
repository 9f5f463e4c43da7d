"""No verdict of another judge is taken over: the fingerprint covers every module that can change one."""

from __future__ import annotations

import ast
import shutil
from pathlib import Path

import pytest

import human_eval_rust
import sigil_common
from human_eval_rust.evaluation.fingerprint import TREES, evaluator_digest

HOMES = {one.__name__: Path(one.__file__).parent for one in (human_eval_rust, sigil_common)}


def file_of(module: str) -> Path | None:
    """Return the file of a module of ours, `None` for anything else."""
    package, *rest = module.split(".")
    if package not in HOMES or not rest:
        return None
    place = HOMES[package].joinpath(*rest)
    return next((one for one in (place.with_suffix(".py"), place / "__init__.py") if one.is_file()), None)


def imported(file: Path) -> set[str]:
    """Return what a file imports, inside functions too, and the packages around it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names | {name.rpartition(".")[0] for name in names if "." in name}


def reached(root: str) -> dict[str, Path]:
    """Return the modules of our packages that importing `root` may lead to, with their files."""
    found: dict[str, Path] = {}
    left = [root]
    while left:
        module = left.pop()
        file = file_of(module)
        if file is not None and module not in found:
            found[module] = file
            left += imported(file)
    return found


def is_covered(file: Path) -> bool:
    trees = [HOMES[name] / tree for name, listed in TREES.items() for tree in listed.split()]
    return any(file == tree or file.is_relative_to(tree) for tree in trees)


def test_every_module_that_the_judge_reaches_is_covered():
    modules = reached("human_eval_rust.judging.judge")
    assert {"sigil_common.rustc.batch", "sigil_common.sandbox.bubblewrap", "human_eval_rust.reading.extract"} <= set(
        modules
    )
    assert [module for module, file in modules.items() if not is_covered(file)] == []


def test_every_tree_is_there():
    assert all((HOMES[name] / tree).exists() for name, listed in TREES.items() for tree in listed.split())


@pytest.fixture
def copied(tmp_path):
    for name, home in HOMES.items():
        shutil.copytree(home, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__", "*.jsonl"))
    return {name: tmp_path / name for name in HOMES}


@pytest.mark.parametrize(
    "changed",
    [
        "sigil_common/rustc/batch.py",
        "sigil_common/sandbox/seccomp.py",
        "sigil_common/proc.py",
        "human_eval_rust/judging/run.py",
        "human_eval_rust/building/harness.rs",
    ],
)
def test_an_edited_line_changes_the_digest(copied, tmp_path, changed):
    assert evaluator_digest(copied) == evaluator_digest()
    with (tmp_path / changed).open("a") as file:
        file.write("\n")
    assert evaluator_digest(copied) != evaluator_digest()


def test_what_cannot_change_a_verdict_leaves_the_digest(copied, tmp_path):
    with (tmp_path / "human_eval_rust/evaluation/metrics.py").open("a") as file:
        file.write("\n")
    assert evaluator_digest(copied) == evaluator_digest()
