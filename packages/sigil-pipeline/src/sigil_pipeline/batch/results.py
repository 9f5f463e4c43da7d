"""The result of every crate: from the checkpoint, from the cache, or from a compiler run that several share."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from functools import cache, partial
from itertools import chain
from pathlib import Path

from sigil_pipeline.analyse.dependencies import newest_versions, outdated_dependencies
from sigil_pipeline.batch import guard
from sigil_pipeline.batch.cache import Cache
from sigil_pipeline.batch.checkpoint import Checkpoint
from sigil_pipeline.batch.executors import open_executor
from sigil_pipeline.batch.groups import Grouping, Unit
from sigil_pipeline.batch.keys import config_of, key_of
from sigil_pipeline.batch.state import CrateResult
from sigil_pipeline.checks import output_files
from sigil_pipeline.crates.copy import build_place
from sigil_pipeline.crates.crate_list import CrateSpec
from sigil_pipeline.crates.fetch import Unfetched
from sigil_pipeline.crates.resolve import Resolved, resolve, source_digest
from sigil_pipeline.filters import Rejection
from sigil_pipeline.observe import stage
from sigil_pipeline.settings import Settings
from sigil_pipeline.tools import Tools

Found = tuple[CrateResult, bool]


def results_of(specs: Sequence[CrateSpec], settings: Settings, tools: Tools) -> Iterator[Found]:
    """Yield the result of each crate, in whatever order they come, and whether it was there already.

    Those that were compiled are kept by then.
    """
    run = _Run(settings, tools)
    missing = []
    for spec in specs:
        known = run.checkpoint.load(spec)
        if known is None:
            missing.append(spec)
        else:
            yield known, True
    if not missing:
        return
    units = run.units(missing)
    first = next(units, None)
    if first is not None:
        with open_executor(settings, tools) as executor:
            for unit, results in executor.run(chain([first], units)):
                run.keep(unit, results)
                yield from run.settled()
                yield from ((result, False) for result in results)
    run.checkpoint.save()
    yield from run.settled()


class _Run:
    """Where a run finds and keeps results."""

    def __init__(self, settings: Settings, tools: Tools) -> None:
        self.settings = settings
        self.tools = tools
        self.config = config_of(settings, tools)
        self.cache = Cache(settings)
        digest_of = cache(partial(source_digest, apart=_own_places(settings)))
        self.checkpoint = Checkpoint(settings.checkpoint, self.config, self.cache, digest_of)
        self._settled: list[Found] = []

    def units(self, specs: Sequence[CrateSpec]) -> Iterator[Unit]:
        """Yield what is left to compile; results that need no compiler are `settled`."""
        grouping = Grouping(self.settings.checkpoint_interval)
        for spec in specs:
            crate = self._resolved(spec)
            if crate is not None:
                yield from grouping.add(crate)
        yield from grouping.rest()

    def settled(self) -> list[Found]:
        """Return the results that were found without a compiler since the last call."""
        settled, self._settled = self._settled, []
        return settled

    def keep(self, unit: Unit, results: Sequence[CrateResult]) -> None:
        """Keep the results of a unit: first their files, then their names."""
        for crate, result in zip(unit.crates, results, strict=True):
            name = self.cache.save(key_of(crate, self.config), result)
            if name is not None:
                self.checkpoint.note(crate.spec, crate.sources, name)
        self.checkpoint.save()

    def _resolved(self, spec: CrateSpec) -> Resolved | None:
        """Resolve a crate; `None` if that gives its result, by a fault or by the cache."""
        with stage("fetch", crate=spec.name):
            found = self._resolve(spec)
        if isinstance(found, CrateResult):
            self._settled.append((found, False))
            return None
        key = key_of(found, self.config)
        name = self.cache.name_of(key)
        known = self.cache.load(name, spec, key)
        if known is None:
            return found
        self.checkpoint.note(spec, found.sources, name)
        self._settled.append((known, True))
        return None

    def _resolve(self, spec: CrateSpec) -> Resolved | CrateResult:
        settings, toolchain = self.settings, self.tools.toolchain
        work = build_place(settings.work.resolve()) / "fetch"
        try:
            found = resolve(
                spec,
                toolchain,
                work,
                triple=self.tools.triple,
                offline=settings.offline,
                apart=_own_places(settings),
            )
            if isinstance(found, Unfetched):
                lost = Rejection(found.reason, found.detail)
                return CrateResult(spec.text, spec.name, spec.version, lost)
            if settings.max_outdated_ratio is None:
                return found
            newest = newest_versions(work, toolchain, offline=settings.offline)
            return dataclasses.replace(found, outdated=outdated_dependencies(found.package, newest))
        except Exception as error:
            if guard.ends_the_run(error):
                raise
            return guard.rejected_unfetched(spec, error)


def _own_places(settings: Settings) -> tuple[Path, ...]:
    """Return where this run writes: a local crate may hold all of that, and is not another one by it."""
    return (settings.work, settings.cache, settings.reports, *(file for _, file in output_files(settings)))
