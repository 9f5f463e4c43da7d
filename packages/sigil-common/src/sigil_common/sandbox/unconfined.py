"""No sandbox: the program runs on the host with the caller's rights, on the user's explicit word only.

The environment, the limits on time, files and output, and the killing of the process group still hold;
a program that leaves its process group, reads files or uses the network is not held back.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field

from sigil_common.proc import kill_group
from sigil_common.sandbox import check, child, rlimits
from sigil_common.sandbox.spec import Outcome, SandboxSpec, not_run


@dataclass(frozen=True)
class Unconfined:
    """Runs programs directly; make one with `open_sandbox("none", allow_none=True)`."""

    name: str = field(default="none", init=False)

    def run(self, argv: Sequence[str], spec: SandboxSpec, stdin: bytes = b"") -> Outcome:
        """Run `argv` on the host; mounts must be at their own paths, since nothing can be moved."""
        started = time.monotonic()
        try:
            refusal = check.moved(spec, self.name) or check.refusal(argv, spec, drops_uid=False)
            if refusal:
                return not_run(refusal)
            with ExitStack() as stack:
                return _run(argv, spec, stdin, stack)
        except (OSError, ValueError) as error:
            return not_run(f"cannot start {argv[0]}: {error}", time.monotonic() - started)


def _run(argv: Sequence[str], spec: SandboxSpec, stdin: bytes, stack: ExitStack) -> Outcome:
    out, err = stack.enter_context(child.captures())
    source = stack.enter_context(child.source_of(stdin))
    scratch = stack.enter_context(tempfile.TemporaryDirectory(prefix="sigil-scratch-", ignore_cleanup_errors=True))
    cwd = scratch if spec.cwd == "/tmp" else spec.cwd  # noqa: S108
    limited = rlimits.before(argv, rlimits.of(spec, memory=True, processes=False))
    started = time.monotonic()
    process = child.spawn(limited, source, out, err, env=spec.env, cwd=cwd)
    waited = child.wait(
        process, started + spec.limits.wall_s, out, err,
        output_bytes=spec.limits.output_bytes, watch_output=True, kill=lambda: kill_group(process),
    )  # fmt: skip
    wall = time.monotonic() - started
    return child.outcome(process.returncode, waited, out, err, spec, wall, out_of_memory=False)
