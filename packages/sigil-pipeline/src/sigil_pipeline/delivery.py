"""Sending spans to a collector. What cannot be delivered is lost: that is said once, and the run goes on.

Imported where a collector is named only: it needs opentelemetry's OTLP exporter.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from urllib.parse import urlsplit

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult

log = logging.getLogger(__name__)

_PATH = "/v1/traces"
# Of one attempt with all its retries; the end of a run waits for one at most.
_TIMEOUT_S = 5.0
# After an attempt that failed; spans of that time are lost.
_PAUSE_S = 60.0


def sender(endpoint: str) -> BatchSpanProcessor:
    """Return what sends finished spans to a collector, from a thread of its own."""
    return BatchSpanProcessor(Delivery(OTLPSpanExporter(traces_url(endpoint), timeout=_TIMEOUT_S), endpoint))


def traces_url(endpoint: str) -> str:
    """Return where a collector takes traces."""
    return endpoint if endpoint.endswith(_PATH) else endpoint.rstrip("/") + _PATH


class Delivery(SpanExporter):
    """Sends spans through `inner`, and after a failure nothing for a minute."""

    def __init__(self, inner: SpanExporter, endpoint: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._inner = inner
        self._clock = clock
        self._place = urlsplit(endpoint).netloc.rpartition("@")[2]  # without a password
        self._said = False
        self._paused_until = float("-inf")

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Send spans; log a failure if it is the first."""
        if self._clock() < self._paused_until:
            return SpanExportResult.FAILURE
        with _listening() as heard:
            try:
                result = self._inner.export(spans)
            except Exception as error:
                heard.append(f"{type(error).__name__}: {error}")
                result = SpanExportResult.FAILURE
        if result is not SpanExportResult.SUCCESS:
            self._paused_until = self._clock() + _PAUSE_S
            self._say(heard)
        return result

    def shutdown(self) -> None:
        """End an attempt that is being made."""
        self._inner.shutdown()

    def _say(self, heard: Sequence[str]) -> None:
        if not self._said:
            self._said = True
            why = heard[0] if heard else "no reason is known"
            log.warning("traces do not reach %s, and the run goes on without: %s", self._place, why[:300])


@contextmanager
def _listening() -> Iterator[list[str]]:
    """Collect what opentelemetry logs instead of showing it: every attempt fails with several lines of its own."""
    heard: list[str] = []
    logger, ear = logging.getLogger("opentelemetry"), _Ear(heard)
    before = logger.propagate
    logger.addHandler(ear)
    logger.propagate = False
    try:
        yield heard
    finally:
        logger.propagate = before
        logger.removeHandler(ear)


class _Ear(logging.Handler):
    def __init__(self, heard: list[str]) -> None:
        super().__init__()
        self._heard = heard

    def emit(self, record: logging.LogRecord) -> None:
        self._heard.append(record.getMessage())
