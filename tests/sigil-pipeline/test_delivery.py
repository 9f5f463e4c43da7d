"""Traces that are sent to a collector, and what becomes of those that cannot be."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult

from sigil_common.errors import InputError
from sigil_pipeline import delivery
from sigil_pipeline.checks import check_settings
from sigil_pipeline.delivery import Delivery, traces_url
from sigil_pipeline.observe import observing, stage
from sigil_pipeline.settings import Settings


@dataclass
class Received:
    url: str
    requests: list[tuple[str, bytes]] = field(default_factory=list)

    @property
    def spans(self) -> dict[str, Span]:
        messages = [ExportTraceServiceRequest.FromString(body) for _, body in self.requests]
        scopes = [scope for message in messages for one in message.resource_spans for scope in one.scope_spans]
        return {span.name: span for scope in scopes for span in scope.spans}


@contextmanager
def collector(status: int = 200) -> Iterator[Received]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            received.requests.append((self.path, self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *words: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        received = Received(f"http://127.0.0.1:{server.server_port}")
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield received
        server.shutdown()
        thread.join()


@pytest.fixture(autouse=True)
def _nothing_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)


def test_a_collector_gets_what_the_file_gets(tmp_path: Path) -> None:
    file = tmp_path / "spans.jsonl"
    with collector() as received:
        with observing(Settings(otlp_endpoint=received.url, trace_file=file)), stage("lint", crates=3):
            pass
    assert {path for path, _ in received.requests} == {"/v1/traces"}
    spans = received.spans
    assert set(spans) == {"run", "lint"} == {json.loads(line)["name"] for line in file.read_text().splitlines()}
    assert spans["lint"].parent_span_id == spans["run"].span_id
    assert [(one.key, one.value.int_value) for one in spans["lint"].attributes] == [("crates", 3)]
    resource = ExportTraceServiceRequest.FromString(received.requests[0][1]).resource_spans[0].resource
    assert "sigil-pipeline" in {one.value.string_value for one in resource.attributes}


def ran(endpoint: str, caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return the warnings of a run of two stages, each of which is sent apart."""
    caplog.set_level(logging.DEBUG)
    with observing(Settings(otlp_endpoint=endpoint)) as observed:
        for name in ("fetch", "lint"):
            with stage(name):
                pass
            assert observed.tracing is not None
            observed.tracing.force_flush()
    assert list(observed.spent.wall) == ["run", "fetch", "lint"]
    return [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]


def test_a_collector_that_refuses_is_named_once_and_the_run_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    with collector(status=404) as received:
        said = ran(received.url.replace("//", "//me:secret@"), caplog)
    assert len(received.requests) == 1
    place = received.url.removeprefix("http://")
    why = "Failed to export spans batch code: 404, reason: Not Found"
    assert said == [f"traces do not reach {place}, and the run goes on without: {why}"]


def test_so_is_one_that_is_not_there(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery, "_TIMEOUT_S", 0.2)
    with collector() as gone:
        pass
    (said,) = ran(gone.url, caplog)
    assert said.startswith(f"traces do not reach {gone.url.removeprefix('http://')}, and the run goes on without: ")


class Broken(SpanExporter):
    def __init__(self, answer: Callable[[], SpanExportResult]) -> None:
        self.answer = answer
        self.asked = 0

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        self.asked += 1
        return self.answer()


def test_after_a_pause_it_is_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    now: list[float] = []
    inner = Broken(lambda: 1 / 0)  # type: ignore[arg-type, return-value]
    sent = Delivery(inner, "http://collector:4318", clock=lambda: now[-1])
    for moment, asked in ((1000.0, 1), (1059.0, 1), (1061.0, 2), (1122.0, 3)):
        now.append(moment)
        assert sent.export([]) is SpanExportResult.FAILURE
        assert inner.asked == asked
    inner.answer = lambda: SpanExportResult.SUCCESS
    now.append(1200.0)
    assert sent.export([]) is SpanExportResult.SUCCESS
    assert caplog.messages == [
        "traces do not reach collector:4318, and the run goes on without: ZeroDivisionError: division by zero"
    ]


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["Pool(Caused by E('[Errno 111] Connection refused')), retrying", "Failed"], "Connection refused"),
        (['E("x: [Errno -2] Name or service not known")'], "Name or service not known"),
        (["Failed to export spans batch code: 404"], "Failed to export spans batch code: 404"),
        (["x" * 400], "x" * 300),
        ([], "no reason is known"),
    ],
)
def test_the_reason_is_what_the_system_said(words: list[str], reason: str, caplog: pytest.LogCaptureFixture) -> None:
    def fail() -> SpanExportResult:
        for word in words:
            logging.getLogger("opentelemetry.exporter").warning(word)
        return SpanExportResult.FAILURE

    Delivery(Broken(fail), "http://a:4318").export([])
    assert caplog.messages == [f"traces do not reach a:4318, and the run goes on without: {reason}"]


@pytest.mark.parametrize("endpoint", ["http://a:4318", "http://a:4318/", "http://a:4318/v1/traces"])
def test_the_path_of_traces_is_added_where_it_lacks(endpoint: str) -> None:
    assert traces_url(endpoint) == "http://a:4318/v1/traces"


@pytest.mark.parametrize("endpoint", ["localhost:4318", "grpc://a:4317", "http://", "http://a:x", "http://[a", ""])
def test_what_is_no_url_of_a_collector_is_refused_before_any_work(endpoint: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="`otlp_endpoint` is no URL of a collector"):
        check_settings(Settings(output=tmp_path / "data.jsonl", otlp_endpoint=endpoint))
