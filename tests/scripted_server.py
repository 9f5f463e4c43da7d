"""A server of OpenAI's completions protocol on this machine that does what a test tells it: answers, throttles, fails.

Run as a program it stands in for the command `vllm`, and the environment says how it is to misbehave. It needs Python
alone.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

Answer = tuple[Sequence[str], str]
"""The pieces of an answer, and why it ended."""


class Server(ThreadingHTTPServer):
    """Answers `answer(body)`, unless the next of `faults` is to be done first.

    Faults: a status with a `Retry-After`, as `429 2`; `cut`, `hang up`, `no choices`, `error`, `no json`, `abort`.
    """

    daemon_threads = True
    request_queue_size = 256

    def __init__(self, answer: Callable[[dict[str, Any]], Answer], port: int = 0, **told: Any) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.answer = answer
        self.faults: list[str] = []
        self.models: list[dict[str, Any]] = [{"id": "m", "owned_by": "tests", "root": "/somewhere/m"}]
        self.pages: dict[str, Any] = {"/version": {"version": "1.2.3"}, "/health": {}}
        self.takes_ids = True
        self.refused: frozenset[str] = frozenset()
        self.count: Callable[[Any], int | None] = len
        self.streams = True
        self.bodies: list[dict[str, Any]] = []
        self.keys: list[str | None] = []
        self.wrong: list[str] = []
        self.under_way = self.most = 0
        self.lock = threading.Lock()
        for name, value in told.items():
            setattr(self, name, value)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Keep what went wrong: a traceback printed by a thread disturbs pytest (CPython 3.11 parses code for it)."""
        self.wrong.append(repr(sys.exception()))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"

    @property
    def asked(self) -> list[dict[str, Any]]:
        """The requests that were no trials."""
        return [body for body in self.bodies if body["max_tokens"] > 1]


class Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        return

    def do_GET(self) -> None:
        pages = {"/v1/models": {"object": "list", "data": self.server.models}, **self.server.pages}
        found = pages.get(self.path)
        with suppress(BrokenPipeError, ConnectionResetError):
            self._send(404, {"error": {"message": "none"}}) if found is None else self._send(200, found)

    def do_POST(self) -> None:
        own, body = self.server, json.loads(self.rfile.read(int(self.headers["content-length"])))
        with own.lock:
            own.bodies.append(body)
            own.keys.append(self.headers["authorization"])
            own.under_way += 1
            own.most = max(own.most, own.under_way)
            fault = own.faults.pop(0) if own.faults and body["max_tokens"] > 1 else ""
        try:
            self._answer(body, fault)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True
        finally:
            with own.lock:
                own.under_way -= 1

    def _answer(self, body: dict[str, Any], fault: str) -> None:
        own = self.server
        if fault[:1].isdigit():
            status, _, wait = fault.partition(" ")
            self._send(int(status), {"error": {"message": "not now"}}, {"retry-after": wait} if wait else {})
            return
        if fault == "hang up":
            self.close_connection = True
            return
        unknown = own.refused & set(body)
        if unknown or (isinstance(body["prompt"], list) and not own.takes_ids):
            self._send(422, {"detail": f"unknown: {', '.join(sorted(unknown)) or 'prompt'}"})
            return
        pieces, reason = own.answer(body) if body["max_tokens"] > 1 else (["x"], "length")
        counted = own.count(body["prompt"])
        usage = {"prompt_tokens": counted, "completion_tokens": len(pieces)} if counted is not None else None
        if not own.streams:
            choice = {"text": "".join(pieces), "finish_reason": reason}
            self._send(200, {"choices": [choice] if fault != "no choices" else [], "usage": usage})
            return
        self._stream(pieces, reason, fault, usage if body.get("stream_options") else None)

    def _stream(self, pieces: Sequence[str], reason: str, fault: str, usage: dict[str, int] | None) -> None:
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()
        self._chunk(": a comment\n\n")
        for number, piece in enumerate(pieces):
            if fault == "cut" and number == 1:
                self._chunk("")
                return
            self._event({"choices": [{"index": 0, "text": piece, "finish_reason": None}]})
        last = {
            "no choices": {"object": "nothing"},
            "error": {"error": {"message": "out of\nmemory"}},
            "abort": {"choices": [{"text": "", "finish_reason": "abort"}]},
        }
        if fault == "no json":
            self._chunk("data: {broken\n\n")
        else:
            self._event(last.get(fault, {"choices": [{"index": 0, "text": "", "finish_reason": reason}]}))
        if usage is not None:
            self._event({"choices": [], "usage": usage})
        self._chunk("data: [DONE]\n\n")
        self._chunk("")

    def _event(self, event: dict[str, Any]) -> None:
        self._chunk(f"data: {json.dumps(event)}\n\n")

    def _chunk(self, text: str) -> None:
        data = text.encode()
        self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))

    def _send(self, status: int, value: Any, headers: dict[str, str] | None = None) -> None:
        data = json.dumps(value).encode()
        self.send_response(status)
        for name, text in {
            "content-type": "application/json",
            "content-length": str(len(data)),
            **(headers or {}),
        }.items():
            self.send_header(name, text)
        self.end_headers()
        self.wfile.write(data)


@contextmanager
def serving(answer: Callable[[dict[str, Any]], Answer], **told: Any) -> Iterator[Server]:
    """Run a server for the time of the block."""
    with Server(answer, **told) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


def stub(place: Path) -> Path:
    """Write an executable that stands in for `vllm`."""
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(f'#!/bin/sh\nexec "{sys.executable}" -I "{__file__}" "$@"\n')
    place.chmod(0o755)
    return place


def main(words: list[str]) -> None:
    """Behave as `vllm serve MODEL ...`.

    `STUB_NOTES` is a file for words and process ids: its own, and that of a process that holds the GPU, as it were.
    `STUB_FAULT`: `start` ends it before it listens, `silent` lets answers wait for ever.
    """
    options = dict(zip(words[2::2], words[3::2], strict=False))
    engine = subprocess.Popen(["sleep", "1000"])
    with Path(os.environ["STUB_NOTES"]).open("a") as notes:
        notes.write(json.dumps({"words": words, "pids": [os.getpid(), engine.pid], "env": sorted(os.environ)}) + "\n")
    if os.environ.get("STUB_FAULT") == "start":
        print("loading\nCUDA error: no device", file=sys.stderr)
        sys.exit(1)

    def answer(body: dict[str, Any]) -> Answer:
        if os.environ.get("STUB_FAULT") == "silent":
            threading.Event().wait()
        return ["\n    a", f" + {body['seed'] % 7}\n}}\n", "\nfn more"], "length"

    name = options.get("--served-model-name") or options["--lora-modules"].partition("=")[0]
    models = [{"id": name, "owned_by": "vllm", "root": words[1]}]
    with Server(answer, int(options["--port"]), models=models) as server:
        server.serve_forever(0.05)


if __name__ == "__main__":
    main(sys.argv[1:])
