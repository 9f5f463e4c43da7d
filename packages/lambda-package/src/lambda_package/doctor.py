"""Checks of the machine, before hours are spent on it: each says what it found and the command that fixes it."""

from __future__ import annotations

import logging
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from lambda_package import accelerator, machine, provenance, serving
from lambda_package.plan import RESERVE_GIB, make_plan
from lambda_package.profiles import in_words
from lambda_package.setting_checks import Check, Level, asks_base, checkpoint_check, input_checks
from lambda_package.settings import RunSettings
from sigil_common import proc
from sigil_common.errors import InputError, MissingError, SigilError
from sigil_common.gpu import first_gpu
from sigil_common.hub import is_of_hub, require_access
from sigil_common.hub_checkpoints import hub_name
from sigil_common.rustc import clippy_hint, find_toolchain

log = logging.getLogger(__name__)

FREE_DISK_GIB = RESERVE_GIB
FREE_MEMORY_GIB = RESERVE_GIB
APT_SANDBOX = "apt-get install bubblewrap"
_ASK_S = 300.0


def examine(settings: RunSettings, run_dir: Path) -> Iterator[Check]:
    """Yield the checks that a run with these settings needs, quick ones first."""
    yield Check("machine", "ok", machine.describe(settings))
    yield _python()
    yield _own_packages()
    if settings.needs_gpu_mib is not None:
        yield from _gpu(settings.needs_gpu_mib)
    yield from (Check(*found) for found in serving.look(settings))
    yield from input_checks(settings)
    yield _run_dir(run_dir)
    needed = _needed(settings, run_dir)
    yield _disk(run_dir, needed[0])
    yield _memory(needed[1])
    yield from _rust()
    yield _sandbox(settings)
    if settings.model.gguf_package:
        yield _gguf_package(settings.model.gguf_package)
    yield from _models(settings, run_dir)


def require(settings: RunSettings, run_dir: Path, *, strict: bool, skip: bool = False) -> None:
    """Log warnings, and raise on the first thing that a run cannot do without.

    `strict` also refuses a Python other than the pinned one; with `skip` the machine's faults are warnings, too.
    """
    for check in examine(settings, run_dir):
        log.debug("%s: %s (%s)", check.name, check.found, check.level)
        if check.level == "warning":
            log.warning("%s: %s%s", check.name, check.found, f" ({check.hint})" if check.hint else "")
        if skip and check.level == "missing" and check.name != "settings":
            log.warning("%s: %s (not checked further)", check.name, check.found)
            continue
        refused = check.level == "missing" or (strict and check.name == "python" and check.level == "warning")
        if refused:
            kind = InputError if check.name == "settings" else MissingError
            raise kind(f"{check.name}: {check.found}", hint=check.hint or None)


def _python() -> Check:
    choice = provenance.python_choice()
    text = f"{choice['version']} from {choice['source']}"
    if choice["pinned_python"]:
        return Check("python", "ok", text)
    return Check("python", "warning", f"{text}, not the pinned {choice['pinned']}; recorded in the manifest")


def _own_packages() -> Check:
    strangers = [name for name in provenance.OWN if provenance.origin(name)["origin"] != "local"]
    if strangers:
        found = f"not installed from this checkout: {', '.join(strangers)}"
        return Check("packages", "missing", found, "bash eval_setup.sh")
    return Check("packages", "ok", "all five installed from local paths")


def _gpu(needed: int) -> Iterator[Check]:
    gpu = first_gpu()
    text = in_words(gpu)
    if gpu is None or gpu.memory_mib is None or gpu.memory_mib < needed:
        yield Check("gpu", "missing", f"{text}, {needed:,} MiB needed", "use --profile local")
        return
    yield Check("gpu", "ok", text)
    fault = accelerator.fault(seen := accelerator.ask_torch())
    yield Check("torch", "ok", str(seen)) if fault is None else Check("torch", "missing", *fault)


def _models(settings: RunSettings, run_dir: Path) -> Iterator[Check]:
    """Look at the models that a run loads: a checkpoint here, and what of the hub this machine may read."""
    given, own = settings.train.checkpoint, settings.model
    names = {"base model": own.name} if asks_base(settings) and is_of_hub(own.name) else {}
    found = list(checkpoint_check(settings))
    yield from found
    if given is not None and not found and not any(run_dir.glob("stages/checkpoint-*/stage.json")):
        names["checkpoint"] = hub_name(given).repository
    for what, name in names.items():
        try:
            require_access(name)
        except SigilError as error:
            lacking = ": ".join(part for part in (error.what, error.cause) if part)
            yield Check(what, "missing", lacking, error.hint or "")
        else:
            yield Check(what, "ok", f"{name}, which may be read")


def _run_dir(run_dir: Path) -> Check:
    existing = _existing_parent(run_dir)
    if os.access(existing, os.W_OK) and existing.is_dir():
        return Check("run directory", "ok", str(run_dir))
    return Check("run directory", "missing", f"cannot write to {existing}", "choose another place with --run-dir")


def _needed(settings: RunSettings, run_dir: Path) -> tuple[float, float]:
    """Return GiB of disk and of memory that the plan of the run asks for."""
    try:
        plan = make_plan(settings, run_dir)
    except SigilError:  # of a file that cannot be read, which has a check of its own
        return FREE_DISK_GIB, FREE_MEMORY_GIB
    return plan.disk_gib - RESERVE_GIB + FREE_DISK_GIB, plan.memory_gib - RESERVE_GIB + FREE_MEMORY_GIB


def _disk(run_dir: Path, needed: float) -> Check:
    free = shutil.disk_usage(_existing_parent(run_dir)).free / 2**30
    level: Level = "ok" if free >= needed else "missing"
    return Check("disk", level, f"{free:.1f} GiB free, {needed:.1f} needed", "free some space, or use --run-dir")


def _memory(needed: float) -> Check:
    free = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_AVPHYS_PAGES") / 2**30
    try:
        lines = Path("/proc/meminfo").read_text().splitlines()
        free = next(int(line.split()[1]) / 2**20 for line in lines if line.startswith("MemAvailable:"))
    except (OSError, StopIteration):
        pass
    level: Level = "ok" if free >= needed else "warning"
    return Check("memory", level, f"{free:.1f} GiB available, {needed:.1f} wanted")


def _rust() -> Iterator[Check]:
    """Look at the toolchain that every stage will use."""
    try:
        toolchain = find_toolchain()
    except MissingError as error:
        yield Check("rustc", "missing", ": ".join(part for part in (error.what, error.cause) if part), error.hint or "")
        return
    yield Check("rustc", "ok", toolchain.version.partition("\n")[0])
    if toolchain.cargo is None:
        yield Check("cargo", "missing", "not beside rustc", "install a whole Rust toolchain, with cargo and clippy")
    yield _clippy(toolchain.clippy_driver)


def _clippy(driver: Path | None) -> Check:
    if driver is None:
        return Check("clippy", "missing", "not beside rustc", clippy_hint())
    found = proc.run([str(driver), "--version"], timeout=_ASK_S)
    first = (found.stdout or found.stderr).strip().partition("\n")[0]
    return Check("clippy", "ok" if found.ok else "missing", first, clippy_hint())


def _sandbox(settings: RunSettings) -> Check:
    from sigil_common.sandbox import open_sandbox

    if settings.sandbox_mode == "none":
        return Check("sandbox", "warning", "none: model-written code will run unconfined on this machine")
    try:
        return Check("sandbox", "ok", open_sandbox(settings.sandbox_mode).name)
    except SigilError as error:
        return Check("sandbox", "missing", f"{error.what}. {error.cause or ''}".strip(), error.hint or APT_SANDBOX)


def _gguf_package(package: str) -> Check:
    from importlib.util import find_spec

    if find_spec(package) is None:
        return Check("base model", "missing", f"package `{package}` is not installed", "bash eval_setup.sh")
    return Check("base model", "ok", f"GGUF inside `{package}`")


def _existing_parent(path: Path) -> Path:
    for candidate in (path, *path.absolute().parents):
        if candidate.exists():
            return candidate
    return Path(sys.prefix)
