"""cargo-deny's word on a crate and its dependencies: bans, licences, sources. Optional; it must be installed.

Advisories are asked about only with a configuration that names a local database (`--deny-config`), because
theirs is a git repository. No code of any crate runs.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sigil_common.cargo import fetch_side
from sigil_common.errors import MissingError
from sigil_pipeline.crates import toml_text
from sigil_pipeline.crates.packages import Package
from sigil_pipeline.crates.workspace import Workspace

if TYPE_CHECKING:
    from sigil_common.rustc import Toolchain

_CHECKS = ("bans", "licenses", "sources")


def require_deny(config: Path | None) -> None:
    """Raise `MissingError` unless cargo-deny is installed and its configuration can be read."""
    if shutil.which("cargo-deny") is None:
        raise MissingError("cargo-deny is not installed", hint="cargo install cargo-deny, or --deny off")
    if config is not None and not config.is_file():
        raise MissingError(f"no such cargo-deny configuration: {config}")


def denied(
    package: Package, workspace: Workspace, toolchain: Toolchain, *, config: Path | None, licenses: Sequence[str]
) -> tuple[str, ...]:
    """Return cargo-deny's errors about one crate; without `config`, only `licenses` are allowed."""
    chosen = config.resolve() if config is not None else _default_config(workspace.root, licenses)
    manifest = workspace.member(package) / "Cargo.toml"
    args = ["deny", "--offline", "--format", "json", "--manifest-path", str(manifest), "check", "--config", str(chosen)]
    run = fetch_side(toolchain, [*args, *_CHECKS], workspace.root)
    rows = [_row(line) for line in run.stderr.splitlines()]
    if not run.ok and not any(row.get("type") == "diagnostic" for row in rows):
        raise MissingError("cargo-deny failed", cause=run.stderr.strip()[-300:] or None)
    errors = (row["fields"] for row in rows if row.get("type") == "diagnostic")
    return tuple(f"{item.get('code') or 'error'}: {item['message']}" for item in errors if item["severity"] == "error")


def _default_config(root: Path, licenses: Sequence[str]) -> Path:
    path = root / "deny.toml"
    path.write_text(toml_text.dumps({"licenses": {"allow": list(licenses)}, "bans": {"multiple-versions": "allow"}}))
    return path


def _row(line: str) -> dict[str, Any]:
    try:
        value = json.loads(line) if line.startswith("{") else {}
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
