"""Watching a run: times and CPU seconds by stage and counts always; JSON logs and traces where asked for.

Stages are measured by `with stage("fetch"):` wherever the work is done, and `count` counts; `observing` collects both
for one run, and `metrics` shows them to Prometheus. Logs and traces need the extra `observability` and are off unless a
setting names them.
"""

from __future__ import annotations

import logging
import resource
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from sigil_common.errors import MissingError
from sigil_common.progress import duration

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import SpanProcessor, TracerProvider

    from sigil_common.sandbox import Outcome, Sandbox, SandboxSpec
    from sigil_pipeline.settings import Settings

log = logging.getLogger(__name__)
EXTRA_HINT = "pip install 'sigil-pipeline[observability]'"


@dataclass(frozen=True)
class Spent:
    """Seconds of wall clock and of CPU time by stage, in the order in which the stages began."""

    wall: dict[str, float] = field(default_factory=dict)
    cpu: dict[str, float] = field(default_factory=dict)

    def add(self, name: str, wall: float, cpu: float) -> None:
        """Add to what a stage took."""
        self.wall[name] = self.wall.get(name, 0.0) + wall
        self.cpu[name] = self.cpu.get(name, 0.0) + cpu


# CPU seconds of programs in the sandbox, run by run; `list.append` is safe from any thread.
_confined: list[float] = []


@dataclass(frozen=True)
class Metered:
    """A sandbox whose programs' CPU time is counted.

    bubblewrap does not wait for what it starts, so the kernel does not count it for us; a control group tells it.
    """

    sandbox: Sandbox

    @property
    def name(self) -> str:
        """See `Sandbox`."""
        return self.sandbox.name

    def run(self, argv: Sequence[str], spec: SandboxSpec, stdin: bytes = b"") -> Outcome:
        """See `Sandbox`."""
        outcome = self.sandbox.run(argv, spec, stdin)
        if self.name == "bubblewrap" and outcome.cpu_s is not None:
            _confined.append(outcome.cpu_s)
        return outcome


def cpu_seconds() -> float:
    """Return the CPU time, user and system, of this process and of all that it started and that has ended."""
    own, ended = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + ended.ru_utime + ended.ru_stime + sum(_confined)


@dataclass
class Observed:
    """What stages took, and counts by metric and labels."""

    spent: Spent = field(default_factory=Spent)
    counts: dict[str, Counter[tuple[str, ...]]] = field(default_factory=dict)
    tracing: TracerProvider | None = None
    running: list[tuple[str, float, float]] = field(default_factory=list)

    def elapsed(self) -> Spent:
        """Return what stages took up to now, those that have not ended included; from any thread."""
        spent = Spent(dict(self.spent.wall), dict(self.spent.cpu))
        for name, started, used in tuple(self.running):
            spent.add(name, time.monotonic() - started, cpu_seconds() - used)
        return spent


_current: ContextVar[Observed | None] = ContextVar("observed", default=None)


@contextmanager
def stage(name: str, **attributes: int | str) -> Iterator[None]:
    """Measure a piece of work; outside of `observing` nothing is kept."""
    observed = _current.get()
    if observed is None:
        yield
        return
    observed.spent.add(name, 0.0, 0.0)
    running = (name, time.monotonic(), cpu_seconds())
    observed.running.append(running)
    try:
        with _span(observed, name, attributes):
            yield
    finally:
        observed.running.remove(running)
        observed.spent.add(name, time.monotonic() - running[1], cpu_seconds() - running[2])


def count(metric: str, *labels: str, by: int = 1) -> None:
    """Add to a count that `metrics` knows; outside of `observing` nothing is kept."""
    observed = _current.get()
    if observed is not None:
        observed.counts.setdefault(metric, Counter())[labels] += by


@contextmanager
def elsewhere() -> Iterator[Spent]:
    """Measure the stages of a piece of work that belongs to a run in another process; `add_spent` tells it there."""
    observed = Observed()
    token = _current.set(observed)
    try:
        yield observed.spent
    finally:
        _current.reset(token)


def add_spent(spent: Spent) -> None:
    """Add what was measured in another process."""
    observed = _current.get()
    if observed is None:
        return
    for name, wall in spent.wall.items():
        observed.spent.add(name, wall, spent.cpu[name])


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
        observed = Observed(tracing=_tracer_provider(sink, settings.otlp_endpoint))
        token = _current.set(observed)
        try:
            with stage("run"):
                yield observed
        finally:
            _current.reset(token)
            if observed.tracing is not None:
                observed.tracing.shutdown()
            stages = {name: wall for name, wall in observed.spent.wall.items() if name != "run"}
            times = ", ".join(f"{name} {duration(wall)}" for name, wall in stages.items())
            log.info("stages: %s", times or "nothing to do")
            used = ", ".join(f"{name} {observed.spent.cpu[name]:.1f}" for name in stages)
            log.info("CPU seconds: %s", used or "nothing to do")


def _log_as_json() -> None:
    try:
        import structlog
    except ImportError:
        raise MissingError("structlog is not installed", hint=EXTRA_HINT) from None
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


def _tracer_provider(sink: IO[str] | None, endpoint: str | None) -> TracerProvider | None:
    """Return a provider that writes each finished span as a line of JSON, or sends it, or both; `None` for neither."""
    if sink is None and endpoint is None:
        return None
    try:
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import ConsoleSpanExporter, SimpleSpanProcessor
    except ImportError:
        raise MissingError("opentelemetry-sdk is not installed", hint=EXTRA_HINT) from None
    provider = TracerProvider(resource=Resource.create({"service.name": "sigil-pipeline"}))
    if sink is not None:
        exporter = ConsoleSpanExporter(out=sink, formatter=lambda span: f"{span.to_json(indent=None)}\n")
        provider.add_span_processor(SimpleSpanProcessor(exporter))
    if endpoint is not None:
        provider.add_span_processor(_sender(endpoint))
    return provider


def _sender(endpoint: str) -> SpanProcessor:
    try:
        from sigil_pipeline.delivery import sender
    except ImportError:
        raise MissingError("opentelemetry's OTLP exporter is not installed", hint=EXTRA_HINT) from None
    return sender(endpoint)
