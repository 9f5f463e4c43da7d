"""Data moves one way: sigil_common <- {pipeline, finetuner, evaluator} <- lambda_package, and files between them."""

import ast
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MAY_IMPORT = {
    "sigil_common": set(),
    "sigil_pipeline": {"sigil_common"},
    "sigilderg_finetuner": {"sigil_common"},
    "human_eval_rust": {"sigil_common"},
    "lambda_package": {"sigil_common"},
}
# Distribution name -> the module that it is imported as, where they differ.
MODULE_OF = {"pyyaml": "yaml", "tree-sitter": "tree_sitter", "tree-sitter-rust": "tree_sitter_rust",
             "opentelemetry-sdk": "opentelemetry", "prometheus-client": "prometheus_client"}  # fmt: skip
# Needed at run time without being imported by our own code.
NOT_IMPORTED = {
    "accelerate": "transformers places quantised weights with it",
    "gguf": "transformers reads GGUF files with it",
}
SOURCES = {
    path.name: path for path in ROOT.glob("packages/*/src/*") if path.is_dir() and (path / "__init__.py").exists()
}


def imported_modules(package: str) -> dict[str, set[str]]:
    """Return, for each top-level module that the package imports anywhere, the files that do."""
    found: dict[str, set[str]] = {}
    for file in SOURCES[package].rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                assert node.level == 0, f"{file}: relative import"
                names = [node.module or ""]
            for name in names:
                found.setdefault(name.partition(".")[0], set()).add(str(file.relative_to(ROOT)))
    return found


def test_the_five_packages_are_there():
    assert set(SOURCES) == set(MAY_IMPORT)


@pytest.mark.parametrize("package", sorted(MAY_IMPORT))
def test_packages_meet_in_files_only(package):
    ours = {name: files for name, files in imported_modules(package).items() if name in MAY_IMPORT and name != package}
    forbidden = {name: files for name, files in ours.items() if name not in MAY_IMPORT[package]}
    assert not forbidden


def test_the_shared_package_stays_light():
    heavy = {"torch", "transformers", "tree_sitter", "scipy", "numpy", "ray"} & set(imported_modules("sigil_common"))
    assert not heavy


@pytest.mark.parametrize("package", sorted(MAY_IMPORT))
def test_what_is_imported_is_declared_and_what_is_declared_is_imported(package):
    project = tomllib.loads((SOURCES[package].parents[1] / "pyproject.toml").read_text())["project"]
    required = project.get("dependencies", [])
    optional = [item for extra in project.get("optional-dependencies", {}).values() for item in extra]
    declared = {module_of(item) for item in (*required, *optional)}
    third_party = set(imported_modules(package)) - set(sys.stdlib_module_names) - {package, "markupsafe"}
    assert third_party - declared == set(), "imported but not declared"
    siblings = set(MAY_IMPORT) if package == "lambda_package" or "ecosystem" in str(project) else set()
    unused = {module_of(item) for item in required} - third_party - siblings - set(NOT_IMPORTED)
    assert unused == set(), "declared but never imported"


def module_of(requirement: str) -> str:
    name = requirement.split(">")[0].split("=")[0].split("<")[0].split("[")[0].strip().lower()
    if name == "sigilderg-lambda-package":
        return "lambda_package"
    return MODULE_OF.get(name, name.replace("-", "_"))
