"""Stand-ins for rustup's proxies: one program under many names, that has no toolchain to run."""

from __future__ import annotations

from pathlib import Path

NO_DEFAULT = """\
error: rustup could not choose a version of $name to run, because one wasn't specified explicitly, and no default is configured.
help: run 'rustup default stable' to download the latest stable release of Rust and set it as your default toolchain.

Stack backtrace:
   0: anyhow::error::from"""  # noqa: E501
NO_DEFAULT_1_24 = "error: no override and no default toolchain set"
NOT_INSTALLED = "error: toolchain 'foo' is not installed"


def make_proxies(folder: Path, stderr: str) -> None:
    """Make `rustup` in `folder`, and links to it as rustup makes them, all of which fail with these words."""
    folder.mkdir(exist_ok=True)
    program = folder / "rustup"
    program.write_text(f"#!/bin/sh\nname=${{0##*/}}\ncat >&2 <<END\n{stderr}\nEND\nexit 1\n")
    program.chmod(0o755)
    for name in ("rustc", "cargo", "cargo-clippy", "clippy-driver"):
        (folder / name).symlink_to("rustup")
