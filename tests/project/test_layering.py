"""Data moves one way: sigil_common <- {pipeline, finetuner, evaluator} <- lambda_package, and files between them."""

import ast
import sys
import tomllib
from graphlib import CycleError, TopologicalSorter
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
# The rooms of a package, folders or modules directly below it, from the lowest to the highest: a module imports from
# its own room and from those before it. The package's own `__init__` stands on top of them.
ROOMS = {
    "sigil_common": [
        "errors",
        "bounds",
        "address",
        "adapters",
        "compute",
        "task_types",
        "wording",
        "rust_text",
        "asking",
        "sandbox_mode",
        "records",
        "jsonl",
        "hub",
        "checkpoints",
        "hub_checkpoints",
        "cluster",
        "lock",
        "manifest",
        "passk",
        "progress",
        "failures",
        "samplers",
        "seeds",
        "setting_types",
        "settings_file",
        "settings",
        "tempdirs",
        "proc",
        "warm",
        "warm_server",
        "cli",
        "gpu",
        "sandbox",
        "rustc",
        "cargo",
    ],
    "human_eval_rust": [
        "shipped_sets",
        "rust",
        "problems",
        "reading",
        "building",
        "policy",
        "judging",
        "evaluation",
        "sampling",
        "strength",
        "likelihood",
        "evaluate",
        "api",
        "rewards",
        "accepted",
        "commands",
    ],
    "sigilderg_finetuner": [
        "grpo_settings",
        "names",
        "settings",
        "checks",
        "spellings",
        "identity",
        "data",
        "training",
        "flow",
        "reinforcement",
        "gguf_files",
        "import_gguf",
        "merging",
        "infer_export",
        "inspect_checkpoint",
        "model_card",
        "push_model_card",
        "cli",
    ],
    "lambda_package": [
        "primary",
        "settings",
        "assignments",
        "profiles",
        "accelerator",
        "machine",
        "provenance",
        "ran_on",
        "versions",
        "commands",
        "merging",
        "made_before",
        "given",
        "exercises",
        "spending",
        "looks",
        "stages",
        "computed",
        "run_record",
        "engine",
        "intervals",
        "signflip",
        "stats",
        "populations",
        "rates",
        "workload",
        "planned_stages",
        "plan",
        "plan_text",
        "verdicts",
        "measures",
        "crates",
        "compare",
        "likelihood",
        "headline",
        "run_levels",
        "plots",
        "report",
        "comparing",
        "recompute",
        "rejudge",
        "questions",
        "pages",
        "verify",
        "clean",
        "serving",
        "setting_checks",
        "doctor",
        "flow",
        "results_cli",
        "cli",
    ],
    "sigil_pipeline": [
        "settings",
        "delivery",
        "observe",
        "crates",
        "chunk",
        "compiler",
        "analyse",
        "filters",
        "registry",
        "checks",
        "tools",
        "tasks",
        "choose",
        "heldout",
        "doctests",
        "unittests",
        "batch",
        "output",
        "metrics",
        "dataset_tools",
        "flow",
        "main",
    ],
}
# Distribution name -> the module that it is imported as, where they differ.
MODULE_OF = {
    "markdown-it-py": "markdown_it",
    "pyyaml": "yaml",
    "tree-sitter": "tree_sitter",
    "tree-sitter-rust": "tree_sitter_rust",
    "opentelemetry-sdk": "opentelemetry",
    "opentelemetry-exporter-otlp-proto-http": "opentelemetry",
    "prometheus-client": "prometheus_client",
}
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


def modules_of(source: Path) -> dict[str, Path]:
    """Return the files of a package by their modules' dotted names."""
    found = {}
    for file in source.rglob("*.py"):
        parts = file.relative_to(source.parent).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = file
    return found


def arrows(source: Path) -> dict[str, set[str]]:
    """Return for each module of a package the modules of the same package that it imports, inside functions too."""
    modules = modules_of(source)
    found: dict[str, set[str]] = {}
    for module, file in modules.items():
        names: set[str] = set()
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Import):
                names |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                inner = {f"{node.module}.{alias.name}" for alias in node.names}
                names |= {name if name in modules else str(node.module) for name in inner}
        found[module] = (names & set(modules)) - {module}
    return found


def upward(source: Path, rooms: list[str]) -> list[str]:
    """Return the imports that run from a room to one above it, or to or from a module that has no room."""
    height = {room: number for number, room in enumerate(rooms)}
    found = []
    for module, imported in sorted(arrows(source).items()):
        if module == source.name:
            continue
        own = height.get(module.split(".")[1])
        if own is None:
            found.append(f"{module} has no room")
            continue
        for other in sorted(imported):
            place = height.get(other.split(".")[1], len(rooms)) if "." in other else len(rooms)
            found += [f"{module} imports {other}"] if place > own else []
    return found


def circle(source: Path) -> list[str]:
    """Return modules that import each other in a circle, or nothing."""
    try:
        tuple(TopologicalSorter(arrows(source)).static_order())
    except CycleError as error:
        return list(error.args[1])
    return []


@pytest.mark.parametrize("package", sorted(ROOMS))
def test_no_import_runs_back_up(package):
    assert upward(SOURCES[package], ROOMS[package]) == []


@pytest.mark.parametrize("package", sorted(ROOMS))
def test_every_room_is_there(package):
    inside = {module.split(".")[1] for module in modules_of(SOURCES[package]) if "." in module}
    assert inside == set(ROOMS[package])


@pytest.mark.parametrize("package", sorted(ROOMS))
def test_no_circle_of_imports(package):
    assert circle(SOURCES[package]) == []


def test_an_import_back_up_and_a_circle_are_seen(tmp_path):
    source = tmp_path / "house"
    for name, text in {
        "__init__": "from house.attic import fun",
        "cellar/__init__": "",
        "cellar/wine": "def late():\n    from house.attic import fun",
        "attic": "from house.cellar import wine",
        "shed": "import house.cellar.wine",
    }.items():
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / f"{name}.py").write_text(text)
    assert upward(source, ["cellar", "attic"]) == ["house.cellar.wine imports house.attic", "house.shed has no room"]
    assert set(circle(source)) == {"house.attic", "house.cellar.wine"}


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
