"""The names of the sandboxes, as options and settings files give them. `auto` takes the first that works."""

from __future__ import annotations

from typing import Literal

SandboxMode = Literal["auto", "bubblewrap", "firejail", "none"]
