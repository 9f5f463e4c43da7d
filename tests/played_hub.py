"""A hub of models on this machine: it has the repositories that a test gives it, and keeps what it was asked for."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest


def commit_of(name: str) -> str:
    """Return the one commit of a repository."""
    return hashlib.sha1(name.encode()).hexdigest()


def files_below(directory: Path, folder: str = "") -> dict[str, bytes]:
    """Return the files of a directory, as a repository has them in `folder`."""
    inside = f"{folder}/" if folder else ""
    return {f"{inside}{path.name}": path.read_bytes() for path in directory.iterdir() if path.is_file()}


@dataclass
class Hub:
    """`repositories` are files by path, by the name of their repository; `asked` the paths of all requests."""

    url: str
    repositories: Mapping[str, Mapping[str, bytes]]
    asked: list[str] = field(default_factory=list)

    @property
    def fetched(self) -> set[str]:
        """What was fetched, as repository and path; each at the commit of its repository."""
        places = [path.split("/resolve/") for path in self.asked if "/resolve/" in path]
        assert all(rest.partition("/")[0] == commit_of(name) for name, rest in places)
        return {f"{name}: {rest.partition('/')[2]}" for name, rest in places}

    def environment(self, cache: Path) -> dict[str, str]:
        """Return what lets a process ask this hub, with a cache of its own."""
        quiet = {"HF_HUB_DISABLE_TELEMETRY": "1", "HF_HUB_DISABLE_XET": "1", "HF_HUB_DISABLE_UPDATE_CHECK": "1"}
        asked = {"HF_ENDPOINT": self.url, "HF_HUB_CACHE": str(cache), "HF_HUB_OFFLINE": "0", "no_proxy": "127.0.0.1"}
        return asked | quiet

    def use(self, monkeypatch: pytest.MonkeyPatch, cache: Path) -> None:
        """Let this process ask this hub, with a cache of its own."""
        from huggingface_hub import close_session, constants

        monkeypatch.setattr(constants, "ENDPOINT", self.url)
        template = constants.HUGGINGFACE_CO_URL_TEMPLATE.partition("/{repo_id}")[2]
        monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", f"{self.url}/{{repo_id}}{template}")
        monkeypatch.setattr(constants, "HF_HUB_CACHE", str(cache))
        monkeypatch.setattr(constants, "HF_HUB_DISABLE_XET", True)
        monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
        monkeypatch.setenv("no_proxy", "127.0.0.1")
        close_session()  # one that was opened before knows the proxies of then


class Server(ThreadingHTTPServer):
    hub: Hub


class Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        path = unquote(urlsplit(self.path).path).strip("/")
        if not path.startswith("api/models/") and "/resolve/" not in path:  # what huggingface_hub asks of itself
            self._send(404, b"")
            return
        self.server.hub.asked.append(path)
        if path.startswith("api/models/"):
            owner, model, *rest = path.removeprefix("api/models/").split("/")
            self._about(f"{owner}/{model}", *(rest or ("revision", "main"))[:2])
        else:
            name, _, rest = path.partition("/resolve/")
            self._file(name, *rest.split("/", 1))

    do_HEAD = do_GET

    def _about(self, name: str, what: str, revision: str) -> None:
        if (files := self._files(name, revision)) is None:
            return
        rows: Any = [{"type": "file", "path": path, "size": len(data), "oid": "0"} for path, data in files.items()]
        if what != "tree":
            rows = {"id": name, "sha": commit_of(name), "siblings": [{"rfilename": path} for path in files]}
        self._send(200, json.dumps(rows).encode())

    def _file(self, name: str, revision: str, path: str) -> None:
        if (files := self._files(name, revision)) is None:
            return
        about = {"X-Repo-Commit": commit_of(name)}
        if path not in files:
            self._send(404, b"", about | {"X-Error-Code": "EntryNotFound"})
        else:
            self._send(200, files[path], about | {"ETag": f'"{hashlib.sha256(files[path]).hexdigest()}"'})

    def _files(self, name: str, revision: str) -> Mapping[str, bytes] | None:
        files = self.server.hub.repositories.get(name)
        if files is None:
            self._send(404, b"", {"X-Error-Code": "RepoNotFound"})
        elif revision not in ("main", commit_of(name)):
            self._send(404, b"", {"X-Error-Code": "RevisionNotFound"})
            return None
        return files

    def _send(self, status: int, data: bytes, headers: Mapping[str, str] | None = None) -> None:
        self.send_response(status)
        for key, value in {"Content-Length": str(len(data)), **(headers or {})}.items():
            self.send_header(key, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    def log_message(self, *_: Any) -> None:
        return


@contextmanager
def playing(repositories: Mapping[str, Mapping[str, bytes]]) -> Iterator[Hub]:
    """Serve repositories, each with one commit, which is that of `main` too."""
    with Server(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        server.hub = Hub(f"http://127.0.0.1:{server.server_port}", repositories)
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield server.hub
        finally:
            server.shutdown()
            thread.join()
