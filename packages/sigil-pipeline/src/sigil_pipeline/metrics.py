"""What Prometheus sees of a run: on a port while it lasts, and in a file in the end.

Both show the same: times by stage, and counts that grow with every finished batch of crates.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sigil_common.errors import MissingError
from sigil_common.jsonl import write_text
from sigil_pipeline.batch.state import CrateResult
from sigil_pipeline.observe import EXTRA_HINT, Observed, count
from sigil_pipeline.output.dataset import Dataset

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry
    from prometheus_client.core import GaugeMetricFamily

    from sigil_pipeline.settings import Settings

log = logging.getLogger(__name__)

# Meaning and labels of each count, in the order in which they are shown.
_COUNTS: dict[str, tuple[str, Sequence[str]]] = {
    "sigil_crates": ("Crates that are wanted, done, kept, and of those done by an earlier run", ["state"]),
    "sigil_crates_rejected": ("Crates by reason of rejection", ["reason"]),
    "sigil_chunks_dropped": ("Chunks by reason of rejection", ["reason"]),
    "sigil_prompts_refused": ("Candidates whose prompt will not do, by reason", ["reason"]),
    "sigil_candidates": ("Candidates that the compiler confirmed, before any choice", ["task", "level"]),
    "sigil_candidates_dropped": ("Candidates by reason", ["reason"]),
    "sigil_samples": ("Chosen samples; none before all crates are done", ["task", "level"]),
}


def count_wanted(number: int) -> None:
    """Count the crates that a run is to take."""
    for state, crates in (("wanted", number), ("done", 0), ("kept", 0), ("resumed", 0)):
        count("sigil_crates", state, by=crates)


def count_crates(results: Iterable[CrateResult], *, resumed: bool) -> None:
    """Count finished crates; they are `resumed` if an earlier run had finished them."""
    for result in results:
        count("sigil_crates", "done")
        if resumed:
            count("sigil_crates", "resumed")
        if result.rejection is None:
            count("sigil_crates", "kept")
        else:
            count("sigil_crates_rejected", result.rejection.reason)
        for row in result.dropped:
            count("sigil_chunks_dropped", row["reason"])
        for row in result.refused:
            count("sigil_prompts_refused", row["reason"])
        for one in result.candidates:
            count("sigil_candidates", one.task_type, one.level)


def count_choice(dataset: Dataset) -> None:
    """Count what was chosen from all candidates, and what was dropped."""
    for reason in (*(one.reason for one in dataset.duplicates), *(one.reason for one in dataset.contaminated)):
        count("sigil_candidates_dropped", reason)
    for sample in dataset.samples:
        count("sigil_samples", sample.task_type, sample.level)


@contextmanager
def serving(settings: Settings, observed: Observed) -> Iterator[None]:
    """Answer Prometheus while the block lasts, if a port is named; raise `MissingError` if it cannot be had."""
    if settings.metrics_port is None:
        yield
        return
    registry = _registry(observed)
    from prometheus_client import start_http_server

    try:
        server, thread = start_http_server(settings.metrics_port, settings.metrics_host, registry)
    except OSError as error:
        raise MissingError(
            f"cannot listen on {settings.metrics_host}, port {settings.metrics_port}",
            cause=error.strerror or str(error),
            hint="give another --metrics-port; 0 takes a free one",
        ) from None
    host = f"[{settings.metrics_host}]" if ":" in settings.metrics_host else settings.metrics_host
    log.info("metrics: http://%s:%s/metrics", host, server.server_port)
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def write_metrics(path: Path, observed: Observed) -> None:
    """Write the counts and times in Prometheus' text format, for a textfile collector."""
    registry = _registry(observed)
    from prometheus_client import generate_latest

    write_text(path, generate_latest(registry).decode())


def _registry(observed: Observed) -> CollectorRegistry:
    try:
        from prometheus_client import CollectorRegistry
        from prometheus_client.registry import Collector
    except ImportError:
        raise MissingError("prometheus-client is not installed", hint=EXTRA_HINT) from None

    class Live(Collector):
        def collect(self) -> Iterator[GaugeMetricFamily]:
            return _families(observed)

    registry = CollectorRegistry()
    registry.register(Live())
    return registry


def _families(observed: Observed) -> Iterator[GaugeMetricFamily]:
    """Yield what is known at this moment; called from the server's threads while the run counts."""
    from prometheus_client.core import GaugeMetricFamily

    seconds = GaugeMetricFamily("sigil_stage_seconds", "Wall clock by stage", labels=["stage"])
    cpu = GaugeMetricFamily("sigil_stage_cpu_seconds", "CPU time by stage, with all that was started", labels=["stage"])
    spent = observed.elapsed()
    for name, wall in spent.wall.items():
        seconds.add_metric([name], round(wall, 3))
        cpu.add_metric([name], round(spent.cpu[name], 3))
    yield seconds
    yield cpu
    for metric, (text, labels) in _COUNTS.items():
        family = GaugeMetricFamily(metric, text, labels=labels)
        for values, number in observed.counts.get(metric, {}).copy().items():
            family.add_metric(values, number)
        yield family
