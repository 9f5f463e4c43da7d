"""The commands of the runbooks on data sets, run as they stand but for names of crates, ports and the hub.

All pages work in one folder, with the data set that the first page makes.
"""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import yaml

from sigil_pipeline.metrics import count_wanted, serving
from sigil_pipeline.observe import observing
from sigil_pipeline.settings import Settings

from ..clock import HANG_S
from .conftest import CRATES
from .test_delivery import collector
from .test_metrics import address_in

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not (shutil.which("jq") and shutil.which("curl")), reason="the runbooks use jq and curl"),
]
ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted((ROOT / "docs" / "runbooks").glob("dataset-*.md"))
LIST = ["mini-text", "mini-num", "copyleft"]


def blocks(page: str, language: str = "bash") -> list[str]:
    text = (ROOT / "docs" / "runbooks" / f"dataset-{page}.md").read_text()
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


class Workplace:
    """A folder that looks like a checkout, and what stands in for the names in the commands."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.instead = {"heck@0.5.0": f"path:{CRATES / 'mini-num'}", "--crate heck": "--crate mini-num"}
        self.instead["heck-*.json"] = "mini-num-*.json"
        (folder / "data").mkdir()
        (folder / "data" / "crate_list.txt").write_text("".join(f"path:{CRATES / name}\n" for name in LIST))
        (folder / "tools").symlink_to(ROOT / "tools")

    def run(self, command: str, **more: str) -> subprocess.CompletedProcess[str]:
        for name, other in self.instead.items():
            command = command.replace(name, other)
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
        env = {**os.environ, "PATH": path, "CARGO_NET_OFFLINE": "true", "HF_HUB_DISABLE_UPDATE_CHECK": "1", **more}
        argv = ["bash", "-euo", "pipefail", "-c", command]
        done = subprocess.run(argv, capture_output=True, text=True, cwd=self.folder, env=env, timeout=HANG_S)
        assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
        return done


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workplace, list[str]]:
    """The folder after the first page, and what its commands printed."""
    place = Workplace(tmp_path_factory.mktemp("runbooks"))
    return place, [place.run(command).stdout for command in blocks("first-run")]


@pytest.fixture
def place(first: tuple[Workplace, list[str]]) -> Workplace:
    return first[0]


def test_the_first_run(first: tuple[Workplace, list[str]]) -> None:
    place, (made, looked) = first
    assert made == "out/first.jsonl\n"
    assert '"code_generation"' in looked
    assert "-----" in looked
    beside = {path.name for path in (place.folder / "out").iterdir()}
    assert {"first.jsonl.stats.html", "first.jsonl.card.md", "first.full.jsonl"} <= beside


def test_rejections(place: Workplace) -> None:
    counted, crate, tracebacks = (place.run(command).stdout for command in blocks("rejections"))
    assert re.search(r"^crate +license +1 ", counted, re.MULTILINE)
    assert '"license": "MIT' in crate
    assert tracebacks == ""


def test_a_crate_that_hangs(place: Workplace) -> None:
    fewer, late, alone = (place.run(command).stdout for command in blocks("hanging-crate"))
    assert fewer == late == ""
    assert (place.folder / "fewer.txt").read_text().count("\n") == 3
    assert json.loads(alone.partition("\n")[2])["kept"] == 1


def test_watching(place: Workplace, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    server, curl, files = blocks("watch")
    with collector() as received:
        free = server.replace("--metrics-port 9464", "--metrics-port 0")
        ran = place.run(free.replace("http://127.0.0.1:4318", received.url), no_proxy="127.0.0.1")
    assert "run" in received.spans
    assert any("metrics: http://127.0.0.1:" in json.loads(line)["event"] for line in ran.stderr.splitlines())
    caplog.set_level("INFO")
    settings = Settings(metrics_port=0)
    with observing(settings) as observed, serving(settings, observed):
        count_wanted(3)
        port = str(urlsplit(address_in(caplog.text)).port)
        shown = place.run(curl.replace("9464", port), no_proxy="127.0.0.1").stdout
    assert 'sigil_crates{state="wanted"} 3.0' in shown.splitlines()
    shown = place.run(files).stdout
    assert 'sigil_stage_seconds{stage="choose"}' in shown
    assert re.search(r"^run\t\d{4}-", shown, re.MULTILINE)
    (scrape,) = blocks("watch", "yaml")
    assert yaml.safe_load(scrape)["scrape_configs"][0]["static_configs"] == [{"targets": ["127.0.0.1:9464"]}]


@contextmanager
def hub() -> Iterator[tuple[str, dict[str, bytes]]]:
    """A hub that takes one commit; yields its address, and the files of the commit with the head that it checked."""
    taken: dict[str, bytes] = {}

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.reply(self.answer(urlsplit(self.path).path, body))

        def do_GET(self) -> None:
            self.reply({})

        def answer(self, path: str, body: bytes) -> object:
            here = f"http://127.0.0.1:{server.server_port}/datasets/your-name/rust-samples"
            if path == "/api/repos/create":
                taken["created"] = body
                return {"url": here}
            if path == "/api/validate-yaml":
                taken["checked"] = json.loads(body)["content"].encode()
                return {"errors": [], "warnings": []}
            if path.endswith("/preupload/main"):
                names = [file["path"] for file in json.loads(body)["files"]]
                return {"files": [{"path": name, "uploadMode": "regular", "shouldIgnore": False} for name in names]}
            for line in map(json.loads, body.splitlines()):
                if line["key"] == "file":
                    taken[line["value"]["path"]] = base64.b64decode(line["value"]["content"])
            return {"commitUrl": f"{here}/commit/0", "commitOid": "0" * 40}

        def reply(self, answer: object) -> None:
            data = json.dumps(answer).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *words: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", taken
        finally:
            server.shutdown()
            thread.join()


def test_publishing(place: Workplace, tmp_path: Path) -> None:
    *prepare, upload = blocks("publish")
    for command in prepare:
        place.run(command)
    with hub() as (address, taken):
        quiet = {"HF_HUB_DISABLE_TELEMETRY": "1", "HF_HUB_DISABLE_XET": "1", "no_proxy": "127.0.0.1"}
        place.run(upload, HF_ENDPOINT=address, HF_TOKEN="hf_none", HF_HOME=str(tmp_path), **quiet)
    out = place.folder / "out"
    assert json.loads(taken.pop("created"))["visibility"] == "private"
    assert taken.pop("checked") == taken["README.md"] == (out / "first.jsonl.card.md").read_bytes()
    assert set(taken) == {"README.md", "first.jsonl", "first.full.jsonl", "first.jsonl.stats.html"}
    assert b"license: mit\n" in taken["README.md"]
    assert taken["first.jsonl"] == (out / "first.jsonl").read_bytes()


def test_resuming(place: Workplace) -> None:
    again, done, anew = blocks("resume")
    output = place.folder / "out" / "first.jsonl"
    before = output.read_bytes()
    output.unlink()
    ran = place.run(f"{again.rstrip()} --metrics-file out/resumed.prom")
    assert output.read_bytes() == before
    assert "fetch" not in ran.stderr
    assert 'sigil_crates{state="resumed"} 3.0' in (place.folder / "out" / "resumed.prom").read_text()
    assert place.run(done).stdout == "3\n"
    place.run(anew)
    assert not output.with_name("first.jsonl.work").exists()


def test_every_page_has_a_test() -> None:
    tested = {"first-run", "rejections", "hanging-crate", "watch", "publish", "resume"}
    assert {page.stem.removeprefix("dataset-") for page in PAGES} == tested
