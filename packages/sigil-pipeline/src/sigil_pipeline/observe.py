"""Watching a run: time per stage always; JSON logs, Prometheus metrics and traces where asked for.

Stages are measured by `with stage("fetch"):` wherever the work is done; `observing` collects them for one
run. The three outputs need the extra `observability` and are off unless a setting names them.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from sigil_common.errors import MissingError
from sigil_common.jsonl import write_text
from sigil_common.progress import duration

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider

    from sigil_common.records import DatasetSummary
    from sigil_pipeline.settings import Settings

log = logging.getLogger(__name__)
_EXTRA_HINT = "pip install 'sigil-pipeline[observability]'"


@dataclass
class Observed:
    """Seconds of wall clock by stage, in the order in which the stages began."""

    seconds: dict[str, float] = field(default_factory=dict)
    tracing: TracerProvider | None = None


_current: ContextVar[Observed | None] = ContextVar("observed", default=None)


@contextmanager
def stage(name: str, **attributes: int | str) -> Iterator[None]:
    """Measure a piece of work; outside of `observing` nothing is kept."""
    observed = _current.get()
    if observed is None:
        yield
        return
    observed.seconds.setdefault(name, 0.0)
    started = time.monotonic()
    try:
        with _span(observed, name, attributes):
            yield
    finally:
        observed.seconds[name] += time.monotonic() - started


@contextmanager
def elsewhere() -> Iterator[dict[str, float]]:
    """Measure the stages of a piece of work that belongs to a run in another process; `add_seconds` tells it there."""
    observed = Observed()
    token = _current.set(observed)
    try:
        yield observed.seconds
    finally:
        _current.reset(token)


def add_seconds(seconds: Mapping[str, float]) -> None:
    """Add what was measured in another process."""
    observed = _current.get()
    for name, spent in seconds.items() if observed is not None else ():
        observed.seconds[name] = observed.seconds.get(name, 0.0) + spent  # type: ignore[union-attr]


def _span(observed: Observed, name: str, attributes: Mapping[str, int | str]) -> AbstractContextManager[Any]:
    if observed.tracing is None:
        return nullcontext()
    return observed.tracing.get_tracer("sigil-pipeline").start_as_current_span(name, attributes=dict(attributes))


@contextmanager
def observing(settings: Settings) -> Iterator[Observed]:
    """Collect the stages of a run; log their times in the end."""
    if settings.log_format == "json":
        _log_as_json()
    with _open_trace(settings.trace_file) as sink:
        observed = Observed(tracing=_tracer_provider(sink) if sink is not None else None)
        token = _current.set(observed)
        try:
            with stage("run"):
                yield observed
        finally:
            _current.reset(token)
            if observed.tracing is not None:
                observed.tracing.shutdown()
            times = ", ".join(f"{name} {duration(spent)}" for name, spent in observed.seconds.items() if name != "run")
            log.info("stages: %s", times or "nothing to do")


def write_metrics(path: Path, summary: DatasetSummary, observed: Observed) -> None:
    """Write the run's counts and times in Prometheus' text format, for a textfile collector."""
    try:
        from prometheus_client import CollectorRegistry, Gauge, generate_latest
    except ImportError:
        raise MissingError("prometheus-client is not installed", hint=_EXTRA_HINT) from None
    registry = CollectorRegistry()
    seconds = Gauge("sigil_stage_seconds", "Wall clock by stage", ["stage"], registry=registry)
    for name, spent in observed.seconds.items():
        seconds.labels(name).set(round(spent, 3))
    for metric, text, label, counts in _counts(summary):
        gauge = Gauge(metric, text, [label], registry=registry)
        for name, count in counts.items():
            gauge.labels(name).set(count)
    write_text(path, generate_latest(registry).decode())


def _counts(summary: DatasetSummary) -> Iterator[tuple[str, str, str, Mapping[str, int]]]:
    crates = summary.crates
    yield "sigil_crates_rejected", "Crates by reason of rejection", "reason", crates.rejected
    yield "sigil_crates", "Crates wanted and kept", "state", {"wanted": crates.wanted, "kept": crates.kept}
    yield "sigil_chunks_dropped", "Chunks by reason of rejection", "reason", summary.chunks.dropped
    yield "sigil_candidates_dropped", "Candidates by reason", "reason", summary.candidates.dropped
    yield "sigil_samples", "Samples by task type", "task", summary.samples.by_task


def _log_as_json() -> None:
    try:
        import structlog
    except ImportError:
        raise MissingError("structlog is not installed", hint=_EXTRA_HINT) from None
    stamp = structlog.processors.TimeStamper(fmt="iso", utc=True)
    before: list[Any] = [structlog.stdlib.add_log_level, structlog.stdlib.add_logger_name, stamp]
    last: list[Any] = [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=before, processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last]
    )
    for handler in logging.getLogger().handlers:
        handler.setFormatter(formatter)


@contextmanager
def _open_trace(path: Path | None) -> Iterator[IO[str] | None]:
    if path is None:
        yield None
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        sink = path.open("w", encoding="utf-8")
    except OSError as error:
        raise MissingError(f"cannot write {path}", cause=error.strerror) from None
    with sink:
        yield sink


def _tracer_provider(sink: IO[str]) -> TracerProvider:
    """Return a provider that writes each finished span as a line of JSON."""
    try:
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import ConsoleSpanExporter, SimpleSpanProcessor
    except ImportError:
        raise MissingError("opentelemetry-sdk is not installed", hint=_EXTRA_HINT) from None
    provider = TracerProvider(resource=Resource.create({"service.name": "sigil-pipeline"}))
    exporter = ConsoleSpanExporter(out=sink, formatter=lambda span: f"{span.to_json(indent=None)}\n")
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    return provider
