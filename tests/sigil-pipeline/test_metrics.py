"""What Prometheus sees of a run while it lasts."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.request import ProxyHandler, build_opener

import pytest

from sigil_common.errors import MissingError
from sigil_pipeline import flow
from sigil_pipeline.batch.state import CrateResult
from sigil_pipeline.crates.crate_list import CrateSpec
from sigil_pipeline.filters import Rejection
from sigil_pipeline.metrics import serving
from sigil_pipeline.observe import Metered, Observed, Spent, add_spent, elsewhere, observing, stage
from sigil_pipeline.settings import Settings

from .choose.conftest import candidate

SPECS = [CrateSpec(name, "1.0.0") for name in ("a", "b", "c")]


def scrape(address: str) -> dict[str, float]:
    text = build_opener(ProxyHandler({})).open(address).read().decode()
    return {line.rpartition(" ")[0]: float(line.rpartition(" ")[2]) for line in text.splitlines() if line[0] != "#"}


def address_in(log: str) -> str:
    return re.findall(r"metrics: (http://\S+)", log)[-1]


def result_of(spec: CrateSpec) -> CrateResult:
    if spec.name == "b":
        return CrateResult(spec.text, spec.name, spec.version, Rejection("license", "none"))
    rows = ({"reason": "unsafe"},), ({"reason": "insufficient"},)
    offered = (candidate("f", crate=spec.name), candidate("g", crate=spec.name, task="explanations"))
    return CrateResult(spec.text, spec.name, spec.version, None, {}, offered, rows[0], refused=rows[1])


def test_counts_and_times_grow_while_the_run_lasts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    settings = Settings(output=tmp_path / "data.jsonl", metrics_port=0)
    seen: list[dict[str, float]] = []

    def results_of(specs: Sequence[CrateSpec], *_: object) -> Iterator[tuple[CrateResult, bool]]:
        yield result_of(specs[0]), True
        for spec in specs[1:]:
            with stage("lint"):
                seen.append(scrape(address_in(caplog.text)))
            yield result_of(spec), False

    tools = SimpleNamespace(
        toolchain=SimpleNamespace(version="rustc"), confined=SimpleNamespace(sandbox=SimpleNamespace(name="none"))
    )
    monkeypatch.setattr(flow, "results_of", results_of)
    monkeypatch.setattr(flow, "open_tools", lambda settings: tools)
    caplog.set_level("INFO")
    with observing(settings) as observed, serving(settings, observed):
        flow.crate_results(SPECS, settings)
        seen.append(scrape(address_in(caplog.text)))
    states = [
        [look[f'sigil_crates{{state="{name}"}}'] for name in ("wanted", "done", "kept", "resumed")] for look in seen
    ]
    assert states == [[3, 1, 1, 1], [3, 2, 1, 1], [3, 3, 2, 1]]
    assert 'sigil_crates_rejected{reason="license"}' not in seen[0]
    last = seen[-1]
    assert last['sigil_crates_rejected{reason="license"}'] == 1
    assert last['sigil_chunks_dropped{reason="unsafe"}'] == 2
    assert last['sigil_prompts_refused{reason="insufficient"}'] == 2
    assert last['sigil_candidates{level="in_crate",task="explanations"}'] == 2
    lint = [look['sigil_stage_seconds{stage="lint"}'] for look in seen]
    assert lint == sorted(lint)
    assert lint[-1] > 0


def test_a_stage_counts_before_it_ends() -> None:
    running = [("lint", float("-inf"), float("-inf"))]
    observed = Observed(Spent({"lint": 1.0}, {"lint": 2.0}), running=running)
    assert observed.elapsed() == Spent({"lint": float("inf")}, {"lint": float("inf")})
    assert observed.spent == Spent({"lint": 1.0}, {"lint": 2.0})


BUSY = "import time\nwhile time.process_time() < 0.2:\n    pass\n"


def test_cpu_time_of_a_stage_holds_what_was_started_there_and_in_other_processes(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("INFO")
    with observing(Settings()) as observed:
        with elsewhere() as spent, stage("lint"):
            subprocess.run([sys.executable, "-c", BUSY], check=True)
        assert spent.cpu["lint"] >= 0.2
        assert "lint" not in observed.spent.cpu
        with stage("fetch"):
            pass
        for _ in range(2):
            add_spent(Spent({"lint": 1.0}, {"lint": 20.25}))
    assert observed.spent.cpu["lint"] == 40.5
    assert observed.spent.cpu["run"] >= 0.2
    assert list(observed.spent.wall) == list(observed.spent.cpu) == ["run", "fetch", "lint"]
    assert caplog.messages[-1].endswith(", lint 40.5")


@pytest.mark.parametrize(("name", "counted"), [("bubblewrap", 1e6), ("none", 0.0)])
def test_what_a_sandbox_does_not_wait_for_is_counted_by_what_it_tells(name: str, counted: float) -> None:
    """And what it waits for is counted by the kernel, once."""
    sandbox: Any = SimpleNamespace(name=name, run=lambda *_: SimpleNamespace(cpu_s=1e6))
    spec: Any = None
    with observing(Settings()) as observed, stage("lint"):
        Metered(sandbox).run(["cargo"], spec)
    assert observed.spent.cpu["lint"] == pytest.approx(counted, abs=1000)


def test_only_this_machine_can_ask_unless_another_address_is_given(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    with serving(Settings(metrics_port=0), Observed()):
        address = address_in(caplog.text)
        assert address.startswith("http://127.0.0.1:")
        assert scrape(address) == {}
    with pytest.raises(OSError, match="refused"):
        scrape(address)


def test_a_port_that_is_taken_is_said_before_any_work() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with (
            pytest.raises(MissingError, match=f"cannot listen on 127.0.0.1, port {port}"),
            serving(Settings(metrics_port=port), Observed()),
        ):
            pass
