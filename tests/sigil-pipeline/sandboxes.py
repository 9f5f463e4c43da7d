"""A sandbox that answers otherwise, for tests of what is made of its answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sigil_common.sandbox import Outcome, Sandbox, SandboxSpec


@dataclass(frozen=True)
class Changed:
    """Reports runs of programs otherwise, and compiles as usual unless `compiling` is among the changes."""

    real: Sandbox
    change: dict[str, object]

    @property
    def name(self) -> str:
        return self.real.name

    def run(self, argv: Sequence[str], spec: SandboxSpec, stdin: bytes = b"") -> Outcome:
        outcome = self.real.run(argv, spec, stdin)
        wanted = spec.system == "minimal" or (self.change.get("compiling") and "build" in argv)
        change = {name: value for name, value in self.change.items() if name != "compiling"}
        return replace(outcome, **change) if wanted else outcome  # type: ignore[arg-type]
