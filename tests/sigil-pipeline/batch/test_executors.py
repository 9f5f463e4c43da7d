"""Several workers give the bytes of one, and a clear word where there is no cluster or not enough memory."""

from __future__ import annotations

import logging
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from sigil_common.errors import MissingError
from sigil_pipeline.batch import executors, ray_workers, share, workers
from sigil_pipeline.batch.executors import affordable, open_executor
from sigil_pipeline.batch.groups import Unit
from sigil_pipeline.crates.crate_list import CrateSpec
from sigil_pipeline.crates.resolve import Resolved
from sigil_pipeline.settings import Settings
from sigil_pipeline.tools import Tools, open_tools

GIB = 1 << 30


@pytest.fixture(scope="module")
def tools() -> Tools:
    return open_tools(Settings())


@pytest.mark.parametrize(
    ("memory", "wanted", "found", "each"),
    [(24, 1, 1, 12), (24, 4, 4, 3), (24, 40, 6, 2), (64, 2, 2, 16), (64, 1, 1, 16), (3, 4, 1, 1.5)],
)
def test_builds_share_half_of_the_memory(
    memory: int, wanted: int, found: int, each: float, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("sigil_common.sandbox.memory_of_machine", lambda: memory * GIB)
    with caplog.at_level(logging.WARNING):
        assert affordable(wanted) == found
    assert bool(caplog.records) is (found < wanted)
    assert share.share_of_memory(found) == each * GIB


def test_without_ray_the_extra_is_named(monkeypatch: pytest.MonkeyPatch, tools: Tools) -> None:
    monkeypatch.setitem(__import__("sys").modules, "ray", None)
    with (
        pytest.raises(MissingError, match="ray is not installed") as error,
        open_executor(Settings(executor="ray"), tools),
    ):
        pass
    assert error.value.hint == "pip install 'sigil-pipeline[ray]'"


def test_a_worker_that_is_gone_is_told(monkeypatch: pytest.MonkeyPatch, tools: Tools, tmp_path: Path) -> None:
    settings = Settings(output=tmp_path / "data.jsonl")
    unit: Any = Unit(())
    with workers.local_workers(settings, tools, 1) as executor:
        (worker,) = executor._workers  # type: ignore[attr-defined]
        worker._process.kill()
        with pytest.raises(MissingError, match="a worker process ended") as error:
            list(executor.run([unit]))
    assert error.value.cause == "killed by SIGKILL, often for lack of memory"


def test_what_a_worker_falls_over_is_raised_here(tools: Tools, tmp_path: Path) -> None:
    settings = Settings(output=tmp_path / "data.jsonl")
    unit: Any = Unit(())
    with workers.local_workers(settings, tools, 1) as executor, pytest.raises(IndexError):
        list(executor.run([unit]))


class _Ray:
    """Stands for Ray: calls the worker here, when it is asked what came of it."""

    exceptions = SimpleNamespace(RayError=LookupError)  # what an empty unit falls over is caught by the worker itself

    def __init__(self, cpus: int) -> None:
        self.cpus = cpus
        self.options: dict[str, Any] = {}
        self.killed = 0

    def is_initialized(self) -> bool:
        return True

    def nodes(self) -> list[dict[str, Any]]:
        return [{"Alive": True, "Resources": {"CPU": float(self.cpus), "memory": 16.0 * GIB}}]

    def remote(self, **options: Any) -> Any:
        self.options = options
        ray = self

        class Method:
            def __init__(self, call: Any) -> None:
                self.call = call

            def remote(self, *given: Any) -> Any:
                return lambda: self.call(*given)

        class Actor:
            def __init__(self, kind: Any, given: Any) -> None:
                self.worker = kind(*given)
                self.process = Method(self.worker.process)

        class Kind:
            def __init__(self, kind: Any) -> None:
                self.kind = kind

            def remote(self, *given: Any) -> Actor:
                ray.made = getattr(ray, "made", 0) + 1  # type: ignore[attr-defined]
                return Actor(self.kind, given)

        return Kind

    def wait(self, busy: list[Any], num_returns: int) -> tuple[list[Any], list[Any]]:
        return busy[-num_returns:], busy[:-num_returns]

    def get(self, ready: Any) -> Any:
        return ready()

    def kill(self, actor: Any) -> None:
        self.killed += 1
        actor.worker._open.close()  # what a process that ends leaves is removed by a later one


def test_workers_of_a_cluster_share_half_of_its_memory(
    monkeypatch: pytest.MonkeyPatch, tools: Tools, tmp_path: Path
) -> None:
    ray = _Ray(cpus=4)
    monkeypatch.setitem(__import__("sys").modules, "ray", ray)
    settings = Settings(output=tmp_path / "data.jsonl", executor="ray", n_workers=3)
    unit: Any = Unit(())
    with executors.open_executor(settings, tools) as executor, pytest.raises(IndexError):
        list(executor.run([unit, unit, unit]))
    assert ray.options == {"num_cpus": 1, "memory": 8 * GIB}
    assert ray.killed == 2


def test_a_worker_that_the_cluster_lost_is_told(monkeypatch: pytest.MonkeyPatch, tools: Tools, tmp_path: Path) -> None:
    def lost(_ready: Any) -> Any:
        raise LookupError("the actor died\nand more")

    ray = _Ray(cpus=4)
    monkeypatch.setattr(ray, "get", lost)
    monkeypatch.setitem(__import__("sys").modules, "ray", ray)
    settings = Settings(output=tmp_path / "data.jsonl", executor="ray")
    unit: Any = Unit(())
    with executors.open_executor(settings, tools) as executor, pytest.raises(MissingError) as error:
        list(executor.run([unit]))
    assert (error.value.what, error.value.cause) == ("a worker of the cluster ended", "the actor died")
    assert ray.killed == 1


def test_a_worker_elsewhere_fetches_what_a_crate_is_built_with(
    monkeypatch: pytest.MonkeyPatch, tools: Tools, tmp_path: Path
) -> None:
    """Also where the crate itself lies already, from other work: its dependencies may not."""
    asked = []

    def resolve(spec: CrateSpec, *_: object, **how: object) -> Resolved:
        asked.append((spec.text, how["offline"], how["lock"]))
        return crate

    (tmp_path / "itoa").mkdir()
    package: Any = SimpleNamespace(root=tmp_path / "itoa", version="1.0.0")
    crate = Resolved(CrateSpec("itoa"), package, "its lock", frozenset())
    monkeypatch.setattr(ray_workers, "resolve", resolve)
    assert ray_workers._here(crate, tools, tmp_path, offline=True).spec == crate.spec
    assert asked == [("itoa@1.0.0", True, "its lock")]
