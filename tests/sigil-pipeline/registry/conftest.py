"""A registry on this machine that throttles, fails and breaks off as a test wants, and time that a test moves."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest

from sigil_pipeline.registry.client import Clock

DAY_S = 86_400.0


@dataclass(frozen=True)
class Reply:
    """What the registry does once: `cut` says how many bytes of the answer it keeps to itself."""

    status: int = 200
    body: Any = None
    retry_after: str | None = None
    cut: int = 0


@dataclass
class Registry:
    """`replies` are given in turn for each path, the last one for ever; `asked` are the paths and agents so far."""

    url: str = ""
    replies: dict[str, list[Reply]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    agents: set[str] = field(default_factory=set)

    def has(self, *crates: dict[str, Any], page: int = 1) -> None:
        """List crates, and give a row for the version of each."""
        rows = [{"name": f"crate-{number}", **LISTED, **crate} for number, crate in enumerate(crates)]
        self.replies[f"crates?sort=downloads&per_page=100&page={page}"] = [Reply(body={"crates": rows})]
        for row in rows:
            path = f"crates/{row['name']}/{row['max_stable_version']}"
            self.replies[path] = [Reply(body={"version": {**VERSION, **row.get("version", {})}})]


LISTED = {
    "max_stable_version": "1.2.3",
    "downloads": 5_000_000,
    "recent_downloads": 1_000_000,
    "updated_at": "2026-05-01T10:00:00.123456Z",
    "repository": None,
    "documentation": None,
    "description": "Does something.",
}
VERSION = {
    "license": "MIT OR Apache-2.0",
    "edition": "2021",
    "crate_size": 20_000,
    "has_lib": True,
    "yanked": False,
    "created_at": "2026-05-01T10:00:00.123456+00:00",
}


@pytest.fixture
def registry() -> Iterator[Registry]:
    served = Registry()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            path = self.path.removeprefix("/api/v1/")
            served.asked.append(path)
            served.agents.add(self.headers["User-Agent"])
            replies = served.replies.get(path, [Reply(404, {"errors": []})])
            reply = replies.pop(0) if len(replies) > 1 else replies[0]
            body = reply.body.encode() if isinstance(reply.body, str) else json.dumps(reply.body).encode()
            self.send_response(reply.status)
            self.send_header("Content-Length", str(len(body)))
            if reply.retry_after is not None:
                self.send_header("Retry-After", reply.retry_after)
            self.end_headers()
            self.wfile.write(body[: len(body) - reply.cut])
            self.close_connection = reply.cut > 0

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        served.url = f"http://127.0.0.1:{server.server_address[1]}/api/v1/"
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield served
        server.shutdown()
        thread.join()


@dataclass
class Moved:
    """A clock that only sleeping moves, and how long each sleep was."""

    at: float = 20_600 * DAY_S  # in May of 2026
    slept: list[float] = field(default_factory=list)

    @property
    def clock(self) -> Clock:
        return Clock(lambda: self.at, self.pass_by)

    def pass_by(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.at += seconds


@pytest.fixture
def moved() -> Moved:
    return Moved()
