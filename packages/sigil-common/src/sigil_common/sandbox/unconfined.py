"""No sandbox: the program runs on the host with the caller's rights, on the user's explicit word only.

The environment, the limits and the killing of what a program has started still hold; a program that
reads or writes files, or uses the network, is not held back.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field

from sigil_common.sandbox import check, child, rlimits
from sigil_common.sandbox.cgroups import Pool
from sigil_common.sandbox.spec import Outcome, SandboxSpec, not_run
from sigil_common.tempdirs import tempdir


@dataclass(frozen=True)
class Unconfined:
    """Runs programs directly; make one with `open_sandbox("none", allow_none=True)`."""

    pool: Pool | None
    name: str = field(default="none", init=False)

    def run(self, argv: Sequence[str], spec: SandboxSpec, stdin: bytes = b"") -> Outcome:
        """Run `argv` on the host; mounts must be at their own paths, since nothing can be moved."""
        try:
            refusal = check.moved(spec, self.name) or check.refusal(argv, spec, drops_uid=False)
            if refusal:
                return not_run(refusal)
            with ExitStack() as stack:
                return child.run_gated(_launch(argv, spec, self.pool, stack), spec, stdin, self.pool, stack)
        except (OSError, ValueError) as error:
            return not_run(f"cannot start {argv[0]}: {error}")


def _launch(argv: Sequence[str], spec: SandboxSpec, pool: Pool | None, stack: ExitStack) -> child.Launch:
    scratch = stack.enter_context(tempdir("sigil-scratch-"))
    cwd = str(scratch) if spec.cwd == "/tmp" else spec.cwd  # noqa: S108
    return child.Launch(argv, spec.env, cwd, rlimits.of(spec, memory=pool is None, processes=False))
