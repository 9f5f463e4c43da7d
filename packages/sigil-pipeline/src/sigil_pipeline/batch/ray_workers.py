"""Workers on the machines of a Ray cluster: the same work as in processes of this machine, and the same results.

Every machine needs the same Rust toolchain, a working sandbox, and what cargo downloads from; crates are fetched where
they are compiled, in the versions that this machine resolved. Only crates of local directories need these to be shared.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from sigil_common.cluster import connect, places
from sigil_common.errors import MissingError
from sigil_common.tempdirs import tempdir
from sigil_pipeline.batch.groups import Unit
from sigil_pipeline.batch.process import process
from sigil_pipeline.batch.share import Done, Executor
from sigil_pipeline.batch.state import CrateResult
from sigil_pipeline.batch.workers import open_worker_tools
from sigil_pipeline.crates.fetch import Unfetched
from sigil_pipeline.crates.resolve import Resolved, resolve
from sigil_pipeline.observe import Spent, add_spent, elsewhere
from sigil_pipeline.settings import Settings
from sigil_pipeline.tools import Tools

# What a build may use. Of a machine twice as much is reserved, so that builds never take more than half of it.
_BUILD_MEMORY = 4 << 30


@contextmanager
def ray_workers(settings: Settings, tools: Tools) -> Iterator[Executor]:
    """Start workers on a cluster, as many as `settings` say and there is room for, and end them in the end."""
    try:
        import ray
    except ImportError:
        raise MissingError("ray is not installed", hint="pip install 'sigil-pipeline[ray]'") from None
    connect(ray)
    count, memory = places(ray.nodes(), 2 * _BUILD_MEMORY)
    remote = ray.remote(num_cpus=1, memory=memory)(RemoteWorker)
    about = (settings, tools.toolchain.version, memory // 2)
    actors = [remote.remote(*about) for _ in range(min(settings.n_workers, count))]
    try:
        yield _RayWorkers(ray, actors)
    finally:
        for actor in actors:
            ray.kill(actor)


class _RayWorkers:
    def __init__(self, ray: Any, actors: list[Any]) -> None:
        self._ray = ray
        self._actors = actors

    def run(self, units: Iterable[Unit]) -> Iterator[Done]:
        """See `Executor`."""
        coming = enumerate(units)
        idle, busy = list(self._actors), dict[Any, tuple[Any, Unit]]()
        while True:
            while idle and (following := next(coming, None)) is not None:
                actor = idle.pop()
                busy[actor.process.remote(*following)] = (actor, following[1])
            if not busy:
                return
            ready, _ = self._ray.wait(list(busy), num_returns=1)
            actor, unit = busy.pop(ready[0])
            try:
                results, error, spent = self._ray.get(ready[0])
            except self._ray.exceptions.RayError as lost:
                hint = "run the same command again, or with fewer workers"
                raise MissingError(
                    "a worker of the cluster ended", cause=str(lost).partition("\n")[0], hint=hint
                ) from lost
            if error is not None:
                raise error
            add_spent(spent)
            yield unit, results
            idle.append(actor)


class RemoteWorker:
    """Lives in a process of the cluster, with a directory there."""

    def __init__(self, settings: Settings, rustc: str, memory: int) -> None:
        self._settings = settings
        self._about = (rustc, memory)
        self._tools: Tools | None = None
        self._open = ExitStack()
        self._place = self._open.enter_context(tempdir("sigil-build-"))

    def process(self, number: int, unit: Unit) -> tuple[list[CrateResult] | None, Exception | None, Spent]:
        """Return the results of a unit, or what it fell over: Ray would wrap an exception in one of its own."""
        with elsewhere() as spent:
            try:
                self._tools = self._tools or open_worker_tools(self._settings, *self._about)
                offline = self._settings.offline
                here = Unit(tuple(_here(crate, self._tools, self._place, offline) for crate in unit.crates))
                return process(here, self._settings, self._tools, self._place, number), None, spent
            except Exception as error:
                return None, error, spent


def _here(crate: Resolved, tools: Tools, place: Path, offline: bool) -> Resolved:
    """Return a crate with its sources on this machine, and those of all that it is built with."""
    if crate.spec.path is not None:
        if crate.package.root.is_dir():
            return crate
        raise MissingError(f"a worker does not see {crate.spec.path}", hint="local crates need a shared file system")
    spec = dataclasses.replace(crate.spec, version=crate.package.version, requirement=None)
    work = place / "fetch"
    found = resolve(spec, tools.toolchain, work, triple=tools.triple, offline=offline, lock=crate.lock)
    if isinstance(found, Unfetched):
        raise MissingError(f"a worker cannot fetch {spec.text}", cause=found.detail)
    return dataclasses.replace(found, spec=crate.spec, outdated=crate.outdated)
