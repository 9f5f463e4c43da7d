"""Shared by the pipeline's tests: the fixture crates, and running the command as a user does."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from sigil_pipeline.settings import Settings

from ..clock import HANG_S

CRATES = Path(__file__).parent / "fixtures" / "crates"


@dataclass(frozen=True)
class Ran:
    """A finished run of the command and the files that it wrote."""

    returncode: int
    stdout: str
    stderr: str
    output: Path

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The samples with all their metadata."""
        return [json.loads(line) for line in self.full_output.read_text().splitlines()]

    @property
    def full_output(self) -> Path:
        return Settings(output=self.output).full_output

    @property
    def data(self) -> list[bytes]:
        """The bytes of the samples, without and with their metadata."""
        return [self.output.read_bytes(), self.full_output.read_bytes()]

    @property
    def rejected(self) -> list[dict[str, Any]]:
        file = self.output.with_name(f"{self.output.name}.rejected.jsonl")
        return [json.loads(line) for line in file.read_text().splitlines()]

    @property
    def summary(self) -> dict[str, Any]:
        file = self.output.with_name(f"{self.output.name}.summary.json")
        return json.loads(file.read_text())


def arguments(output: Path, *options: str) -> list[str]:
    return [sys.executable, "-m", "sigil_pipeline.main", "--offline", "--output", str(output), *options]


def run_pipeline(output: Path, *options: str, cwd: Path = CRATES) -> Ran:
    env = {**os.environ, "SIGIL_TEST_SECRET": "canary"}
    done = subprocess.run(arguments(output, *options), capture_output=True, text=True, cwd=cwd, env=env, timeout=HANG_S)
    return Ran(done.returncode, done.stdout, done.stderr, output)


def registry(home: Path, monkeypatch: pytest.MonkeyPatch, *versions: str) -> None:
    """Make a home for cargo whose registry is a directory that holds `mini-num` in these versions."""
    for name in [name for name in os.environ if name.startswith(("CARGO_SOURCE_", "CARGO_REGISTRIES_"))]:
        monkeypatch.delenv(name)
    for version in versions:
        folder = home / "crates" / f"mini-num-{version}"
        shutil.copytree(CRATES / "mini-num", folder)
        manifest = (folder / "Cargo.toml").read_text()
        (folder / "Cargo.toml").write_text(re.sub(r'(?m)^version = ".*"$', f'version = "{version}"', manifest))
        (folder / ".cargo-checksum.json").write_text('{"files": {}, "package": null}')
    replaced = '[source.crates-io]\nreplace-with = "folder"\n[source.folder]\ndirectory = '
    (home / "config.toml").write_text(f"{replaced}{json.dumps(str(home / 'crates'))}\n")
    monkeypatch.setenv("CARGO_HOME", str(home))


@pytest.fixture(scope="session")
def crates() -> Path:
    return CRATES
