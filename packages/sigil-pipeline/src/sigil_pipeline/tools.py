"""The programs a run needs, found and tested once, before any work."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sigil_common.cargo import Confined, host_triple
from sigil_common.errors import MissingError
from sigil_pipeline.analyse.cfg import host_cfg
from sigil_pipeline.analyse.clippy import lint_categories
from sigil_pipeline.analyse.deny import require_deny
from sigil_pipeline.compiler.memory import Building
from sigil_pipeline.observe import Metered
from sigil_pipeline.settings import Settings

if TYPE_CHECKING:
    from sigil_common.rustc import Toolchain


@dataclass(frozen=True)
class Tools:
    """Toolchain and sandbox, with what is asked of them once: host triple, `cfg` values, lint categories."""

    toolchain: Toolchain
    confined: Confined
    triple: str
    platform: tuple[str, ...]
    categories: dict[str, str]


def open_tools(settings: Settings, build_memory: int | None = None) -> Tools:
    """Find toolchain and sandbox; raise `MissingError` with a hint for whichever is absent.

    `build_memory` are the bytes that one build may use, if not as many as there may be on this machine.
    """
    from sigil_common.rustc import find_toolchain
    from sigil_common.sandbox import open_sandbox

    toolchain = find_toolchain()
    if settings.deny != "off":
        require_deny(settings.deny_config)
    if toolchain.cargo is None:
        raise MissingError(
            "cargo is not installed with rustc", hint="install a whole Rust toolchain, with cargo and clippy"
        )
    categories = lint_categories(toolchain)
    sandbox = Metered(open_sandbox(settings.sandbox_mode, allow_none=settings.allow_no_sandbox))
    confined = Building(toolchain, sandbox, settings.max_threads, settings.compile_timeout, build_memory=build_memory)
    return Tools(toolchain, confined, host_triple(toolchain), host_cfg(toolchain), categories)
