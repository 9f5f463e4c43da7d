"""The name of the setting that chooses a sandbox, apart from the sandboxes, which `--help` does not need."""

from __future__ import annotations

from typing import Literal

SandboxMode = Literal["auto", "bubblewrap", "firejail", "none"]
