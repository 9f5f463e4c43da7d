"""The flow of `sigilderg-lambda run`: profile -> checks -> stages -> manifest -> the verdict in a sentence."""

from __future__ import annotations

import logging
import os
import shutil
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from lambda_package import doctor, machine
from lambda_package.commands import Stage, StageBuilder
from lambda_package.compare import read_comparison
from lambda_package.computed import computed
from lambda_package.engine import Done, run_chain
from lambda_package.exercises import FULL_DATASET
from lambda_package.headline import verdict
from lambda_package.made_before import made_by_other_code
from lambda_package.plan import MAX_HOURS, Plan, make_plan, refuse_passes, refuse_too_much
from lambda_package.profiles import pick
from lambda_package.report.made_with import MadeWith
from lambda_package.run_record import profile_digest, run_digest
from lambda_package.setting_checks import require_settings
from lambda_package.settings import RunSettings
from lambda_package.stages import MADE_WITH, PUBLISHED, chain
from lambda_package.workload import characters_of, passes, trainings
from sigil_common.errors import InputError
from sigil_common.gpu import hides_all, listed_gpus
from sigil_common.jsonl import atomic_write, read_record, write_json
from sigil_common.manifest import describe_files, digest_json
from sigil_common.progress import duration
from sigil_common.records import RunManifest
from sigil_common.settings import load_settings, to_mapping

log = logging.getLogger(__name__)

MANIFEST = "manifest.json"
OFFLINE = {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1", "CARGO_NET_OFFLINE": "true"}
WARM = ("torch", "transformers.models.llama.modeling_llama", "peft")
"""What stages that load a model import. Other architectures, and bitsandbytes, they import themselves."""


@dataclass(frozen=True)
class Request:
    """What the user asked for; `profile` None means: choose by the machine.

    `places` says how an override was spelled, where it was not `--set`.
    """

    profile: str | None
    config: Path | None
    configs: Path
    run_dir: Path | None
    overrides: Mapping[str, Any]
    strict: bool = False
    yes: bool = False
    max_hours: float = MAX_HOURS
    keep: tuple[str, ...] = ()
    skip_checks: bool = False
    offline: bool = False
    places: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Prepared:
    """What a request comes down to: the profile, its file and why it was chosen, the settings, the run directory."""

    name: str
    config: Path
    why: str
    settings: RunSettings
    run_dir: Path


def prepare(request: Request) -> Prepared:
    """Return what a request comes down to; raise `InputError` for a profile or a setting that cannot be."""
    name, config, why = pick(request.profile, request.config, request.configs)
    places = {key: f"--set {key}" for key in request.overrides} | dict(request.places)
    settings = load_settings(RunSettings, file=config, overrides=request.overrides, override_places=places).settings
    return Prepared(name, config, why, settings, request.run_dir or Path("runs") / name)


def plan(request: Request) -> tuple[str, Plan]:
    """Return the name of the profile and the plan of a run; reads only. Raises `InputError` for what cannot be run.

    What `run` would refuse for its hours or its passes over the data is planned, and a warning says so.
    """
    found = prepare(request)
    require_settings(found.settings)
    planned = make_plan(found.settings, found.run_dir)
    _require_stages(request.keep, planned)
    try:
        refuse_too_much(planned, max_hours=request.max_hours, yes=request.yes)
    except InputError as error:
        log.warning("`run` would refuse this: %s; %s", error.what, error.cause)
    return found.name, planned


def run(request: Request) -> dict[str, Any]:
    """Run the chain to its report and return what the command prints: the verdict and where things are.

    Raises `InputError` for a run of more hours or passes over its data than `request` allows.
    """
    started = time.monotonic()
    found = prepare(request)
    name, config, settings, run_dir = found.name, found.config, found.settings, found.run_dir
    log.info("profile: %s (%s), settings in %s", name, found.why, config)
    log.info("machine: %s", machine.describe(settings))
    log.info("primary measure: %s", settings.stats.primary)
    if request.offline:
        os.environ.update(OFFLINE)
    doctor.require(settings, run_dir, strict=request.strict, skip=request.skip_checks)
    planned = make_plan(settings, run_dir)
    _require_stages(request.keep, planned)
    refuse_too_much(planned, max_hours=request.max_hours, yes=request.yes)
    builders = _within(
        chain(settings, offline=request.offline, profile_sha256=profile_digest(name, str(config))), request, settings
    )
    done = run_chain(builders, run_dir, warm=_warm(), keep=request.keep)
    published = _publish(done, run_dir)
    _write_manifest(name, config, settings, done, run_dir, published)
    fresh = sum(item.fresh for item in done.values())
    log.info("%d stages done now, %d before; %s in all", fresh, len(done) - fresh, duration(time.monotonic() - started))
    comparison = read_comparison(run_dir / "comparison.json")
    return {
        "compared": f"{comparison.name('tuned')} against {comparison.name('base')}",
        "verdict": verdict(comparison),
        "report": str(run_dir / "report.html"),
        "comparison": str(run_dir / "comparison.json"),
        "manifest": str(run_dir / MANIFEST),
    }


def _require_stages(keep: tuple[str, ...], planned: Plan) -> None:
    known = [stage.stage for stage in planned.stages]
    if unknown := [name for name in keep if name not in known]:
        raise InputError(f"--keep: this run has no stage `{unknown[0]}`", hint=f"its stages: {', '.join(known)}")


def _warm() -> tuple[str, ...]:
    """Return what may be imported once for all stages: what has spoken to a GPU's driver cannot be forked.

    A stage may see a part of a GPU (MIG) as well, of which only the whole is listed.
    """
    return WARM if hides_all() or not listed_gpus() else ()


def _within(builders: Iterable[StageBuilder], request: Request, settings: RunSettings) -> Iterator[StageBuilder]:
    """Pass the stages on; before a training on the data set, whose size is known by then, count its passes again."""

    def counted(build: StageBuilder, done: Mapping[str, Path]) -> Stage | None:
        stage = build(done)
        if stage is not None and stage.name == "train" and not settings.exercises.count and not request.yes:
            tokens = trainings(settings, request.run_dir or Path())[-1].tokens
            refuse_passes(passes(tokens, characters_of(done["dataset"] / FULL_DATASET)))
        return stage

    for build in builders:
        yield partial(counted, build)


def _publish(done: Mapping[str, Done], run_dir: Path) -> list[Path]:
    """Copy the results that people look for to the top of the run directory."""
    paths = []
    for stage, names in PUBLISHED.items():
        for name in names:
            with (done[stage].directory / name).open("rb") as source, atomic_write(run_dir / name) as out:
                shutil.copyfileobj(source, out)
            paths.append(run_dir / name)
    return paths


def _write_manifest(
    name: str, config: Path, settings: RunSettings, done: Mapping[str, Done], run_dir: Path, published: list[Path]
) -> None:
    """Write what the run was made of: settings, machine, every stage's inputs and outputs with digests."""
    mapping, named = to_mapping(settings), profile_digest(name, str(config))
    manifest = RunManifest(
        profile=name,
        config=str(config),
        settings=mapping,
        settings_sha256=digest_json(mapping),
        environment=read_record(done["report"].directory / MADE_WITH, MadeWith).environment,
        compute=computed({name: item.directory for name, item in done.items()}),
        stages=tuple(
            item.record.model_copy(update={"directory": str(item.directory.relative_to(run_dir))})
            for item in done.values()
        ),
        published=tuple(describe_files(published, relative_to=run_dir)),
        digest=run_digest((item.record for item in done.values()), digest_json(mapping), named),
        kept=made_by_other_code({name: item.directory for name, item in done.items()}),
    )
    write_json(run_dir / MANIFEST, manifest.to_row())
